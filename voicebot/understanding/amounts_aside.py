"""Amounts that a line names without offering them: "ganho mil e quinhentos, posso pagar cem".

What is earned, owed, spent or asked for is put aside where another amount is offered after it; one that is begun or
said again counts once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.spans import Found

_TOLD: Final = re.compile(
    r"\b(?:ganh[oa]|receb[oa]|recebemos|salario|aposentadoria|beneficio|aluguel|dev[oe]|devia|divida|gast[oa]|custa|"
    r"(?:conta|luz|agua|mercado|escola|remedios?|pensao) (?:e|da|de|ta|veio)|boleto|fatura|cobr\w+|ofereceram|proposta|"
    r"pediram|quer(?:em|iam)|voces?(?: \w+){0,2} (?:falaram|disseram|mandaram)|(?:a|minha|essa) parcela (?:e|era|ta))\b"
    r"[^.;!?]{0,20}$"
)
_OFFERED: Final = re.compile(
    r"\b(?:pag[oa]r?|posso|consigo|dou|dar|sobra|sobram|cabe|faco|fecho|arrumo|arranjo|separo|tiro|aceito|mando|"
    r"ofereco|entao|da pra|da)\b[^.;!?]{0,20}$"
)
_AGAIN: Final = re.compile(r"[\s,.…]*(?:(?:isso|e|eh|uns|umas|so)[\s,.…]+)*")
_BEGUN: Final = re.compile(r"\s*(?:e\s*)?(?:\.\.\.|…)\s*(?:e\s+)?")
_HUNDRED: Final = 100


def without_told_amounts(folded: str, items: Sequence[Found]) -> tuple[Found, ...]:
    """Leave out the amounts that are no offer, as long as one that is stands after them."""
    amounts = [item for item in items if item.entity.type is EntityType.MONEY]
    if len(amounts) < 2:
        return tuple(items)
    gone = {one.start for one, two in pairwise(amounts) if _said_again(folded, one, two)}
    starts = [0, *(item.end for item in amounts[:-1])]
    heads = [folded[start : item.start] for start, item in zip(starts, amounts, strict=True)]
    offers = [bool(_OFFERED.search(head)) for head in heads]
    for at, item in enumerate(amounts):
        if _TOLD.search(heads[at]) and not offers[at] and any(offers[at + 1 :]):
            gone.add(item.start)
    return tuple(item for item in items if item.start not in gone or item.entity.type is not EntityType.MONEY)


def _said_again(folded: str, one: Found, two: Found) -> bool:
    if one.entity.value is None or two.entity.value is None:
        return False
    gap = folded[one.end : two.start]
    if one.entity.value == two.entity.value:
        return bool(_AGAIN.fullmatch(gap)) and gap.strip() not in {"e", ""}
    first, second = Decimal(one.entity.value), Decimal(two.entity.value)
    return bool(_BEGUN.fullmatch(gap)) and first % _HUNDRED == 0 and first < second < first + _HUNDRED
