"""Somebody else goes to get the person asked for: the bot waits, and greets anew whoever comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from voicebot.domain.dialogue import acts, callback
from voicebot.domain.dialogue.phases import Direction, Phase
from voicebot.domain.dialogue.state import Bargain, CallState, Context, Identity, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import fetches_person
from voicebot.domain.meaning import MUST_CATCH, Intent, Meaning

MOST_FETCHES: Final = 2
"""Times in a call that the bot waits so; after that it asks for a better time."""
_FROM: Final = frozenset({Phase.OPENING, Phase.THIRD_PARTY})
_ELSE: Final = (
    *(MUST_CATCH - {Intent.THIRD_PARTY, Intent.WRONG_NUMBER, Intent.MINOR}),
    *(Intent.IDENTITY_CONFIRM, Intent.BUSINESS_REDIRECT, Intent.VOICEMAIL, Intent.REQUEST_CALLBACK),
)
"""Heard among the words, these come first."""
_LATER: Final = timedelta(minutes=15)
"""From here on a time that is named is one to call again; "um minutinho" is one to wait."""
_COMES: Final = frozenset({Intent.GREETING, Intent.AFFIRM, Intent.OTHER, Intent.EVASIVE, Intent.THANKS})
"""What whoever takes the phone says first: "alô?", "oi, pode falar"."""


def wait(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Wait for the person. Nothing of what was said before counts for whoever comes.

    Who has failed or refused to show who they are fetches nobody: they are asked for a better time. Where a person of
    ours is on the way, nobody else is waited for.
    """
    identity = state.identity
    possible = state.direction is Direction.OUTBOUND and not state.verified and state.phase in _FROM
    barred = identity.failed or state.human_called or state.fetched >= MOST_FETCHES
    if not possible or barred or not _fetches(ctx, meaning):
        return None
    awaits = acts.AwaitPerson(ctx.case.debtor.call_name)
    waiting = replace(
        state,
        bargain=Bargain(),
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


def _fetches(ctx: Context, meaning: Meaning) -> bool:
    named = callback.instant(meaning, ctx.now)
    later = named is not None and named - ctx.now > _LATER
    barred = later or meaning.has(*_ELSE) or meaning.intent in {Intent.WRONG_NUMBER, Intent.MINOR}
    return not barred and fetches_person(meaning.text)


def came(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The first words after the wait: a voice that has not said whose it is is greeted and asked."""
    if not isinstance(state.question, acts.AwaitPerson) or meaning.intent not in _COMES:
        return None
    return Step(Move.ASIDE, replace(state, misses=0), (acts.Greet(), acts.AskForPerson(ctx.case.debtor.call_name)))
