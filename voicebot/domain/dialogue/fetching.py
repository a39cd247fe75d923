"""Somebody else goes to get the person asked for: the bot waits, and greets anew whoever comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Direction, Phase
from voicebot.domain.dialogue.state import CallState, Context, Identity, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import fetches_person
from voicebot.domain.meaning import MUST_CATCH, EntityType, Intent, Meaning

MOST_FETCHES: Final = 2
"""Times in a call that the bot waits so; after that it asks for a better time."""
_FROM: Final = frozenset({Phase.OPENING, Phase.THIRD_PARTY})
_GRAVER: Final = MUST_CATCH - {Intent.THIRD_PARTY}
_COMES: Final = frozenset({Intent.GREETING, Intent.AFFIRM, Intent.OTHER, Intent.EVASIVE, Intent.THANKS})
"""What whoever takes the phone says first: "alô?", "oi, pode falar"."""


def wait(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Wait for the person. Nothing of what was said before counts for whoever comes.

    Who has failed or refused to show who they are fetches nobody: they are asked for a better time. Where a person of
    ours is on the way, nobody else is waited for.
    """
    identity = state.identity
    possible = state.direction is Direction.OUTBOUND and not state.verified and state.phase in _FROM
    failed = identity.failed_rounds > 0 or identity.refusals > 0 or state.human_called
    if not possible or failed or state.fetched >= MOST_FETCHES or not _fetches(meaning):
        return None
    awaits = acts.AwaitPerson(ctx.case.debtor.call_name)
    waiting = replace(
        state,
        question=awaits,
        parked=None,
        interrupted=None,
        told=(),
        identity=Identity(),
        fetched=state.fetched + 1,
        introduced=False,
        noticed=False,
        callback_at=None,
        disposition=None,
        misses=0,
    )
    return Step(Move.FETCHED, waiting, (awaits,))


def _fetches(meaning: Meaning) -> bool:
    later = bool(meaning.values(EntityType.DATE) or meaning.values(EntityType.TIME))
    return not later and meaning.intent not in _GRAVER and fetches_person(meaning.text)


def came(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The first words after the wait: a voice that has not said whose it is is greeted and asked."""
    if not isinstance(state.question, acts.AwaitPerson) or meaning.intent not in _COMES:
        return None
    return Step(Move.ASIDE, replace(state, misses=0), (acts.Greet(), acts.AskForPerson(ctx.case.debtor.call_name)))
