"""How a call ends or leaves the bot's hands, and what the record then says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, Farewell
from voicebot.domain.dialogue.phases import Disposition, EscalationReason, Phase, Urgency
from voicebot.domain.dialogue.state import CallState, Context, Decision, DeleteAudio, Effect, Escalation, Step, Suppress
from voicebot.domain.dialogue.transitions import Move

DISPUTE_HOLD: Final = timedelta(days=30)
"""Contact rests while a dispute is answered (research: LGPD 19 II gives 15 days, CDC practice 30; product choice)."""

_URGENCY: Final = {
    EscalationReason.SELF_HARM: Urgency.IMMEDIATE,
    EscalationReason.VIOLENCE: Urgency.IMMEDIATE,
    EscalationReason.DISTRESS: Urgency.IMMEDIATE,
    EscalationReason.OVER_INDEBTED: Urgency.TODAY,
    EscalationReason.ILLNESS: Urgency.TODAY,
}


def unfinished(state: CallState) -> Disposition:
    """What an end without a result is called."""
    if state.disposition is not None:
        return state.disposition
    nobody_came = bool(state.fetched) and not state.identity.confirmed
    if state.phase is Phase.THIRD_PARTY or state.identity.denied or nobody_came:
        return Disposition.THIRD_PARTY
    return Disposition.NO_AGREEMENT if state.verified else Disposition.NOT_VERIFIED


def end(
    state: CallState,
    move: Move,
    disposition: Disposition,
    said: tuple[Act, ...],
    effects: tuple[Effect, ...] = (),
) -> Step:
    """Say the last words, then hang up once they have been played."""
    if not state.noticed:
        effects = (*effects, DeleteAudio())
    if disposition is Disposition.NO_AGREEMENT and state.pause_until is not None:
        disposition, effects = Disposition.VULNERABLE_HOLD, (*effects, *_rest(state))
    return Step(move, replace(state, disposition=disposition, ended=True), said, effects)


def _rest(state: CallState) -> tuple[Effect, ...]:
    """Whoever was asked whether contact shall rest, and left without an answer, is left in peace."""
    return () if state.pause_until is None else (Suppress(EscalationReason.ILLNESS.value, state.pause_until),)


def hung_up(state: CallState) -> Decision:
    """The caller has gone."""
    rest = _rest(state) if state.disposition is None else ()
    left = Disposition.VULNERABLE_HOLD if rest else state.disposition or Disposition.HUNG_UP
    return Decision(replace(state, ended=True, disposition=left), (), rest)


def goodbye(state: CallState, kind: Farewell, move: Move = Move.GOODBYE) -> Step:
    disposition = unfinished(state)
    if state.phase is Phase.DISTRESS:
        disposition, kind = Disposition.VULNERABLE_HOLD, Farewell.WARM
    return end(state, move, disposition, (acts.SayGoodbye(kind),))


def escalation(reason: EscalationReason, ctx: Context, summary: str) -> Escalation:
    return Escalation(reason, _URGENCY.get(reason, Urgency.NORMAL), summary, to_line=ctx.handoff_open)


def summary(state: CallState, reason: EscalationReason) -> str:
    """What the human reads first; facts of the call only, in Portuguese."""
    who = "identidade confirmada" if state.verified else "identidade não confirmada"
    offers = f"{len(state.bargain.offers)} oferta(s) feita(s)"
    return f"Motivo: {reason.value}. {who}; {offers}; fase {state.phase.value}."


def hand_over(state: CallState, ctx: Context, reason: EscalationReason, *before: Act) -> Step:
    """A person takes over now, or calls back where nobody can: the truth either way."""
    if state.human_called:
        return Step(
            Move.WANTS_HUMAN, replace(state, misses=0, question=None, parked=None), (*before, acts.StayOnLine())
        )
    request = escalation(reason, ctx, summary(state, reason))
    state = replace(state, escalation=request, disposition=Disposition.HANDED_OVER)
    if ctx.handoff_open:
        said = (*before, acts.Escalate(reason, now=True))
        state = replace(state, human_called=True)
        return Step(Move.WANTS_HUMAN, state, said, (request,))
    said = (*before, acts.Escalate(reason, now=False), acts.SayGoodbye(Farewell.HAND_OVER))
    return end(state, Move.GOODBYE, Disposition.HANDED_OVER, said, (request,))


def taken_over(state: CallState) -> Step:
    """Tell the caller that a person comes in, and ask nothing more; whoever is in a crisis stays in it.

    No effect goes with it: the person who takes the call is there already, and nobody else is to be told.
    """
    grave = state.escalation.reason if state.phase is Phase.DISTRESS and state.escalation is not None else None
    move = Move.WANTS_HUMAN if grave is None else Move.ASIDE
    state = replace(state, human_called=True, misses=0, question=None, parked=None)
    return Step(move, state, (acts.Escalate(grave or EscalationReason.REQUEST, now=True),))


def looked_into(state: CallState, ctx: Context, reason: EscalationReason) -> tuple[CallState, tuple[Effect, ...]]:
    """Have a person look at it, once in a call and without calling the line for it."""
    if state.escalation is not None and state.escalation.reason is reason:
        return state, ()
    request = replace(escalation(reason, ctx, summary(state, reason)), to_line=False)
    return replace(state, escalation=request), (request,)


def hold(state: CallState, ctx: Context, reason: EscalationReason, days: int, *said: Act) -> Step:
    """Collection rests for `days`, nothing more is asked, and a person looks at it without calling the line."""
    until = ctx.today + timedelta(days=days)
    state, asked = looked_into(state, ctx, reason)
    last = (*said, acts.RestContact(until), acts.SayGoodbye(Farewell.WARM))
    return end(state, Move.HELD, Disposition.VULNERABLE_HOLD, last, (Suppress(reason.value, until), *asked))
