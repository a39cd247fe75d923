"""Weekdays as they are said: "sexta", "sexta que vem", "na outra sexta", "sem ser essa segunda, a outra"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import (
    MONTH,
    WEEKDAY,
    last_weekday,
    month_of,
    next_weekday,
    shift_month,
    weekday_of,
)
from voicebot.understanding.past_days import Behind
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Found, found

_NOT_THIS: Final = r"(?:(?:mas |so que )?(?:sem ser|nao(?: e| pra)?|que nao(?: e| seja)?) (?:n?ess[ae]|n?est[ae]))"
_BUT_OTHER: Final = (
    r"(?: (?:[,.…]|e|mas|sim|so|e sim|pra|para))* n?a "
    r"(?:outra|seguinte|proxima|d[ae] (?:(?:outra|proxima) semana|semana que vem))"
)
_OTHER: Final = words(
    rf"(?:n?a )?(?P<w1>{WEEKDAY})(?: que vem| agora)?(?: [,.…])* {_NOT_THIS}(?: agora)?{_BUT_OTHER}"
    rf"|{_NOT_THIS} (?:proxima )?(?P<w2>{WEEKDAY})(?: que vem| agora)?{_BUT_OTHER}(?: (?:{WEEKDAY}))?"
    rf"|(?:n?ess[ae] |n?est[ae] |n?a )?(?P<w3>{WEEKDAY})(?: que vem| agora)? nao(?: [,.…])*{_BUT_OTHER}"
    rf"|(?:daqui(?: a)?|em) (?P<n>§) (?P<w4>{WEEKDAY})s"
    rf"|n?ess[ae] (?P<w6>{WEEKDAY}) nao(?: [,.…])*(?: mas| e| so)* (?:n?a )?(?:{WEEKDAY}) que vem"
    rf"|(?P<w5>{WEEKDAY}) que vem(?: [,.…])* {_NOT_THIS}(?: agora)?"
    rf"|n?ess[ae] (?P<w7>{WEEKDAY}) nao(?: [,.…])*(?: mas| e| so)* (?:n?a )?que vem"
    rf"|n?ess[ae] (?P<w8>{WEEKDAY})(?: [^\s§.;?]+){{1,7}} so (?:n?a|pr?a) (?:outra|seguinte)(?! (?:semana|{WEEKDAY}))"
)
_NTH: Final = words(
    rf"(?:n?[ao] )?(?P<n>primeir[ao]|segund[ao]|terceir[ao]|quart[ao]|ultim[ao]) (?P<w>{WEEKDAY}) "
    rf"(?:do|de|desse|deste) (?P<mo>mes(?: que vem)?|proximo mes|{MONTH})"
)
_COUNTED: Final = {"primeir": 0, "segund": 1, "terceir": 2, "quart": 3}
_NOT_A_DAY: Final = (
    r"(?! (?:parcelas?|via|vez|feira parcela|prestacao|pessoa|divida|conta|fatura|parte|opcao|linha|quinzena|semana|"
    r"filh[oa]|espos[oa]|mulher|irma|neta|categoria|dose|compra|mao|marcha|instancia|turma|loja|mensagem|carta|"
    r"tentativa|pagina|rodada|gravidez|cirurgia|classe|etapa|fase|intimacao|vara|chance|proposta|oferta|"
    r"ligacao|cobranca|metade|casa|clausula|serie|do mes|d[eo] decimo|de carnaval|de cinzas))"
)
_WEEKDAY: Final = words(
    rf"(?P<pre>(?:n?a |n?o )?(?:proxim[ao]|outr[ao]) |(?:n?ess|"
    rf"n?est)[ae] )?(?<!minha )(?<!sua )(?<!nossa )(?<!primeira e )(?<!primeira e a )(?P<w>{WEEKDAY})"
    r"(?P<post> que vem| (?:d|n)a semana (?:que vem|que entra|seguinte)|"
    r" da outra semana| da proxima semana| (?:dessa|desta) semana| passad[ao]| agora| proxim[ao]| retrasad[ao])?"
    rf"{_NOT_A_DAY}(?! e a terceira)"
)
_NAMES: Final = ("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8")
_WEEK: Final = timedelta(days=7)
_NEAR: Final = 3
"""So few days off, "quinta que vem" may mean this one or the next: to be confirmed."""
_MOST_WEEKS: Final = 8


def weekdays(sketch: Sketch, today: date, *, past: Behind) -> Iterator[Found]:
    """Give each weekday's date; today's own name means the one a week off."""
    for match in sketch.find(_OTHER):
        name = next(match[group] for group in _NAMES if match[group])
        number = sketch.number(match, "n")
        weeks = int(number.value) if number else 2
        if 1 <= weeks <= _MOST_WEEKS:
            day = next_weekday(today, weekday_of(name)) + (weeks - 1) * _WEEK
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), day.isoformat())
    for match in sketch.find(_NTH):
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), _nth(match, today).isoformat())
    for match in sketch.find(_WEEKDAY):
        day, unsure = _weekday(match, today, past=past(match))
        yield found(EntityType.DATE, sketch.raw, sketch.span(match), day.isoformat(), approx=unsure)


def _nth(match: re.Match[str], today: date) -> date:
    """Give "a última sexta do mês"; of "mes" the next month's where this month's is over."""
    name = match["mo"]
    first = today.replace(day=1)
    if name in {"mes que vem", "proximo mes"}:
        first = shift_month(first, 1)
    elif name != "mes":
        first = date(today.year + (month_of(name) < today.month), month_of(name), 1)
    day = _nth_in(first, match)
    return _nth_in(shift_month(first, 1), match) if name == "mes" and day < today else day


def _nth_in(first: date, match: re.Match[str]) -> date:
    weekday = weekday_of(match["w"])
    if match["n"][:-1] == "ultim":
        return last_weekday(shift_month(first, 1), weekday)
    return next_weekday(first - timedelta(days=1), weekday) + _COUNTED[match["n"][:-1]] * _WEEK


def _weekday(match: re.Match[str], today: date, *, past: bool) -> tuple[date, bool]:
    """Give the day and whether two readings are near enough to ask ("quinta que vem" said on a Tuesday)."""
    weekday = weekday_of(match["w"])
    post, pre = match["post"] or "", match["pre"] or ""
    if "passad" in post or (
        past and post in {"", " agora"} and not pre.strip().endswith(("imo", "ima", "outra", "outro"))
    ):
        return last_weekday(today, weekday), False
    if "retrasad" in post:
        return last_weekday(today, weekday) - _WEEK, False
    coming = next_weekday(today, weekday)
    monday = today - timedelta(days=today.weekday())
    if "dessa semana" in post or "desta semana" in post:
        this = monday + timedelta(days=weekday)
        return (this, False) if this >= today else (coming, True)
    if "semana" in post:
        return monday + _WEEK + timedelta(days=weekday), False
    if "outr" in pre:
        return coming + _WEEK, False
    said_next = "vem" in post or "proxim" in post or "proxim" in pre
    return coming, said_next and (coming - today).days <= _NEAR
