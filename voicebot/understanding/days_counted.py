"""Days told from another of the line: "véspera do feriado do dia vinte", "recebo dia trinta, pago no dia seguinte"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.normalise import Line
from voicebot.understanding.spans import Found

_COUNT: Final = r"(?P<n>um|1|dois|2|tres|3|quatro|4|cinco|5|uns dois|uns tres)"
_NUMBERS: Final = {"um": 1, "dois": 2, "tres": 3, "quatro": 4, "cinco": 5}
_EVE: Final = re.compile(
    r"\b(?:vespera|um dia antes|1 dia antes|dia anterior)(?: d[eoa]| [aá])?(?: feriado d[eoa])?\s*$"
)
_NEXT: Final = re.compile(r"\b(?:no )?dia seguinte(?: d[eoa]| a[o]?)?(?: feriado d[eoa])?\s*$")
_AFTER: Final = re.compile(
    rf"\b{_COUNT} dias? depois d[eoa]s?(?: (?:meu|minha|o|a))?(?: \w+)?(?:,? que (?:e|cai))?(?: [oa])?\s*$"
)
_WEEK_OF: Final = re.compile(r"\bsemana d[eoa]\s*$")
_WORKING_WEEK: Final = timedelta(days=4)
_THEN: Final = re.compile(
    rf"[^.!?;]{{0,40}}?\b(?:(?P<next>(?:no )?dia seguinte|no outro dia|um dia depois)|"
    rf"{_COUNT} dias? (?P<way>depois|antes))"
    r"(?= *(?:$|[,.!?;]|eu\b|pago|acerto|ja))"
)


def counted(line: Line, items: Sequence[Found]) -> tuple[Found, ...]:
    """Move each single day to the one that is told from it; other items stay as they are."""
    moved: list[Found] = []
    for item in items:
        ends = [each.end for each in moved if each.entity.type is EntityType.DATE]
        moved.append(_counted(line, item, ends[-1] if ends else 0))
    # What counted from a day and was read for itself too ("um dia") has been told.
    return tuple(each for each in moved if not _within(each, moved))


def _counted(line: Line, item: Found, start: int) -> Found:
    value = item.entity.value
    if item.entity.type is not EntityType.DATE or value is None or value.startswith("--"):
        return item
    head = line.folded[start : item.start]
    for lead, shift in ((_EVE.search(head), -1), (_NEXT.search(head), 1), (_AFTER.search(head), None)):
        if lead:
            days = _number(lead["n"]) if shift is None else shift
            return _shifted(line, item, days, start + lead.start(), item.end)
    if told := _THEN.match(line.folded, item.end):
        days = 1 if told["next"] else _number(told["n"]) * (-1 if told["way"] == "antes" else 1)
        return _shifted(line, item, days, item.start, max(told.end(), item.end))
    if lead := _WEEK_OF.search(head):
        return _week_of(line, item, start + lead.start())
    return item


def _week_of(line: Line, item: Found, start: int) -> Found:
    """Give the working days of the week in which a day lies: "na semana do dia vinte"."""
    day = date.fromisoformat(item.entity.value or "")
    monday = day - timedelta(days=day.weekday())
    low, high = monday.isoformat(), (monday + _WORKING_WEEK).isoformat()
    text = line.raw[start : item.end]
    return Found(replace(item.entity, text=text, value=None, low=low, high=high), start, item.end)


def _number(word: str) -> int:
    word = word.removeprefix("uns ")
    return int(word) if word.isdigit() else _NUMBERS[word]


def _shifted(line: Line, item: Found, days: int, start: int, end: int) -> Found:
    day = date.fromisoformat(item.entity.value or "") + timedelta(days=days)
    return Found(replace(item.entity, text=line.raw[start:end], value=day.isoformat()), start, end)


def _within(item: Found, others: Sequence[Found]) -> bool:
    return any(other is not item and other.start <= item.start and item.end <= other.end for other in others)
