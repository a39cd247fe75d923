"""The last question of a call that went well, where the creditor asks it: from zero to ten, how likely to recommend.

Once, and once more where it was not understood; a refusal, silence or anything else is taken kindly. What would end or
turn any call (a crisis, a wish not to be called, somebody else on the line) does so here too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from voicebot.domain.dialogue import acts, callback, side_roads
from voicebot.domain.dialogue.acts import Ack, Act, AskSatisfaction, Farewell, ThankForMark
from voicebot.domain.dialogue.endings import goodbye, hand_over
from voicebot.domain.dialogue.line import BEFORE_TELLING_AGAIN
from voicebot.domain.dialogue.marks import is_only_mark, mark_in, mark_pressed, names_number
from voicebot.domain.dialogue.phases import Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import CallState, Context, NoteSatisfaction, Step, asked_by
from voicebot.domain.dialogue.transitions import GOOD_ENDS_FROM, Move
from voicebot.domain.meaning import MUST_CATCH, Intent, Meaning

LOW: Final = 6
"""The Net Promoter Score's detractors: zero to six."""
GOOD_ENDS: Final = frozenset(
    {Disposition.AGREEMENT, Disposition.PROMISE_TO_PAY, Disposition.REMINDER_DELIVERED, Disposition.CALLBACK}
)
FORBIDS: Final = MUST_CATCH | {
    Intent.ABUSIVE,
    Intent.BROKEN_AGREEMENT,
    Intent.CONFUSED,
    Intent.DISPUTE_AMOUNT,
    Intent.DISPUTE_TIME_BARRED,
    Intent.GOODBYE,
    Intent.LEGAL_THREAT,
    Intent.SUSPECTS_FRAUD,
}
"""Heard once, mainly or in passing, it keeps the question out of the rest of the call."""
_OTHER_ROADS: Final = MUST_CATCH | {
    Intent.ABUSIVE,
    Intent.DISPUTE_TIME_BARRED,
    Intent.LEGAL_THREAT,
    Intent.REQUEST_CALLBACK,
    Intent.SUSPECTS_FRAUD,
}
_ABOVE_ALL: Final = (Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE, Intent.ACUTE_DISTRESS, Intent.STOP_CALLING)
"""Not even a plain mark stands above these; of anything else a lone "dez" has but the sound."""
_UNCLEAR: Final = frozenset(
    {
        *(Intent.OTHER, Intent.AFFIRM, Intent.GREETING, Intent.IS_ROBOT, Intent.WHO_IS_CALLING),
        *BEFORE_TELLING_AGAIN,
        Intent.CONFUSED,
    }
)
"""Neither a mark nor a no: the question is put once more."""
_OF_THE_AGREEMENT: Final = frozenset({Intent.ASK_DUE_DATE, Intent.ASK_DEBT_DETAILS, Intent.ASK_CONSEQUENCES})
_LEFT_TO_OTHERS: Final = frozenset({*BEFORE_TELLING_AGAIN, Intent.HOLD_ON})
_HASTE: Final = re.compile(
    r"\b(?:(?:com|de|muita|na maior) pressa|apressad[oa]|correndo|na correria|ocupad[oa]|no (?:meu )?trabalho|"
    r"no servi[cç]o|trabalhando|dirigindo|no tr[aâ]nsito|no volante|(?:em|numa) reuni[aã]o|sem tempo|"
    r"n[aã]o tenho tempo|n[aã]o posso falar|r[aá]pid[oa]|rapidinho|anda logo|"
    r"(?:tenho|preciso) (?:que )?(?:sair|desligar|ir)|t(?:o|ô|ou) (?:saindo|indo|entrando)|tchau|at[eé] logo)\b",
    re.IGNORECASE,
)
_PAYING: Final = re.compile(r"\bpag|\bcumpri", re.IGNORECASE)


def heeded(state: CallState, ctx: Context, meaning: Meaning) -> CallState:
    """Note for the rest of the call that what was heard forbids the question."""
    if not ctx.case.creditor.asks_satisfaction or state.unasked:
        return state
    return replace(state, unasked=True) if meaning.has(*FORBIDS) or in_haste(meaning.text) else state


def in_haste(text: str) -> bool:
    """True for "tô com pressa", "tô no trabalho", "tchau": nobody is kept for a question of ours."""
    return bool(_HASTE.search(text))


def before_goodbye(before: CallState, ctx: Context, step: Step) -> Step:
    """Put the question in the place of the goodbye, where the call ends well and nothing heard forbids it.

    What was agreed is on record already: who hangs up here has lost nothing.
    """
    token = step.state.identity.token
    if token is None or not _ends_well(before, ctx, step):
        return step
    said = (*(act for act in step.acts if not isinstance(act, acts.SayGoodbye)), AskSatisfaction(token))
    open_still = replace(step.state, ended=False, unasked=True, misses=0)
    return Step(Move.ASKED_HOW_IT_WENT, open_still, said, step.effects)


def _ends_well(before: CallState, ctx: Context, step: Step) -> bool:
    state = step.state
    if not ctx.case.creditor.asks_satisfaction or not state.ended or state.unasked:
        return False
    return before.phase in GOOD_ENDS_FROM and not state.identity.denied and state.disposition in GOOD_ENDS


def answered(state: CallState, ctx: Context, meaning: Meaning) -> Step:
    """Take whatever is said to the question; a plain mark is one, whatever else its sound may be taken for."""
    mark = mark_in(meaning.text)
    plain = is_only_mark(meaning.text) and not meaning.has(*_ABOVE_ALL)
    if mark is not None and (plain or not meaning.has(*MUST_CATCH)):
        return _noted(state, mark)
    if _booked_so(state, ctx, meaning):
        return _bye(state, _farewell(state))
    if meaning.has(*_OTHER_ROADS):
        step = side_roads.take(replace(state, question=None), ctx, meaning)
        if step is not None:
            return _bye(state, Farewell.NEUTRAL) if _calms(step) else step
    if meaning.has(Intent.CANNOT_PAY, Intent.BROKEN_AGREEMENT) and _PAYING.search(meaning.text) and state.agreement:
        return hand_over(state, ctx, EscalationReason.REQUEST)  # who takes the agreement back is not thanked for it
    if meaning.intent is Intent.HOLD_ON:
        return Step(Move.ASIDE, replace(state, holds=1), (acts.HoldOn(),))
    if meaning.intent in _OF_THE_AGREEMENT:
        return _bye(state, _farewell(state), *_retold(state))
    if meaning.intent in _UNCLEAR and not names_number(meaning.text):
        return _once_more(state, meaning)
    if meaning.has(Intent.DENY, Intent.REJECT_OFFER, Intent.REFUSE_VERIFICATION):
        return _bye(state, _farewell(state), acts.Acknowledge(Ack.OF_COURSE))
    return _bye(state, _farewell(state))


def finish(state: CallState, ctx: Context, meaning: Meaning) -> Step | None:
    """After a side road that came from the question: it is not put again, and the call ends."""
    return None if meaning.intent in _LEFT_TO_OTHERS else _bye(state, _farewell(state))


def pressed(state: CallState, ctx: Context, digits: str) -> Step:
    """Take the mark by keypad; any other keys are no mark."""
    mark = mark_pressed(digits)
    return _bye(state, _farewell(state)) if mark is None else _noted(state, mark)


def silent(state: CallState, ctx: Context) -> Step:
    """Silence is an answer too: nobody is asked whether they are there."""
    return _bye(state, _farewell(state))


def settled(state: CallState, step: Step) -> Step:
    """After a doubtful sign of crisis that was none: nothing is asked any more, and the goodbye is a warm one."""
    if state.phase is not Phase.SATISFACTION or step.move is not Move.ASIDE:
        return step
    return _bye(step.state, Farewell.WARM, acts.Relieved())


def _noted(state: CallState, mark: int) -> Step:
    token = state.identity.token
    thanks = () if token is None else (ThankForMark(token, low=mark <= LOW),)
    step = _bye(state, Farewell.NEUTRAL if mark <= LOW else _farewell(state), *thanks)
    return replace(step, effects=(*step.effects, NoteSatisfaction(mark)))


def _once_more(state: CallState, meaning: Meaning) -> Step:
    token = state.identity.token
    bridge = _bridge(meaning)
    if state.misses or token is None:
        return _bye(state, _farewell(state), *(bridge if meaning.has(Intent.IS_ROBOT) else ()))
    told = _told(state) if meaning.intent in BEFORE_TELLING_AGAIN else ()
    asked = AskSatisfaction(token, again=True)
    return Step(Move.ASIDE, replace(state, misses=state.misses + 1), (*bridge, *told, asked))


def _bridge(meaning: Meaning) -> tuple[Act, ...]:
    if meaning.intent in BEFORE_TELLING_AGAIN:
        return (BEFORE_TELLING_AGAIN[meaning.intent],)
    match meaning.intent:
        case Intent.OTHER | Intent.CONFUSED:
            return (acts.NotUnderstood(1),)
        case Intent.WHO_IS_CALLING:
            return (acts.IdentifySelf(None),)
        case Intent.IS_ROBOT:
            return (acts.AdmitRobot(),)
        case _:
            return (acts.AdmitRobot(),) if meaning.has(Intent.IS_ROBOT) else ()


def _told(state: CallState) -> tuple[Act, ...]:
    return tuple(act for act in state.told if asked_by(act) is None)


def _retold(state: CallState) -> tuple[Act, ...]:
    """A last question about what was agreed is answered before the goodbye."""
    token, agreement = state.identity.token, state.agreement
    recap = (acts.RecapAgreement(token, agreement.offer),) if token is not None and agreement is not None else ()
    return (*recap, *(act for act in _told(state) if not isinstance(act, acts.SendPayment)))


def _booked_so(state: CallState, ctx: Context, meaning: Meaning) -> bool:
    """Whether the caller only says again when to call, which is booked already."""
    if state.callback_at is None or state.agreement is not None or meaning.has(*MUST_CATCH):
        return False
    asked = callback.instant(meaning, ctx.now)
    return meaning.intent is Intent.REQUEST_CALLBACK and asked in {None, state.callback_at}


def _calms(step: Step) -> bool:
    return any(isinstance(act, acts.Deescalate) for act in step.acts)


def _farewell(state: CallState) -> Farewell:
    if state.agreement is not None:
        return Farewell.AGREEMENT
    return Farewell.CALLBACK if state.disposition is Disposition.CALLBACK else Farewell.KIND


def _bye(state: CallState, kind: Farewell, *said: Act) -> Step:
    step = goodbye(state, kind)
    return replace(step, acts=(*said, *step.acts))
