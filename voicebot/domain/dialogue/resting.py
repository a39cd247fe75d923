"""Illness, the caller's own or at home: a pause is offered, not imposed, and whoever would rather settle may.

Research, domain 6: wish recovery, offer a pause of 30 to 90 days, demand no evidence by voice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Hardship
from voicebot.domain.dialogue.endings import escalation, hold, summary
from voicebot.domain.dialogue.offering import ask_capacity, leave_open
from voicebot.domain.dialogue.phases import EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, Step
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.meaning import Intent, Meaning

ILLNESS_HOLD_DAYS: Final = 30
_OF_A_WAY: Final = (
    Intent.PROPOSE_AMOUNT,
    Intent.PROPOSE_DATE,
    Intent.ASK_DISCOUNT,
    Intent.ASK_INSTALLMENTS,
    Intent.ASK_PAYMENT_METHOD,
)
"""Said to "shall it rest?": they would rather see how it can be paid."""
_NO_ANSWER: Final = frozenset(
    {
        Intent.REPEAT,
        Intent.SPEAK_LOUDER,
        Intent.SPEAK_SLOWER,
        Intent.HOLD_ON,
        Intent.IS_ROBOT,
        Intent.WHO_IS_CALLING,
        Intent.CONFUSED,
        Intent.GREETING,
        Intent.ASK_DEBT_DETAILS,
        Intent.ASK_CONSEQUENCES,
        Intent.OTHER,
    }
)


def ill(state: CallState, ctx: Context) -> Step:
    """Acknowledge; in talk of the debt ask whether it shall rest, anywhere else it rests at once."""
    asked = isinstance(state.question, acts.AskPause)
    sorry = () if asked else (acts.AcknowledgeHardship(Hardship.ILLNESS),)
    if asked or not state.verified or state.phase not in {Phase.EXPLANATION, Phase.NEGOTIATION}:
        return hold(state, ctx, EscalationReason.ILLNESS, ILLNESS_HOLD_DAYS, *sorry)
    # A person is to look at it, whatever is answered; the line is not called for it.
    request = replace(
        escalation(EscalationReason.ILLNESS, ctx, summary(state, EscalationReason.ILLNESS)), to_line=False
    )
    bargain = replace(state.bargain, hardship=Hardship.ILLNESS)
    state = replace(state, bargain=bargain, escalation=request, misses=0, asides=0)
    pause = acts.AskPause(ctx.today + timedelta(days=ILLNESS_HOLD_DAYS))
    return Step(Move.ASIDE, state, (*sorry, pause), (request,))


def after_pause(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """The answer to "shall it rest?": whatever is no wish to settle lets it rest."""
    token = state.identity.token
    if not isinstance(state.question, acts.AskPause) or token is None:
        return None
    if meaning.has(*_OF_A_WAY) or meaning.intent in _NO_ANSWER:
        return None
    if meaning.intent in {Intent.DENY, Intent.REJECT_OFFER}:
        understood = acts.Acknowledge(acts.Ack.UNDERSTOOD)
        if state.bargain.asked_capacity:
            return leave_open(state, ctx, token, understood)
        return ask_capacity(state, token, understood)
    return hold(state, ctx, EscalationReason.ILLNESS, ILLNESS_HOLD_DAYS)
