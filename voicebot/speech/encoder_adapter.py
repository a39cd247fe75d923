"""What training changed in Whisper's encoder, small enough to ship: each difference in coarse steps.

A file of numpy arrays. `NAME/steps` (int8) times `NAME/step` (float16, one a row) is the difference of the CTranslate2
variable NAME; a variable of one axis has its difference whole in float16, as `NAME`. The steps are a third of a row's
own spread, so that a tenth of the difference is lost and most numbers are near zero, which packs well; factors of low
rank lose nearly half of it in the same room, as what training changes has no low rank.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voicebot.speech.ct2_weights import Weights, changed
from voicebot.speech.errors import ModelDamaged, ModelMissing

NAME: Final = "whisper-base-short-window"
FINENESS: Final = 0.35
"""A step, by the root mean square of its row."""
_MOST_STEPS: Final = 127
_STEPS: Final = "/steps"
_STEP: Final = "/step"
_HUNDREDS: Final = MappingProxyType(
    {"do": "duz", "doi": "duz", "tre": "trez", "trê": "trez", "quatro": "quatroc", "quin": "quinh", "seis": "seisc"}
    | {"sete": "setec", "oito": "oitoc", "nove": "novec"}
)
_BEFORE_MONEY: Final = r"(?= e .*\b(?:reais|real|contos?|pilas?)\b)"
_SPLIT_HUNDREDS: Final = re.compile(
    rf"\b({'|'.join(_HUNDREDS)})(?:[sz]? [cs]+|[sz]+)ent(?:([oa])s|o{_BEFORE_MONEY})\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter's file, and what it must be where that is known."""

    path: Path
    sha256: str | None = None


SHIPPED: Final = Adapter(
    Path(__file__).parent / "adapters" / NAME / "adapter.npz",
    "32a8edcd8024587f51f787c99a0e43a6d14f5d33673cc223fd853a18061e312d",
)


def adapted(model: Path, adapter: Adapter = SHIPPED) -> bytearray:
    """Give the bytes of a `model.bin` with the adapter merged in. Takes about 0.3 s and twice the file's memory.

    Raises:
        ModelMissing: there is no adapter.
        ModelDamaged: it is another one, or does not fit the model.
    """
    return changed(model, read(adapter))


def respelt(text: str) -> str:
    """Write the hundreds as they are written: the decoder, used to figures, makes "Seis centos" of "seiscentos".

    A lone "seis cento e vinte" stays as it is but before money: it may be two groups of a document's digits.
    """
    return _SPLIT_HUNDREDS.sub(_hundred, text)


def _hundred(found: re.Match[str]) -> str:
    word = f"{_HUNDREDS[found[1].lower()]}ent{found[2] or 'o'}s"
    return word.capitalize() if found[0][0].isupper() else word


def read(adapter: Adapter = SHIPPED) -> Weights:
    """Give every variable's difference. Raises as `adapted` does."""
    path = adapter.path
    if not path.is_file():
        raise ModelMissing(NAME, path)
    if adapter.sha256 is not None and (found := _sha256(path)) != adapter.sha256:
        raise ModelDamaged(NAME, path, f"sha256 {found[:12]}… instead of {adapter.sha256[:12]}…")
    try:
        with np.load(path) as kept:
            arrays = {name: kept[name].astype(np.float32) for name in kept.files}
        whole = {name: values for name, values in arrays.items() if not name.endswith((_STEPS, _STEP))}
        matrices = [name.removesuffix(_STEPS) for name in arrays if name.endswith(_STEPS)]
        return whole | {name: _product(arrays[name + _STEPS], arrays[name + _STEP]) for name in matrices}
    except (ValueError, OSError, EOFError, KeyError) as failure:
        raise ModelDamaged(NAME, path, "it is no adapter") from failure


def write(deltas: Mapping[str, NDArray[np.float32]], path: Path) -> Adapter:
    """Round the differences of CTranslate2's variables and write them; a reader never finds half of a file."""
    arrays: dict[str, Any] = {}
    for name, delta in deltas.items():
        if delta.ndim == 1:
            arrays[name] = delta.astype(np.float16)
        else:
            arrays[name + _STEPS], arrays[name + _STEP] = stepped(delta)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")
    with whole.open("wb") as file:
        np.savez_compressed(file, **arrays)
    whole.rename(path)
    return Adapter(path, _sha256(path))


def stepped(delta: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Give the numbers of steps, in the shape of the difference, and the size of a step for each row."""
    rows = delta.reshape(len(delta), -1).astype(np.float32)
    spread = np.maximum(FINENESS * np.sqrt(np.mean(rows**2, axis=1)), np.abs(rows).max(axis=1) / _MOST_STEPS)
    step = spread.astype(np.float16)
    size = step.astype(np.float32)[:, None]
    steps = np.rint(np.divide(rows, size, out=np.zeros_like(rows), where=size > 0))
    return np.clip(steps, -_MOST_STEPS, _MOST_STEPS).astype(np.int8).reshape(delta.shape), step


def _product(steps: NDArray[np.float32], step: NDArray[np.float32]) -> NDArray[np.float32]:
    if len(steps) != len(step):
        raise ValueError(f"{len(step)} steps for {len(steps)} rows")
    return steps * step.reshape(-1, *[1] * (steps.ndim - 1))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
