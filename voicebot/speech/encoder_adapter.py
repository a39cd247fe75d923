"""What training changed in Whisper's encoder, small enough to ship: low-rank factors of each matrix's difference.

A file of numpy arrays in float16. `NAME/left` (rows, rank) and `NAME/right` (rank, ...) multiply to the difference of
the CTranslate2 variable NAME; a variable of one axis has its difference whole, as `NAME`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voicebot.speech.ct2_weights import Weights, changed
from voicebot.speech.errors import ModelDamaged, ModelMissing

NAME: Final = "whisper-base-short-window"
RANK: Final = 64
_FUSED_RANK: Final = 96
"""Query, key and value are one matrix there."""
_FUSED: Final = "self_attention/linear_0/weight"
_LEFT: Final = "/left"
_RIGHT: Final = "/right"


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter's file, and what it must be where that is known."""

    path: Path
    sha256: str | None = None


SHIPPED: Final = Adapter(
    Path(__file__).parent / "adapters" / NAME / "adapter.npz",
    "9278594dec53a2df4eb7a6f6b6b678fda164f120bd0a6bd9dfaa81a057946f76",
)


def adapted(model: Path, adapter: Adapter = SHIPPED) -> bytearray:
    """Give the bytes of a `model.bin` with the adapter merged in. Takes about 0.3 s and twice the file's memory.

    Raises:
        ModelMissing: there is no adapter.
        ModelDamaged: it is another one, or does not fit the model.
    """
    return changed(model, read(adapter))


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
        whole = {name: values for name, values in arrays.items() if not name.endswith((_LEFT, _RIGHT))}
        lefts = [name.removesuffix(_LEFT) for name in arrays if name.endswith(_LEFT)]
        return whole | {name: np.tensordot(arrays[name + _LEFT], arrays[name + _RIGHT], 1) for name in lefts}
    except (ValueError, OSError, EOFError, KeyError) as failure:
        raise ModelDamaged(NAME, path, "it is no adapter") from failure


def write(deltas: Mapping[str, NDArray[np.float32]], path: Path) -> Adapter:
    """Factor the differences of CTranslate2's variables and write them."""
    arrays: dict[str, Any] = {}
    for name, delta in deltas.items():
        if delta.ndim == 1:
            arrays[name] = delta.astype(np.float16)
            continue
        left, right = factors(delta, _FUSED_RANK if name.endswith(_FUSED) else RANK)
        arrays[name + _LEFT], arrays[name + _RIGHT] = left.astype(np.float16), right.astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    return Adapter(path, _sha256(path))


def factors(delta: NDArray[np.float32], rank: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give the two factors of that rank whose product is nearest, equally large, as float16 keeps small ones badly."""
    rows, strengths, columns = np.linalg.svd(delta.reshape(len(delta), -1), full_matrices=False)
    roots = np.sqrt(strengths[:rank])
    right = (roots[:, None] * columns[:rank]).reshape(-1, *delta.shape[1:])
    return rows[:, :rank] * roots, right


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
