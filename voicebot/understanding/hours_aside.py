"""Hours that a line names without meaning them: "depois das seis, que eu saio do serviço às cinco e meia".

An hour at which the caller leaves, arrives or is busy is put aside where another hour stands in the line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.spans import Found

_DOES: Final = (
    r"(?:sai[oru]|saem|larg[oa]|solto|cheg[oa]|volto|volta|entro|entra|peg[oa]|trabalh[oa]|almoco|almoca|janto|acordo|"
    r"levanto|durmo|deito|fech[oa]|abro|abre|termin[oa]|acab[oa]|busco|levo|tenho (?:aula|medico|consulta|"
    r"reuniao|culto|"
    r"missa|plantao|prova)|(?:to|estou|fico) (?:ocupad[oa]|trabalhando|dormindo|na rua|no onibus|no transito|"
    r"no servico|"
    r"no trabalho|em aula|em reuniao)|nao (?:posso|consigo|escuto|ouco|atendo|da|to|estou|tenho como))"
)
_BEFORE: Final = re.compile(rf"\b{_DOES}\b[^.;!?]{{0,30}}$")
_AFTER: Final = re.compile(rf"\s*,?\s*(?:(?:e )?quando )?(?:eu|a gente|ele|ela)? ?(?:ainda |ja |so |e que )*{_DOES}\b")
_AND: Final = re.compile(r"[\s,.…]*(?:(?:e|mas|so que|ai)\b[\s,]*)*")
_DOTS: Final = re.compile(r"\s*(?:\.\.\.|…)\s*(?:e |as |la pelas |umas )*")
_CHOSEN: Final = re.compile(
    r"\b(?:(?:me |pode |podem )?(?:lig(?:a|ar|ue|uem)|cham(?:a|ar|e)|retorn(?:a|ar|e)|procur(?:a|ar|e))|prefiro|melhor|"
    r"pode ser|fica|marc[ae]|agend[ae]|deixa|seria|tem que ser|so)\b[^.;!?]{0,24}$"
)


def without_told_hours(folded: str, items: Sequence[Found]) -> tuple[Found, ...]:
    """Leave out the hours told aside, as long as one is left; and those before the one that is asked for."""
    items = _from_to(folded, _begun_again(folded, items))
    hours = [item for item in items if item.entity.type is EntityType.TIME]
    if len(hours) < 2:
        return tuple(items)
    starts = [0, *(one.end for one, _ in pairwise(hours))]
    heads = [folded[start : item.start] for start, item in zip(starts, hours, strict=True)]
    chosen = [bool(_CHOSEN.search(head)) for head in heads]
    aside = {
        item.start
        for item, head, wanted in zip(hours, heads, chosen, strict=True)
        if not wanted and (_BEFORE.search(head) or _does_then(folded, item, hours))
    }
    if not aside and chosen[-1] and not any(chosen[:-1]) and not _joined(folded, hours):
        aside = {item.start for item in hours[:-1]}
    if len(aside) == len(hours):
        return tuple(items)
    return tuple(item for item in items if item.entity.type is not EntityType.TIME or item.start not in aside)


def _begun_again(folded: str, items: Sequence[Found]) -> tuple[Found, ...]:
    """Leave out an hour that is said again with its minutes: "às nove... às nove e meia"."""
    gone = {
        one.start
        for one, two in pairwise(items)
        if (one.entity.value or "")[:2] == (two.entity.value or "-")[:2]
        and one.entity.type is two.entity.type is EntityType.TIME
        and _DOTS.fullmatch(folded, one.end, two.start)
    }
    return tuple(item for item in items if item.start not in gone)


def _from_to(folded: str, items: Sequence[Found]) -> tuple[Found, ...]:
    """Join "depois das nove" and "antes do meio-dia" to the hours between."""
    joined: list[Found] = []
    for item in items:
        last = joined[-1] if joined else None
        if last and _opens(last) and _closes(item) and (last.entity.low or "") < (item.entity.high or ""):
            if _AND.fullmatch(folded, last.end, item.start):
                both = replace(last.entity, text=f"{last.entity.text} {item.entity.text}", high=item.entity.high)
                joined[-1] = Found(both, last.start, item.end)
                continue
        joined.append(item)
    return tuple(joined)


def _opens(item: Found) -> bool:
    return item.entity.type is EntityType.TIME and bool(item.entity.low) and not item.entity.high


def _closes(item: Found) -> bool:
    return item.entity.type is EntityType.TIME and bool(item.entity.high) and not item.entity.low


def _does_then(folded: str, item: Found, hours: Sequence[Found]) -> bool:
    """Whether the words after an hour say what is done at it, and no other hour follows before them."""
    told = _AFTER.match(folded, item.end)
    return told is not None and all(other.start >= told.end() or other.start <= item.start for other in hours)


def _joined(folded: str, hours: Sequence[Found]) -> bool:
    gaps = (folded[one.end : two.start] for one, two in pairwise(hours))
    return any(re.match(r"[\s,]*(?:(?:ou|e|a|ate|as)\b|$)", gap) for gap in gaps)
