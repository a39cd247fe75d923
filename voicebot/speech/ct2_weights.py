"""Reading the weights out of a CTranslate2 `model.bin`, naming them as OpenAI's Whisper does, and changing them.

The file is little-endian: version, model name, revision, then each variable as name, rank, dimensions, type, byte
count and data, and last a table of aliases. Names and text are preceded by a 16-bit length that counts a final zero.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from voicebot.speech.errors import ModelDamaged

Weights = dict[str, NDArray[np.float32]]
_TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_NEWEST = 6
_FLOATS: Final = frozenset({"<f4", "<f2"})
_CONV: Final = ("conv1", "conv2")
_WHOLE: Final = ("weight", "bias")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a variable lies in the file."""

    offset: int
    shape: tuple[int, ...]
    kind: str
    """numpy's name of its type."""

    def of(self, data: bytes | bytearray) -> NDArray[np.generic]:
        """Give the variable as a view of the file's bytes, writable where those are."""
        return np.frombuffer(data, self.kind, math.prod(self.shape), self.offset).reshape(self.shape)


def read_variables(path: Path) -> Weights:
    """Give all floating-point variables by CTranslate2's names. Raises `ModelDamaged` for another format."""
    data = path.read_bytes()
    places, aliases = _layout(data, path)
    variables = {name: place.of(data).astype(np.float32) for name, place in places.items()}
    return variables | {alias: variables[name] for alias, name in aliases.items() if name in variables}


def changed(path: Path, deltas: Mapping[str, NDArray[np.float32]]) -> bytearray:
    """Give the file's bytes with `deltas` added to the variables of these CTranslate2 names; nothing else differs.

    Raises `ModelDamaged` for another format, and where a delta fits no variable.
    """
    data = bytearray(path.read_bytes())
    places, _ = _layout(data, path)
    for name, delta in deltas.items():
        place = places.get(name)
        if place is None or place.shape != delta.shape or place.kind not in _FLOATS:
            raise ModelDamaged("whisper", path, f"it has no floating-point variable {name} of shape {delta.shape}")
        weights = place.of(data)
        # What has no difference stays as it is to the bit, minus zero included.
        weights[...] = np.where(delta == 0, weights, (weights.astype(np.float32) + delta).astype(place.kind))
    return data


def _layout(data: bytes | bytearray, path: Path) -> tuple[dict[str, Place], dict[str, str]]:
    """Give every variable's place, and the aliases."""
    file = io.BytesIO(data)
    try:
        version = _number(file, "I")
        if not 4 <= version <= _NEWEST:
            raise ModelDamaged("whisper", path, f"format version {version} is not one of 4 to {_NEWEST}")
        _text(file)
        _number(file, "I")
        places = dict(_variable(file, len(data)) for _ in range(_number(file, "I")))
        aliases = {_text(file): _text(file) for _ in range(_number(file, "I"))}
    except (struct.error, ValueError, KeyError) as failure:
        raise ModelDamaged("whisper", path, f"not a CTranslate2 model: {failure}") from failure
    return places, aliases


def encoder_variables(weights: Mapping[str, NDArray[np.float32]]) -> Weights:
    """Give an encoder's weights, named by OpenAI, under CTranslate2's names: what `openai_names` undoes.

    The embedding of the positions is left out.
    """
    found = {f"encoder/{conv}/{part}": weights[f"encoder.{conv}.{part}"] for conv in _CONV for part in _WHOLE}
    found |= _norm_back(weights, "encoder.ln_post", "encoder/layer_norm")
    for layer in range(len({name.split(".")[2] for name in weights if name.startswith("encoder.blocks.")})):
        source, target = f"encoder.blocks.{layer}", f"encoder/layer_{layer}"
        found |= _norm_back(weights, f"{source}.attn_ln", f"{target}/self_attention/layer_norm")
        found |= _norm_back(weights, f"{source}.mlp_ln", f"{target}/ffn/layer_norm")
        asked = f"{source}.attn"
        parts = ("query", "key", "value")
        fused = f"{target}/self_attention/linear_0"
        none = np.zeros_like(weights[f"{asked}.query.bias"])
        found[f"{fused}/weight"] = np.concatenate([weights[f"{asked}.{part}.weight"] for part in parts])
        found[f"{fused}/bias"] = np.concatenate([weights.get(f"{asked}.{part}.bias", none) for part in parts])
        for ours, theirs in (
            ("attn.out", "self_attention/linear_1"),
            ("mlp.0", "ffn/linear_0"),
            ("mlp.2", "ffn/linear_1"),
        ):
            found |= {f"{target}/{theirs}/{part}": weights[f"{source}.{ours}.{part}"] for part in _WHOLE}
    return found


def _norm_back(weights: Mapping[str, NDArray[np.float32]], source: str, target: str) -> Weights:
    return {f"{target}/gamma": weights[f"{source}.weight"], f"{target}/beta": weights[f"{source}.bias"]}


def openai_names(variables: Weights) -> Weights:
    """Give OpenAI's state dictionary: fused projections split, linear biases and norms renamed."""
    weights = {
        "encoder.positional_embedding": variables["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": variables["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": variables["decoder/embeddings/weight"],
    }
    for conv in _CONV:
        for part in _WHOLE:
            weights[f"encoder.{conv}.{part}"] = variables[f"encoder/{conv}/{part}"]
    weights |= _norm(variables, "encoder/layer_norm", "encoder.ln_post")
    weights |= _norm(variables, "decoder/layer_norm", "decoder.ln")
    for side in ("encoder", "decoder"):
        for layer in range(layer_count(variables, side)):
            weights |= _block(variables, f"{side}/layer_{layer}", f"{side}.blocks.{layer}", cross=side == "decoder")
    return weights


def layer_count(variables: Weights, side: str) -> int:
    """Count the transformer layers of the encoder or the decoder."""
    return len({name.split("/")[1] for name in variables if name.startswith(f"{side}/layer_") and name.count("/") > 2})


def _block(variables: Weights, source: str, target: str, *, cross: bool) -> Weights:
    own = f"{source}/self_attention"
    weights = _norm(variables, f"{own}/layer_norm", f"{target}.attn_ln")
    weights |= _attention(variables, own, f"{target}.attn", fused=("query", "key", "value"))
    if cross:
        other = f"{source}/attention"
        weights |= _norm(variables, f"{other}/layer_norm", f"{target}.cross_attn_ln")
        weights |= _linear(variables, f"{other}/linear_0", f"{target}.cross_attn.query")
        weights |= _split(variables, f"{other}/linear_1", f"{target}.cross_attn", ("key", "value"))
        weights |= _linear(variables, f"{other}/linear_2", f"{target}.cross_attn.out")
    weights |= _norm(variables, f"{source}/ffn/layer_norm", f"{target}.mlp_ln")
    weights |= _linear(variables, f"{source}/ffn/linear_0", f"{target}.mlp.0")
    return weights | _linear(variables, f"{source}/ffn/linear_1", f"{target}.mlp.2")


def _attention(variables: Weights, source: str, target: str, *, fused: tuple[str, ...]) -> Weights:
    weights = _split(variables, f"{source}/linear_0", target, fused)
    return weights | _linear(variables, f"{source}/linear_1", f"{target}.out")


def _split(variables: Weights, source: str, target: str, parts: tuple[str, ...]) -> Weights:
    weights: Weights = {}
    matrices = np.split(variables[f"{source}/weight"], len(parts))
    biases = np.split(variables[f"{source}/bias"], len(parts))
    for part, matrix, bias in zip(parts, matrices, biases, strict=True):
        weights[f"{target}.{part}.weight"] = matrix
        # Whisper's keys have no bias; CTranslate2 stores zeros for it.
        if part != "key":
            weights[f"{target}.{part}.bias"] = bias
    return weights


def _linear(variables: Weights, source: str, target: str) -> Weights:
    return {f"{target}.{part}": variables[f"{source}/{part}"] for part in ("weight", "bias")}


def _norm(variables: Weights, source: str, target: str) -> Weights:
    return {f"{target}.weight": variables[f"{source}/gamma"], f"{target}.bias": variables[f"{source}/beta"]}


def _variable(file: BinaryIO, size: int) -> tuple[str, Place]:
    name = _text(file)
    shape = tuple(_number(file, "I") for _ in range(_number(file, "B")))
    kind = _TYPES[_number(file, "B")]
    count = _number(file, "I")
    place = Place(file.tell(), shape, kind)
    if count != math.prod(shape) * np.dtype(kind).itemsize or place.offset + count > size:
        raise ValueError(f"variable {name} has {count} bytes")
    file.seek(count, io.SEEK_CUR)
    return name, place


def _number(file: BinaryIO, code: str) -> int:
    return int(struct.unpack(f"<{code}", file.read(struct.calcsize(code)))[0])


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "H")).rstrip(b"\0").decode()
