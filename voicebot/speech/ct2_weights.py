"""Reading the weights out of a CTranslate2 `model.bin` and naming them as OpenAI's Whisper does.

The file is little-endian: version, model name, revision, then each variable as name, rank, dimensions, type, byte
count and data, and last a table of aliases. Names and text are preceded by a 16-bit length that counts a final zero.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from voicebot.speech.errors import ModelDamaged

Weights = dict[str, NDArray[np.float32]]
_TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_NEWEST = 6


def read_variables(path: Path) -> Weights:
    """Give all floating-point variables by CTranslate2's names. Raises `ModelDamaged` for another format."""
    with path.open("rb") as file:
        try:
            version = _number(file, "I")
            if not 4 <= version <= _NEWEST:
                raise ModelDamaged("whisper", path, f"format version {version} is not one of 4 to {_NEWEST}")
            _text(file)
            _number(file, "I")
            count = _number(file, "I")
            variables = dict(_variable(file) for _ in range(count))
            aliases = {_text(file): _text(file) for _ in range(_number(file, "I"))}
        except (struct.error, ValueError, KeyError) as failure:
            raise ModelDamaged("whisper", path, f"not a CTranslate2 model: {failure}") from failure
    return variables | {alias: variables[name] for alias, name in aliases.items() if name in variables}


def openai_names(variables: Weights) -> Weights:
    """Give OpenAI's state dictionary: fused projections split, linear biases and norms renamed."""
    weights = {
        "encoder.positional_embedding": variables["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": variables["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": variables["decoder/embeddings/weight"],
    }
    for conv in ("conv1", "conv2"):
        for part in ("weight", "bias"):
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


def _variable(file: BinaryIO) -> tuple[str, NDArray[np.float32]]:
    name = _text(file)
    shape = [_number(file, "I") for _ in range(_number(file, "B"))]
    kind = _TYPES[_number(file, "B")]
    values = np.frombuffer(file.read(_number(file, "I")), kind)
    return name, values.reshape(shape).astype(np.float32)


def _number(file: BinaryIO, code: str) -> int:
    return int(struct.unpack(f"<{code}", file.read(struct.calcsize(code)))[0])


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "H")).rstrip(b"\0").decode()
