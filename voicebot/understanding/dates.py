"""Days the caller names: relative words, weekdays, days of the month, dates written or dictated, births."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import (
    MONTH,
    PAST_CUE,
    WEEKDAY,
    day_of_month,
    day_of_year,
    full_year,
    last_weekday,
    month_end,
    month_of,
    next_weekday,
    shift_month,
    valid,
    weekday_of,
)
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_YEAR: Final = r"(?:(?: ,)?(?: de| do| em)?(?: ano(?: de)?)? (?P<y>§)(?: (?P<y2>§))?)?"
_LEAD: Final = (
    r"(?P<lead>depois d[eo]|a partir d[eo]|apos o?|antes d[eo]|la pel[ao]|la pr[ao]|por volta d[eo]|"
    r"ali pel[ao]|mais ou menos) "
)
_WRITTEN: Final = words(r"(?:dia )?(?P<d>§) ([/.-]) (?P<mo>§)(?: \2 (?P<y>§))?")
_ISO: Final = words(r"(?P<y>§) - (?P<mo>§) - (?P<d>§)")
_NAMED: Final = words(
    rf"(?:{_LEAD})?(?:(?:o )?dia )?(?P<d>§|primeiro)(?: º| o)?(?: ,)? (?:de|do mes de|do|-|"
    rf",)?(?: )?(?P<mo>{MONTH}){_YEAR}"
)
_NUMERIC: Final = words(r"(?P<dia>(?:o )?dia )?(?P<d>§|primeiro)(?: do mes)? (?:do|de) (?P<mo>§)" + _YEAR)
_DAY: Final = words(
    rf"(?:{_LEAD})?(?:(?:{WEEKDAY})(?: ,)? )?(?:(?:no|o|pro|ao|ate o) )?dia (?P<d>§|primeiro)"
    rf"(?P<of> (?:do |de )?(?:mes que vem|proximo mes|outro mes|mes seguinte)| (?:deste|desse|do) mes)?"
)
_WEEKDAY: Final = words(
    rf"(?:{_LEAD})?(?P<pre>(?:n?a |n?o )?(?:proxim[ao]|outr[ao]) )?(?P<w>{WEEKDAY})"
    rf"(?P<post> que vem(?: sem ser ess[ae])?(?: (?:,)? ?nao (?:e )?ess[ae](?: ,)? (?:e )?a outra)?|"
    rf" da semana que vem|"
    rf" da outra semana| da proxima semana| passad[ao]| agora| proxim[ao]| retrasad[ao])?"
    rf"(?! (?:parcela|via|vez|feira parcela|prestacao|pessoa|divida|conta|fatura|parte|opcao|linha))"
)
_RELATIVE: Final = words(
    r"(?P<two>depois d[ea] amanha|despois de amanha)|(?P<before>antes de ontem|anteontem|antontem)|"
    r"(?P<one>amanha|amanhan|manha cedo)|(?P<now>hoje|ainda hoje|hj)|(?P<ago>ontem)"
)
_NOW: Final = words(
    r"(?:pagar|pago|quitar|quito|acertar|acerto)(?: (?:isso|tudo|logo|ja|essa conta|a conta|a vista|essa divida))*"
    r" (?P<now>agora mesmo|agora|ja|na hora)"
)
_REFUSES: Final = re.compile(r"\b(?:nao|num|nem|nunca|sem|como|quanto|se)\b")
_IN: Final = words(
    r"(?:daqui(?: a)?|dentro de|em|com mais)(?: uns| umas| mais)? (?P<n>§) (?P<u>dias?|semanas?|mes|meses|anos?)"
)
_AGO: Final = words(
    r"(?:faz|ha|tem|fazem)(?: uns| umas| mais de)? (?P<n>§) (?P<u>dias?|semanas?|mes|meses|anos?)(?: atras)?"
)
_BACK: Final = words(r"(?P<n>§) (?P<u>dias?|semanas?|mes|meses|anos?) atras")
_BUSINESS: Final = words(
    rf"(?:{_LEAD})?(?P<n>(?:primeir|segund|terceir|quart|quint|sext|setim|oitav|decim)o|ultimo|§ º|§ o|§) dia util"
    rf"(?P<of> do mes que vem| do proximo mes)?"
)
_FEAST: Final = words(rf"(?:{_LEAD})?(?P<f>natal|ano novo|reveillon|virada do ano)")
_FEASTS: Final = {"natal": (12, 25), "reveillon": (12, 31), "virada do ano": (12, 31), "ano novo": (1, 1)}
_BIRTH_DIGITS: Final = words(r"(?P<d>§)(?: ,| e)? (?P<mo>§)(?:(?: ,| e)? (?P<y>§))?(?: (?P<y2>§))?")
_ORDINALS: Final = {
    "primeiro": 1, "segundo": 2, "terceiro": 3, "quarto": 4, "quinto": 5, "sexto": 6, "setimo": 7, "oitavo": 8,
    "decimo": 10,
}  # fmt: skip
_AFTER_CUE: Final = re.compile(r"depois|a partir|apos")
_LOOSE_CUE: Final = re.compile(r"la p|por volta|ali p|mais ou menos")
_BIRTH_CUE: Final = re.compile(r"\bnasci\b|\bnascimento\b|\bnascid[ao]\b|\baniversario\b")
_PAST: Final = re.compile(PAST_CUE)


def dates(sketch: Sketch, context: Context, calendar: BusinessCalendar) -> Iterator[Found]:
    """Single days, best reading first; overlaps are settled by the caller."""
    today = context.at.date()
    birth = context.birth or context.proving or bool(_BIRTH_CUE.search(sketch.text))
    past = bool(_PAST.search(sketch.text))
    for pattern in (_ISO, _WRITTEN, _NAMED, _NUMERIC):
        for match in sketch.find(pattern):
            if pattern is not _NUMERIC or birth or match["dia"]:
                yield from _emit(sketch, match, _full(sketch, match, today, birth=birth, past=past), birth=birth)
    for match in sketch.find(_BUSINESS):
        yield from _emit(sketch, match, _business(sketch, match, today, calendar))
    for match in sketch.find(_DAY):
        yield from _emit(sketch, match, _day(sketch, match, today, past=past))
    yield from _relative_days(sketch, today)
    yield from _at_once(sketch, today)
    for match in sketch.find(_WEEKDAY):
        day, unsure = _weekday(match, today, past=past)
        yield from _emit(sketch, match, day, approx=unsure)
    for match in sketch.find(_FEAST):
        yield from _emit(sketch, match, day_of_year(today, *_FEASTS[match["f"]], past=past))
    yield from _bare(sketch, context)


def _at_once(sketch: Sketch, today: date) -> Iterator[Found]:
    """Give today for "pago agora mesmo"; beside a "no", or of anything but paying, "agora" names no day."""
    if _REFUSES.search(sketch.text):
        return
    for match in sketch.find(_NOW):
        yield found(EntityType.DATE, sketch.raw, sketch.span(match, "now"), today.isoformat())


def named_day(sketch: Sketch) -> bool:
    """Whether a day with its month stands in the line ("doze de março")."""
    return any(True for _ in sketch.find(_NAMED))


def _emit(
    sketch: Sketch, match: re.Match[str], day: date | str | None, *, approx: bool = False, birth: bool = False
) -> Iterator[Found]:
    """Give a day; "depois do dia dez" has it as its lower bound only."""
    if day is None:
        return
    lead = match.groupdict().get("lead") or ""
    value = day if isinstance(day, str) else day.isoformat()
    bounded = bool(_AFTER_CUE.search(lead)) and not birth
    yield found(
        EntityType.DATE,
        sketch.raw,
        sketch.span(match),
        None if bounded else value,
        low=value if bounded else None,
        approx=approx or bool(_LOOSE_CUE.search(lead)),
    )


def _relative_days(sketch: Sketch, today: date) -> Iterator[Found]:
    for match in sketch.find(_RELATIVE):
        yield from _emit(sketch, match, _relative(match, today))
    for pattern in (_IN, _AGO, _BACK):
        for match in sketch.find(pattern):
            # "tem cinco anos" tells an age more often than a date.
            if pattern is not _AGO or match["u"] != "anos":
                yield from _emit(sketch, match, _shifted(sketch, match, today, back=pattern is not _IN))


def _bare(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Numbers alone, where a date was asked for: "quinze" a day, "doze, três" a birthday."""
    today = context.at.date()
    if context.birth:
        for match in sketch.find(_BIRTH_DIGITS):
            yield from _emit(sketch, match, _full(sketch, match, today, birth=True, past=True), birth=True)
        for match in sketch.find(words(r"(?P<n>§)")):
            number = sketch.number(match, "n")
            yield from _emit(sketch, match, _dialled(number.digits if number else "", today))
    elif context.day:
        for match in sketch.find(words(r"(?P<d>§)(?! (?:dias?|mes|meses|semanas?|reais|horas?|vezes|x|da|:|h))")):
            yield from _emit(sketch, match, _day(sketch, match, today, past=False))


def _dialled(digits: str, today: date) -> str | None:
    """Read a birth date keyed or written without marks: "1203", "120384", "12031984"."""
    if len(digits) not in {4, 6, 8}:
        return None
    day, month = int(digits[:2]), int(digits[2:4])
    if len(digits) == 4:
        return f"--{month:02d}-{day:02d}" if valid(2000, month, day) else None
    known = valid(full_year(int(digits[4:]), today, birth=True), month, day)
    return known.isoformat() if known else None


def _number(sketch: Sketch, match: re.Match[str], group: str) -> int | None:
    text = match.groupdict().get(group)
    if text is None:
        return None
    if text in _ORDINALS:
        return _ORDINALS[text]
    number = sketch.number(match, group)
    if number is None or number.value != number.value.to_integral_value() or number.value > 9999:
        return None
    return int(number.value)


def _full(sketch: Sketch, match: re.Match[str], today: date, *, birth: bool, past: bool) -> date | str | None:
    day = _number(sketch, match, "d")
    month = month_of(match["mo"]) if match["mo"] != "§" else _number(sketch, match, "mo")
    year = _number(sketch, match, "y")
    tail = _number(sketch, match, "y2")
    if day is None or month is None:
        return None
    if year is not None and tail is not None:
        year = year * 100 + tail if year in {19, 20} else year
    if year is not None and not (year < 100 or 1900 <= year <= 2100):
        year = None
    if year is not None:
        return valid(full_year(year, today, birth=birth), month, day)
    if birth:
        return f"--{month:02d}-{day:02d}" if valid(2000, month, day) else None
    return day_of_year(today, month, day, past=past)


def _day(sketch: Sketch, match: re.Match[str], today: date, *, past: bool) -> date | None:
    day = _number(sketch, match, "d")
    if day is None or not 1 <= day <= 31:
        return None
    of = match.groupdict().get("of") or ""
    if "vem" in of or "proximo" in of or "outro" in of or "seguinte" in of:
        month = shift_month(today.replace(day=1), 1)
        return valid(month.year, month.month, min(day, month_end(month.year, month.month).day))
    if of:
        return valid(today.year, today.month, day)
    return day_of_month(today, day, past=past)


def _relative(match: re.Match[str], today: date) -> date:
    shifts = {"two": 2, "before": -2, "one": 1, "now": 0, "ago": -1}
    return today + timedelta(days=next(days for name, days in shifts.items() if match[name]))


def _shifted(sketch: Sketch, match: re.Match[str], today: date, *, back: bool) -> date | None:
    count = _number(sketch, match, "n")
    if count is None or count > 600:
        return None
    count = -count if back else count
    unit = match["u"]
    if unit.startswith("dia"):
        return today + timedelta(days=count)
    if unit.startswith("semana"):
        return today + timedelta(weeks=count)
    return shift_month(today, count if unit.startswith("mes") else 12 * count)


def _weekday(match: re.Match[str], today: date, *, past: bool) -> tuple[date, bool]:
    """Give the day and whether two readings are near enough to ask ("quinta que vem" said on a Tuesday)."""
    weekday = weekday_of(match["w"])
    post, pre = match["post"] or "", match["pre"] or ""
    if "passad" in post or (past and not post and not pre):
        return last_weekday(today, weekday), False
    if "retrasad" in post:
        return last_weekday(today, weekday) - timedelta(days=7), False
    coming = next_weekday(today, weekday)
    monday = today - timedelta(days=today.weekday())
    if "semana" in post:
        return monday + timedelta(days=7 + weekday), False
    if "outra" in post or "sem ser" in post or "outr" in pre:
        return coming + timedelta(days=7), False
    said_next = "vem" in post or "proxim" in post or "proxim" in pre
    return coming, said_next and (coming - today).days <= 3


def _business(sketch: Sketch, match: re.Match[str], today: date, calendar: BusinessCalendar) -> date | None:
    first = today.replace(day=1)
    if match["of"]:
        first = shift_month(first, 1)
    for month in (first, shift_month(first, 1)):
        if match["n"] == "ultimo":
            day = month_end(month.year, month.month)
            while not calendar.is_business_day(day):
                day -= timedelta(days=1)
        else:
            nth = _ORDINALS.get(match["n"]) or _number(sketch, match, "n") or _leading(sketch, match)
            if not 1 <= nth <= 20:
                return None
            day = calendar.nth_of_month(month.year, month.month, nth)
        if day >= today:
            return day
    return None


def _leading(sketch: Sketch, match: re.Match[str]) -> int:
    number = sketch.numbers.get(match.start("n"))
    return int(number.value) if number and number.value < 100 else 0
