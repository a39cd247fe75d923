"""Birth dates as they are dictated: "doze do três de sessenta e dois", "zero cinco, zero nove, 94", "120380"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.calendar_words import MONTH, full_year, month_of, valid
from voicebot.understanding.normalise import PLACEHOLDER
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Found, found

_PIECE: Final = rf"(?:§(?: º| o(?= d))?|primeir[oa]|{MONTH})"
_JOINT: Final = r"(?: (?:[,/.-]|d[eo]|e|o|em|barra|traco|ponto|mes|dia|ano|no|numero))*"
_RUN: Final = words(rf"(?:dia )?{_PIECE}(?:{_JOINT} {_PIECE})*")
_EVERY: Final = re.compile(r"§ em §")
"""As in "de quatro em quatro anos"."""
_PIECES: Final = re.compile(rf"(?<!\S)(?:§|primeir[oa]|{MONTH})(?!\S)")
_YEAR_MENDED: Final = words(
    r"(?:[,.…] )*(?:nao|digo|alias|quer dizer|ou melhor|minto|perdao|desculpa)(?: [,.…])*(?: e)?(?: d[eo])?(?: ano)?"
    r"(?: de)? (?P<y>§)(?! d[eo] )"
)
_NEAR: Final = re.compile(r"\b(?:hoje|ontem|anteontem|amanh[ãa])\b", re.I)
"""Of this year, so that no year of birth is told by them: "vinte e dois do onze, foi ontem"."""
_CENTURIES: Final = frozenset({19, 20})
_FIRST_YEARS: Final = 2
_LAST_MONTH: Final = 10
_LAST_DAY: Final = 31
_YOUNGEST: Final = 12
"""Years: whoever is younger owes nothing and is not asked."""
_ASKED: Final = frozenset({Asks.BIRTH_DATE, Asks.BIRTH_DAY_MONTH})

Piece = int | str
"""A number as said, or a month's name."""


def born(entities: Sequence[Entity], expecting: Asks | Phase | None, at: datetime) -> tuple[Entity, ...]:
    """Take the value from what can be no birthday: "dia vinte e três" has no month, and nobody asked was born lately.

    That something like a date was said stays, so that it is asked for again rather than judged.
    """
    if expecting not in _ASKED:
        return tuple(entities)
    return tuple(_never_born(each, at.date()) for each in entities)


def once(items: Sequence[Found]) -> tuple[Found, ...]:
    """Leave out a birthday whose whole date stands in the line: "doze de outubro de noventa, no dia das crianças"."""
    dated = [item for item in items if item.entity.type is EntityType.DATE and not _NEAR.search(item.entity.text)]
    days = [item.entity.value or "" for item in dated]
    whole = {f"-{day[4:]}" for day in days if not day.startswith("--")}
    return tuple(item for item in items if item.entity.type is not EntityType.DATE or item.entity.value not in whole)


def _never_born(entity: Entity, today: date) -> Entity:
    if entity.type is not EntityType.DATE or (entity.value is not None and _is_birth(entity.value, today)):
        return entity
    return replace(entity, value=None, low=None, high=None)


def _is_birth(value: str, today: date) -> bool:
    return value.startswith("--") or date.fromisoformat(value).year <= today.year - _YOUNGEST


def births(sketch: Sketch, today: date, *, start_at: int = 0) -> Iterator[Found]:
    """Give each birth date from an offset of the sketch on, with its year ("1962-03-12") or without ("--03-12")."""
    for match in _RUN.finditer(sketch.text, start_at):
        if _EVERY.fullmatch(match.group()):
            continue
        pieces = _pieces(sketch, match)
        if len(pieces) == 2 and sketch.text[: match.start()].endswith("mes ") and " dia " in match.group():
            pieces.reverse()  # "mês três, dia onze"
        value = _read(pieces, today)
        if value is None:
            continue
        start, end = sketch.span(match)
        mended = _YEAR_MENDED.match(sketch.text, match.end() + 1)
        year = sketch.number(mended, "y") if mended else None
        if mended and year and _LAST_DAY < year.value:
            value = _with_year(value, int(year.value), today) or value
            end = sketch.span(mended)[1]
        yield found(EntityType.DATE, sketch.raw, (start, end), value)


def _pieces(sketch: Sketch, match: re.Match[str]) -> list[Piece]:
    """Give the numbers and months of a run; "zero cinco" is five, digits keyed in one go come apart."""
    dialled = _dialled(sketch, match)
    if dialled:
        return dialled
    pieces: list[Piece] = []
    nought = False
    for part in _PIECES.finditer(sketch.text, match.start(), match.end()):
        word = part.group()
        if word != PLACEHOLDER:
            pieces.append(1 if word.startswith("primeir") else word)
            continue
        number = sketch.numbers[part.start()]
        if number.value != number.value.to_integral_value():
            return []
        if len(number.digits) in {6, 8} and number.digits.isdigit() and not pieces:
            digits = number.digits
            pieces += [int(digits[:2]), int(digits[2:4]), int(digits[4:])]
        elif number.digits == "0" and not nought:
            nought = True
            continue
        elif nought and 1900 <= number.value < 2000:
            pieces += [1, int(number.value)]  # "zero um mil novecentos": the month's one went to the thousand
        elif nought and 1000 * _FIRST_YEARS <= number.value < 1000 * _LAST_MONTH:
            month, tail = divmod(int(number.value), 1000)  # "zero oito mil novecentos"
            pieces += [month, 1000 + tail]
        elif nought and number.value > 9:
            return []
        else:
            pieces.append(int(number.value))
        nought = False
    return _keyed(pieces)


def _dialled(sketch: Sketch, match: re.Match[str]) -> list[Piece]:
    """Read digits said one by one ("um dois zero três oito zero") as two, two and the rest."""
    marks = [at for at in range(match.start(), match.end()) if sketch.text[at] == PLACEHOLDER]
    digits = "".join(sketch.numbers[at].digits for at in marks)
    if len(digits) != len(marks) or len(digits) not in {4, 6, 8} or not digits.isdigit():
        return []
    if re.search(r"[a-z]{2}", match.group()):
        return []
    if len(digits) == 4 and not valid(2000, int(digits[2:]), int(digits[:2])):
        return []
    return [int(digits[:2]), int(digits[2:4]), *([int(digits[4:])] if digits[4:] else [])]


def _keyed(pieces: list[Piece]) -> list[Piece]:
    """Split "1203" into its day and month, and the "três mil novecentos" of "doze do três mil novecentos e oitenta"."""
    if len(pieces) == 1 and isinstance(pieces[0], int) and 100 < pieces[0] <= 3112:
        return list(divmod(pieces[0], 100))
    if len(pieces) == 2 and isinstance(pieces[1], int) and pieces[1] // 1000 in range(3, 13):
        month, tail = divmod(pieces[1], 1000)
        return [pieces[0], month, 1000 + tail]
    return pieces


def _read(pieces: Sequence[Piece], today: date) -> str | None:
    """Read day, month and year; "vinte dois oitenta" is the twentieth of February where no 22/80 can be."""
    if len(pieces) < 2 or not isinstance(pieces[0], int):
        return None
    day, rest = pieces[0], pieces[1:]
    value = _date(day, rest[0], rest[1:], today)
    if value is None and 20 < day <= 39 and day % 10:
        value = _date(day - day % 10, day % 10, rest, today)
    return value


def _date(day: int, second: Piece, rest: Sequence[Piece], today: date) -> str | None:
    month = second if isinstance(second, int) else month_of(second)
    if not rest:
        return f"--{month:02d}-{day:02d}" if valid(2000, month, day) else None
    year = _year([each for each in rest if isinstance(each, int)])
    if year is None or len(rest) > 4:
        return None
    known = valid(full_year(year, today, birth=True), month, day)
    return known.isoformat() if known and known <= today else None


def _year(parts: Sequence[int]) -> int | None:
    """Give a year from its parts: [62], [6, 2], [19, 62], [19, 6, 2], [1, 9, 6, 2], [1962]; None for no year."""
    if not parts or any(part < 0 for part in parts):
        return None
    if len(parts) > 1 and parts[0] in _CENTURIES:
        tail = _year(parts[1:])
        return parts[0] * 100 + tail if tail is not None and tail < 100 else None
    if all(part < 10 for part in parts):
        year = int("".join(str(part) for part in parts))
        return year if len(parts) in {1, 2} or 1900 <= year <= 2100 else None
    if len(parts) > 1:
        return None
    return parts[0] if parts[0] < 100 or 1900 <= parts[0] <= 2100 else None


def _with_year(value: str, year: int, today: date) -> str | None:
    month, day = int(value[-5:-3]), int(value[-2:])
    known = valid(full_year(year, today, birth=True), month, day)
    return known.isoformat() if known else None
