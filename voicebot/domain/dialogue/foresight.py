"""What the caller will probably say next, so that the answer's audio can be ready before it is needed.

Deciding is pure, so it can be tried ahead; nothing foreseen is spoken, recorded or disclosed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from voicebot.domain.dialogue.acts import AskSatisfaction
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.dialogue.state import CallState, Context, Event, Heard, Silence
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.portfolio import Channel, Debtor

_BY_PHASE: Final = {
    Phase.OPENING: (Intent.IDENTITY_CONFIRM, Intent.WHO_IS_CALLING, Intent.WRONG_NUMBER, Intent.THIRD_PARTY),
    Phase.VERIFICATION: (Intent.WHO_IS_CALLING, Intent.ASK_DEBT_DETAILS, Intent.REFUSE_VERIFICATION),
    Phase.EXPLANATION: (
        *(Intent.AFFIRM, Intent.JOB_LOSS, Intent.CANNOT_PAY, Intent.FORGOT, Intent.DENY, Intent.ILLNESS),
        *(Intent.ALREADY_PAID, Intent.ASK_INSTALLMENTS, Intent.ASK_DISCOUNT, Intent.DISPUTE_DEBT),
    ),
    Phase.NEGOTIATION: (
        *(Intent.AFFIRM, Intent.REJECT_OFFER, Intent.CANNOT_PAY, Intent.ASK_INSTALLMENTS, Intent.NEEDS_TIME),
        *(Intent.ASK_DISCOUNT, Intent.DENY, Intent.JOB_LOSS, Intent.ACCEPT_OFFER),
    ),
    Phase.CONFIRMATION: (Intent.AFFIRM, Intent.DENY, Intent.REPEAT),
    Phase.PAYMENT: (Intent.AFFIRM, Intent.DENY, Intent.ASK_PAYMENT_METHOD),
    Phase.SATISFACTION: (Intent.DENY, Intent.THANKS),
    Phase.THIRD_PARTY: (Intent.DENY, Intent.WHO_IS_CALLING, Intent.ASK_DEBT_DETAILS, Intent.GOODBYE),
    Phase.CALLBACK: (Intent.AFFIRM, Intent.DENY),
    Phase.DISTRESS: (Intent.OTHER, Intent.AFFIRM, Intent.DENY, Intent.THANKS),
    Phase.ALREADY_PAID: (Intent.AFFIRM, Intent.DENY),
    Phase.DISPUTE: (Intent.AFFIRM, Intent.DENY),
}
_STRANGERS: Final = (
    *(Intent.REPEAT, Intent.GREETING, Intent.AFFIRM, Intent.DENY, Intent.SUSPECTS_FRAUD, Intent.IS_ROBOT),
    *(Intent.HOLD_ON, Intent.EVASIVE, Intent.CONFUSED, Intent.ASK_CONSEQUENCES, Intent.REQUEST_CALLBACK),
    *(Intent.WRONG_NUMBER, Intent.THIRD_PARTY, Intent.STOP_CALLING),
)
"""What somebody may say at any time before they are known; likeliest first."""
_KNOWN: Final = (
    *(Intent.REPEAT, Intent.ASK_DEBT_DETAILS, Intent.CONFUSED, Intent.HOLD_ON, Intent.EVASIVE, Intent.THANKS),
    *(Intent.ALREADY_PAID, Intent.FORGOT, Intent.ILLNESS, Intent.OVER_INDEBTED, Intent.ASK_CONSEQUENCES),
    *(Intent.ASK_DUE_DATE, Intent.REQUEST_CALLBACK, Intent.DISPUTE_AMOUNT, Intent.DISPUTE_DEBT, Intent.GREETING),
    *(Intent.WHO_IS_CALLING, Intent.BROKEN_AGREEMENT, Intent.ASK_PAYMENT_METHOD, Intent.REQUEST_HUMAN),
    *(Intent.BEREAVEMENT, Intent.ABUSIVE, Intent.STOP_CALLING, Intent.GOODBYE),
)
"""The same for whom the debt has been named to."""
_TYPICAL: Final = ("100", "150", "200", "50", "300", "120", "250", "80", "400", "500")
"""Reais that people offer when asked what fits."""
_DAYS: Final = (5, 10, 15, 20, 30)
"""Days of the month on which people get paid."""
_MARKS: Final = ("dez", "cinco")
"""A high mark and a low one are answered each in its way."""
_CHANNEL_WORDS: Final = {Channel.WHATSAPP: "whatsapp", Channel.SMS: "sms", Channel.EMAIL: "e-mail"}


def likely_events(state: CallState, ctx: Context) -> tuple[Event, ...]:
    """The likely next events, likeliest first, each once."""
    if state.ended:
        return ()
    meanings: dict[Meaning, None] = dict.fromkeys(_answers(state, ctx))
    for intent in (*_BY_PHASE.get(state.phase, ()), *(_KNOWN if state.verified else _STRANGERS)):
        meanings[_plain(intent)] = None
    unheard = _plain(Intent.OTHER, 0.0)
    first, *others = (*meanings, unheard)
    return (Heard(first), Heard(unheard), *(Heard(each) for each in others if each != unheard), Silence())


def _answers(state: CallState, ctx: Context) -> Iterator[Meaning]:
    """Answers to the open question, with their values."""
    if isinstance(state.question, AskSatisfaction):
        yield from (_plain(Intent.OTHER, text=mark) for mark in _MARKS)
    match state.asks:
        case Asks.YES_NO:
            yield _plain(Intent.AFFIRM)
            yield _plain(Intent.DENY)
        case Asks.CHANNEL:
            yield from (_plain(Intent.CHOOSE_CHANNEL, text=words) for words in _CHANNEL_WORDS.values())
        case Asks.TEACH_BACK:
            yield from _taught(state)
        case Asks.AMOUNT:
            yield from (_valued(Intent.PROPOSE_AMOUNT, EntityType.MONEY, f"{reais}.00") for reais in _TYPICAL)
        case Asks.DATE:
            yield from (_valued(Intent.PROPOSE_DATE, EntityType.DATE, day) for day in _pay_days(ctx))
        case asks:
            factor = _factor(asks, ctx.case.debtor)
            if factor is not None:
                yield factor


def _taught(state: CallState) -> Iterator[Meaning]:
    """What was agreed, said back: by its first payment."""
    offer = state.bargain.chosen
    if offer is not None:
        first = offer.entry or offer.instalments[0]
        yield _valued(Intent.PROPOSE_AMOUNT, EntityType.MONEY, f"{first.amount.amount:.2f}")


def _pay_days(ctx: Context) -> Iterator[str]:
    today = ctx.now.date()
    yield (today + timedelta(days=1)).isoformat()
    ahead = (today + timedelta(days=count) for count in range(1, 32))
    yield from (each.isoformat() for each in ahead if each.day in _DAYS)


def _plain(intent: Intent, confidence: float = 0.9, *, text: str = "(previsto)") -> Meaning:
    return Meaning(text, intent, confidence)


def _valued(intent: Intent, kind: EntityType, value: str) -> Meaning:
    return Meaning("(previsto)", intent, 0.9, entities=(Entity(kind, "", value),))


def _factor(asks: Asks | None, debtor: Debtor) -> Meaning | None:
    """The true answer to an identity question, as it would be understood."""
    match asks:
        case Asks.CPF_FIRST3:
            return _valued(Intent.PROVIDE_DOCUMENT, EntityType.CPF, debtor.cpf[:3])
        case Asks.CPF_LAST2:
            return _valued(Intent.PROVIDE_DOCUMENT, EntityType.CPF, debtor.cpf[-2:])
        case Asks.CPF:
            return _valued(Intent.PROVIDE_DOCUMENT, EntityType.CPF, debtor.cpf)
        case Asks.BIRTH_DAY_MONTH | Asks.BIRTH_DATE:
            return _valued(Intent.PROVIDE_BIRTH_DATE, EntityType.DATE, debtor.birth_date.isoformat())
        case _:
            return None
