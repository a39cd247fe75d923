"""Days that a line names without meaning them: "sexta é feriado, então quinta", "no dia dos pais já passou".

A day of which something is told is put aside where another day stands in the line; alone it stays, to be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from voicebot.understanding.calendar_words import shift_month, valid
from voicebot.understanding.normalise import Line
from voicebot.understanding.spans import Found, is_day

_SMALL: Final = (
    r"(?:(?:j[áa]|tamb[ée]m|n[ée]|num|numa|n[oa]|em|uma?|dia|v[ée]spera|feriado|ponto facultativo|d[aeo]|o|a)\s+)*"
)
_KINDS_OF_DAY: Final = (
    r"feriad|domingo|s[áa]bado|segunda|ter[çc]a|quarta|quinta|sexta|sant[ao]\b|natal|carnaval|p[áa]scoa|finados|"
    r"ano novo|tiradentes|corpus|ponto facultativo|v[ée]spera|(?:fim|final) de semana|hoje|amanh[ãa]|dia d[aeo]s?\b|"
    r"janeiro|fevereiro|mar[çc]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
)
_BE: Final = r"(?:é|eh|cai|caiu|vai ser|vai cair|será)"
_IS: Final = re.compile(rf"\s*(?:,?\s*(?:n[ée]|j[áa]|tamb[ée]m)\b[\s,]*)*{_BE}\s+(?={_SMALL}(?:{_KINDS_OF_DAY}))", re.I)
_COUNT: Final = (
    r"(?:um|dois|tr[êe]s|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|[qc]u?atorze|quinze|deze\w+|dezoito|vinte|"
    r"trinta|primeiro|\d)"
)
_ONLY_NUMBER: Final = re.compile(rf"(?:n?o )?(?:dia )?(?:\d{{1,2}}|{_COUNT}\w*(?: e [a-zê]+)?)", re.I)
_TODAY_IS: Final = re.compile(rf"\s*(?:j[áa]\s+)?(?:é|eh)\s+(?:j[áa]\s+)?(?:dia\s+)?(?={_COUNT})", re.I)
_AT_ONCE: Final = re.compile(r"na hora|j[áa]|agora(?: mesmo)?", re.I)
_NAMES_TODAY: Final = re.compile(r"^(?:hoje|amanh[ãa])\b", re.I)
_OVER: Final = re.compile(r"\s*j[áa]\s+(?:passou|foi|era)\b", re.I)
_BUSY: Final = re.compile(
    r"\s*,?\s*(?:j[áa] )?(?:(?:eu|a gente)\s+)?(?:(?:j[áa]|ainda|s[óo])\s+)*(?:(?:t[ôo]|estou|vou (?:t[áa]|"
    r"estar))\s+(?:(?:n[oa]|em)\s+"
    r"(?:m[ée]dico|hospital|trabalho|servi[çc]o|trampo|estrada|consulta|reuni[ãa]o|viagem)|de plant[ãa]o|viajando|"
    r"trabalhando|ocupad[oa]|sem|lis[oa]|dur[oa]|zerad[oa]|fora|apertad[oa]|enrolad[oa])|trabalho\b|viajo\b|"
    r"vou (?:viajar|trabalhar)|tenho (?:m[ée]dico|consulta|prova|plant[ãa]o|compromisso|reuni[ãa]o|exame|audi[êe]ncia)|"
    r"eu trabalho|n[ãa]o (?:tem|abre|funciona|t[ôo])|(?:o )?banco (?:n[ãa]o|fecha)|(?:[ée]|t[áa]) fechado)",
    re.I,
)
"""After a day on which the caller cannot, or the bank does not."""
_WHICH_IS: Final = re.compile(rf"\b(?:que|porque|pois)\s+(?:j[áa]\s+)?{_BE}\s+{_SMALL}$", re.I)
_PREDICATE: Final = re.compile(rf"{_SMALL}$", re.I)
_SO: Final = re.compile(r"[\s,.…]*(?:então|entao|a[íi]|da[íi]|por isso|fa[çc]o|pago|s[óo])\b", re.I)
_APPOSED: Final = re.compile(rf"\s*,?\s*que\s+(?:j[áa]\s+)?{_BE}\s+{_SMALL}", re.I)
_OF_MONTH: Final = re.compile(
    r"\bm[êe]s\b|janeiro|fevereiro|mar[çc]o|abril|maio|ju[nl]ho|agosto|setembro|outubro|novembro|dezembro", re.I
)
_RATHER: Final = re.compile(
    r"\b(?:n[ãa]o|digo|ali[áa]s|minto|quer dizer|melhor|opa|desculpa|perd[ãa]o|na verdade)\b", re.I
)
_CHOSEN: Final = re.compile(
    r"\b(?:ent[ãa]o|deixa|deixar|pode ser|prefiro|pago|acerto|quito|fa[çc]o|ponha|p[õo]e|bot[ae]|s[óo]|"
    r"(?:tem|tinha|teria|vai ter) (?:que|de) ser|(?:vai|ia|pra) ser|melhor(?: seria)?|seria|fica|ficaria|vamos|"
    r"bora|vou de|"
    r"(?:j[áa] )?consigo|garanto|(?:jog|pass|empurr|mud|remarc|marc|agend|anot|program|coloc)[ae]r?|"
    r"(?:me )?(?:liga|ligue|ligar|procura|procure|chama|chame|retorna|retorne))\b[^,.;?!]{0,24}$|[,.] (?:a[íi]|"
    r"da[íi])\b[^,.;?!]{0,24}$",
    re.I,
)
_SETTLED: Final = re.compile(
    r"[\s,]*(?:(?:cedo|cedim|cedinho|mesmo|j[áa]|logo|de manh[ãa]|[àa] tarde|[àa] noite|sem falta)[\s,]+)*"
    r"(?:eu\s+|el[ea]\s+|a gente\s+|j[áa]\s+|te\s+|lhe\s+|s[óo]\s+|vou\s+)*(?:pag(?:o|ar|a)\b|acerto|quito|"
    r"resolvo|deposito|"
    r"(?:[ée]|fica|seria)\s+(?:bem\s+)?(?:melhor|mais\s)|transfiro|passo|consigo|posso|dou|mando|fa[çc]o|"
    r"t[áa] na m[ãa]o|[ée] certeza)\b",
    re.I,
)
_PAID: Final = re.compile(r"\b(?:pagu|pagou|quitei|deposit|transferi|mandei|acertei|fiz o pix|comprovante)")
_JOINED: Final = re.compile(r"^\s*(?:ou|e|a|at[ée])\b|^[\s,]*$", re.I)
"""Days so joined are meant together."""
_SHARED: Final = re.compile(r"\b(?:resto|outra metade|restante|segunda parte)\b", re.I)
"""Between two days of which each takes a part of the sum."""
_FAR: Final = 20
"""Days beyond which "então dia oito" cannot belong to the holiday just named."""


def without_asides(line: Line, items: Sequence[Found], today: date) -> tuple[Found, ...]:
    """Leave out the days told aside, and move a bare "dia oito" to the month of the one that it replaces."""
    days = [item for item in items if is_day(item.entity)]
    over = _over(line.folded, days, today)
    items = tuple(item for item in items if item not in over)
    days = [item for item in days if item not in over]
    told, predicates = _asides(line.raw, days)
    aside = _enough(told | predicates, days) or _enough(predicates - told, days) or _unchosen(line.raw, days)
    if not aside:
        return tuple(items)
    last = max((item for item in days if item.start in aside), key=lambda each: each.start)
    return tuple(_beside(item, last, today) for item in items if item.start not in aside)


def _over(folded: str, days: Sequence[Found], today: date) -> list[Found]:
    """Give the days behind us that only tell what led here: one ahead follows them, and on none was paid."""
    if _PAID.search(folded):
        return []
    now = today.isoformat()
    behind = [item for item in days if (item.entity.value or item.entity.high or now) < now]
    ahead = [item for item in days if (item.entity.value or item.entity.high or item.entity.low or "") >= now]
    return [item for item in behind if any(other.start > item.start for other in ahead)]


def in_one_month(raw: str, items: Sequence[Found], today: date) -> tuple[Found, ...]:
    """Keep the month of a day for the bare one that corrects it: "dia cinco do mês que vem, não, dia sete"."""
    kept: list[Found] = []
    for item in items:
        last = kept[-1] if kept else None
        mended = last and _OF_MONTH.search(last.entity.text) and _RATHER.search(raw[last.end : item.start])
        kept.append(_beside(item, last, today) if mended and last else item)
    return tuple(kept)


def _enough(aside: set[int], days: Sequence[Found]) -> set[int]:
    """Give those aside and others of the same day, if a day is left without them; else nothing."""
    values = {item.entity.value for item in days if item.start in aside and item.entity.value}
    gone = aside | {item.start for item in days if item.entity.value in values}
    kept = [item.entity for item in days if item.start not in gone]
    return gone if aside and any(each.value or each.low for each in kept) else set()


def _unchosen(raw: str, days: Sequence[Found]) -> set[int]:
    """Give the days before the last, if of it alone the line says that it is the one: "... , aí eu pago na segunda"."""
    said = [item for item in days if item.entity.value or item.entity.low]
    marks = [
        bool(_CHOSEN.search(raw[one.end if one else 0 : item.start]) or _SETTLED.match(raw, item.end))
        for one, item in zip([None, *said], said, strict=False)
    ]
    others = [mark for mark, item in zip(marks, said, strict=True) if item.entity.value != said[-1].entity.value]
    if len(said) < 2 or not marks[-1] or any(others):
        return set()
    gaps = [raw[one.end : two.start] for one, two in pairwise(said)]
    joined = _JOINED.search(gaps[-1]) or any(_SHARED.search(gap) for gap in gaps)
    return set() if joined else {item.start for item in said[:-1]}


def _asides(raw: str, days: Sequence[Found]) -> tuple[set[int], set[int]]:
    """Give the offsets of days of which something is told ("sexta é ..."), and of what is told of them."""
    gone: set[int] = set()
    predicates: set[int] = set()
    for at, item in enumerate(days):
        before = days[at - 1] if at else None
        after = days[at + 1] if at + 1 < len(days) else None
        told = _IS.match(raw, item.end)
        if len(days) > 1 and _AT_ONCE.fullmatch(item.entity.text):
            gone.add(item.start)  # "sexta cai o repasse e eu pago na hora"
        if _NAMES_TODAY.search(item.entity.text) and _TODAY_IS.match(raw, item.end):
            gone.add(item.start)
        if told or _OVER.match(raw, item.end) or _BUSY.match(raw, item.end):
            gone.add(item.start)
            if told and after and _PREDICATE.fullmatch(raw, told.end(), after.start):
                predicates.add(after.start)
        if before and _WHICH_IS.search(raw[before.end : item.start]):
            close = _APPOSED.fullmatch(raw, before.end, item.start)
            if not close or before.entity.value is None:
                gone.add(item.start)
            elif _SO.match(raw, item.end) and after:
                gone |= {before.start, item.start}
    return gone, predicates


def _beside(item: Found, aside: Found, today: date) -> Found:
    """Take the month of the day told aside for a bare number far from it: "sete de setembro é feriado, dia oito"."""
    entity = item.entity
    if not (entity.value and aside.entity.value and _ONLY_NUMBER.fullmatch(entity.text)) or not is_day(entity):
        return item
    said, other = date.fromisoformat(entity.value), date.fromisoformat(aside.entity.value)
    if abs((said - other).days) <= _FAR:
        return item
    months = (shift_month(other.replace(day=1), shift) for shift in (-1, 0, 1))
    days = [day for month in months if (day := valid(month.year, month.month, said.day)) and day >= today]
    nearest = min(days, key=lambda day: abs((day - other).days), default=said)
    return replace(item, entity=replace(entity, value=nearest.isoformat()))
