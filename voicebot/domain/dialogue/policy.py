"""Decide: a state, an event and the facts in; a new state, acts and effects out. Pure, and the only door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, assert_never

from voicebot.domain.dialogue import (
    agreeing,
    bargaining,
    callback,
    distress,
    endings,
    line,
    openers,
    opening,
    resting,
    satisfaction,
    side_roads,
)
from voicebot.domain.dialogue import verification as verifying
from voicebot.domain.dialogue.acts import (
    Acknowledge,
    Act,
    AdmitRobot,
    AskSatisfaction,
    AwaitPerson,
    CheckSafety,
    DeclineCard,
    Escalate,
    Farewell,
    HoldOn,
    NotUnderstood,
    OfferKeypad,
    PromptSilence,
    ReturnToSubject,
    SayAgain,
    SayGoodbye,
    SpeakDifferently,
    StayOnLine,
    WithholdPurpose,
)
from voicebot.domain.dialogue.phases import Asks, Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import (
    CallState,
    Context,
    Decision,
    Event,
    Heard,
    HumanJoined,
    HungUp,
    NotTaken,
    Pressed,
    Silence,
    Started,
    Step,
    TakenOver,
    asked_by,
)
from voicebot.domain.dialogue.transitions import Move, target
from voicebot.domain.dialogue.words import speaks_english
from voicebot.domain.meaning import MUST_CATCH, Intent, Meaning

Handler = Callable[[CallState, Context, Meaning], Step | None]

_AGAIN: Final = (Intent.REPEAT, Intent.SPEAK_LOUDER, Intent.SPEAK_SLOWER)
_CRISIS: Final = frozenset({Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS})


def _waiting(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """A human is on the way; the bot is still there and asks nothing. Where none is any more one is called."""
    if not state.human_called:
        return endings.hand_over(state, ctx, EscalationReason.REQUEST)
    return Step(Move.ASIDE, replace(state, misses=0), (StayOnLine(),))


PHASES: Final[Mapping[Phase, Handler]] = MappingProxyType(
    {
        Phase.OPENING: opening.opening,
        Phase.VERIFICATION: verifying.verification,
        Phase.EXPLANATION: bargaining.talk,
        Phase.NEGOTIATION: bargaining.talk,
        Phase.CONFIRMATION: agreeing.confirmation,
        Phase.PAYMENT: agreeing.payment,
        Phase.THIRD_PARTY: callback.agreeing,
        Phase.CALLBACK: callback.agreeing,
        Phase.BAD_LINE: line.bad_line,
        Phase.DISTRESS: distress.listen,
        Phase.HAND_OVER: _waiting,
        Phase.SATISFACTION: satisfaction.finish,
    }
)


def decide(state: CallState, event: Event, ctx: Context) -> Decision:
    """Answer one event. After the end nothing changes any more."""
    if state.ended:
        return Decision(state, ())
    match event:
        case Started():
            return _apply(state, opening.start(state, ctx))
        case Heard(meaning):
            return _heard(state, ctx, meaning)
        case Pressed(digits):
            return _pressed(state, ctx, digits)
        case Silence():
            return _apply(state, _silent(state, ctx))
        case TakenOver():
            # Who waits for a person has been told.
            return Decision(state, ()) if state.human_called else _apply(state, endings.taken_over(state))
        case NotTaken():
            # Not a word now: in a crisis a person is called at the next turn, anywhere else when the caller speaks.
            return Decision(replace(state, human_called=False), ())
        case HumanJoined():
            return Decision(replace(state, ended=True, disposition=Disposition.HANDED_OVER, phase=Phase.CLOSING), ())
        case HungUp():
            return endings.hung_up(state)
        case _:
            assert_never(event)


def _silent(state: CallState, ctx: Context) -> Step:
    if state.phase is Phase.DISTRESS or isinstance(state.question, CheckSafety):
        return distress.silent(state, ctx)
    quiet = satisfaction.silent if state.phase is Phase.SATISFACTION else line.went_silent
    return quiet(state, ctx)


def _heard(state: CallState, ctx: Context, meaning: Meaning) -> Decision:
    state = replace(state, turns=state.turns + 1)
    is_there = only_says_to_be_there(state, meaning)
    if state.phase is Phase.SILENCE:
        state = replace(state, phase=target(Phase.SILENCE, Move.SPOKE_AGAIN, state.resume), resume=None)
    state = satisfaction.heeded(replace(state, silences=0, holds=0), ctx, meaning)
    if is_there and state.turns <= line.MAX_CALLER_TURNS:
        return _apply(state, Step(Move.ASIDE, state, line.ask_again(state)))
    return _apply(state, satisfaction.before_goodbye(state, ctx, _answer(state, ctx, meaning)))


def only_says_to_be_there(state: CallState, meaning: Meaning) -> bool:
    """A bare yes to "are you there?", or after a wait, is no yes to an agreement read out before: ask again."""
    prompted = state.phase is Phase.SILENCE and state.silences == 1
    waited = state.holds > 0 and state.phase is Phase.CONFIRMATION
    return (
        (prompted or waited)
        and state.question is not None
        and not meaning.also
        and meaning.intent in {Intent.AFFIRM, Intent.GREETING}
    )


def _answer(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    if state.phase is Phase.DISTRESS:
        return distress.listen(state, ctx, meaning)
    settled = distress.after_check(state, ctx, meaning)
    if settled is not None:
        return satisfaction.settled(state, settled)
    grave = meaning.has(*MUST_CATCH)
    if state.turns > line.MAX_CALLER_TURNS:
        return (_last_road(state, ctx, meaning) if grave else None) or _out_of_turns(state)
    if isinstance(state.question, AskSatisfaction):
        return satisfaction.answered(state, ctx, meaning)
    if speaks_english(meaning.text) and not grave:
        return line.foreign(state, ctx)
    # What was agreed is retold in the caller's words, and figures there are no new proposals.
    teaching = state.asks is Asks.TEACH_BACK and not _interrupts(state, meaning)
    roads: tuple[Handler, ...] = () if teaching else (side_roads.take,)
    if not meaning.has(*_AGAIN):
        state = replace(state, repeats=0)
    state = resting.heeded(state, meaning)
    for handler in (
        *roads,
        line.declined_card,
        line.robot,
        line.after_doubt,
        line.after_help,
        resting.after_pause,
        line.after_lapse,
        PHASES[state.phase],
        line.aside,
    ):
        step = handler(state, ctx, meaning)
        if step is not None:
            return step
    if meaning.intent in {Intent.EVASIVE, Intent.GREETING, Intent.THANKS} or _talks(meaning):
        return line.digressed(state, ctx)
    return line.not_understood(state, ctx)


def _interrupts(state: CallState, meaning: Meaning) -> bool:
    """At the teach-back: what may not wait, or what is plainly no retelling of the agreement."""
    if meaning.has(*_CRISIS, Intent.STOP_CALLING, Intent.REQUEST_HUMAN):
        return True
    offer = state.bargain.chosen
    retells = offer is not None and agreeing.restates(offer, meaning)
    return not retells and meaning.intent in MUST_CATCH | {Intent.REQUEST_CALLBACK}


def _last_road(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """Past the last turn only what ends the call, calls a person or answers a crisis is still taken up."""
    step = side_roads.take(state, ctx, meaning)
    if step is None:
        return None
    calls = step.state.human_called and not state.human_called
    return step if step.state.ended or calls or step.move is Move.IN_CRISIS else None


def _out_of_turns(state: CallState) -> Step:
    return endings.goodbye(state, Farewell.WARM, Move.GAVE_UP)


_BRIDGES: Final = (
    Acknowledge,
    AdmitRobot,
    AwaitPerson,
    DeclineCard,
    HoldOn,
    NotUnderstood,
    OfferKeypad,
    PromptSilence,
    ReturnToSubject,
    SayAgain,
    SpeakDifferently,
    WithholdPurpose,
)


def _substance(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """What "pode repetir?" means: the last thing told, not the bridge before it, nor the question alone."""
    kept = tuple(act for act in acts if not isinstance(act, _BRIDGES))
    bridged = len(kept) < len(acts)
    return () if bridged and all(asked_by(act) is not None for act in kept) else kept


def _talks(meaning: Meaning) -> bool:
    """Understood, though it answers nothing that was asked."""
    return meaning.intent is not Intent.OTHER


def _pressed(state: CallState, ctx: Context, digits: str) -> Decision:
    """Keys: identity factors only; any others are passed over kindly."""
    if state.phase is Phase.SILENCE:
        state = replace(state, phase=target(Phase.SILENCE, Move.SPOKE_AGAIN, state.resume), resume=None, silences=0)
    state = replace(state, turns=state.turns + 1)
    if state.turns > line.MAX_CALLER_TURNS and state.phase is not Phase.DISTRESS:
        return _apply(state, _out_of_turns(state))
    if state.phase is Phase.VERIFICATION:
        step = verifying.pressed(state, ctx, digits)
        if step is not None:
            return _apply(state, satisfaction.before_goodbye(state, ctx, step))
    if isinstance(state.question, AskSatisfaction):
        return _apply(state, satisfaction.pressed(state, ctx, digits))
    if state.phase in {Phase.DISTRESS, Phase.HAND_OVER}:
        return _apply(state, Step(Move.ASIDE, state, (StayOnLine(),)))
    return _apply(state, line.not_understood(state, ctx))


def _apply(before: CallState, step: Step) -> Decision:
    """Take the step through the table; nothing else changes a phase."""
    after = target(before.phase, step.move, before.back_to)
    resume, back_to = step.state.resume, step.state.back_to
    if step.move is Move.WENT_SILENT and before.phase is not Phase.SILENCE:
        resume = before.phase
    elif step.move is Move.LINE_IS_BAD:
        back_to = before.phase
    elif step.move is Move.LINE_IS_FINE:
        back_to = None
    asking = tuple(act for act in step.acts if asked_by(act) is not None)
    question: Act | None = asking[-1] if asking else step.state.question
    acts, opened = openers.spaced(step.acts, step.state.turns, step.state.opened)
    if any(isinstance(act, Escalate | SayGoodbye) for act in acts) and not asking:
        question = None
    # What was told to one person is not told again to another, nor what stands before a question that was answered.
    someone_else = step.move is Move.SOMEONE_ELSE
    is_further = bool(asking) and asked_by(asking[-1]) is not asked_by(before.question)
    told = _substance(step.acts) or (acts if someone_else else () if is_further else step.state.told)
    state = replace(
        step.state, phase=after, resume=resume, back_to=back_to, question=question, told=told, opened=opened
    )
    return Decision(state, acts, step.effects, step.move)
