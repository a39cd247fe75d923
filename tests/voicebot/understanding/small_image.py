"""Makes an encoder's image of any size from random numbers, and sums by hand what it gives."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581pa", "guei", "\u2581p", "a", "gu", "ei", ":", "\u2581query")
FIRST, PAD, LAST, UNKNOWN = 0, 1, 2, 3
LONGEST_LINE = 16


@dataclass(slots=True)
class SmallImage:
    """Sizes and tensors; `data()` writes them down."""

    size: int
    heads: int
    inner: int
    layers: int
    seed: int = 7
    tensors: dict[str, Floats] = field(default_factory=dict)
    scales: dict[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        draw = np.random.default_rng(self.seed)
        size, inner = self.size, self.inner
        self._stored("emb.word", draw, len(PIECES), size)
        self.tensors |= {"emb.pos": self._plain(draw, LONGEST_LINE * size), "emb.type": self._plain(draw, 2 * size)}
        self._norm("emb.ln", draw)
        for layer in range(self.layers):
            for name, rows, width in (("q", size, size), ("k", size, size), ("v", size, size), ("ao", size, size),
                                      ("fi", inner, size), ("fo", size, inner)):  # fmt: skip
                self._stored(f"l{layer}.{name}.w", draw, rows, width)
                self.tensors[f"l{layer}.{name}.b"] = self._plain(draw, rows)
            self._norm(f"l{layer}.aln", draw)
            self._norm(f"l{layer}.oln", draw)

    def _plain(self, draw: np.random.Generator, count: int) -> Floats:
        return draw.normal(0, 0.1, count).astype(np.float32)

    def _norm(self, name: str, draw: np.random.Generator) -> None:
        self.tensors[f"{name}.w"] = draw.uniform(0.5, 1.5, self.size).astype(np.float32)
        self.tensors[f"{name}.b"] = self._plain(draw, self.size)

    def _stored(self, name: str, draw: np.random.Generator, rows: int, width: int) -> None:
        """Numbers that four bits hold exactly: -8 to 7 times a power of two for each block."""
        scales = np.exp2(draw.integers(-6, -4, (rows, width // 32, 1)).astype(np.float32))
        whole = draw.integers(-8, 8, (rows, width // 32, 32)).astype(np.float32) * scales
        self.scales[name] = scales
        self.tensors[name] = whole.reshape(rows, width).astype(np.float32)

    def data(self) -> bytes:
        blob = [piece.encode() for piece in PIECES]
        ends = np.cumsum([0, *map(len, blob)]).astype("<u4")
        scores = np.array([-1.0 - 0.5 * (len(piece) < 3) for piece in PIECES], dtype="<f4")
        head = b"E5S1" + struct.pack("<I", 1)
        head += struct.pack("<7i", self.size, self.layers, self.heads, self.inner, len(PIECES), LONGEST_LINE, 2)
        head += struct.pack("<fi", 1e-12, 32) + struct.pack("<5i", len(PIECES), FIRST, LAST, PAD, UNKNOWN)
        head += struct.pack("<Q", sum(map(len, blob))) + ends.tobytes() + scores.tobytes() + b"".join(blob)
        level = struct.pack("<IBI", ord("P"), 1, ord("p"))
        head += struct.pack("<iI", 1, len(level)) + level
        body = {name: self._written(name, values) for name, values in self.tensors.items()}
        start = len(head) + 4 + sum(2 + len(name) + 21 for name in body)
        directory = struct.pack("<i", len(body))
        for name, raw in body.items():
            directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, start, len(raw))
            start += len(raw)
        return head + directory + b"".join(body.values())

    def _written(self, name: str, values: Floats) -> bytes:
        if values.ndim == 1:
            return values.tobytes()
        scales = self.scales[name].reshape(-1, 1)
        numbers = (values.reshape(-1, 32) / scales + 8).astype(np.uint8)
        halves = numbers[:, :16] | (numbers[:, 16:] << 4)
        return np.concatenate([scales.astype("<f2").view(np.uint8), halves], axis=1).tobytes()

    def by_hand(self, numbers: list[int]) -> list[Floats]:
        """Give the vectors after each layer, summed in full precision."""
        take = self.tensors
        line = take["emb.word"][numbers] + take["emb.pos"].reshape(-1, self.size)[: len(numbers)]
        line = self._levelled(line + take["emb.type"][: self.size], "emb.ln")
        told = []
        for layer in range(self.layers):
            line = self._layer(f"l{layer}.", line)
            told.append(line)
        return told

    def _layer(self, at: str, line: Floats) -> Floats:
        def product(name: str, given: Floats) -> Floats:
            return given @ self.tensors[f"{at}{name}.w"].T + self.tensors[f"{at}{name}.b"]

        def parted(given: Floats) -> Floats:
            return given.reshape(len(given), self.heads, -1).transpose(1, 0, 2)

        asks, keys, values = (parted(product(name, line)) for name in "qkv")
        weights = np.exp(asks @ keys.transpose(0, 2, 1) / np.sqrt(self.size / self.heads))
        seen = (weights / weights.sum(axis=2, keepdims=True)) @ values
        line = self._levelled(line + product("ao", seen.transpose(1, 0, 2).reshape(line.shape)), f"{at}aln")
        wide = product("fi", line)
        bent = wide * 0.5 * (1.0 + _erf(wide / np.sqrt(2.0)))
        return self._levelled(line + product("fo", bent.astype(np.float32)), f"{at}oln")

    def _levelled(self, line: Floats, name: str) -> Floats:
        moved = line - line.mean(axis=1, keepdims=True)
        made = moved / np.sqrt(moved.var(axis=1, keepdims=True) + 1e-12)
        found: Floats = (made * self.tensors[f"{name}.w"] + self.tensors[f"{name}.b"]).astype(np.float32)
        return found


def _erf(values: Floats) -> Floats:
    """Abramowitz and Stegun 7.1.26: within 1.5e-7."""
    near = 1.0 / (1.0 + 0.3275911 * np.abs(values))
    sums = near * (
        0.254829592 + near * (-0.284496736 + near * (1.421413741 + near * (-1.453152027 + near * 1.061405429)))
    )
    found: Floats = np.sign(values) * (1.0 - sums * np.exp(-values * values))
    return found
