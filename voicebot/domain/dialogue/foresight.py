"""What the caller will probably say next, so that the answer's audio can be ready before it is needed.

Deciding is pure, so it can be tried ahead; nothing foreseen is spoken, recorded or disclosed.
"""

from __future__ import annotations

from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.dialogue.state import CallState, Context, Event, Heard, Silence
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.portfolio import Debtor

_BY_PHASE: Final = {
    Phase.OPENING: (Intent.IDENTITY_CONFIRM, Intent.WHO_IS_CALLING, Intent.WRONG_NUMBER, Intent.THIRD_PARTY),
    Phase.EXPLANATION: (Intent.AFFIRM, Intent.JOB_LOSS, Intent.CANNOT_PAY, Intent.FORGOT, Intent.DENY),
    Phase.NEGOTIATION: (Intent.AFFIRM, Intent.REJECT_OFFER, Intent.ASK_INSTALLMENTS, Intent.NEEDS_TIME),
    Phase.CONFIRMATION: (Intent.AFFIRM, Intent.REPEAT),
    Phase.PAYMENT: (Intent.AFFIRM, Intent.DENY),
    Phase.THIRD_PARTY: (Intent.DENY, Intent.WHO_IS_CALLING),
    Phase.CALLBACK: (Intent.AFFIRM,),
    Phase.DISTRESS: (Intent.OTHER, Intent.AFFIRM),
}


def likely_events(state: CallState, ctx: Context) -> tuple[Event, ...]:
    """The few most likely next events, likeliest first."""
    if state.ended:
        return ()
    factor = _factor(state.asks, ctx.case.debtor)
    told: tuple[Event, ...] = (Heard(factor),) if factor is not None else ()
    plain = tuple(Heard(_plain(intent)) for intent in _BY_PHASE.get(state.phase, ()))
    return (*told, *plain, Heard(_plain(Intent.OTHER, 0.0)), Silence())


def _plain(intent: Intent, confidence: float = 0.9) -> Meaning:
    return Meaning("(previsto)", intent, confidence)


def _factor(asks: Asks | None, debtor: Debtor) -> Meaning | None:
    """The true answer to an identity question, as it would be understood."""
    match asks:
        case Asks.CPF_FIRST3:
            value, kind, intent = debtor.cpf[:3], EntityType.CPF, Intent.PROVIDE_DOCUMENT
        case Asks.CPF_LAST2:
            value, kind, intent = debtor.cpf[-2:], EntityType.CPF, Intent.PROVIDE_DOCUMENT
        case Asks.CPF:
            value, kind, intent = debtor.cpf, EntityType.CPF, Intent.PROVIDE_DOCUMENT
        case Asks.BIRTH_DAY_MONTH | Asks.BIRTH_DATE:
            value, kind, intent = debtor.birth_date.isoformat(), EntityType.DATE, Intent.PROVIDE_BIRTH_DATE
        case _:
            return None
    return Meaning("(previsto)", intent, 0.9, entities=(Entity(kind, "", value),))
