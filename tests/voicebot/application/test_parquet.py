from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.parquet import MAGIC, Kind, ParquetFile

COLUMNS = {
    "id": Kind.TEXT,
    "at": Kind.INSTANT,
    "ok": Kind.BOOLEAN,
    "score": Kind.INTEGER,
    "share": Kind.NUMBER,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"id": "á", "at": datetime(2026, 11, 23, 12, tzinfo=UTC), "ok": True, "score": -5, "share": 0.5},
    {"id": None, "at": None, "ok": None, "score": None, "share": None},
    {"id": "=1+1", "at": EPOCH, "ok": False, "score": 100, "share": 1e9},
] * 4
READ_BY_PYARROW = "3faeae7ff91861e31cb0f50f66bdf50d50e654669a0df4497229068385deab84"
"""SHA-256 of these rows' file as pyarrow read it, types and nulls and all; see the test for what it read."""


def written(*batches: list[dict[str, Any]]) -> bytes:
    file = ParquetFile(COLUMNS)
    return file.begin() + b"".join(file.rows(batch) for batch in batches) + file.end()


@dataclass(slots=True)
class Reader:
    """Reads Thrift's compact protocol, whatever it says."""

    raw: bytes
    at: int = 0

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.raw[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def take(self, size: int) -> bytes:
        self.at += size
        return self.raw[self.at - size : self.at]

    def struct(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        number = 0
        while head := self.take(1)[0]:
            number += head >> 4
            found[number] = self.value(head & 15)
        return found

    def value(self, kind: int) -> Any:
        if kind == 12:
            return self.struct()
        if kind == 8:
            return self.take(self.varint())
        if kind == 9:
            head = self.take(1)[0]
            size = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(size)]
        number = self.varint()
        return number >> 1 ^ -(number & 1)


def read(raw: bytes) -> list[dict[str, Any]]:
    assert raw[:4] == raw[-4:] == MAGIC
    (size,) = struct.unpack("<I", raw[-8:-4])
    footer = Reader(raw[-8 - size : -8]).struct()
    names = [each[4].decode() for each in footer[2][1:]]
    rows: list[dict[str, Any]] = []
    for group in footer[4]:
        columns = [list(column(raw, chunk[3], COLUMNS[name])) for name, chunk in zip(names, group[1], strict=True)]
        rows += [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    assert footer[3] == len(rows)
    return rows


def column(raw: bytes, about: dict[int, Any], kind: Kind) -> Iterator[Any]:
    reader = Reader(raw, about[9])
    header = reader.struct()
    assert header[2] == header[3] == about[9] + about[7] - reader.at
    (size,) = struct.unpack("<I", reader.take(4))
    levels = Reader(reader.take(size))
    groups = levels.varint() >> 1
    bits = int.from_bytes(levels.take(groups), "little")
    there = [bool(bits >> n & 1) for n in range(header[5][1])]
    flags = int.from_bytes(raw[reader.at : reader.at + len(there) // 8 + 1], "little")
    seen = 0
    for each in there:
        if not each:
            yield None
            continue
        if kind is Kind.BOOLEAN:
            yield bool(flags >> seen & 1)
        elif kind is Kind.TEXT:
            yield reader.take(struct.unpack("<I", reader.take(4))[0]).decode()
        elif kind is Kind.NUMBER:
            yield struct.unpack("<d", reader.take(8))[0]
        else:
            (number,) = struct.unpack("<q", reader.take(8))
            yield EPOCH + timedelta(milliseconds=number) if kind is Kind.INSTANT else number
        seen += 1


instants = st.integers(-(10**12), 10**13).map(lambda ms: EPOCH + timedelta(milliseconds=ms))
rows = st.fixed_dictionaries(
    {
        "id": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        "at": st.none() | instants,
        "ok": st.none() | st.booleans(),
        "score": st.none() | st.integers(-(2**63), 2**63 - 1),
        "share": st.none() | st.floats(allow_nan=False),
    }
)


@given(st.lists(st.lists(rows, max_size=20), max_size=3))
def test_what_is_written_is_read_back(batches: list[list[dict[str, Any]]]) -> None:
    assert read(written(*batches)) == [row for batch in batches for row in batch]


def test_the_file_is_the_one_that_pyarrow_has_read() -> None:
    """A change of one byte calls for reading it with a real reader again."""
    assert hashlib.sha256(written(ROWS, ROWS[:1])).hexdigest() == READ_BY_PYARROW
