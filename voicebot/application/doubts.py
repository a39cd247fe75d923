"""What was heard badly is not acted on: how likely an answer is the one given, and what is left of it when it is not.

The recogniser knows how sure it was, the words alone do not show it ("duzentos" said, "trezentos" heard). An amount, a
day, digits or a yes that were heard too badly lose their value here, before the dialogue sees them: it then asks
again, in other words, and offers the keypad where digits were asked for. What may not be missed (a crisis, a stop, a
death) is never held back by doubt.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.heard import Sureness
from voicebot.domain.meaning import MUST_CATCH, Entity, EntityType, Intent, Meaning


class Answered(StrEnum):
    """What kind of thing was said; each is misheard in its own measure."""

    DIGITS = "digits"
    BIRTH = "birth"
    AMOUNT = "amount"
    DAY = "day"
    YES_NO = "yes_no"
    UNWEIGHED = "unweighed"
    """What would end the call, and a yes or no where the recogniser was not listening for one."""
    WORDS = "words"
    """Whatever else is said."""


_BASE: Final[Mapping[Answered, float]] = MappingProxyType(
    {
        Answered.DIGITS: 4.2,
        Answered.BIRTH: 2.8,
        Answered.AMOUNT: 1.5,
        Answered.DAY: 4.0,
        Answered.YES_NO: 5.7,
        Answered.UNWEIGHED: 3.2,
        Answered.WORDS: 3.2,
    }
)
_PER_LOGPROB: Final = 2.0
_PER_DISAGREEMENT: Final = -1.6
"""Log-odds of an answer being right, by logistic regression on 189 answers of five synthetic voices over a noisy line
(`python -m evaluation.benchmarks.commits_doubts` fits and checks them); the last two are set by hand."""
ENOUGH: Final[Mapping[Answered, float]] = MappingProxyType(
    {
        Answered.DIGITS: 0.6,
        Answered.BIRTH: 0.6,
        Answered.AMOUNT: 0.5,
        Answered.DAY: 0.7,
        Answered.YES_NO: 0.8,
        Answered.UNWEIGHED: 0.8,
        Answered.WORDS: 0.65,
    }
)
"""The chance below which it is asked again. An amount needs least: the offer that answers it is put to the caller."""
PLAIN: Final = 0.75
"""An amount or a day less likely than this is only roughly known."""
_UNSURE: Final = 0.49
"""Below a half is how understanding abstains."""

_DOCUMENT: Final = frozenset({Asks.CPF, Asks.CPF_FIRST3, Asks.CPF_LAST2})
_BIRTH: Final = frozenset({Asks.BIRTH_DATE, Asks.BIRTH_DAY_MONTH})
_YES_NO: Final = frozenset(
    {Intent.AFFIRM, Intent.DENY, Intent.ACCEPT_OFFER, Intent.REJECT_OFFER, Intent.IDENTITY_CONFIRM}
)
_ENDING: Final = frozenset(
    {
        Intent.GOODBYE,
        Intent.VOICEMAIL,
        Intent.NEEDS_TIME,
        Intent.REFUSE_VERIFICATION,
        Intent.ABUSIVE,
        Intent.BUSINESS_REDIRECT,
    }
)
_ASKS_AGAIN: Final = frozenset(
    {
        Intent.OTHER,
        Intent.REPEAT,
        Intent.SPEAK_LOUDER,
        Intent.SPEAK_SLOWER,
        Intent.HOLD_ON,
        Intent.GREETING,
        Intent.CONFUSED,
        Intent.IS_ROBOT,
    }
)
"""On a bad line these lead to much the same, and to nothing that counts."""
_GIVEN: Final = frozenset({Intent.PROVIDE_DOCUMENT, Intent.PROVIDE_BIRTH_DATE})
_SAID_BY: Final[Mapping[Answered, frozenset[Intent]]] = MappingProxyType(
    {
        Answered.AMOUNT: frozenset({Intent.PROPOSE_AMOUNT}) | _YES_NO,
        Answered.DAY: frozenset({Intent.PROPOSE_DATE}) | _YES_NO,
        Answered.YES_NO: _YES_NO,
        Answered.UNWEIGHED: _ENDING | _YES_NO,
        Answered.WORDS: frozenset(Intent),
    }
)
"""The intents that fall with a doubtful answer; digits keep theirs, so that the dialogue knows what was tried."""
_HELD_BY: Final[Mapping[Answered, frozenset[EntityType]]] = MappingProxyType(
    {
        Answered.DIGITS: frozenset({EntityType.CPF, EntityType.NUMBER, EntityType.DATE}),
        Answered.BIRTH: frozenset({EntityType.DATE, EntityType.CPF, EntityType.NUMBER}),
        Answered.AMOUNT: frozenset({EntityType.MONEY, EntityType.NUMBER, EntityType.PERCENT, EntityType.INSTALMENTS}),
        Answered.DAY: frozenset({EntityType.DATE, EntityType.TIME}),
        Answered.YES_NO: frozenset({EntityType.BOOLEAN}),
        Answered.UNWEIGHED: frozenset(),
        Answered.WORDS: frozenset({EntityType.MONEY, EntityType.DATE, EntityType.INSTALMENTS}),
    }
)
_CPF_LENGTH: Final = 11


def as_heard(meaning: Meaning, sureness: Sureness | None, asks: Asks | None, before: Meaning | None = None) -> Meaning:
    """Give a meaning with the confidence that its sound allows, and without the values that are too doubtful.

    `before` is the last answer that was held back, as it had been read: heard the same twice, it is what was said.
    """
    kind = _answered(meaning, asks)
    if sureness is None or kind is None:
        return meaning
    chance = chance_right(kind, sureness)
    confidence = round(meaning.confidence * chance, 4)
    if chance >= ENOUGH[kind] or (before is not None and _same(meaning, before, kind)):
        entities = meaning.entities if chance >= PLAIN else tuple(_roughly(each, kind) for each in meaning.entities)
        return replace(meaning, confidence=confidence, entities=entities)
    fallen = _SAID_BY.get(kind, frozenset())
    left = tuple(intent for intent in meaning.intents if intent not in fallen) or (Intent.OTHER,)
    entities = tuple(_unknown(each, kind) for each in meaning.entities)
    return replace(meaning, intent=left[0], also=left[1:], confidence=min(confidence, _UNSURE), entities=entities)


def chance_right(kind: Answered, sureness: Sureness) -> float:
    """Give the chance, 0 to 1, that an answer of this kind is the one that was given."""
    disagreement = 0.0 if sureness.agreement is None else 1.0 - sureness.agreement
    odds = _BASE[kind] + _PER_LOGPROB * sureness.avg_logprob + _PER_DISAGREEMENT * disagreement
    return 1 / (1 + math.exp(-odds))


def _answered(meaning: Meaning, asks: Asks | None) -> Answered | None:
    """What kind of answer it is; None for what no doubt may hold back, and for what is no such answer."""
    if meaning.has(*MUST_CATCH) or asks is Asks.TEACH_BACK:
        return None  # a retelling is compared with the agreement itself
    if asks in _DOCUMENT | _BIRTH or meaning.has(*_GIVEN):
        return _of_identity(meaning, asks)
    return _of_business(meaning, asks)


def _of_business(meaning: Meaning, asks: Asks | None) -> Answered | None:
    if meaning.has(Intent.PROPOSE_AMOUNT) and meaning.values(EntityType.MONEY):
        return Answered.AMOUNT
    if meaning.has(Intent.PROPOSE_DATE) and meaning.values(EntityType.DATE):
        return Answered.DAY
    if meaning.intent in _YES_NO and asks is Asks.YES_NO:
        return Answered.YES_NO
    if meaning.intent in _ENDING | _YES_NO:
        return Answered.UNWEIGHED
    return None if meaning.intent in _ASKS_AGAIN else Answered.WORDS


def _same(meaning: Meaning, before: Meaning, kind: Answered) -> bool:
    """Whether two turns give the same answer, each by itself too badly heard to count."""
    one, other = ([each.value for each in said.entities if each.type in _HELD_BY[kind]] for said in (meaning, before))
    return meaning.intent is before.intent and one == other


def _of_identity(meaning: Meaning, asks: Asks | None) -> Answered | None:
    """A whole CPF proves its own hearing by its check digits; a mistake there is noticed anyway.

    A "não" where digits were asked for is a refusal, and often "nove" badly heard.
    """
    said = [each.value for each in meaning.values(EntityType.CPF) if each.value]
    if any(len(value) == _CPF_LENGTH for value in said):
        return None
    if meaning.values(EntityType.DATE) and (asks in _BIRTH or (not said and meaning.has(Intent.PROVIDE_BIRTH_DATE))):
        return Answered.BIRTH
    if asks not in _BIRTH and (said or meaning.values(EntityType.NUMBER)):
        return Answered.DIGITS
    return Answered.UNWEIGHED if meaning.intent is Intent.DENY else _of_business(meaning, asks)


def _roughly(entity: Entity, kind: Answered) -> Entity:
    return replace(entity, approx=True) if entity.type in _HELD_BY[kind] else entity


def _unknown(entity: Entity, kind: Answered) -> Entity:
    if entity.type not in _HELD_BY[kind]:
        return entity
    return replace(entity, value=None, low=None, high=None, approx=True)
