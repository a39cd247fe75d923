"""Days the caller names: relative words, weekdays, days of the month, dates written or dictated, births."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.meaning import EntityType
from voicebot.understanding.births import births
from voicebot.understanding.business_days import ORDINALS, business_days
from voicebot.understanding.calendar_words import (
    MONTH,
    MONTHS,
    day_of_month,
    day_of_year,
    full_year,
    month_end,
    month_of,
    shift_month,
    valid,
)
from voicebot.understanding.feasts import FEASTS, feast_of, next_holiday, with_bank_days
from voicebot.understanding.near_days import near_days
from voicebot.understanding.normalise import PLACEHOLDER
from voicebot.understanding.past_days import Behind, behind
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found
from voicebot.understanding.weekdays import weekdays

_YEAR: Final = r"(?:(?: ,)?(?: de| do| em)?(?: ano(?: de)?)? (?P<y>§)(?: (?P<y2>§))?)?"
_WRITTEN: Final = words(r"(?:dia )?(?P<d>§) ([/.-]) (?P<mo>§)(?: \2 (?P<y>§))?")
_ABBREVIATED: Final = words(
    r"(?:dia )?(?P<d>§) (?:/|-|de) (?P<mo>jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov)(?: (?:/|-|de) (?P<y>§))?"
)
_ISO: Final = words(r"(?P<y>§) - (?P<mo>§) - (?P<d>§)")
_NAMED: Final = words(
    rf"(?<!rua )(?<!avenida )(?<!praca )(?<!na )(?:(?:[on]o? )?dia )?(?P<d>§|primeiro)(?: º| o)?(?: ,)? "
    rf"(?:de|do mes de|do|-|,)?(?: )?(?P<mo>{MONTH}){_YEAR}"
)
_NUMERIC: Final = words(
    r"(?P<dia>(?:o )?dia )?(?P<d>§|primeiro)(?: ,)? (?:do|de|(?:do )?mes)(?: mes)? "
    r"(?P<mo>§|primeiro)(?! (?:reais|real|conto|pila)\b)" + _YEAR
)
_BEFORE_DAY: Final = re.compile(
    r"(?:^|[,.;:!?…] |\b(?:po[ern]\w*|anot\w+|para|em|n?o|ate|ser|marc\w+|bot[ae]|coloc\w+|deix\w+|joga|passa|"
    r"fica|entao|ai|la|so|e|"
    r"antes|depois|pag\w+|acert\w+|quit\w+|vou|opa|acho que|melhor|agend\w+) )$"
)
_AFTER_DAY: Final = re.compile(
    r"$| [,.;!?…]| (?:eu|ja|ta|da|fica|pode|e|ne|sem|pago|acerto|quito|consigo|ok|certo|a gente|vou|agora|por favor|"
    r"se|que|ou|ate|tudo|beleza|sim|mesmo|no maximo|as|de (?:manha|tarde|noite))\b"
)
"""Around "cinco do doze" where it is a day rather than five of twelve things."""
_MONTH_FIRST: Final = words(
    rf"(?P<mo>{MONTH})(?: de (?P<y>§))?(?: [,.])? (?:no )?dia (?P<d>§|primeiro)(?:(?: ,)?(?P<of> de)? (?P<y2>§))?"
)
_DAY_OR_SO: Final = words(r"dia (?P<d>§) e (?:poucos?|tantos?|pouquinhos?)")
_DAY: Final = words(
    r"(?:(?:no|todo) )?dia (?:(?:pra|pro|para) (?:o )?(?:dia )?)?(?P<d>§|primeiro)(?: º)?"
    r"(?P<of> (?:do |de |no )?(?:mes que vem|mes que entra|proximo mes|outro mes|mes seguinte)|"
    r" (?:do )?mes passado| (?:deste|desse|do) mes)?"
)
_OF_NEXT_MONTH: Final = words(
    r"(?:n?o )?(?P<d>§)(?P<of> (?:do |de )(?:mes que vem|mes que entra|proximo mes|outro mes|mes seguinte|mes passado))"
)
_MENDED: Final = words(
    r"dia §(?: (?:ou|e|a|ate)(?: o)?(?: dia)? §)? (?:[,.…] )*(?:(?:nao|digo|quer dizer|alias|ou melhor|melhor|"
    r"minto|perdao|opa|desculpa|na verdade)(?: (?:[,.…]|e|n?o|pro))*(?: § nao(?: [,.…])*)?|§ nao(?: [,.…])*) "
    r"(?P<d>§)(?! (?:(?:dias?|mes|meses|semanas?|reais|horas?|vezes|x|parcelas?)\b|%))"
)
_INSTEAD: Final = re.compile(
    r"(?<=\bdia )§ (?:(?:eu )?nao (?:posso|da|consigo|rola|tem como|vai dar|serve)|(?:que )?(?:e|eh|cai) (?:n?um )?"
    r"(?:feriado|domingo|sabado))\b[^§]{0,14}? (?:entao|ai|pode ser|so|melhor|consigo|da pra ser|faco|pago|fica)"
    r"(?: (?:no|o|pra|pro|dia))* (?P<d>§)(?=$| [.,!?])"
)
_BARE: Final = words(
    r"(?:no )?(?<!dos )(?P<d>§|primeiro(?=$| [.!?,]))"
    r"(?! (?:(?:dias?|mes|meses|semanas?|reais|horas?|vezes|x|da|h|feira|parcelas?|por)\b|:|%))"
)
_NO_STREET: Final = r"(?<!rua )(?<!avenida )(?<!praca )(?<!bairro )(?<!hospital )(?<!escola )"
_FEAST: Final = words(
    rf"{_NO_STREET}(?P<week>semana d[oea] (?!santa))?(?:dia d[eo] |feriado d[eoa] |festa d[eoa] )?(?:"
    + "|".join(f"(?P<f{at}>{name})" for at, name in enumerate(FEASTS))
    + ")"
)
_RECKONED: Final = {f"f{at}": reckon for at, reckon in enumerate(FEASTS.values())}
_SOME_HOLIDAY: Final = words(
    r"(?:(?<=depois do )|(?<=antes do )|(?<=apos o )|(?<=passar o )|(?<=passando o )|(?<=vespera do )|"
    r"(?<=depois desse )|(?<=passado o ))(?:feriadao|feriado prolongado|feriado)(?! d[aeo]\b)"
)
_BOUND: Final = re.compile(r"\b(?:depois|antes|ate|so)(?: (?:d?[oa]|d?e|n[oa]))* $")
_BIRTH_CUE: Final = re.compile(r"\bnasci\b|\bnascimento\b|\bnascid[ao]\b|\baniversario\b")


def dates(sketch: Sketch, context: Context, calendar: BusinessCalendar) -> Iterator[Found]:
    """Single days, best reading first; overlaps are settled by the caller."""
    today = context.at.date()
    cue = _BIRTH_CUE.search(sketch.text)
    birth = context.birth or context.proving or cue is not None
    past = behind(sketch)
    if context.birth or cue:
        yield from births(sketch, today, start_at=0 if context.birth or cue is None else cue.end())
    yield from _with_month(sketch, context, birth=birth, past=past)
    yield from business_days(sketch, today, calendar)
    yield from _of_the_month(sketch, today, past=past)
    banks = with_bank_days(calendar, today.year)
    yield from near_days(sketch, context, banks)
    yield from _feasts(sketch, today, birth=birth, past=past)
    for match in sketch.find(_SOME_HOLIDAY):
        value = next_holiday(banks, today).isoformat()  # of the country; a town's own may not be known
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), value, approx=True)
    yield from weekdays(sketch, today, past=past)
    yield from _bare(sketch, context)


def _feasts(sketch: Sketch, today: date, *, birth: bool, past: Behind) -> Iterator[Found]:
    for match in sketch.find(_FEAST):
        ahead = _BOUND.search(sketch.text[: match.start()])
        day = feast_of(_RECKONED[match.lastgroup or ""], today, past=past(match) and not ahead)
        if match["week"]:
            monday = day - timedelta(days=day.weekday())
            low, high = monday.isoformat(), (monday + timedelta(days=4)).isoformat()
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, low=low, high=high)
        else:
            yield from _emit(sketch, match, f"--{day:%m-%d}" if birth else day)


def _with_month(sketch: Sketch, context: Context, *, birth: bool, past: Behind) -> Iterator[Found]:
    today = context.at.date()
    for pattern in (_ISO, _WRITTEN, _NAMED, _ABBREVIATED, _NUMERIC):
        for match in sketch.find(pattern):
            if pattern is not _NUMERIC or birth or context.day or match["dia"] or _stands_apart(sketch, match):
                day = _full(sketch, match, today, birth=birth, past=past)
                yield from _emit(sketch, match, day)
                if day is None and context.day and pattern is _NAMED:
                    # "trinta de fevereiro": some day was meant, and no other number of the line is it
                    yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, approx=True)
    for match in sketch.find(_MONTH_FIRST):
        yield from _emit(sketch, match, _month_first(sketch, match, today, birth=birth, past=past))


def _stands_apart(sketch: Sketch, match: re.Match[str]) -> bool:
    """Whether "dez do doze" stands where a day does, and counts nothing that follows."""
    if match.group() == sketch.text.rstrip(" .!?,"):
        return True
    return " do " in match.group() and bool(
        _BEFORE_DAY.search(sketch.text[: match.start()]) and _AFTER_DAY.match(sketch.text, match.end())
    )


def _of_the_month(sketch: Sketch, today: date, *, past: Behind) -> Iterator[Found]:
    for match in sketch.find(_INSTEAD):
        day = _day(sketch, match, today, past=past)
        if day:
            yield found(EntityType.DATE, sketch.raw, sketch.span(match, "d"), day.isoformat())
    for match in sketch.find(_DAY_OR_SO):
        yield from _or_so(sketch, match, today)
    for pattern in (_DAY, _OF_NEXT_MONTH):
        for match in sketch.find(pattern):
            yield from _emit(sketch, match, _day(sketch, match, today, past=past))
    for match in sketch.find(_MENDED):
        day = _day(sketch, match, today, past=past)
        if day:
            yield found(EntityType.DATE, sketch.raw, sketch.span(match, "d"), day.isoformat())


def named_day(sketch: Sketch) -> bool:
    """Whether a day with its month stands in the line ("doze de março")."""
    return any(True for _ in sketch.find(_NAMED))


def _emit(sketch: Sketch, match: re.Match[str], day: date | str | None) -> Iterator[Found]:
    if day is not None:
        value = day if isinstance(day, str) else day.isoformat()
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), value)


def _bare(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Numbers alone, where a date was asked for: "quinze" is a day."""
    if context.day:
        for match in sketch.find(_BARE):
            number = sketch.number(match, "d")
            if number and number.article and sketch.text.rstrip(" .!?,") != match.group():
                continue
            yield from _emit(sketch, match, _day(sketch, match, context.at.date(), past=_ahead))


def _ahead(_: re.Match[str]) -> bool:
    return False


def _number(sketch: Sketch, match: re.Match[str], group: str) -> int | None:
    text = match.groupdict().get(group)
    if text is None:
        return None
    if text in ORDINALS:
        return ORDINALS[text]
    number = sketch.number(match, group)
    if number is None or number.value != number.value.to_integral_value() or number.value > 9999:
        return None
    if group == "y" and number.article:
        return None  # "de fevereiro, um domingo"
    return int(number.value)


def _full(sketch: Sketch, match: re.Match[str], today: date, *, birth: bool, past: Behind) -> date | str | None:
    day = _number(sketch, match, "d")
    month = month_of(match["mo"]) if match["mo"] in MONTHS else _number(sketch, match, "mo")
    if match["mo"] == PLACEHOLDER and _is_december(sketch, match):
        month = 12
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
    return day_of_year(today, month, day, past=past(match))


def _is_december(sketch: Sketch, match: re.Match[str]) -> bool:
    """Whether the "dez" of "10/dez" is the month."""
    number = sketch.number(match, "mo")
    return number is not None and "/" in match.group() and sketch.raw[number.start : number.end].lower() == "dez"


def _month_first(sketch: Sketch, match: re.Match[str], today: date, *, birth: bool, past: Behind) -> date | str | None:
    """Read "março, dia doze", with its year in either place."""
    day, month = _number(sketch, match, "d"), month_of(match["mo"])
    year = _number(sketch, match, "y") or (_number(sketch, match, "y2") if birth or match["of"] else None)
    if day is None:
        return None
    if year is not None:
        return valid(full_year(year, today, birth=birth), month, day)
    if birth:
        return f"--{month:02d}-{day:02d}" if valid(2000, month, day) else None
    return day_of_year(today, month, day, past=past(match))


def _or_so(sketch: Sketch, match: re.Match[str], today: date) -> Iterator[Found]:
    """Read "dia vinte e poucos" as the twenties of the month."""
    day = _number(sketch, match, "d")
    first = day_of_month(today, day, past=False) if day in {10, 20} else None
    if first:
        last = first.replace(day=min(first.day + 9, month_end(first.year, first.month).day))
        low, high = first.isoformat(), last.isoformat()
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, low=low, high=high, approx=True)


def _day(sketch: Sketch, match: re.Match[str], today: date, *, past: Behind) -> date | None:
    day = _number(sketch, match, "d")
    if day is None or not 1 <= day <= 31:
        return None
    of = match.groupdict().get("of") or ""
    if "vem" in of or "entra" in of or "proximo" in of or "outro" in of or "seguinte" in of:
        month = shift_month(today.replace(day=1), 1)
        return valid(month.year, month.month, min(day, month_end(month.year, month.month).day))
    if "passado" in of:
        month = shift_month(today.replace(day=1), -1)
        return valid(month.year, month.month, day)
    if of:
        return valid(today.year, today.month, day)
    return day_of_month(today, day, past=past(match))
