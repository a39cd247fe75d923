"""All entities of a line: each reader offers what it sees, and the most specific reading of a span wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.amounts_aside import without_told_amounts
from voicebot.understanding.births import once
from voicebot.understanding.booleans import booleans
from voicebot.understanding.dates import dates, named_day
from voicebot.understanding.day_parts import without_vague
from voicebot.understanding.days_aside import in_one_month, without_asides
from voicebot.understanding.days_bounded import with_bounds
from voicebot.understanding.days_counted import counted
from voicebot.understanding.days_joined import join_days
from voicebot.understanding.documents import dictated, dictates_at_length, written
from voicebot.understanding.emails import emails
from voicebot.understanding.hours_aside import without_told_hours
from voicebot.understanding.money import NOT_EVEN, instalments, money, percents
from voicebot.understanding.normalise import Line
from voicebot.understanding.numbers import plain
from voicebot.understanding.sketch import Sketch, draw, words
from voicebot.understanding.spans import Context, Found, found, settle
from voicebot.understanding.stretches import months, stretches
from voicebot.understanding.times import times
from voicebot.understanding.withdrawn import Reading, stand

_NOT_ONE: Final = re.compile(r" (?:real|reais|centavo|tostao)\b")
_ORDINAL: Final = re.compile(r"[ºª]|[oaOA]\b")
_ALONE: Final = words(r"(?P<n>§)")


def entities(line: Line, context: Context, calendar: BusinessCalendar) -> tuple[Entity, ...]:
    """Read every entity of a line, in its order, without those that the caller takes back."""
    return read(line, context, calendar).entities


def read(line: Line, context: Context, calendar: BusinessCalendar) -> Reading:
    """Read a line's entities, and which kinds were named only to be refused."""
    sketch = draw(line, dictation=context.document, dated=context.birth or context.day)
    if not context.amount and _proves(sketch, context):
        context = replace(context, proving=True, expecting=None if context.day else context.expecting)
    items = settle(_batches(line, sketch, context, calendar))
    items = without_told_amounts(line.folded, items)
    today = context.at.date()
    timed = without_told_hours(line.folded, without_vague(items))
    days = without_asides(line, counted(line, once(timed)), today)
    joined = in_one_month(line.raw, join_days(line, days, today), today)
    return stand(line.folded, with_bounds(line.folded, joined, today))


def _batches(line: Line, sketch: Sketch, context: Context, calendar: BusinessCalendar) -> Iterator[list[Found]]:
    yield list(emails(line))
    yield list(written(line.folded, line.raw))
    if context.document or dictates_at_length(sketch):
        yield list(dictated(sketch, context))
    yield list(percents(sketch))
    spans = list(instalments(sketch, context))
    if context.birth or context.day:
        yield list(times(sketch, context)) if context.day else []
        yield list(stretches(sketch, context)) if context.day else []
        yield list(dates(sketch, context, calendar))
    yield spans
    yield list(times(sketch, context))
    yield list(stretches(sketch, context))
    yield list(dates(sketch, context, calendar))
    if not context.amount:
        yield list(dictated(sketch, context))
    yield list(money(sketch, context))
    yield list(dictated(sketch, context))
    yield list(months(sketch, context))
    yield list(_numbers(sketch))
    yield list(booleans(sketch))


def _proves(sketch: Sketch, context: Context) -> bool:
    """Whether digits of a document stand in the line; where a day was asked for, only spelled beside a birthday."""
    if context.document:
        return True
    if context.day and not named_day(sketch):
        return False
    return any(item.entity.type is EntityType.CPF for item in dictated(sketch, context))


def _numbers(sketch: Sketch) -> Iterator[Found]:
    """What is left of the numbers; a lone "um" inside a sentence is an article."""
    for match in sketch.find(_ALONE):
        number = sketch.number(match, "n")
        if number and _ORDINAL.match(sketch.raw, number.end):
            continue
        if number and number.value == 1 and _NOT_ONE.match(sketch.text, match.end()):
            if NOT_EVEN.search(sketch.text[: match.start()]):
                continue
        if number and (not number.article or sketch.text == match.group()):
            yield found(EntityType.NUMBER, sketch.raw, (number.start, number.end), plain(number.value))
