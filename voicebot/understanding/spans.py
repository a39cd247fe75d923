"""What extractors hand over: entities with their place, and the moment and question they are read under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType

_BIRTH = frozenset({Asks.BIRTH_DATE, Asks.BIRTH_DAY_MONTH})
_DOCUMENT = frozenset({Asks.CPF, Asks.CPF_FIRST3, Asks.CPF_LAST2})
_AMOUNT = frozenset({Asks.AMOUNT, Asks.TEACH_BACK, Phase.NEGOTIATION})


@dataclass(frozen=True, slots=True)
class Context:
    """What was asked, and the caller's local instant."""

    expecting: Asks | Phase | None
    at: datetime
    proving: bool = False
    """Digits of a document stand in the same line: a day and month beside them are a birthday."""

    @property
    def birth(self) -> bool:
        return self.expecting in _BIRTH

    @property
    def document(self) -> bool:
        return self.expecting in _DOCUMENT

    @property
    def amount(self) -> bool:
        return self.expecting in _AMOUNT

    @property
    def day(self) -> bool:
        return self.expecting is Asks.DATE


@dataclass(frozen=True, slots=True)
class Found:
    """An entity and its span in the line."""

    entity: Entity
    start: int
    end: int


def found(
    kind: EntityType,
    raw: str,
    span: tuple[int, int],
    value: str | None,
    *,
    low: str | None = None,
    high: str | None = None,
    approx: bool = False,
) -> Found:
    start, end = span
    return Found(Entity(kind, raw[start:end], value, low, high, approx), start, end)


def is_day(entity: Entity) -> bool:
    """Whether it is a day or a stretch of days, and no birthday without its year."""
    return entity.type is EntityType.DATE and not (entity.value or "").startswith("--")


def settle(batches: Iterable[Iterable[Found]]) -> tuple[Found, ...]:
    """Keep one entity per span: earlier batches win, and inside a batch the earlier item; give them in line order."""
    kept: list[Found] = []
    for batch in batches:
        for item in batch:
            if all(item.end <= other.start or item.start >= other.end for other in kept):
                kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.start))
