"""Days put together: bounds ("depois do dia dez"), either-or ("sexta ou sábado"), and one day told twice.

Readers of days give what each word names; what stands between and around two of them says how they belong together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.calendar_words import WEEKDAY
from voicebot.understanding.normalise import Line
from voicebot.understanding.spans import Found, found, is_day

_AFTER: Final = re.compile(
    r"\b(?:d[ei]s?pois|adepois|apos|posterior\w*(?: ao?)?|dps|pra la|passando|passar|passou|passado|a partir|"
    r"a contar)(?: (?:de|que) passar)?"
    r"(?: d[aeo]s?)?(?: (?:[oa]s?|ess[ae]|est[ae]))?(?: feriado d[eoa])?\s*$"
)
_STARTS: Final = re.compile(r"a (?:partir|contar)")
_BEFORE: Final = re.compile(r"\bantes(?: d[aeo]s?)?(?: [oa])?(?: feriado d[eoa])?\s*$")
_NOT_BEFORE: Final = re.compile(
    r"\s*,?\s*(?:eu |a gente |la |isso )?(?:ainda )?(?:nao|num|nem)\s+"
    r"(?:consigo|da|tem como|posso|recebo|tenho|vou|rola|vai dar|tem jeito|adianta|cai|entra)\b"
)
_NOT_AHEAD: Final = re.compile(r"\b(?:nao|nem)(?: \w+){0,4}\s*$")
"""After or ahead of "antes do dia vinte": from that day on is meant."""
_ONLY_AFTER: Final = re.compile(
    r"[^.!?;]{0,30}?\bso (?:(?:posso|consigo|da|pago) )?depois"
    r"(?: (?:d(?:isso|el[ea])|dess[ea] (?:dia|data)))?\s*(?=$|[.,!?;])"
)
"""After a day: "recebo dia vinte, então só depois"."""
_UNTIL: Final = re.compile(r"\b(?:ate|no maximo|o mais tardar|no mais tardar)(?: [oa]| n[oa]| em)?\s*$")
_LOOSE: Final = re.compile(
    r"\b(?:(?:la|ali) (?:pel[ao]|pr[ao]|para [oa])|por volta d[eoa]|mais ou menos(?: n[oa])?|perto d[eoa])\s*$"
)
_ONWARD: Final = re.compile(r"\s*,?\s*(?:em|pra|para|por)\s+(?:diante|frente)\b|\s*adiante\b")
_ROUGHLY: Final = re.compile(r"\s*,?\s*(?:por ai|mais ou menos|algo assim|uma coisa assim|no maximo|estourando)\b")
_SAME: Final = re.compile(
    r"[\s,.…-]*(?:(?:la|n[oa]|num|numa|uma?|pel[oa]|mais|tipo|ali|que (?:e|cai)|e|em|pr[oa]|se possivel|pode ser)\s+)*"
)
_ASIDE: Final = re.compile(r"[^.!?;]{0,40}")
_CONTRAST: Final = re.compile(r"\b(?:nao|nem|ou|ate|depois|antes|mas|sem|e)\b")
_OR: Final = re.compile(
    r"[\s,.…]*\b(?:ou|talvez|quem sabe|se pa|de repente|no maximo|(?:[no]o? )?mais tardar)(?: (?:entao|talvez|"
    r"no maximo|ate|mesmo|n[oa]|[oa]|pel[oa]))*\s*"
)
_TO: Final = re.compile(r"\s*,?\s*\b(?:ate|ao?|e|pr[oa])(?: (?:n[oa]|[oa]|ate|dia))*\s*")
_FROM: Final = re.compile(r"\b(?:entre|de|d[oa])(?: [oa])?\s*$")
_IS: Final = re.compile(r"\bé\b", re.I)
_BETWEEN: Final = re.compile(r"\bentre(?: [oa])?\s*$|^entre\b")
_ONLY_WEEKDAY: Final = re.compile(
    rf"(?:(?:n?[oa]|(?:n?ess|n?est)[ae]|pr[oa]) )?(?:proxim[ao] )?(?:{WEEKDAY})(?: agora| mesmo| que vem)?"
)
_MOVER: Final = re.compile(
    r"\b(?:mud\w+|troc\w+|pass(?:a|ar)|adi(?:a|ar)|remarc\w+|transfer\w+|empurr\w+|tira\w*)\b(?: \w+){0,3} d[aeo]\s*$"
)
_SHORT: Final = 20
_PAID: Final = re.compile(
    r"\b(?:vence|vencimento|(?:parcela|fatura|conta|boleto|prestacao) d[aeo]|receb(?:o|e|em|er|emos)|cai|caem|"
    r"entra|pinga|pagamento|salario)\b.{0,25}$"
)
_PAYS: Final = re.compile(
    r"\b(?:pag(?:o|a|ar|amos)|acert(?:o|a|ar)|mand[ao]|quito|quitar|deposito|faco o pix|transfiro|resolvo)\b"
)
_WORKING_WEEK: Final = timedelta(days=4)


def join_days(line: Line, items: Sequence[Found], today: date) -> tuple[Found, ...]:
    """Join the days of a line, given in its order; births (without a year) and everything else stay as they are."""
    joined: list[Found] = []
    for item in items:
        last = joined[-1] if joined else None
        apart = last and (_moves(line.folded, last, item) or _pays_then(line.folded, last, item))
        both = _both(line, last, item) if last and not apart else None
        if both:
            joined[-1] = both
        elif _repeats(line.folded, joined, item):
            continue
        elif last and (_is_payday(line.folded, last, item) or _moves(line.folded, last, item)):
            joined[-1] = item
        else:
            joined.append(item)
    return tuple(_bounded(line, item, today) for item in joined)


def _both(line: Line, one: Found, two: Found) -> Found | None:
    if not (_dated(one.entity) and _dated(two.entity)):
        return None
    folded = line.folded
    gap = folded[one.end : two.start]
    close = _SAME.fullmatch(gap) is not None
    if close or (_ASIDE.fullmatch(gap) and not _CONTRAST.search(gap)):
        told = _narrowed(folded, one, two) or _narrowed(folded, two, one)
        if close:
            told = (
                told
                or _inner(one.entity, two.entity)
                or _inner(one.entity, _week_later(two.entity))
                or (None if _is_bounded(folded, one, two) else _told_twice(folded, one, two))
            )
        if told:
            return Found(replace(told, text=line.raw[one.start : two.end]), one.start, two.end)
    return _either(line, one, two, gap)


def _repeats(folded: str, before: Sequence[Found], item: Found) -> bool:
    """Whether a weekday only says a day again: the last of "semana que vem, na terça, isso, terça"."""
    if not (item.entity.value and _ONLY_WEEKDAY.fullmatch(folded[item.start : item.end])):
        return False
    weekday = date.fromisoformat(item.entity.value).weekday()
    days = [each for each in before if is_day(each.entity) and each.entity.value]
    if not days or _CONTRAST.search(folded[days[-1].end : item.start]):
        return False
    last = days[-1]
    said_alone = _ONLY_WEEKDAY.fullmatch(folded[last.start : last.end])
    return not said_alone and date.fromisoformat(last.entity.value or "").weekday() == weekday


def _is_bounded(folded: str, one: Found, two: Found) -> bool:
    """Whether one of them is a bound: "depois da páscoa, na terça" names two days."""
    return any(lead.search(folded[: item.start]) for item in (one, two) for lead in (_AFTER, _BEFORE))


def _dated(entity: Entity) -> bool:
    if entity.type is not EntityType.DATE:
        return False
    return bool(entity.low and entity.high) or bool(entity.value and not entity.value.startswith("--"))


def _narrowed(folded: str, wide: Found, exact: Found) -> Entity | None:
    """Give the day of a stretch that a weekday or a number picks: "semana que vem, na sexta"."""
    low, high, value = wide.entity.low, wide.entity.high, exact.entity.value
    if not (low and high and value):
        return None
    first, last, day = date.fromisoformat(low), date.fromisoformat(high), date.fromisoformat(value)
    if last - first == _WORKING_WEEK:
        last += timedelta(days=2)
    days = [first + timedelta(days=shift) for shift in range((last - first).days + 1)]
    if _ONLY_WEEKDAY.fullmatch(folded[exact.start : exact.end]):
        fits = [each for each in days if each.weekday() == day.weekday()]
    else:
        fits = [each for each in days if each == day] or [each for each in days if each.day == day.day]
    return replace(exact.entity, value=fits[0].isoformat(), approx=False) if len(fits) == 1 else None


def _inner(one: Entity, two: Entity) -> Entity | None:
    """Give the closer of two stretches of which one lies in the other: "ano que vem, em janeiro"."""
    if not (one.low and one.high and two.low and two.high):
        return None
    if one.low <= two.low and two.high <= one.high:
        return two
    return one if two.low <= one.low and one.high <= two.high else None


def _week_later(entity: Entity) -> Entity:
    """Move a stretch by a week: the "terça ou quarta" of "semana que vem, terça ou quarta"."""
    if not (entity.low and entity.high):
        return entity
    low, high = (date.fromisoformat(each) + timedelta(days=7) for each in (entity.low, entity.high))
    return replace(entity, low=low.isoformat(), high=high.isoformat())


def _told_twice(folded: str, one: Found, two: Found) -> Entity | None:
    """Give the day that a weekday only repeats; if the weekday is another, the day stands but is to be confirmed."""
    if not (one.entity.value and two.entity.value):
        return None
    weekday_first = bool(_ONLY_WEEKDAY.fullmatch(folded[one.start : one.end]))
    weekday_last = bool(_ONLY_WEEKDAY.fullmatch(folded[two.start : two.end]))
    if weekday_first == weekday_last:
        return None
    named, exact = (one.entity, two.entity) if weekday_first else (two.entity, one.entity)
    days = [date.fromisoformat(each.value or "") for each in (named, exact)]
    return replace(exact, approx=exact.approx or days[0].weekday() != days[1].weekday())


def _either(line: Line, one: Found, two: Found, gap: str) -> Found | None:
    """Give the stretch between two days that are joined by "ou" or "até", or by "e" after "entre"."""
    if not (one.entity.value and two.entity.value):
        return None
    days = sorted((one.entity.value, two.entity.value))
    head = line.folded[: one.start]
    loosely = not gap.strip(" ,") and (_ROUGHLY.match(line.folded, two.end) or _LOOSE.search(head))
    if _IS.search(line.raw, one.end, two.start):
        return None
    if _OR.fullmatch(gap) or loosely:
        pass
    elif not _TO.fullmatch(gap) or (
        gap.split() == ["e"] and not (_BETWEEN.search(head) or _BETWEEN.search(one.entity.text.lower()))
    ):
        return None
    elif days[0] != one.entity.value:
        return None
    low, high = days
    if low == high:
        return None
    opened = _FROM.search(head)
    start = opened.start() if opened and not _OR.fullmatch(gap) else one.start
    return found(EntityType.DATE, line.raw, (start, two.end), None, low=low, high=high)


def _moves(folded: str, one: Found, two: Found) -> bool:
    """Whether the first day is the one that the second replaces: "muda do dia cinco pro dia dez"."""
    if not (_dated(one.entity) and _dated(two.entity)):
        return False
    gap = folded[one.end : two.start]
    return bool(_MOVER.search(folded[: one.start]) and len(gap) <= _SHORT)


def _pays_then(folded: str, one: Found, two: Found) -> bool:
    """Whether what is due or earned then is paid at the second: "a conta de outubro eu pago dia dez"."""
    return _is_payday(folded, one, two) and bool(_PAYS.search(folded, one.end, two.start))


def _is_payday(folded: str, one: Found, two: Found) -> bool:
    """Whether the first day is only when the caller is paid, and the second when they pay."""
    if not (_dated(one.entity) and _dated(two.entity) and two.entity.value):
        return False
    around = folded[one.end : two.start] + folded[two.end :]
    return bool(_PAID.search(folded[: one.start]) and not _PAYS.search(folded[: one.start]) and _PAYS.search(around))


def _bounded(line: Line, item: Found, today: date) -> Found:
    if not _dated(item.entity):
        return item
    head = line.folded[: item.start]
    entity = item.entity
    first, last = entity.value or entity.low, entity.value or entity.high
    span: tuple[int, int]
    if onward := _ONWARD.match(line.folded, item.end):
        span = (item.start, onward.end())
        return found(EntityType.DATE, line.raw, span, None, low=first, approx=entity.approx)
    if entity.value and (later := _ONLY_AFTER.match(line.folded, item.end)):
        return found(EntityType.DATE, line.raw, (item.start, later.end()), None, low=entity.value)
    if lead := _AFTER.search(head):
        span = (lead.start(), item.end)
        low = first if _STARTS.match(lead.group()) else _past_end(entity, last)
        return found(EntityType.DATE, line.raw, span, None, low=low, approx=entity.approx)
    if lead := _BEFORE.search(head):
        return _before(line, (lead.start(), item.end), entity, today)
    if (lead := _UNTIL.search(head)) and entity.high and entity.high >= today.isoformat():
        span = (lead.start(), item.end)
        return found(EntityType.DATE, line.raw, span, None, low=today.isoformat(), high=entity.high)
    if entity.value and _LOOSE.search(head):
        return replace(item, entity=replace(entity, approx=True))
    return item


def _before(line: Line, span: tuple[int, int], entity: Entity, today: date) -> Found:
    """Give the days up to the one named, which is none of them; of what lies behind, no first day is known."""
    first = date.fromisoformat(entity.value or entity.low or "")
    if _NOT_BEFORE.match(line.folded, span[1]) or _NOT_AHEAD.search(line.folded[: span[0]]):
        return found(EntityType.DATE, line.raw, span, None, low=first.isoformat(), approx=entity.approx)
    low = today.isoformat() if first > today else None
    high = (first - timedelta(days=1)).isoformat()
    return found(EntityType.DATE, line.raw, span, None, low=low, high=high, approx=entity.approx)


def _past_end(entity: Entity, last: str | None) -> str | None:
    """Give the first day that "depois de" leaves: of one day, the day itself, as those who are paid on it mean it."""
    if entity.value or last is None:
        return last
    return (date.fromisoformat(last) + timedelta(days=1)).isoformat()
