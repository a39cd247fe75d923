"""Crisis: the collection stops at once, the right number is said, a person is called, and money never comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.endings import end, escalation, summary
from voicebot.domain.dialogue.line import MAX_CALLER_TURNS, ask_again
from voicebot.domain.dialogue.phases import Disposition, EscalationReason
from voicebot.domain.dialogue.state import AlertOnCall, CallState, Context, Step, Suppress
from voicebot.domain.dialogue.transitions import Move
from voicebot.domain.dialogue.words import names_company
from voicebot.domain.meaning import MUST_CATCH, Intent, Meaning

NUMBERS: Final = {
    EscalationReason.SELF_HARM: "188",
    EscalationReason.DISTRESS: "188",
    EscalationReason.VIOLENCE: "180",
}
"""CVV 188 (life support line), Ligue 180 (women in violence): national, free, at any hour."""

PLAIN: Final = 0.8
"""A wish not to be called must be plain here: "ninguém liga pra mim" is no such wish, and would end the call."""
SURE: Final = 0.5
"""Below this, and with nothing graver said, the sign is doubtful ("me mato de trabalhar") and is asked about, once."""
AGAIN: Final = 3
"""The number is told again in every third turn of listening."""
SILENCES: Final = 4
"""Quiet stretches that the bot waits through in a crisis before it lets the caller go."""

_OF_MONEY: Final = (
    Intent.ASK_DEBT_DETAILS,
    Intent.ASK_DUE_DATE,
    Intent.ASK_CONSEQUENCES,
    Intent.ASK_DISCOUNT,
    Intent.ASK_INSTALLMENTS,
    Intent.PROPOSE_AMOUNT,
    Intent.ASK_PAYMENT_METHOD,
    Intent.ACCEPT_OFFER,
)
_SIGNS: Final = (Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS)
_OTHER_ROADS: Final = MUST_CATCH | {
    Intent.REPEAT,
    Intent.SPEAK_LOUDER,
    Intent.SPEAK_SLOWER,
    Intent.HOLD_ON,
    Intent.IS_ROBOT,
    Intent.GOODBYE,
    Intent.REQUEST_CALLBACK,
}
"""Answered as anywhere else: the question whether they are safe is put again, or the call takes another road."""
_NO_PLAIN_ANSWER: Final = frozenset(
    {Intent.OTHER, Intent.AFFIRM, Intent.EVASIVE, Intent.CONFUSED, Intent.THANKS, Intent.NEEDS_TIME, Intent.ABUSIVE}
)
"""Said to "are you thinking of hurting yourself?", these are no no."""
_REASONS: Final = (
    (Intent.SELF_HARM, EscalationReason.SELF_HARM),
    (Intent.DOMESTIC_VIOLENCE, EscalationReason.VIOLENCE),
    (Intent.ACUTE_DISTRESS, EscalationReason.DISTRESS),
)


def crisis(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Recall before precision: any of these signs, main or in passing; the first doubtful one is asked about."""
    for intent, reason in _REASONS:
        if meaning.has(intent):
            if doubtful(state, meaning, intent):
                return _check(state, reason)
            return _stop_collecting(state, ctx, reason)
    return None


def doubtful(state: CallState, meaning: Meaning, intent: Intent) -> bool:
    """Tell whether understanding is unsure of this sign, and the caller was not asked about one yet.

    A plain sign is what is mainly meant; one that only seems to be said in passing is no plain one.
    """
    fresh = not state.checks and state.turns <= MAX_CALLER_TURNS
    alone = sum(meaning.has(sign) for sign in _SIGNS) == 1  # two signs in one breath leave no doubt
    return fresh and alone and (meaning.intent is not intent or meaning.confidence < SURE)


def _check(state: CallState, reason: EscalationReason) -> Step:
    """Ask plainly, with the number at hand; what was asked before waits."""
    asked = replace(state, checks=state.checks + 1, interrupted=state.question, misses=0)
    return Step(Move.ASIDE, asked, (acts.CheckSafety(reason, NUMBERS[reason]),))


def after_check(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Only a plain no, or plain business, leads back to the talk; whatever else is answered, the bot stays.

    None leaves the turn to the other roads: a graver sign, a plain wish, words to be told again.
    """
    question = state.question
    if not isinstance(question, acts.CheckSafety) or meaning.has(*_SIGNS):
        return None
    if meaning.has(Intent.AFFIRM) or meaning.intent in _NO_PLAIN_ANSWER or meaning.confidence < SURE:
        return _stop_collecting(state, ctx, question.reason)
    if meaning.intent in _OTHER_ROADS or state.turns > MAX_CALLER_TURNS:
        return None
    back = replace(state, question=state.interrupted, interrupted=None, misses=0)
    return Step(Move.ASIDE, back, (acts.Relieved(), *ask_again(back)))


def _stop_collecting(state: CallState, ctx: Context, reason: EscalationReason) -> Step:
    number = NUMBERS[reason]
    request = escalation(reason, ctx, summary(state, reason))
    state = replace(state, escalation=request, disposition=Disposition.HANDED_OVER, misses=0)
    effects = (request, Suppress("crisis"))
    if ctx.handoff_open:
        return Step(Move.IN_CRISIS, state, (acts.SupportCrisis(reason, number),), effects)
    # Nobody can come: that truth, the number and the question whether they are safe, all in this turn.
    sorry = acts.AcknowledgeHardship(acts.Hardship.UPSET)
    alerted = (*effects, AlertOnCall(reason)) if ctx.case.creditor.on_call_phone else effects
    return Step(Move.IN_CRISIS, state, (sorry, acts.StayAndListen(number, nobody_comes=True)), alerted)


def announce(state: CallState, ctx: Context) -> Step | None:
    """After the first words of support, and once: a person is coming."""
    request = state.escalation
    if state.human_called or not ctx.handoff_open or request is None or not request.to_line:
        return None
    return Step(Move.ASIDE, replace(state, human_called=True), (acts.Escalate(request.reason, now=True),))


def listen(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """In a crisis the bot stays: it never ends the call while the caller speaks and never goes back to money."""
    state = replace(state, silences=0, misses=0, asides=state.asides + 1)
    reason = state.escalation.reason if state.escalation is not None else EscalationReason.DISTRESS
    if not meaning.has(Intent.STOP_CALLING):
        return _stay(state, ctx, meaning, reason)
    denied = state.identity.denied
    stop = Suppress("wrong_number" if denied else "stop")
    if meaning.intent is Intent.STOP_CALLING and meaning.confidence >= PLAIN:
        said = (acts.PromiseNoMoreCalls(about_number=denied), acts.SayGoodbye(acts.Farewell.CRISIS, NUMBERS[reason]))
        return end(state, Move.STOP, Disposition.VULNERABLE_HOLD, said, (stop,))
    # Perhaps such a wish: it is kept, and nobody is left alone for it.
    step = _stay(state, ctx, meaning, reason)
    return replace(step, effects=(*step.effects, stop))


def _stay(state: CallState, ctx: Context, meaning: Meaning, reason: EscalationReason) -> Step:
    number = NUMBERS[reason]
    if meaning.intent is Intent.GOODBYE:
        return _farewell(state, number, Move.GOODBYE)
    coming = announce(state, ctx)
    if coming is not None:
        return replace(coming, acts=(acts.SetAside(), *coming.acts)) if meaning.has(*_OF_MONEY) else coming
    if meaning.has(Intent.IS_ROBOT):
        return Step(Move.ASIDE, state, (acts.AdmitRobot(), acts.StayAndListen(number, nobody_comes=False)))
    for intent, graver in _REASONS[:2]:
        if meaning.has(intent):
            return Step(Move.IN_CRISIS, state, (acts.SupportCrisis(graver, NUMBERS[graver], again=True),))
    near = names_company(meaning.text) and reason is not EscalationReason.VIOLENCE
    if near and not any(isinstance(act, acts.StayAndListen) and act.company for act in state.told):
        return Step(Move.ASIDE, state, (acts.StayAndListen(None, company=True),))
    stay = acts.StayAndListen(number if state.asides % AGAIN == 0 else None, nobody_comes=not state.human_called)
    if meaning.has(*_OF_MONEY) and not any(isinstance(act, acts.SetAside) for act in state.told):
        return Step(Move.ASIDE, state, (acts.SetAside(), stay))
    if meaning.has(Intent.REPEAT):
        return Step(Move.ASIDE, state, (acts.SupportCrisis(reason, number, again=True),))
    return Step(Move.ASIDE, state, (stay,))


def _farewell(state: CallState, number: str, move: Move) -> Step:
    """The last words of a crisis repeat the number; somebody of ours calls back."""
    said = (acts.SayGoodbye(acts.Farewell.CRISIS, number),)
    return end(state, move, Disposition.VULNERABLE_HOLD, said)


def silent(state: CallState, ctx: Context) -> Step:
    """Quiet in a crisis: a person is announced first, then the bot says that it is still there, then a kind end.

    Quiet after the question whether they are safe is taken for the graver answer.
    """
    if isinstance(state.question, acts.CheckSafety):
        return _stop_collecting(state, ctx, state.question.reason)
    coming = announce(state, ctx)
    if coming is not None:
        return coming
    if state.silences >= SILENCES:
        reason = state.escalation.reason if state.escalation is not None else EscalationReason.DISTRESS
        return _farewell(state, NUMBERS[reason], Move.GAVE_UP)
    return Step(Move.ASIDE, replace(state, silences=state.silences + 1), (acts.StayOnLine(),))
