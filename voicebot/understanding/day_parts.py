"""Parts of the day: "de tardinha", "depois do almoço", "no fim da manhã"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from voicebot.domain.meaning import Entity, EntityType
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Found, found

_IN: Final = r"(?:n[ao] |pel[ao] |d[ao] |a |de |mais (?:n[ao] |pr[ao] |pel[ao] )|la (?:pel[ao]|pr[ao]|no) )?"
_START: Final = r"(?:comeco|comecinho|inicio|inicinho|primeira parte)"
_END: Final = r"(?:fim|final|finalzinho)"
_PARTS: Final = (
    (r"depois d[oae] (?:almoco|meio[- ]dia)|apos o (?:almoco)", "13:00", None),
    (
        r"depois que (?:eu )?(?:sair|chegar|voltar) d[oe] (?:servico|trabalho|trampo)|"
        r"depois d[oe] (?:servico|trabalho|expediente|trampo|trabalhar|sair do (?:servico|trabalho))",
        "18:00",
        None,
    ),
    (r"depois d[aoe] (?:janta|jantar)|depois da novela", "20:00", None),
    (r"antes do almoco", None, "12:00"),
    (r"antes d[oe] (?:servico|trabalho|trabalhar|expediente)", None, "08:00"),
    (r"(?:na hora do |no (?:horario|intervalo) do |no |horario d[eo] )almoco", "12:00", "13:00"),
    (r"(?:em |no |n)?horario comercial", "08:00", "18:00"),
    (rf"{_IN}{_START} da manha", "08:00", "10:00"),
    (rf"{_IN}{_END} da manha", "10:00", "12:00"),
    (rf"{_IN}{_START} da tarde", "12:00", "14:00"),
    (rf"{_IN}meio da tarde", "14:00", "16:00"),
    (rf"{_IN}{_END} da tarde|(?:de|a|na) (?:tardezinha|tardinha|tardim)|{_IN}{_END} do dia(?! de)", "16:00", "18:00"),
    (rf"{_IN}{_START} da noite|(?:de|a|na) noit(?:inha|ezinha|im)|boca da noite", "18:00", "20:00"),
    (
        r"de manha cedo|(?:de|pela|na) manhazinha|bem cedo|logo cedo|cedinho|cedim|cedo da manha|"
        r"(?<=amanha )cedo|(?<=hoje )cedo|(?:(?<=feira )|(?<=sabado ))cedo",
        "08:00",
        "10:00",
    ),
    (
        r"(?<!depois )(?:de|pela|na parte da|da|essa|na) manha|(?:no )?(?:periodo|turno|horario) (?:da manha|matutino)",
        "08:00",
        "12:00",
    ),
    (
        r"(?:de|a|pela|na parte da|da|na|essa) tarde|(?:no )?(?:periodo|turno|horario) (?:da tarde|vespertino)",
        "12:00",
        "18:00",
    ),
    (
        r"(?:de|a|pela|na parte da|da|na|essa) noite|(?:no )?(?:periodo|turno|horario) (?:da noite|noturno)",
        "18:00",
        "22:00",
    ),
    (r"(?:de|na|da) madrugada", "00:00", "06:00"),
)
_EVENT: Final = re.compile(r"(?:depois|ap[óo]s) (?:que|d[oae] (?:servi|trabalh|trampo|expedi|almo|jant|novela))")
"""A part of the day told by what is over then."""
_WIDER: Final = {"08:00": "05:00", "18:00": "18:59", "22:00": "23:59"}
"""How far an hour beside a part of the day may lie outside the hours in which people take calls."""
_COMPILED: Final = tuple((words(pattern), low, high) for pattern, low, high in _PARTS)


def parts_of_day(sketch: Sketch) -> Iterator[Found]:
    """Give each part of the day as the stretch of hours in which people take calls."""
    for pattern, low, high in _COMPILED:
        for match in sketch.find(pattern):
            yield found(EntityType.TIME, sketch.raw, sketch.span(match), None, low=low, high=high)


def without_vague(items: Sequence[Found]) -> tuple[Found, ...]:
    """Leave out a part of the day in which a closer hour of the same line lies: "à tarde, depois das três"."""
    hours = [item.entity for item in items if item.entity.type is EntityType.TIME]
    if len(hours) < 2:
        return tuple(items)
    return tuple(
        item
        for item in items
        if not any(_holds(item.entity, other) or _comes_after(item.entity, other) for other in hours)
    )


def _comes_after(vague: Entity, close: Entity) -> bool:
    """Whether an hour only says when something is over: "depois que eu sair do serviço, lá pelas seis"."""
    if vague.type is not EntityType.TIME or vague.high or not vague.low or not _EVENT.match(vague.text.lower()):
        return False
    return bool(close.value and vague.low <= close.value)


def _holds(vague: Entity, close: Entity) -> bool:
    if vague.type is not EntityType.TIME or not (vague.low and vague.high) or vague is close:
        return False
    start, end = close.value or close.low or vague.low, close.value or close.high or vague.high
    first, last = _WIDER.get(vague.low, vague.low), _WIDER.get(vague.high, vague.high)
    return first <= start and end <= last and (close.low, close.high) != (vague.low, vague.high)
