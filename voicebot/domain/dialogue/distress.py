"""Crisis: the collection stops at once, the right number is said, a person is called, and money never comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.endings import end, escalation, goodbye, summary
from voicebot.domain.dialogue.phases import Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, Step, Suppress
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.meaning import Intent, Meaning

NUMBERS: Final = {
    EscalationReason.SELF_HARM: "188",
    EscalationReason.DISTRESS: "188",
    EscalationReason.VIOLENCE: "180",
}
"""CVV 188 (life support line), Ligue 180 (women in violence): national, free, at any hour."""

_REASONS: Final = (
    (Intent.SELF_HARM, EscalationReason.SELF_HARM),
    (Intent.DOMESTIC_VIOLENCE, EscalationReason.VIOLENCE),
    (Intent.ACUTE_DISTRESS, EscalationReason.DISTRESS),
)


def crisis(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Recall before precision: any of these signs, main or in passing, at any confidence."""
    for intent, reason in _REASONS:
        if meaning.has(intent):
            return _stop_collecting(state, ctx, reason)
    return None


def _stop_collecting(state: CallState, ctx: Context, reason: EscalationReason) -> Step:
    number = NUMBERS[reason]
    request = escalation(reason, ctx, summary(state, reason))
    state = replace(state, escalation=request, disposition=Disposition.HANDED_OVER, misses=0)
    support = acts.SupportCrisis(reason, number)
    follow = acts.Escalate(reason, now=True) if ctx.handoff_open else acts.StayAndListen(number)
    return Step(Move.IN_CRISIS, state, (support, follow), (request, Suppress("crisis")))


def listen(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """In a crisis the bot stays: it never ends the call while the caller speaks and never goes back to money."""
    state = replace(state, silences=0, misses=0)
    reason = state.escalation.reason if state.escalation is not None else EscalationReason.DISTRESS
    number = NUMBERS[reason]
    if meaning.has(Intent.STOP_CALLING):
        said = (acts.PromiseNoMoreCalls(about_number=False), acts.SayGoodbye(acts.Farewell.WARM))
        return end(state, Move.STOP, Disposition.HANDED_OVER, said, (Suppress("stop"),))
    if meaning.intent is Intent.GOODBYE:
        return goodbye(state, acts.Farewell.WARM)
    for intent, graver in _REASONS[:2]:
        if meaning.has(intent):
            return Step(Move.IN_CRISIS, state, (acts.SupportCrisis(graver, NUMBERS[graver], again=True),))
    if meaning.has(Intent.REPEAT, Intent.AFFIRM):
        return Step(Move.ASIDE, state, (acts.SupportCrisis(reason, number, again=True),))
    return Step(Move.ASIDE, state, (acts.StayAndListen(number),))


def in_crisis(state: CallState) -> bool:
    return state.phase is Phase.DISTRESS
