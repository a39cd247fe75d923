"""Dates said loosely: weeks, months, their parts, spans between two days, and days that hang on an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import (
    MONTH,
    MONTHS,
    WEEKDAY,
    day_of_month,
    day_of_year,
    month_end,
    month_of,
    next_weekday,
    shift_month,
    weekday_of,
)
from voicebot.understanding.past_days import Behind, behind
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_NEXT: Final = r"que vem|seguinte|que entra|que ta (?:chegando|vindo|entrando)"
_BUT_OTHER: Final = r"(?: (?:[,.…]|e|mas|sim|so|e sim))* n?[ao]? ?(?:outr[ao]|seguinte)"
_NOT_THAT: Final = r"(?: [^\s§.;?]+){0,5} (?:nao|so|dificil|complicad[ao]|apertad[ao])(?: [^\s§.;?]+){0,5}"
_OTHER_A: Final = r"(?:outra|seguinte)(?! (?:semana|segunda|terca|quarta|quinta|sexta|parte|metade|parcela))"
_OTHER_O: Final = r"(?:outro|seguinte)(?! (?:mes|sabado|domingo|dia|boleto))"
_NOT_THIS: Final = r"(?:sem ser|nao(?: e| pra)?|que nao(?: e| seja)?) (?:n?[ae]ss[ae]|n?est[ae])"
_NOT_COMING_A: Final = (
    r"(?: [,.…])* (?:sem ser|nao|e nao|que nao (?:e|seja))(?: e)? (?:n?a )?(?:semana )?(?:ess[ae] )?(?:que vem|proxima)"
)
_NOT_COMING_O: Final = (
    r"(?: [,.…])* (?:sem ser|nao|e nao|que nao (?:e|seja))(?: e)? (?:n?o )?(?:mes )?(?:esse )?(?:que vem|proximo)"
)
_THIS: Final = r"(?:n?ess|n?est)"
_BUT_THE: Final = r"(?: [^\s§.;?]+){1,6} (?:n?|pr?)"
"""Between this week or month, of which something is told, and the one that is meant instead."""
_COMING_A: Final = r"(?:que vem|outra|proxima|seguinte)(?! (?:semana|segunda|terca|quarta|quinta|sexta))"
_COMING_O: Final = r"(?:que vem|outro|proximo|seguinte)(?! (?:mes|sabado|domingo|dia))"
_START: Final = r"comeco|comecinho|comecim|inicio|inicinho|principio|entrada"
_END: Final = r"fim|fins|finzinho|final|finais|finalzinho|finalzim|saida"
_NOT_OF_DAY: Final = "".join(
    f"(?<!{day} da )" for day in ("segunda", "terca", "quarta", "quinta", "sexta", "feira", "sabado", "domingo", ", a")
)
_WEEK: Final = words(
    rf"(?P<second>semana que vem (?:nao|sem ser)(?: essa)?{_BUT_OTHER}|"
    rf"(?:sem ser|nao) (?:n?a )?(?:semana que vem|proxima semana){_BUT_OTHER}|"
    rf"semana que vem{_NOT_THAT} (?:n?|pr?)a {_OTHER_A}|"
    rf"(?:n?a )?outra semana{_NOT_COMING_A}|n?a outra(?: ,)? (?:sem ser|nao|e nao) n?a (?:semana que vem|"
    rf"proxima semana)|"
    rf"semana depois d(?:a|essa|a outra) ?(?:que vem|proxima)?)|"
    rf"(?:(?P<part>{_START}|meio|{_END}) da )(?P<of>semana (?:{_NEXT})|(?:proxima|outra) semana|semana)|"
    rf"(?P<next>{_NOT_THIS} semana{_BUT_OTHER}|{_THIS}a semana{_BUT_THE}a {_COMING_A}|"
    rf"(?:pra|para) semana(?! (?:que|d[aeo]|passada))|{_NOT_OF_DAY}(?:semana (?:{_NEXT})|(?:proxima|outra) semana))|"
    rf"(?P<past>semana passada)|(?P<weekend>(?P<other>outro )?(?:{_END}|findi) de semana|findi)|"
    r"(?P<this>(?:ess|est|n?ess|n?est)[ae] semana|semana corrente)"
)
_OF_MONTH: Final = (
    rf"(?P<m>corrente mes|mes (?:corrente|atual)|mes(?: {_NEXT})?|proximo mes|outro mes|mes de (?:{MONTH})|{MONTH})"
)
_PART: Final = words(
    rf"(?:(?:la |mais )?(?:pr[oa]|no|pelo|ao) )?(?:(?P<part>{_START}|meio|meados|metade|{_END})"
    rf"|(?P<nth>primeira|segunda|terceira|quarta|ultima) semana|(?P<half>primeira|segunda|§ ª) (?:quinzena|metade))"
    rf" (?:do|desse|deste|de) {_OF_MONTH}(?! passado)"
)
_PART_LAST: Final = words(
    rf"(?P<m>mes (?:{_NEXT})|proximo mes)(?: ,)? (?:(?:la |mais )?(?:pr[oa]|no|pelo) )?"
    rf"(?P<part>{_START}|meio|meados|{_END})"
    r"(?: (?:dele|do mes))?(?P<nth>(?!))?(?P<half>(?!))?(?! (?:d[aeo]|de) )"
)
_FORTNIGHT: Final = words(r"(?P<half>primeira|segunda|§ ª) quinzena")
_TURN: Final = words(
    r"(?P<after>depois que |quando |assim que |depois da )?(?:virada (?:do|de) mes|virar o mes|o mes virar)"
)
_MONTH_RANGE: Final = words(
    rf"(?P<second>mes que vem (?:nao|sem ser)(?: esse)?{_BUT_OTHER}|"
    rf"(?:sem ser|nao) (?:n?o )?(?:mes que vem|proximo mes){_BUT_OTHER}|"
    rf"mes que vem{_NOT_THAT} (?:n?|pr?)o {_OTHER_O}|"
    rf"(?:n?o )?outro mes{_NOT_COMING_O}|mes depois d(?:o|esse) ?(?:que vem|proximo)?)|"
    rf"(?P<next>{_NOT_THIS} mes{_BUT_OTHER}|{_THIS}e mes{_BUT_THE}o {_COMING_O}|mes (?:{_NEXT})|(?:proximo|"
    rf"outro) mes|pro mes(?! (?:que|d[aeo]|passado|§)))|"
    r"(?P<past>mes passado)|(?P<this>(?:ess|est|n?ess|n?est)e mes|(?:corrente mes|mes (?:corrente|atual)))|"
    rf"(?P<m2>{MONTH}) (?:que vem|agora|proximo)|"
    r"(?:no )?mes (?P<number>§)|"
    r"(?:(?<=a partir de )|(?<=depois de )|(?<=antes de )|(?:em|no mes de|mes de|pra|para|ate|so em|la pra|"
    rf"la em|la para|desde|so pra|la por|so) )(?P<m>{MONTH})(?: do ano que vem| do ano)?"
)
_ONLY_MONTH: Final = words(rf"(?P<m>{MONTH})")
_YEAR: Final = words(
    rf"(?:(?P<part>{_START}|meio|{_END}) (?:do|de|desse|deste) )?(?<!\bdo )"
    r"(?P<next>ano que vem|proximo ano|ano seguinte)"
    rf"|(?P<part2>{_START}|meio|{_END}) (?:do|desse|deste) ano|(?P<this>(?:ess|est|n?ess|n?est)e ano)"
)
_TWO_DAYS: Final = words(
    r"(?P<opened>(?:entre|d[oe]|no|os)(?: os? dias?| os?)? )?(?:dias? )?(?P<a>§|primeiro) "
    r"(?P<joint>e|ao?|ou|ate|,)(?: o| ate o)? "
    rf"(?P<dia>dia )?(?P<b>§)(?! (?:reais|real|conto|vezes|parcelas?|x|horas?|h))"
    rf"(?: (?:de|do mes de) (?P<mo>{MONTH})|(?P<of> do mes que vem| do proximo mes))?"
)
_TWO_WEEKDAYS: Final = words(
    rf"(?P<a>{WEEKDAY}) (?:ou|e|a) (?:n?a )?(?P<b>{WEEKDAY})(?P<of> da (?:semana que vem|proxima semana))?"
)
_TOMORROW_OR: Final = words(r"amanha ou depois(?! d)")
_THIRTEENTH: Final = words(
    r"(?:quando (?:eu )?(?:sair|cair|receber|entrar|vier|pagarem)(?: [oa])? ?|(?:n|com |do |sair |cair )?)"
    r"(?P<nth>(?:a )?(?:primeira|segunda|outra|ultima|§ ª|§ a)(?: parcela| metade| parte)? d)?"
    r"(?: ?o(?= ))?(?: meu)? ?(?P<name>decimo terceiro|§ º|§ o|§ salario|decimo)(?: salario)?"
    r"(?! (?:andar|lugar|dia|apartamento|bloco|colocado)\b)"
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
_STARTS: Final = tuple(_START.split("|"))
_MIDDLES: Final = ("meio", "meados", "metade")
_ENDS: Final = tuple(_END.split("|"))
_DAY_PARTS: Final = {
    **dict.fromkeys(_STARTS, (1, 10)),
    **dict.fromkeys(_MIDDLES, (11, 20)),
    **dict.fromkeys(_ENDS, (21, 31)),
}
_WEEKS_OF_MONTH: Final = {"primeira": (1, 7), "segunda": (8, 14), "terceira": (15, 21), "quarta": (22, 28)}
_NEAR_DAYS: Final = 3
"""Two days so near, with a pause between, are one rough guess: "dia quinze, dezesseis"."""
_FIRST_HALF: Final = (1, 15)
_SECOND_HALF: Final = (16, 31)
_THIRTEENTH_DAYS: Final = ((11, 30), (12, 20))
"""Lei 4.749/1965, arts. 1 and 2: the first half by 30 November, the rest by 20 December."""


def stretches(sketch: Sketch, context: Context) -> Iterator[Found]:
    today = context.at.date()
    past = behind(sketch)
    for pattern in (_PART, _PART_LAST):
        for match in sketch.find(pattern):
            yield _span(sketch, match, _part(match, today, past=past(match)))
    for match in sketch.find(_TWO_DAYS):
        pair = _two_days(sketch, match, today, context)
        if pair:
            yield _span(sketch, match, pair)
    for match in sketch.find(_TWO_WEEKDAYS):
        start = today + timedelta(days=6 - today.weekday()) if match["of"] else today
        first = next_weekday(start, weekday_of(match["a"]))
        yield _span(sketch, match, (first, next_weekday(first, weekday_of(match["b"]))))
    for match in sketch.find(_TOMORROW_OR):
        yield _span(sketch, match, (today + timedelta(days=1), today + timedelta(days=2)))
    yield from _weeks(sketch, today, past)
    yield from _thirteenths(sketch, today)
    for pattern in (_EVENT, _SOME_DAYS):
        for match in sketch.find(pattern):
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, approx=True)


def _weeks(sketch: Sketch, today: date, past: Behind) -> Iterator[Found]:
    for match in sketch.find(_WEEK):
        yield _span(sketch, match, _week(match, today, past=past(match)))
    for match in sketch.find(_FORTNIGHT):
        yield _span(sketch, match, _in_month("mes", _half(match["half"]), today))
    for match in sketch.find(_TURN):
        last = month_end(today.year, today.month)
        first = last + timedelta(days=1)
        if match["after"]:
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), None, low=first.isoformat())
        else:
            yield _span(sketch, match, (last, first))


def months(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Whole months and years, read after single days have taken theirs ("dia cinco do mês que vem")."""
    today = context.at.date()
    past = behind(sketch)
    for match in sketch.find(_MONTH_RANGE):
        if match["number"]:
            yield from _numbered_month(sketch, match, today, past=past)
            continue
        yield _span(sketch, match, _month(match, today, past=past(match)))
    for match in sketch.find(_YEAR):
        yield _span(sketch, match, _year(match, today))
    if context.day:
        for match in sketch.find(_ONLY_MONTH):
            yield _span(sketch, match, _named_month(match["m"], today, past=past(match)))


def _span(sketch: Sketch, match: re.Match[str], bounds: tuple[date, date]) -> Found:
    low, high = bounds
    return found(EntityType.DATE, sketch.raw, sketch.span(match), None, low=low.isoformat(), high=high.isoformat())


def _week(match: re.Match[str], today: date, *, past: bool) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if match["part"]:
        return _part_of_week(match, today, past=past)
    if match["second"]:
        return monday + timedelta(days=14), monday + timedelta(days=18)
    if match["next"]:
        return monday + timedelta(days=7), monday + timedelta(days=11)
    if match["past"]:
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if match["weekend"]:
        saturday = monday + timedelta(days=12 if match["other"] else 5)
        return max(saturday, min(today, saturday + timedelta(days=1))), saturday + timedelta(days=1)
    friday = monday + timedelta(days=4)
    return today, friday if today <= friday else monday + timedelta(days=6)


def _part_of_week(match: re.Match[str], today: date, *, past: bool) -> tuple[date, date]:
    """Begin with Monday and Tuesday; the middle is Tuesday to Thursday, the end Thursday and Friday."""
    part = match["part"]
    first, last = (1, 3) if part == "meio" else (3, 4) if part in _ENDS else (0, 1)
    monday = today - timedelta(days=today.weekday())
    if past and match["of"] == "semana":
        monday -= timedelta(days=0 if monday + timedelta(days=first) <= today else 7)
        return monday + timedelta(days=first), min(today, monday + timedelta(days=last))
    if match["of"] != "semana" or monday + timedelta(days=last) < today:
        monday += timedelta(days=7)
    return max(today, monday + timedelta(days=first)), monday + timedelta(days=last)


def _part(match: re.Match[str], today: date, *, past: bool) -> tuple[date, date]:
    name = match["m"].removeprefix("mes de ")
    if name.endswith(("corrente", "atual")) or name.startswith("corrente"):
        name = "mes"
    if match["nth"] == "ultima":
        first = _in_month(name, (1, 31), today)[1] - timedelta(days=6)
        return max(first, today), first + timedelta(days=6)
    days = _half(match["half"]) if match["half"] else _WEEKS_OF_MONTH.get(match["nth"]) or _DAY_PARTS[match["part"]]
    if past and name == "mes":
        first = today.replace(day=days[0]) if days[0] <= today.day else shift_month(today.replace(day=1), -1)
        end = month_end(first.year, first.month)
        return first.replace(day=days[0]), min(today, first.replace(day=min(days[1], end.day)))
    return _in_month(name, days, today)


def _half(name: str) -> tuple[int, int]:
    return _FIRST_HALF if name == "primeira" else _SECOND_HALF


def _in_month(name: str, days: tuple[int, int], today: date) -> tuple[date, date]:
    """Give days of a month by its name or as "mes", "mes que vem"; of "mes" the next one if those days are over."""
    first_day, last_day = days
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
    if match["this"]:
        return today, month_end(today.year, today.month)
    if match["m"] or match["m2"]:
        return _named_month(match["m"] or match["m2"], today, past=past)
    first = shift_month(today.replace(day=1), 2 if match["second"] else 1 if match["next"] else -1)
    return first, month_end(first.year, first.month)


def _numbered_month(sketch: Sketch, match: re.Match[str], today: date, *, past: Behind) -> Iterator[Found]:
    """Read "no mês doze"."""
    number = sketch.number(match, "number")
    name = next((name for name, month in MONTHS.items() if number and number.value == month), None)
    if name:
        yield _span(sketch, match, _named_month(name, today, past=past(match)))


def _named_month(name: str, today: date, *, past: bool) -> tuple[date, date]:
    month = month_of(name)
    behind = today.year - (month > today.month)
    first = date(behind if past else today.year + (month < today.month), month, 1)
    end = month_end(first.year, first.month)
    return (first if past else max(first, today)), end


def _year(match: re.Match[str], today: date) -> tuple[date, date]:
    part = match["part"] or match["part2"] or ""
    year = today.year + bool(match["next"])
    first, last = (6, 7) if part == "meio" else (12, 12) if part.startswith("fi") else (1, 1) if part else (1, 12)
    if month_end(year, last) < today:
        year += 1
    return max(today, date(year, first, 1)), month_end(year, last)


def _thirteenths(sketch: Sketch, today: date) -> Iterator[Found]:
    for match in sketch.find(_THIRTEENTH):
        if not (match["name"] == "decimo terceiro" or _is_thirteen(sketch, match) or match["nth"]):
            continue
        days = [date(today.year, *each) for each in _THIRTEENTH_DAYS]
        if days[-1] < today:
            days = [day.replace(year=today.year + 1) for day in days]
        if match["nth"]:
            second = "primeira" not in match["nth"]
            yield found(EntityType.DATE, sketch.raw, sketch.span(match), days[second].isoformat())
        else:
            yield _span(sketch, match, (max(days[0], min(today, days[1])), days[1]))


def _two_days(sketch: Sketch, match: re.Match[str], today: date, context: Context) -> tuple[date, date] | None:
    opened = match["opened"] or ""
    named = (
        "dia" in match.group() or bool(match["mo"] and opened) or (context.day and (opened or match["joint"] == "ou"))
    )
    one, two = _day_number(sketch, match, "a"), _day_number(sketch, match, "b")
    if not named or not one or not two or not one < two:
        return None
    if match["joint"] == "," and two - one > _NEAR_DAYS:
        return None
    if match["mo"]:
        bounds = [day_of_year(today, month_of(match["mo"]), each, past=False) for each in (one, two)]
        low, high = bounds
    else:
        start = shift_month(today.replace(day=1), 1) if match["of"] else today
        low = day_of_month(start, one, past=False)
        high = day_of_month(low, two, past=False) if low else None
    return (low, high) if low and high and low < high else None


def _day_number(sketch: Sketch, match: re.Match[str], group: str) -> int:
    """Give the number of a day, nought where it is none."""
    if match[group] == "primeiro":
        return 1
    number = sketch.number(match, group)
    return int(number.value) if number and number.value == number.value.to_integral_value() else 0


def _is_thirteen(sketch: Sketch, match: re.Match[str]) -> bool:
    number = sketch.number(match, "name") if match["name"].startswith("§") else None
    return number is not None and number.value == 13
