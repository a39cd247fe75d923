"""Questions whose answers come from a known set, and the value that a caller's words give to one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from stdnum.br import cpf as cpf_number

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import MUST_CATCH, Entity, EntityType, Intent, Meaning

YES: Final = "yes"
NO: Final = "no"
_YES: Final = frozenset({Intent.AFFIRM, Intent.ACCEPT_OFFER, Intent.IDENTITY_CONFIRM})
_NO: Final = frozenset({Intent.DENY, Intent.REJECT_OFFER})
_DIGITS: Final = MappingProxyType({Asks.CPF_FIRST3: 3, Asks.CPF_LAST2: 2, Asks.CPF: 11})
_OFFERED_AS: Final = MappingProxyType(
    {
        Asks.BIRTH_DAY_MONTH: (Intent.PROVIDE_BIRTH_DATE, EntityType.DATE),
        Asks.AMOUNT: (Intent.PROPOSE_AMOUNT, EntityType.MONEY),
        Asks.DATE: (Intent.PROPOSE_DATE, EntityType.DATE),
    }
)
CLOSED: Final = frozenset({Asks.YES_NO, *_DIGITS, *_OFFERED_AS})
"""The questions whose answers are a known set."""
IDENTITY: Final = frozenset({*_DIGITS, Asks.BIRTH_DAY_MONTH})
"""Those that prove who speaks: a wrong value there must stay as rare as it can be made."""
_UNSETTLED: Final = frozenset(
    {
        *_YES,
        *_NO,
        Intent.PROVIDE_DOCUMENT,
        Intent.PROVIDE_BIRTH_DATE,
        Intent.PROPOSE_AMOUNT,
        Intent.PROPOSE_DATE,
        Intent.OTHER,
        Intent.EVASIVE,
        Intent.CONFUSED,
        Intent.REPEAT,
        Intent.GREETING,
    }
)
"""What misheard answers are taken for."""
_YES_OR_NO: Final = frozenset({Intent.AFFIRM, Intent.DENY, Intent.IDENTITY_CONFIRM, Intent.ACCEPT_OFFER})
_SHORT: Final = 3
"""Words: a yes or no of more may have only begun."""
_GOES_ON: Final = frozenset({"que", "e", "mas", "se", "porque", "só", "de"})
"""No answer ends in these."""
_PLAIN: Final = 0.9
_SURE: Final = 0.6
_AT_LEAST: Final = 0.74


@dataclass(frozen=True, slots=True)
class Answer:
    """What words give to a question."""

    value: str | None
    """"yes" or "no", digits, money or a date as entities spell them; None for none, or for more than one."""
    settled: bool = False
    """The words clearly mean something else ("já paguei", "vou me matar"): nobody may look for an answer in them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The open question, for whoever hears the answer; it knows the question and nothing about the debtor."""

    asks: Asks
    read: Callable[[str], Answer]
    """What a text would give; any text, no side effect, from any thread."""


def answer_in(meaning: Meaning, asks: Asks) -> Answer:
    """Give what a meaning answers to a closed question."""
    grave = meaning.has(*MUST_CATCH)
    settled = grave or (meaning.confidence >= _SURE and any(intent not in _UNSETTLED for intent in meaning.intents))
    return Answer(_value(meaning, asks), settled)


def is_plain_yes_or_no(text: str, meaning: Meaning) -> bool:
    """Tell whether `text`, which means `meaning`, is a yes or a no and nothing more will follow."""
    plain = meaning.intent in _YES_OR_NO and meaning.confidence >= _PLAIN and not meaning.also
    words = text.lower().strip(" .,!?").split()
    return plain and 0 < len(words) <= _SHORT and words[-1] not in _GOES_ON


def _value(meaning: Meaning, asks: Asks) -> str | None:
    if asks is Asks.YES_NO:
        if meaning.confidence < _AT_LEAST or meaning.intent not in _YES | _NO:
            return None
        return YES if meaning.intent in _YES else NO
    if asks in _DIGITS:
        return _only([said for said in _rows(meaning) if _is_whole(said, asks)])
    if asks not in _OFFERED_AS:
        return None
    intent, kind = _OFFERED_AS[asks]
    return _only([entity.value for entity in meaning.values(kind) if entity.value]) if meaning.has(intent) else None


def _rows(meaning: Meaning) -> list[str]:
    said = [_digits(entity) for entity in meaning.values(EntityType.CPF)]
    return said or [_digits(entity) for entity in meaning.values(EntityType.NUMBER)]


def _is_whole(said: str, asks: Asks) -> bool:
    """A whole CPF has its own check digits, which no file is needed to test."""
    return len(said) == _DIGITS[asks] and (asks is not Asks.CPF or cpf_number.is_valid(said))


def _digits(entity: Entity) -> str:
    return "".join(character for character in entity.value or "" if character.isdigit())


def _only(values: list[str]) -> str | None:
    return values[0] if len(set(values)) == 1 else None
