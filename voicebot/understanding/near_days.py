"""Days told from today: "amanhã", "daqui a quinze dias", "me dá mais uma semana", "há três dias"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import WEEKDAY, next_weekday, shift_month, weekday_of
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_RELATIVE: Final = words(
    r"(?P<two>de(?:s)?pois d[ea] ?(?:a)?manha)|(?P<before>antes de ontem|anteontem|antontem)|"
    r"(?P<one>amanha|amanhan|(?<!de )manha cedo)|(?P<now>(?:ainda )?hoje(?: mesmo| ainda)?(?! em dia)|hj|"
    r"(?:ate o )?(?:fim|final) do dia de hoje|ate o (?:fim|final) do dia)|(?P<ago>ontem)"
)
_NOW: Final = words(
    r"(?:pagar|pago|quitar|quito|acertar|acerto)(?: (?:isso|tudo|logo|ja|essa conta|a conta|a vista|essa divida))*"
    r" (?P<now>agora mesmo|agora|ja|na hora)"
)
_REFUSES: Final = re.compile(r"\b(?:nao|num|nem|nunca|sem|como|quanto|se)\b")
_ROUND: Final = (
    r"(?: (?:uns|exatos|exatamente|umas|mais|ate|no maximo|pouco mais de|mais ou menos|cerca de|apenas|so))*"
)
_UNIT: Final = r"(?P<u>dias? uteis|dias? util|dias?|diazinhos|semanas?|semaninhas?|quinzenas?|mes|meses|anos?)"
_IN: Final = words(
    r"(?P<loose>(?:daqui(?: a)?|dentro de|em|com mais|(?:n?um |o )?prazo (?:maximo )?de|espera(?:r)?|aguarda(?:r)?|"
    r"(?:n?[oa]s )?proxim[oa]s|me de|(?:me )?(?:da|dao|deem|arruma|consegue|libera)|preciso de|queria|quero|so|"
    r"mais|pra|para)"
    rf"{_ROUND}) (?P<n>§) {_UNIT}(?P<half> e mei[oa])?(?: e (?P<n2>§) (?P<u2>dias?|semanas?))?"
    r"(?: (?:, )?(?:contad[oa]s|contando|a contar|a partir)(?: a partir)? d[aeo] (?:hoje|data de hoje|agora))?"
    r"(?! (?:atras|de (?:atraso|juros|multa)|atrasad[ao]))"
)
_SPAN: Final = words(
    rf"(?:daqui(?: a)?|dentro de|em|de|entre){_ROUND} (?P<low>§)(?: dias?| semanas?| meses)? "
    rf"(?:e|a|ou|,){_ROUND} (?P<n>§) "
    rf"{_UNIT}(?! (?:atras|de atraso))"
)
_COUNTED_FROM: Final = words(rf"(?:de|d[ao]) (?P<from>hoje|amanha|(?P<w>{WEEKDAY})(?: que vem)?) a (?P<n>§)(?: dias)?")
_ALONE: Final = words(rf"(?P<n>§) {_UNIT}(?: de prazo)?(?! d[aeo] (?!prazo))")
_ALONE_LEAD: Final = re.compile(r"(?:(?:[,.…]|uns|umas|mais|so|ah|acho que|em|tipo|la|ate|por volta de|e) )*")
_VAGUE: Final = re.compile(r" dia\b| \w+ (?:e|que|foi|ja)\b")
"""After an article: "um dia eu pago", "um mês é difícil"."""
_SURE: Final = re.compile(r"daqui|(?:n?[oa]s )?proxim|dentro|em\b|prazo|com mais")
_GIVES: Final = re.compile(r"\bd[aeu]\b|dao|deem|arruma|consegue|libera|preciso|mais|esper|aguard")
_AGO: Final = words(
    r"(?:faz|ha|tem|fazem)(?: uns| umas| mais de)? (?P<n>§) (?P<u>dias?|semanas?|mes|meses|anos?)(?: atras)?(?! de )"
)
_BACK: Final = words(r"(?P<n>§) (?P<u>dias?|semanas?|mes|meses|anos?) atras")
_NTH: Final = r"(?:primeir|segund|terceir|quart|quint|sext|setim|oitav|decim)o|ultimo|proximo|§ º|§ o|§"
_COUNTS: Final = re.compile(r"\b(?:atras\w*|demor\w*|faz|levou|leva|fiquei|esper(?:ei|ando)|trabalh\w*|liga\w*)\b")
_HALVES: Final = {"d": 0, "s": 3, "q": 7, "m": 15, "a": 182}
"""Days in half a week, month or year, by the unit's first letter."""
_FORTNIGHT: Final = 15
_MOST: Final = 600
"""Of whatever unit: more is no plan."""


def near_days(sketch: Sketch, context: Context, calendar: BusinessCalendar) -> Iterator[Found]:
    today = context.at.date()
    for match in sketch.find(_SPAN):
        yield from _span(sketch, match, today, calendar)
    for match in sketch.find(_COUNTED_FROM):
        yield from _counted_from(sketch, match, today)
    yield from _counts(sketch, context, calendar)
    for match in sketch.find(_RELATIVE):
        yield _day(sketch, match, _relative(match, today))
    yield from _at_once(sketch, today)


def _counts(sketch: Sketch, context: Context, calendar: BusinessCalendar) -> Iterator[Found]:
    today = context.at.date()
    for match in sketch.find(_IN):
        lead = match["loose"]
        if _SURE.match(lead) or (_GIVES.search(lead) and not _COUNTS.search(sketch.text)):
            yield from _shifted(sketch, match, today, calendar)
    for pattern in (_AGO, _BACK):
        for match in sketch.find(pattern):
            # "tem cinco anos" tells an age more often than a date.
            if pattern is not _AGO or match["u"] != "anos":
                yield from _shifted(sketch, match, today, calendar, back=True)
    for match in sketch.find(_ALONE):
        alone = sketch.text.rstrip(" .,!?").endswith(match.group()) and _ALONE_LEAD.fullmatch(
            sketch.text, 0, match.start()
        )
        number = sketch.number(match, "n")
        vague = number is not None and number.article and _VAGUE.match(sketch.text, match.end("n"))
        if alone or (context.day and not vague):
            yield from _shifted(sketch, match, today, calendar)


def _at_once(sketch: Sketch, today: date) -> Iterator[Found]:
    """Give today for "pago agora mesmo"; beside a "no", or of anything but paying, "agora" names no day."""
    if _REFUSES.search(sketch.text):
        return
    for match in sketch.find(_NOW):
        yield found(EntityType.DATE, sketch.raw, sketch.span(match, "now"), today.isoformat())


def _counted_from(sketch: Sketch, match: re.Match[str], today: date) -> Iterator[Found]:
    """Read "de hoje a oito", which counts both ends: a week on."""
    number = sketch.number(match, "n")
    if number is None or number.value not in {8, 15}:
        return
    start = next_weekday(today, weekday_of(match["w"])) if match["w"] else today
    start += timedelta(days=match["from"] == "amanha")
    yield _day(sketch, match, start + timedelta(days=int(number.value) - 1))


def _relative(match: re.Match[str], today: date) -> date:
    shifts = {"two": 2, "before": -2, "one": 1, "now": 0, "ago": -1}
    return today + timedelta(days=next(days for name, days in shifts.items() if match[name]))


def _span(sketch: Sketch, match: re.Match[str], today: date, calendar: BusinessCalendar) -> Iterator[Found]:
    """Read "daqui a dez, quinze dias" as the days between."""
    days = [_shift(sketch, match, group, today, calendar) for group in ("low", "n")]
    if days[0] and days[1] and days[0] < days[1]:
        low, high = days[0].isoformat(), days[1].isoformat()
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, low=low, high=high)


def _shifted(
    sketch: Sketch, match: re.Match[str], today: date, calendar: BusinessCalendar, *, back: bool = False
) -> Iterator[Found]:
    day = _shift(sketch, match, "n", today, calendar, back=back)
    if day and match.groupdict().get("half"):
        day += timedelta(days=_HALVES[match["u"][0]])
    if day and match.groupdict().get("n2"):
        more = sketch.number(match, "n2")
        day += timedelta(days=int(more.value if more else 0) * (7 if match["u2"].startswith("s") else 1))
    if day:
        yield _day(sketch, match, day)


def _shift(
    sketch: Sketch, match: re.Match[str], group: str, today: date, calendar: BusinessCalendar, *, back: bool = False
) -> date | None:
    number = sketch.number(match, group)
    if number is None or number.value != number.value.to_integral_value() or not 0 < number.value <= _MOST:
        return None
    count = -int(number.value) if back else int(number.value)
    unit = match["u"]
    if unit.startswith("dia") and "ut" in unit:
        return None if back else calendar.after(today, count)
    if unit.startswith("dia"):
        return today + timedelta(days=count)
    if unit.startswith("seman"):
        return today + timedelta(weeks=count)
    if unit.startswith("quinz"):
        return today + timedelta(days=_FORTNIGHT * count)
    return shift_month(today, count if unit.startswith("mes") else 12 * count)


def _day(sketch: Sketch, match: re.Match[str], day: date) -> Found:
    return found(EntityType.DATE, sketch.raw, sketch.span(match), day.isoformat())
