"""Amounts, days and hours that the caller names only to refuse or to correct: "cem, não, cento e vinte"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.spans import Found

_KINDS: Final = (
    EntityType.MONEY,
    EntityType.NUMBER,
    EntityType.PERCENT,
    EntityType.INSTALMENTS,
    EntityType.DATE,
    EntityType.TIME,
)
_TIMED: Final = frozenset({EntityType.DATE, EntityType.TIME})
_MARKS: Final = r"[\s,.;:!?…-]"
_NOT: Final = r"(?:nao|num|nem)"
_ABLE: Final = (
    r"(?:da|daria|vai dar|cabe|caberia|consigo|conseguiria|vou conseguir|posso|pode|poderia|tenho|rola|serve|quero|"
    r"aceito|pago|encaixa|dou conta|e possivel|fica bom|vai|tem (?:como|jeito|condic\w+))\b"
)
_TAIL: Final = r"(?:\s+(?:por mes|de entrada|mensais|reais|conto|eu|a gente|agora|ai|mesmo|ja|tambem|pra mim|ainda))*"
_NO_MORE: Final = re.compile(rf"{_TAIL}\s+{_NOT}(?:\s+{_ABLE}|\s*$|\s*[,.;!…]|(?=\s+(?:que|porque|pois)\b))")
_AFTER: Final = re.compile(_NO_MORE.pattern + r"(?!\s+(?:(?:pra\s+)?mais|hoje|agora|(?:n?ess[ea]|n?est[ea])\s+\w+)\b)")
"""Of a day, "não dá mais" is no; of a sum, "não dá pra mais" is its limit, and "não dá hoje" is of the day."""
_BOUND: Final = re.compile(r"\b(?:mais|acima|alem|pass\w+)\s+(?:d[eo]s?\s+)?(?:que\s+)?$")
_BOUNDS: Final = ("mais ", "acima ", "alem ")
"""Before a sum, these make it what does fit: "mais de cento e vinte eu não consigo"."""
_NO_GOOD: Final = re.compile(
    r"\s*,?\s+(?:(?:eu|pra mim|ai|ja|tambem|nem|me|vai|ia)\s+)*(?:esquec\w+|sem chance|de jeito nenhum|"
    r"(?:nem )?pensar|impossivel|"
    r"(?:ta|esta|tou|to|e|eh|fica|ficou|estar|ser|sera)\s+(?:(?:muito|meio|bem|tod[oa]|tud[oa]|mais|ja|super|mt)\s+)*"
    r"(?:comprometid\w+|chei[oa]|apertad\w+|complicad\w+|ruim|dificil|corrid[oa]|lotad[oa]|curt[oa]|em cima|cedo|longe|"
    r"brab[oa]|foda|osso|embacad[oa]|inviavel|impossivel|sem chance|dur[oa]|lis[oa]|zerad[oa]|apertadinh[oa]))\b"
)
"""After a day that will not do."""
_TOLD_BEFORE: Final = re.compile(
    r"\b(?:falei|disse|tinha (?:falado|dito|combinado|marcado)|combinei|marquei|prometi|"
    r"era(?: pra ser)?)\b[^.;!?]{0,25}$"
)
_BUT_NOW: Final = re.compile(
    r"[^.;]{0,25}?(?:\b(?:mas|so que|na verdade|agora|quer dizer|entao)\b[^.;]{0,25}|\bne\b[^.;]{0,10}\b(?:e|"
    r"eh)\b[^.;]{0,8})"
)
"""After what was told before, and ahead of what holds now: "falei dia vinte, mas é vinte e um"."""
_TOO_MUCH: Final = re.compile(
    rf"{_TAIL}\s*,?\s+(?:e|eh|ta|fica|sao|ja e|ainda e|achei)\s+(?:muito |meio |bem )?(?:nada|pouco|"
    r"muito(?! (?:bom|boa|melhor))|demais|pesad\w+|car[oa]|puxad\w+|salgad\w+|alt[oa]|impossivel)\b"
)
_BEFORE: Final = re.compile(
    rf"(?:\b{_NOT}\s+{_ABLE}(?:\s+(?:como|pra|de|pagar|fazer|fechar|dar|ser|os|esses|ess[ea]|em|n[oa]|por|com|ir|e|uns))*"
    rf"|\b{_NOT} (?:me )?(?:lig\w+|cham\w+|procur\w+|marqu\w+|marca)(?: (?:n[oa]|[oa]))?"
    r"|\bnao e(?:\s+(?:n[oa]|[oa]|pr[oa]))?"
    r"|\bmelhor\b.*\bdo que(?:\s+n[oa])?"
    r"|\b(?:em vez|ao inves|no lugar) d[eoa]s?(?:\s+(?:os|pagar))?|\bnem(?:\s+(?:mesmo|os|com|por|em|n[oa]))?)\s+$"
)
_CONTRASTED: Final = re.compile(rf"\b{_ABLE}.*,\s*nao(?:\s+(?:os|n[oa]|com|por))?\s+$")
"""Able to one, "não" the other: "posso duzentos, não quinhentos"."""
_SLIP: Final = (
    r"(?:nao|(?:eu )?quis dizer|quer dizer|digo|alias|minto|perdao|desculpa|opa|ops|errei|na verdade|ou melhor|"
    r"melhor dizendo|melhor|"
    r"pera|perai|espera|calma|corrigindo|brincadeira|brincando|to brincando|zoeira|mentira|"
    r"mas (?:agora |na verdade )?(?:e|eh|vai ser|tem que ser|fica|ficou))"
)
_PAUSE: Final = re.compile(rf"{_MARKS}+(?:n[oa]\s+|pr[oa]\s+|em\s+)?")
_DENIED: Final = re.compile(
    rf"{_MARKS}+(?:{_SLIP}{_MARKS}+)?(?:dia )?[a-z0-9]+(?: e [a-z]+)? nao{_MARKS}+(?:(?:dia|n[oa]|e|eh|so)\s+)*"
)
"""The first said again to refuse it: "dia oito, oito não, nove"."""
_APOLOGY: Final = re.compile(rf"{_MARKS}*(?:desculpa|perdao|alias|digo|quer dizer|errei|corrigindo|me confundi)\b")
_CORRECTED: Final = re.compile(
    rf"(?:{_MARKS}+(?:hum|hm|eh|ah|ha|ai|putz|ih)\b)*{_MARKS}*{_SLIP}"
    rf"(?:{_MARKS}+(?:{_SLIP}|e|eh|sao|foi|faz|bota|coloca|poe|pode ser|consigo|so|ate|n[ao]|dia|em|"
    rf"pra|por|uns|umas|as|a|o|la|melhor))*{_MARKS}*"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A line's entities, without those withdrawn in favour of another; `refused` are kinds named only to say no."""

    entities: tuple[Entity, ...]
    refused: frozenset[EntityType] = frozenset()
    replaced: frozenset[EntityType] = frozenset()
    """Kinds of which one value was taken back and another stands."""


def stand(folded: str, items: Sequence[Found]) -> Reading:
    """Judge the items of a folded line, given in line order."""
    gone: set[int] = set()
    refused: set[EntityType] = set()
    replaced: set[EntityType] = set()
    for kind in _KINDS:
        same = [item for item in items if item.entity.type is kind]
        taken_back = {item.start for item in same if _refused(folded, item)}
        said_no = {_value(item) for item in same if item.start in taken_back}
        taken_back |= {item.start for item in same if kind in _TIMED and _value(item) in said_no}
        taken_back |= {
            one.start for one, two in pairwise(same) if two.start not in taken_back and _corrects(folded, one, two)
        }
        if same and len(taken_back) == len(same):
            refused.add(kind)
        elif taken_back:
            replaced.add(kind)
            gone |= taken_back
    return Reading(
        tuple(item.entity for item in items if item.start not in gone or item.entity.type not in replaced),
        frozenset(refused),
        frozenset(replaced),
    )


def _value(item: Found) -> tuple[str | None, str | None, str | None]:
    return item.entity.value, item.entity.low, item.entity.high


def _corrects(folded: str, one: Found, two: Found) -> bool:
    """Whether the second takes the first's place: a word says so between them, or an apology after."""
    if _CORRECTED.fullmatch(folded, one.end, two.start):
        return True
    if _DENIED.fullmatch(folded, one.end, two.start):
        return True
    if _TOLD_BEFORE.search(folded[: one.start]) and _BUT_NOW.fullmatch(folded, one.end, two.start):
        return True
    return bool(_PAUSE.fullmatch(folded, one.end, two.start) and _APOLOGY.match(folded, two.end))


def _refused(folded: str, item: Found) -> bool:
    """Whether the words around it say no to it; a question ("não dá pra ser sexta?") asks for it instead."""
    if item.entity.low and not (item.entity.value or item.entity.high) and folded.startswith("antes", item.start):
        return False  # "antes do dia vinte não dá" asks for the twentieth.
    ending = re.search(r"[.!?]", folded[item.end :])
    if ending and ending.group() == "?":
        return False
    dated = item.entity.type is EntityType.DATE
    head = folded[: item.start]
    if dated and _NO_GOOD.match(folded, item.end):
        return True
    if not dated and (_BOUND.search(head) or folded.startswith(_BOUNDS, item.start)):
        return False
    after = (_NO_MORE if dated else _AFTER).match(folded, item.end) or _TOO_MUCH.match(folded, item.end)
    return bool(after or _BEFORE.search(head) or _CONTRASTED.search(head))
