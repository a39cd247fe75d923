"""Hours of the day and parts of it; an hour without its period is read as one in which people answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_PERIOD: Final = r"da (?:manha|madrugada|tarde|noite)|de (?:manha|tarde|noite)|a (?:tarde|noite)"
_HOURS: Final = r"horas?|hrs?|hora|h|hs"
_CLOCK: Final = (
    rf"(?P<h>§|meio[- ]dia|meia[- ]noite)(?: (?P<unit>{_HOURS}))?"
    rf"(?: : (?P<colon>§)| (?:e )?(?P<m>§)(?: minutos?| min)?| e (?P<half>meia))?(?: (?:em ponto))?"
    rf"(?: (?P<unit2>{_HOURS}))?(?: ,)?(?: (?P<period>{_PERIOD}))?"
)
_LEAD: Final = (
    r"depois das?|depois de|depois do|a partir das?|a partir do|apos as?|apos o|passando das?|antes das?|antes do|"
    r"ate as?|ate o|la pelas?|la pelo|por volta das?|por volta do|umas|as|a|pelas|pras|para as|das|ao"
)
_TIME: Final = words(rf"(?:(?P<lead>{_LEAD}) )?{_CLOCK}")
_BETWEEN: Final = words(
    rf"(?:entre|das|de)(?: as)? (?P<h1>§|meio[- ]dia)(?: (?P<u1>{_HOURS}))? (?:e|as|a|ate)(?: as)? "
    rf"(?P<h2>§|meio[- ]dia)(?: (?P<u2>{_HOURS}))?(?: (?P<period>{_PERIOD}))?"
)
_DAY_BEFORE: Final = re.compile(
    r"\b(?:hoje|amanha|segunda|terca|quarta|quinta|sexta|sabado|domingo)(?:[- ]feira)?(?: cedo)?(?: ,)? $"
)
_AFTER: Final = re.compile(r"depois|a partir|apos|passando")
_BEFORE: Final = re.compile(r"antes|ate")
_LOOSE: Final = re.compile(r"la pel|por volta|umas")
_IN_A_WHILE: Final = words(
    r"(?:daqui(?: a)?|em|dentro de) (?P<n>§|meia) (?P<unit>horas?|minutos?|min)(?P<half> e meia)?"
)
_PARTS: Final = (
    (words(r"depois do almoco|apos o almoco"), "13:00", None),
    (words(r"depois do (?:servico|trabalho|expediente|trampo)"), "18:00", None),
    (words(r"antes do almoco"), None, "12:00"),
    (words(r"na hora do almoco|no almoco|horario do almoco"), "12:00", "13:00"),
    (words(r"(?:no )?(?:fim|final|finalzinho) da tarde|de tardezinha|a tardinha|de tardinha"), "16:00", "18:00"),
    (words(r"manha cedo|de manhazinha|bem cedo|logo cedo|cedinho|cedo da manha|amanha cedo"), "08:00", "10:00"),
    (words(r"(?:de|pela|na parte da|da|essa) manha|(?:no )?periodo da manha|no horario da manha"), "08:00", "12:00"),
    (words(r"(?:de|a|pela|na parte da|da|na) tarde|(?:no )?periodo da tarde"), "12:00", "18:00"),
    (words(r"(?:de|a|pela|na parte da|da|na) noite|(?:no )?periodo da noite"), "18:00", "22:00"),
)
_HOUR_CUE: Final = frozenset({"as", "das", "pras", "pelas", "para as", "umas", "la pelas", "la pelo"})


def times(sketch: Sketch, context: Context) -> Iterator[Found]:
    for match in sketch.find(_IN_A_WHILE):
        yield from _in_a_while(sketch, match, context)
    for match in sketch.find(_BETWEEN):
        yield from _between(sketch, match, context)
    for match in sketch.find(_TIME):
        yield from _time(sketch, match, context)
    for pattern, low, high in _PARTS:
        for match in sketch.find(pattern):
            yield found(EntityType.TIME, sketch.raw, sketch.span(match), None, low=low, high=high)


def _in_a_while(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    number = sketch.number(match, "n")
    if number is not None and not 0 < number.value <= 600:
        return
    amount = float(number.value) if number else 0.5
    hours = match["unit"].startswith("hora")
    minutes = amount * 60 if hours else amount
    if match["half"]:
        minutes += 30
    then = context.at + timedelta(minutes=minutes)
    yield found(EntityType.TIME, sketch.raw, sketch.span(match), f"{then:%H:%M}")


def _between(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    cued = (
        match["u1"]
        or match["u2"]
        or match["period"]
        or match.group().startswith("das ")
        or " as " in match.group()
        or (not context.amount and _DAY_BEFORE.search(sketch.text[: match.start()]))
    )
    first, second = _hour(sketch, match, "h1"), _hour(sketch, match, "h2")
    if not cued or first is None or second is None:
        return
    period = match["period"]
    low, high = _in_period(first, period), _in_period(second, period)
    if low < high:
        yield found(EntityType.TIME, sketch.raw, sketch.span(match), None, low=f"{low:02d}:00", high=f"{high:02d}:00")


def _time(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    hour = _hour(sketch, match, "h")
    minute = _minute(sketch, match)
    if hour is None or minute is None or not _is_clock(match, context):
        return
    hour = _in_period(hour, match["period"])
    text = f"{hour:02d}:{minute:02d}"
    lead = match["lead"] or ""
    group: int | str = 0 if _AFTER.search(lead) or _BEFORE.search(lead) else "h"
    span = (sketch.span(match, group)[0], sketch.span(match)[1])
    if _AFTER.search(lead):
        yield found(EntityType.TIME, sketch.raw, span, None, low=text)
    elif _BEFORE.search(lead):
        yield found(EntityType.TIME, sketch.raw, span, None, high=text)
    else:
        yield found(EntityType.TIME, sketch.raw, span, text, approx=bool(_LOOSE.search(lead)))


def _is_clock(match: re.Match[str], context: Context) -> bool:
    """Whether a number is an hour: it has a unit, a period, minutes after a colon, a lead in the plural, or is noon."""
    lead = match["lead"] or ""
    if match["h"] != "§" or match["unit"] or match["unit2"] or match["colon"] or match["period"]:
        return not (match["m"] and context.amount and not match["unit"])
    if match["half"]:
        return True
    return lead in _HOUR_CUE - {"umas", "das"} or lead.endswith((" das", " as", " pelas"))


def _hour(sketch: Sketch, match: re.Match[str], group: str) -> int | None:
    if match[group] is not None and match[group].startswith("mei"):
        return 12 if match[group].endswith("dia") else 0
    number = sketch.number(match, group)
    if number is None or number.value != number.value.to_integral_value() or not 0 <= number.value <= 24:
        return None
    return int(number.value) % 24


def _minute(sketch: Sketch, match: re.Match[str]) -> int | None:
    if match["half"]:
        return 30
    number = sketch.number(match, "colon") or sketch.number(match, "m")
    if number is None:
        return 0
    return int(number.value) if 0 <= number.value < 60 else None


def _in_period(hour: int, period: str | None) -> int:
    """Put a spoken hour into its half of the day; without a period, one to seven are after noon."""
    named = (period or "").split(" ")[-1]
    if named in {"tarde", "noite"} and hour < 12:
        return hour + 12
    if not named and 1 <= hour <= 7:
        return hour + 12
    return hour
