"""What of a proposal is heeded. The local reading owns what is grave: a proposal adds to it and never takes from it.

- A must-catch intent that was read stays, and so does a no, as the main intent where it was the main one.
- A yes, an identity and the data that prove it are read locally or not at all.
- An entity counts only if the local reader, told what to look for, finds it in the caller's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import MUST_CATCH, Entity, EntityType, Intent, Meaning
from voicebot.understanding.proposer.schema import Proposal
from voicebot.understanding.withdrawn import Reading

ENOUGH: Final = 0.6
"""Below it the proposer itself only guesses."""
MOST: Final = 0.9
"""A model's word on its own certainty is no measurement: it never counts for more than this."""
LOCAL_ONLY: Final = frozenset(
    {
        Intent.AFFIRM,
        Intent.ACCEPT_OFFER,
        Intent.IDENTITY_CONFIRM,
        Intent.PROVIDE_DOCUMENT,
        Intent.PROVIDE_BIRTH_DATE,
    }
)
"""What commits the caller or opens the file: a proposal may make one surer that was heard, never hear one itself."""
NO: Final = frozenset({Intent.DENY, Intent.REJECT_OFFER, Intent.REFUSE_VERIFICATION})
_YES: Final = frozenset({Intent.AFFIRM, Intent.ACCEPT_OFFER})
_DICTATION: Final = 4
"""So many bare numbers in a line are digits read out, no amounts."""
_PROOF_ASKED: Final = frozenset({Asks.CPF, Asks.CPF_FIRST3, Asks.CPF_LAST2, Asks.BIRTH_DATE, Asks.BIRTH_DAY_MONTH})
_WHO: Final = frozenset({EntityType.CPF, EntityType.CNPJ, EntityType.PHONE, EntityType.EMAIL})
_AS_IF_ASKED: Final[Mapping[EntityType, Asks]] = {
    EntityType.MONEY: Asks.AMOUNT,
    EntityType.DATE: Asks.DATE,
    EntityType.TIME: Asks.DATE,
}
_NEEDS: Final = {
    Intent.PROPOSE_AMOUNT: frozenset({EntityType.MONEY, EntityType.PERCENT}),
    Intent.PROPOSE_DATE: frozenset({EntityType.DATE, EntityType.TIME}),
}
"""An amount or a day is proposed only where one stands in the words."""

Reader = Callable[[Asks | Phase | None], Reading]
"""Reads the caller's line again, as if this had been asked."""


def is_grave(local: Meaning) -> bool:
    """Whether a reading holds a must-catch intent: then there is nothing to ask."""
    return local.has(*MUST_CATCH)


def heed(local: Meaning, proposal: Proposal, *, expecting: Asks | Phase | None, reader: Reader) -> Meaning:
    """Join a proposal, its placeholders already restored, to the local reading."""
    if is_grave(local) or proposal.confidence < ENOUGH:
        return local
    entities = _entities(local, proposal, expecting, reader)
    new = _welcome(local, proposal, entities, reader)
    if not new:
        return local
    confidence = max(local.confidence, min(proposal.confidence, MOST))
    if local.intent in NO or new[0] is local.intent:
        main = local.intent
        confidence = confidence if new[0] is local.intent else local.confidence
    else:
        main, confidence = new[0], min(proposal.confidence, MOST)
    kept = (*local.also, *(intent for intent in local.intents if intent in NO))
    doubted = _YES if NO & {main, *new, *kept} else frozenset()
    also = tuple(dict.fromkeys(each for each in (*new, *kept) if each not in {main, Intent.OTHER, *doubted}))
    return Meaning(local.text, main, confidence, also, entities, local.refused)


def _welcome(local: Meaning, proposal: Proposal, entities: tuple[Entity, ...], reader: Reader) -> tuple[Intent, ...]:
    """Give the proposed intents that may count, in their order; none where the main one may not."""
    proposed = dict.fromkeys((proposal.intent, *proposal.also))
    welcome = [intent for intent in proposed if _may_count(intent, local, entities, reader)]
    if not welcome or welcome[0] is not proposal.intent:
        # The rest was said beside something that is not believed; only what must not be missed outlives it.
        return tuple(intent for intent in welcome if intent in MUST_CATCH)
    return tuple(welcome)


def _may_count(intent: Intent, local: Meaning, entities: tuple[Entity, ...], reader: Reader) -> bool:
    if intent is Intent.OTHER:
        return False
    if intent in LOCAL_ONLY:
        return local.has(intent)
    needs = _NEEDS.get(intent)
    if needs is None or local.has(intent):
        return True
    return any(e.type in needs and e.type not in reader(_AS_IF_ASKED.get(e.type)).refused for e in entities)


def _entities(local: Meaning, proposal: Proposal, expecting: Asks | Phase | None, reader: Reader) -> tuple[Entity, ...]:
    """Give the local entities, a bare number retyped where the local reader agrees that it can be that."""
    if expecting in _PROOF_ASKED or len(local.values(EntityType.NUMBER)) >= _DICTATION:
        return local.entities
    found = list(local.entities)
    for proposed in proposal.entities:
        entity = _found_again(proposed.type.type, proposed.text, expecting, reader)
        if entity is None:
            continue
        same = [each for each in found if _overlap(each.text, entity.text)]
        if all(each.type is EntityType.NUMBER for each in same):
            found = [*(each for each in found if each not in same), entity]
    where = {id(entity): local.text.find(entity.text) for entity in found}
    return tuple(sorted(found, key=lambda entity: where[id(entity)]))


def _found_again(kind: EntityType, text: str, expecting: Asks | Phase | None, reader: Reader) -> Entity | None:
    reading = reader(_AS_IF_ASKED.get(kind, expecting))
    if kind in reading.refused or any(e.type in _WHO and _overlap(e.text, text) for e in reading.entities):
        return None
    return next((e for e in reading.entities if e.type is kind and _overlap(e.text, text)), None)


def _overlap(one: str, two: str) -> bool:
    one, two = f" {one.casefold()} ", f" {two.casefold()} "
    return one in two or two in one
