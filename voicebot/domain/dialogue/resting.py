"""Illness, the caller's own or at home: a pause is offered, not imposed, and whoever would rather settle may.

Research, domain 6: wish recovery, offer a pause of 30 to 90 days, demand no evidence by voice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Hardship
from voicebot.domain.dialogue.endings import hold, looked_into
from voicebot.domain.dialogue.line import NO_ANSWER
from voicebot.domain.dialogue.offering import ask_capacity
from voicebot.domain.dialogue.phases import EscalationReason, Phase
from voicebot.domain.dialogue.proposing import NOT_NOW
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import says_now
from voicebot.domain.meaning import Intent, Meaning
from voicebot.domain.prescription import all_lapsed

ILLNESS_HOLD_DAYS: Final = 30
_OF_A_WAY: Final = (
    Intent.PROPOSE_AMOUNT,
    Intent.ASK_DISCOUNT,
    Intent.ASK_INSTALLMENTS,
    Intent.ASK_PAYMENT_METHOD,
    Intent.ASK_DUE_DATE,
    Intent.CHOOSE_CHANNEL,
)
"""Said to "shall it rest?": they would rather see how it can be paid."""
_NO_ANSWER: Final = NO_ANSWER | {Intent.DISPUTE_AMOUNT, Intent.OTHER}


def ill(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Acknowledge; in talk of the debt ask whether contact shall rest, anywhere else it rests at once."""
    asked = isinstance(state.question, acts.AskPause)
    if asked and _goes_on(meaning):
        return None
    sorry = () if asked else (acts.AcknowledgeHardship(Hardship.ILLNESS),)
    talks = state.verified and state.phase in {Phase.EXPLANATION, Phase.NEGOTIATION}
    if asked or not talks or all_lapsed(ctx.case, ctx.today):
        return hold(state, ctx, EscalationReason.ILLNESS, ILLNESS_HOLD_DAYS, *sorry)
    # Whatever is answered, a person is to know.
    state, asked_for = looked_into(state, ctx, EscalationReason.ILLNESS)
    until = ctx.today + timedelta(days=ILLNESS_HOLD_DAYS)
    bargain = replace(state.bargain, hardship=Hardship.ILLNESS)
    state = replace(state, bargain=bargain, pause_until=until, misses=0, asides=0)
    return Step(Move.ASIDE, state, (*sorry, acts.AskPause(until)), asked_for)


def heeded(state: CallState, meaning: Meaning) -> CallState:
    """Note that the pause was declined: nothing rests any more when they leave."""
    if not isinstance(state.question, acts.AskPause) or not _goes_on(meaning):
        return state
    return replace(state, pause_until=None)


def after_pause(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "shall it rest?": whatever is no wish to settle lets it rest."""
    token = state.identity.token
    if not isinstance(state.question, acts.AskPause) or token is None or _settles(meaning):
        return None
    if _goes_on(meaning):
        understood, offer = acts.Acknowledge(acts.Ack.UNDERSTOOD), state.bargain.on_table
        if offer is None:
            return ask_capacity(state, token, understood)
        return Step(Move.ASIDE, replace(state, misses=0), (understood, acts.AskIfItFits(token, offer)))
    if meaning.intent in _NO_ANSWER:
        return None
    return hold(state, ctx, EscalationReason.ILLNESS, ILLNESS_HOLD_DAYS)


def _goes_on(meaning: Meaning) -> bool:
    return _settles(meaning) or meaning.intent in {Intent.DENY, Intent.REJECT_OFFER}


def _settles(meaning: Meaning) -> bool:
    """True for a wish to see how it can be paid; "pode deixar até dia vinte e três" names a day and is a yes."""
    names_a_day = meaning.has(Intent.PROPOSE_DATE) and not meaning.has(Intent.AFFIRM, Intent.ACCEPT_OFFER)
    at_once = says_now(meaning.text) and not meaning.has(*NOT_NOW)
    return meaning.has(*_OF_A_WAY) or names_a_day or at_once
