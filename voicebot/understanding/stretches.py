"""Dates said loosely: weeks, months, their parts, spans between two days, and days that hang on an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import (
    MONTH,
    PAST_CUE,
    WEEKDAY,
    day_of_month,
    month_end,
    month_of,
    next_weekday,
    shift_month,
    weekday_of,
)
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_NEXT: Final = r"que vem|seguinte|que entra|que ta (?:chegando|vindo|entrando)"
_WEEK: Final = words(
    rf"(?P<next>(?<!da )semana (?:{_NEXT})|(?:proxima|outra) semana)|(?P<past>semana passada)|"
    r"(?P<end>(?:fim|final|finalzinho) de semana)|(?P<this>(?:ess|est|n?ess|n?est)[ae] semana|semana corrente)"
)
_PART: Final = words(
    r"(?:(?:la |mais )?(?:pr[oa]|no|pelo|ate o|ao) )?(?P<part>fim|final|finalzinho|comeco|comecinho|inicio|meio|"
    r"meados|metade)"
    rf" (?:do|desse|deste|de) (?P<m>mes(?: {_NEXT})?|proximo mes|outro mes|{MONTH})"
)
_MONTH_RANGE: Final = words(
    rf"(?P<next>mes (?:{_NEXT})|(?:proximo|outro) mes)|(?P<past>mes passado)|(?P<this>(?:ess|est|n?ess|n?est)e mes)|"
    rf"(?:em|no mes de|pra|para|ate|so em|la pra|la em|desde|so pra) (?P<m>{MONTH})"
)
_TWO_DAYS: Final = words(
    r"(?:(?:entre|do|de|no)(?: o)? )?(?:dia )?(?P<a>§) (?:e|ao?|ou|ate)(?: o| ate o)? (?P<dia>dia )?(?P<b>§)"
    r"(?P<of> do mes que vem| do proximo mes)?"
)
_TWO_WEEKDAYS: Final = words(rf"(?P<a>{WEEKDAY}) (?:ou|e|a) (?P<b>{WEEKDAY})")
_THIRTEENTH: Final = words(
    r"(?:quando (?:eu )?(?:sair|cair|receber|entrar|vier|pagarem)|(?:depois d|n|com |do |sair |cair )?)"
    r"(?: ?o)?(?: meu)? ?(?:decimo terceiro|§ º|decimo)"
)
_PAY: Final = (
    r"(?:salario|pagamento|beneficio|aposentadoria|dinheiro|pensao|vale|ferias|auxilio|seguro|rescisao|fgts|"
    r"bolsa familia|"
    r"adiantamento|comissao|inss|acerto|grana|din din)"
)
_EVENT: Final = words(
    rf"(?:(?<!ate )quando|assim que|na hora que|logo que|depois que|so quando)(?: \S+){{0,4}}? "
    rf"(?:receber\w*|cair|entrar|sair|pagar\w*|pingar|vier|arrumar|conseguir)(?: (?:o |a |meu |minha |um |uma |"
    rf"nois |mim )?{_PAY})?"
    rf"|(?:dia|data) do (?:meu )?(?:pagamento|salario|vale)"
)
_SOME_DAYS: Final = words(
    r"daqui(?: a)?(?: uns?| umas?| alguns| algumas)? (?:dias?|semanas?)|daqui(?: a)? (?:uns|alguns) (?:dia|dias|"
    r"mes|meses)"
)
_DAY_PARTS: Final = {"fim": (21, 31), "final": (21, 31), "finalzinho": (21, 31), "comeco": (1, 10),
    "comecinho": (1, 10), "inicio": (1, 10), "meio": (11, 20), "meados": (11, 20), "metade": (11, 20)}  # fmt: skip
_PAST: Final = re.compile(PAST_CUE)


def stretches(sketch: Sketch, context: Context) -> Iterator[Found]:
    today = context.at.date()
    for match in sketch.find(_PART):
        yield _span(sketch, match, _part(match, today))
    for match in sketch.find(_TWO_DAYS):
        pair = _two_days(sketch, match, today, context)
        if pair:
            yield _span(sketch, match, pair)
    for match in sketch.find(_TWO_WEEKDAYS):
        first = next_weekday(today, weekday_of(match["a"]))
        yield _span(sketch, match, (first, next_weekday(first, weekday_of(match["b"]))))
    for match in sketch.find(_WEEK):
        yield _span(sketch, match, _week(match, today))
    for match in sketch.find(_THIRTEENTH):
        if "terceiro" in match.group() or _is_thirteen(sketch, match):
            yield _span(sketch, match, (date(today.year, 11, 30), date(today.year, 12, 20)))
    for pattern in (_EVENT, _SOME_DAYS):
        for match in sketch.find(pattern):
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, approx=True)


def months(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Whole months, read after single days have taken theirs ("dia cinco do mês que vem")."""
    today = context.at.date()
    for match in sketch.find(_MONTH_RANGE):
        yield _span(sketch, match, _month(match, today, past=bool(_PAST.search(sketch.text))))


def _span(sketch: Sketch, match: re.Match[str], bounds: tuple[date, date]) -> Found:
    low, high = bounds
    return found(EntityType.DATE, sketch.raw, sketch.span(match), None, low=low.isoformat(), high=high.isoformat())


def _week(match: re.Match[str], today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if match["next"]:
        return monday + timedelta(days=7), monday + timedelta(days=11)
    if match["past"]:
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if match["end"]:
        return monday + timedelta(days=5), monday + timedelta(days=6)
    friday = monday + timedelta(days=4)
    return today, friday if today <= friday else monday + timedelta(days=6)


def _part(match: re.Match[str], today: date) -> tuple[date, date]:
    first_day, last_day = _DAY_PARTS[match["part"]]
    name = match["m"]
    first = today.replace(day=1)
    if name != "mes" and name.startswith(("mes ", "proximo", "outro")):
        first = shift_month(first, 1)
    elif name != "mes":
        first = date(today.year + (month_of(name) < today.month), month_of(name), 1)
    end = month_end(first.year, first.month)
    if name == "mes" and min(last_day, end.day) < today.day:
        first = shift_month(first, 1)
        end = month_end(first.year, first.month)
    return max(first.replace(day=first_day), min(today, end)), first.replace(day=min(last_day, end.day))


def _month(match: re.Match[str], today: date, *, past: bool) -> tuple[date, date]:
    first = today.replace(day=1)
    if match["next"]:
        first = shift_month(first, 1)
    elif match["past"]:
        first = shift_month(first, -1)
    elif match["this"]:
        return today, month_end(today.year, today.month)
    else:
        month = month_of(match["m"])
        behind = today.year - (month > today.month)
        first = date(behind if past else today.year + (month < today.month), month, 1)
    return first, month_end(first.year, first.month)


def _two_days(sketch: Sketch, match: re.Match[str], today: date, context: Context) -> tuple[date, date] | None:
    named = "dia" in match.group() or (context.day and match.group().startswith(("entre", "de", "do", "§ ou")))
    one, two = sketch.number(match, "a"), sketch.number(match, "b")
    if not named or one is None or two is None or not 1 <= one.value < two.value <= 31:
        return None
    start = shift_month(today.replace(day=1), 1) if match["of"] else today
    low = day_of_month(start, int(one.value), past=False)
    high = day_of_month(low, int(two.value), past=False) if low else None
    return (low, high) if low and high else None


def _is_thirteen(sketch: Sketch, match: re.Match[str]) -> bool:
    mark = match.group().find("§")
    number = sketch.numbers.get(match.start() + mark) if mark >= 0 else None
    return number is not None and number.value == 13
