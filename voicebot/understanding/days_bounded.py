"""A bound beside the day or the month that it narrows: "segunda depois do natal", "mês que vem, depois do dia dez"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from voicebot.domain.meaning import Entity
from voicebot.understanding.calendar_words import WEEKDAY, day_of_month, last_weekday, next_weekday, valid
from voicebot.understanding.spans import Found, is_day

_FEW: Final = 7
"""Days of a stretch that a bound beside it only explains: "depois do dia vinte, entre vinte e dois e vinte e cinco"."""
_BESIDE: Final = re.compile(
    r"[\s,.…-]*(?:(?:la|n[oa]|so|logo|bem|ai|entao|e|pr[oa]|pel[oa]|ali|mas|pode ser|seria|bem)\s+)*"
)
_ONLY_DAY: Final = re.compile(r"(?:n?o )?dia (?:\d{1,2}|[a-z]+(?: e [a-z]+)?)")
_ONLY_WEEKDAY: Final = re.compile(
    rf"(?:(?:n?[oa]|(?:n?ess|n?est)[ae]|pr[oa]) )?(?:primeir[ao] )?(?:{WEEKDAY})(?: feira)?"
)


def with_bounds(folded: str, items: Sequence[Found], today: date) -> tuple[Found, ...]:
    """Join each bound with the day or the stretch next to it; what does not fit stays apart."""
    joined: list[Found] = []
    for item in items:
        last = joined[-1] if joined else None
        both = _both(folded, last, item, today) if last else None
        if both:
            joined[-1] = both
        else:
            joined.append(item)
    return tuple(joined)


def _both(folded: str, one: Found, two: Found, today: date) -> Found | None:
    if not (is_day(one.entity) and is_day(two.entity) and _BESIDE.fullmatch(folded, one.end, two.start)):
        return None
    for day, bound in ((one, two), (two, one)):
        if _is_bound(bound.entity, today) and (met := _met(folded, day, bound.entity, today)):
            return Found(replace(met, text=f"{one.entity.text} {two.entity.text}"), one.start, two.end)
    return None


def _is_bound(entity: Entity, today: date) -> bool:
    """Whether it says only "from" or only "until"; "antes do natal" begins today."""
    if entity.value:
        return False
    return bool(entity.low) != bool(entity.high) or (entity.low == today.isoformat() and bool(entity.high))


def _met(folded: str, day: Found, bound: Entity, today: date) -> Entity | None:
    entity = day.entity
    after = bound.high is None
    edge = date.fromisoformat((bound.low if after else bound.high) or "")
    if entity.value:
        named = date.fromisoformat(entity.value)
        if _ONLY_WEEKDAY.fullmatch(folded[day.start : day.end]):
            named = (
                next_weekday(edge, named.weekday())
                if after
                else last_weekday(edge + timedelta(days=1), named.weekday())
            )
        elif after and named < edge and _ONLY_DAY.fullmatch(folded[day.start : day.end]):
            named = day_of_month(edge, named.day, past=False) or named
        fits = named >= today and (named >= edge if after else named <= edge)
        return replace(entity, value=named.isoformat(), approx=False) if fits else None
    return _within(entity, edge, after=after) if entity.low and entity.high else None


def _within(stretch: Entity, edge: date, *, after: bool) -> Entity | None:
    """Narrow a stretch by a day of it, or by the same day of the month in it."""
    low, high = date.fromisoformat(stretch.low or ""), date.fromisoformat(stretch.high or "")
    if (high - low).days < _FEW and (low >= edge if after else high <= edge):
        return stretch
    inside = edge if low <= edge <= high else valid(low.year, low.month, edge.day)
    if inside is None or not low <= inside <= high:
        return None
    if after:
        return replace(stretch, low=inside.isoformat(), high=None, approx=False)
    return replace(stretch, high=inside.isoformat(), approx=False)
