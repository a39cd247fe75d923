"""Scores spoken days and hours in pt-BR against a list, by rules agreed before any list was read.

A list is tab-separated: now, expecting, text, type, value, low, high and, where two readings are fair, a mark in an
eighth column; lines that begin with `#` are notes. A row is right when value, low and high all agree. "Até X" given as
the single day X is the same as the range from today to X; an open bound may be a day off, for "depois do dia dez" is
the tenth to some and the eleventh to others. Marked rows are counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from evaluation.benchmarks.distribution import rate
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType

_TIMED: Final = frozenset({EntityType.DATE, EntityType.TIME})
_COLUMNS: Final = 7
_NONE: Final = frozenset({"", "-"})

Read = Callable[[str, Asks | Phase | None, datetime], Sequence[Entity]]


class DateListInvalid(Exception):
    """A list of spoken dates has a row that cannot be read."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a day or an hour was taken for; all None where only an event will tell."""

    value: str | None
    low: str | None
    high: str | None

    @property
    def known(self) -> bool:
        return bool(self.value or self.low or self.high)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `kind` is None where nothing is a day or an hour."""

    now: datetime
    expecting: Asks | Phase | None
    text: str
    kind: EntityType | None
    wanted: Span
    disputed: bool


@dataclass(frozen=True, slots=True)
class DateScore:
    """Agreed rows and disputed rows with their rates; `wrong` are the agreed rows that failed."""

    agreed: dict[str, float] | None
    disputed: dict[str, float] | None
    wrong: tuple[tuple[Row, tuple[Span, ...]], ...]


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a list.

    Raises:
        DateListInvalid: a row has too few columns, or its instant or question is unknown.
        OSError: the file cannot be read.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#") and not line.startswith("now\t"):
            try:
                rows.append(_row(line))
            except ValueError as error:
                reason = "expected now, expecting, text, type, value, low, high; mend the row"
                raise DateListInvalid(f"{path.name}, line {number}: {reason}: {error}") from error
    return tuple(rows)


def score(rows: Iterable[Row], read: Read) -> DateScore:
    """Read every row and judge it."""
    agreed: list[bool] = []
    disputed: list[bool] = []
    wrong: list[tuple[Row, tuple[Span, ...]]] = []
    for row in rows:
        given = spans(row, read(row.text, row.expecting, row.now))
        right = is_right(row, given)
        (disputed if row.disputed else agreed).append(right)
        if not right and not row.disputed:
            wrong.append((row, given))
    return DateScore(rate(sum(agreed), len(agreed)), rate(sum(disputed), len(disputed)), tuple(wrong))


def spans(row: Row, entities: Iterable[Entity]) -> tuple[Span, ...]:
    """Give the distinct readings of the row's kind, in the order of the line; of either kind where none is wanted."""
    kinds = _TIMED if row.kind is None else frozenset({row.kind})
    found = (Span(each.value, each.low, each.high) for each in entities if each.type in kinds)
    return tuple(dict.fromkeys(found))


def is_right(row: Row, given: Sequence[Span]) -> bool:
    """Judge a row: one reading, that is the wanted one; where none is wanted, none that names a day."""
    known = [span for span in given if span.known]
    if not row.wanted.known:
        return not known
    return len(known) == 1 and _same(row, row.wanted, known[0])


def as_json(result: DateScore) -> dict[str, Any]:
    return {"dates": result.agreed, "dates_disputed": result.disputed}


def _same(row: Row, wanted: Span, given: Span) -> bool:
    if wanted == given:
        return True
    if row.kind is not EntityType.DATE:
        return False
    today = row.now.date().isoformat()
    for one, two in ((wanted, given), (given, wanted)):
        if one.value and two == Span(None, today, one.value):
            return True
    opened = bool(wanted.low) != bool(wanted.high)
    return (
        opened
        and not wanted.value
        and not given.value
        and _near(wanted.low, given.low)
        and _near(wanted.high, given.high)
    )


def _near(one: str | None, two: str | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(date.fromisoformat(one) - date.fromisoformat(two)).days <= 1


def _row(line: str) -> Row:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) < 4:
        raise ValueError(f"{len(cells)} columns")
    cells += [""] * (_COLUMNS + 1 - len(cells))
    now, expecting, text, kind, value, low, high, disputed = cells[: _COLUMNS + 1]
    return Row(
        datetime.fromisoformat(now),
        _question(expecting),
        text,
        None if kind in _NONE else EntityType(kind),
        Span(_cell(value), _cell(low), _cell(high)),
        disputed not in _NONE,
    )


def _question(name: str) -> Asks | Phase | None:
    if name in _NONE:
        return None
    return Asks(name) if name in {each.value for each in Asks} else Phase(name)


def _cell(text: str) -> str | None:
    return None if text in _NONE else text
