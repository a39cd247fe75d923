"""The sentence encoder as a graph for ONNX Runtime, made in memory from the four-bit image.

The weights stay in four bits, and the sums run in eight. The graph takes one line's pieces as vectors and gives the
vectors after each layer of `taken`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.understanding.image import BLOCK, Image

_FLOAT: Final = 1
_BYTE: Final = 2
_KINDS: Final[dict[str, int]] = {"float32": _FLOAT, "uint8": _BYTE}
_CONTRIB: Final = "com.microsoft"
_EIGHT_BIT_SUMS: Final = 4
_NEAR_ZERO: Final = 1e-12
_VERSION: Final = 8
_OPERATORS: Final = 17
_INPUT: Final = "x"


def encoder_graph(image: Image, taken: Sequence[int]) -> bytes:
    """Give the graph of the layers up to the last one taken, as a serialised ONNX model."""
    parts = _Parts(image)
    line = parts.node("LayerNormalization", [_INPUT, *parts.plain("emb.ln.w", "emb.ln.b")], axis=-1, epsilon=_NEAR_ZERO)
    outputs = []
    for layer in range(max(taken)):
        line = parts.layer(layer, line)
        if layer + 1 in taken:
            outputs.append(line)
    body = b"".join(_field(1, each) for each in parts.nodes) + _field(2, b"encoder")
    body += b"".join(_field(5, each) for each in parts.tensors)
    body += _field(11, _vectors(_INPUT, image.size)) + b"".join(
        _field(12, _vectors(name, image.size)) for name in outputs
    )
    known = _field(8, _field(1, b"") + _number(2, _OPERATORS)) + _field(8, _field(1, _CONTRIB.encode()) + _number(2, 1))
    return _number(1, _VERSION) + _field(7, body) + known


class _Parts:
    """Collects nodes and tensors in the order of the sum."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def layer(self, number: int, line: str) -> str:
        image, at = self.image, f"l{number}."
        joint = self.product([f"{at}{each}.w" for each in "qkv"], line, image.size)
        asks, keys, values = self.split(joint)
        bias = self.tensor(f"{at}qkv.b", np.concatenate([image.plain(f"{at}{each}.b") for each in "qkv"]))
        seen = self.node("MultiHeadAttention", [asks, keys, values, bias], _CONTRIB, num_heads=image.heads)
        told = self.product([f"{at}ao.w"], seen, image.size)
        line = self.normed(line, told, f"{at}aln", f"{at}ao.b")
        wide = self.product([f"{at}fi.w"], line, image.size)
        bent = self.node("BiasGelu", [wide, *self.plain(f"{at}fi.b")], _CONTRIB)
        return self.normed(line, self.product([f"{at}fo.w"], bent, image.inner), f"{at}oln", f"{at}fo.b")

    def normed(self, line: str, told: str, norm: str, bias: str) -> str:
        inputs = [line, told, *self.plain(f"{norm}.w", f"{norm}.b", bias)]
        return self.node("SkipLayerNormalization", inputs, _CONTRIB, epsilon=_NEAR_ZERO)

    def product(self, names: list[str], line: str, width: int) -> str:
        """Multiply by four-bit weights, those of several names as one."""
        pairs = [self.image.packed(name) for name in names]
        values = np.concatenate([each for _, each in pairs])
        packed = (values[:, 0::2] | (values[:, 1::2] << 4)).astype(np.uint8)
        blocks = width // BLOCK
        rows = len(packed) // blocks
        inputs = [
            line,
            self.tensor(f"{names[0]}.packed", packed.reshape(rows, blocks, BLOCK // 2)),
            self.tensor(f"{names[0]}.scales", np.concatenate([each for each, _ in pairs])),
        ]
        sizes = {"K": width, "N": rows, "bits": 4, "block_size": BLOCK, "accuracy_level": _EIGHT_BIT_SUMS}
        return self.node("MatMulNBits", inputs, _CONTRIB, **sizes)

    def split(self, joint: str) -> list[str]:
        names = [f"{joint}.{each}" for each in "qkv"]
        self.nodes.append(_node("Split", [joint], names, "", {"axis": -1}))
        return names

    def plain(self, *names: str) -> list[str]:
        return [self.tensor(name, self.image.plain(name)) for name in names]

    def tensor(self, name: str, values: NDArray[np.generic]) -> str:
        shape = b"".join(_number(1, each) for each in values.shape)
        kind = _number(2, _KINDS[values.dtype.name])
        raw = np.ascontiguousarray(values).tobytes()
        self.tensors.append(shape + kind + _field(8, name.encode()) + _field(9, raw))
        return name

    def node(self, kind: str, inputs: list[str], domain: str = "", **attributes: float) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(_node(kind, inputs, [name], domain, attributes))
        return name


def _node(kind: str, inputs: list[str], outputs: list[str], domain: str, attributes: dict[str, float]) -> bytes:
    made = b"".join(_field(1, each.encode()) for each in inputs) + b"".join(
        _field(2, each.encode()) for each in outputs
    )
    made += _field(4, kind.encode()) + b"".join(_field(5, _attribute(*pair)) for pair in attributes.items())
    return made + (_field(7, domain.encode()) if domain else b"")


def _attribute(name: str, value: float) -> bytes:
    head = _field(1, name.encode())
    if isinstance(value, int):
        return head + _number(3, value) + _number(20, 2)
    return head + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)


def _vectors(name: str, size: int) -> bytes:
    """Describe an input or output: one line of any length, vectors of `size`."""
    shape = _field(1, _number(1, 1)) + _field(1, _field(2, b"length")) + _field(1, _number(1, size))
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, _FLOAT) + _field(2, shape)))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value & 0xFFFFFFFFFFFFFFFF)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
