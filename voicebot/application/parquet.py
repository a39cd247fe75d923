"""Apache Parquet, only written and only what an export needs: flat rows, plain encoding, no compression.

Every column may be null. One row group for each batch, so that a long export never lies in memory as a whole. The
format: parquet-format's `parquet.thrift` (version 1 data pages) in Thrift's compact protocol.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

MAGIC: Final = b"PAR1"
MADE_BY: Final = "voicebot"
_PLAIN, _RLE = 0, 3
_OPTIONAL: Final = 1
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
Field = tuple[int, int, Any]
"""Thrift: id, type, value; a struct's value is its fields, a list's the pair of element type and values."""


class Kind(Enum):
    """A column's type: Parquet's physical one, and how it is to be read where that does not tell."""

    BOOLEAN = (0, None)
    INTEGER = (2, None)
    NUMBER = (5, None)
    TEXT = (6, 0)
    INSTANT = (2, 9)
    """Milliseconds since 1970 in UTC."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    name: str
    kind: Kind
    offset: int
    size: int
    values: int


class ParquetFile:
    """Gives the bytes of a file piece by piece: `begin`, any number of `rows`, `end`."""

    def __init__(self, columns: Mapping[str, Kind]) -> None:
        self._columns = dict(columns)
        self._groups: list[tuple[list[_Chunk], int]] = []
        self._at = len(MAGIC)

    def begin(self) -> bytes:
        return MAGIC

    def rows(self, batch: Sequence[Mapping[str, Any]]) -> bytes:
        """Write one row group; none for no rows.

        Raises:
            KeyError: a row lacks a column.
        """
        if not batch:
            return b""
        out, chunks = bytearray(), []
        for name, kind in self._columns.items():
            page = _page(kind, [row[name] for row in batch])
            chunks.append(_Chunk(name, kind, self._at + len(out), len(page), len(batch)))
            out += page
        self._groups.append((chunks, len(batch)))
        self._at += len(out)
        return bytes(out)

    def end(self) -> bytes:
        root: list[Field] = [(4, _BINARY, "rows"), (5, _I32, len(self._columns))]
        footer = _struct(
            [
                (1, _I32, 1),
                (2, _LIST, (_STRUCT, [root, *(_column(name, kind) for name, kind in self._columns.items())])),
                (3, _I64, sum(count for _, count in self._groups)),
                (4, _LIST, (_STRUCT, [_group(chunks, count) for chunks, count in self._groups])),
                (6, _BINARY, MADE_BY),
            ]
        )
        return footer + struct.pack("<I", len(footer)) + MAGIC


def _column(name: str, kind: Kind) -> list[Field]:
    physical, read_as = kind.value
    fields: list[Field] = [(1, _I32, physical), (3, _I32, _OPTIONAL), (4, _BINARY, name)]
    return fields if read_as is None else [*fields, (6, _I32, read_as)]


def _group(chunks: list[_Chunk], rows: int) -> list[Field]:
    size = sum(chunk.size for chunk in chunks)
    return [(1, _LIST, (_STRUCT, [_chunk(each) for each in chunks])), (2, _I64, size), (3, _I64, rows)]


def _chunk(chunk: _Chunk) -> list[Field]:
    about: list[Field] = [
        (1, _I32, chunk.kind.value[0]),
        (2, _LIST, (_I32, [_PLAIN, _RLE])),
        (3, _LIST, (_BINARY, [chunk.name])),
        (4, _I32, 0),
        (5, _I64, chunk.values),
        (6, _I64, chunk.size),
        (7, _I64, chunk.size),
        (9, _I64, chunk.offset),
    ]
    return [(2, _I64, chunk.offset), (3, _STRUCT, about)]


def _page(kind: Kind, values: Sequence[Any]) -> bytes:
    there = [value for value in values if value is not None]
    levels = _bits(value is not None for value in values)
    # One bit-packed run of eights, RLE/bit-packing hybrid: whether each value is there.
    run = _varint(len(levels) << 1 | 1) + levels
    body = struct.pack("<I", len(run)) + run + _ENCODE[kind](there)
    about: list[Field] = [(1, _I32, len(values)), (2, _I32, _PLAIN), (3, _I32, _RLE), (4, _I32, _RLE)]
    header = _struct([(1, _I32, 0), (2, _I32, len(body)), (3, _I32, len(body)), (5, _STRUCT, about)])
    return header + body


def _bits(flags: Iterable[bool]) -> bytes:
    """Pack eight to a byte, the first in the lowest bit."""
    text = "".join("1" if flag else "0" for flag in flags)
    return int(text[::-1] or "0", 2).to_bytes((len(text) + 7) // 8, "little")


def _texts(values: Sequence[Any]) -> bytes:
    out = bytearray()
    for value in values:
        raw = str(value).encode("utf-8", "replace")
        out += struct.pack("<I", len(raw)) + raw
    return bytes(out)


def _instants(values: Sequence[datetime]) -> bytes:
    return struct.pack(f"<{len(values)}q", *((value - _EPOCH) // _MS for value in values))


_ENCODE: Final[dict[Kind, Callable[[Sequence[Any]], bytes]]] = {
    Kind.BOOLEAN: _bits,
    Kind.INTEGER: lambda values: struct.pack(f"<{len(values)}q", *values),
    Kind.NUMBER: lambda values: struct.pack(f"<{len(values)}d", *values),
    Kind.TEXT: _texts,
    Kind.INSTANT: _instants,
}


def _struct(fields: Sequence[Field]) -> bytes:
    out, last = bytearray(), 0
    for number, kind, value in fields:
        # Ids here are never more than fifteen apart, so the short form does.
        out.append((number - last) << 4 | kind)
        out += _value(kind, value)
        last = number
    return bytes(out) + b"\x00"


def _value(kind: int, value: Any) -> bytes:
    if kind == _STRUCT:
        return _struct(value)
    if kind == _BINARY:
        raw = str(value).encode()
        return _varint(len(raw)) + raw
    if kind == _LIST:
        element, values = value
        short = len(values) < 15
        head = bytes([len(values) << 4 | element]) if short else bytes([0xF0 | element]) + _varint(len(values))
        return head + b"".join(_value(element, each) for each in values)
    # Zigzag: small numbers of either sign stay short.
    number = int(value)
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
