"""The case facts from which calls are explored, and what a caller may do in any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from tests.voicebot.domain.dialogue.cases import MONDAY, born, case, digits, means, money, unsure
from tests.voicebot.domain.dialogue.exploration import Explored, explore
from tests.voicebot.domain.dialogue.properties import checks
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.dialogue.state import Context, Event, Pressed, Silence
from voicebot.domain.meaning import Entity, EntityType, Intent
from voicebot.domain.portfolio import Case, Debt

_TODAY: Final = MONDAY.date()
_ENGLISH: Final = "sorry I don't speak what is this"


@dataclass(frozen=True, slots=True)
class Start:
    """One call before its first word."""

    case: Case
    direction: Direction = Direction.OUTBOUND
    staffed: bool = True

    @property
    def context(self) -> Context:
        return Context(self.case, MONDAY, handoff_open=self.staffed, protocol="23110071")


def _aged(days: int, contract: str = "C-2001", principal: str = "480.90") -> Debt:
    """A debt so many days past due; a negative number is not due yet."""
    [first, *_] = case("D002").debts
    return replace(
        first, contract=contract, due_date=_TODAY - timedelta(days=days), principal=first.principal.of(principal)
    )


def _owing(*debts: Debt, **more: Any) -> Case:
    return replace(case(), debts=debts, **more)


def _asking(of: Case) -> Case:
    """The same with a creditor who asks how the call went."""
    return replace(of, creditor=replace(of.creditor, asks_satisfaction=True))


def _firm(of: Case) -> Case:
    """The same without concessions: fewer states, and every end."""
    limits = replace(of.creditor.limits, max_concessions=0)
    return replace(of, creditor=replace(of.creditor, limits=limits))


_LATE: Final = case().debts[0]
_OLD: Final = _aged(365 * 6 + 2, "C-0901")

STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        "one debt": Start(case()),
        "one debt, inbound, nobody in, the name reveals it": Start(
            case(reveals=True), Direction.INBOUND, staffed=False
        ),
        "two late debts": Start(_owing(_LATE, _aged(40))),
        "late and not due": Start(_owing(_LATE, _aged(-10)), Direction.INBOUND),
        "prescribed alone, inbound": Start(_owing(_OLD), Direction.INBOUND),
        "not due yet": Start(_owing(_aged(-4))),
        "past the last band, so neither discount nor plan": Start(_owing(_aged(1826, principal="960.00"))),
        "asked how it went, no concession to make": Start(_asking(_firm(case()))),
        "asked how it went after a reminder, inbound": Start(_asking(_owing(_aged(-4))), Direction.INBOUND),
        "a promise was broken, and a prescribed debt beside it": Start(
            _owing(_LATE, _OLD, broken_promise=date(2026, 11, 10))
        ),
    }
)


_MARKS: Final = (
    means(Intent.OTHER, text="nove"),
    means(Intent.OTHER, text="dois"),
    means(Intent.SELF_HARM, text="zero, quero morrer"),
    means(Intent.OTHER, text="quinze"),
    means(Intent.OTHER, text="tô com pressa"),
    means(Intent.CANNOT_PAY, text="não vou conseguir pagar"),
    Pressed("10"),
)
"""Answers to the question how the call went, and what forbids it."""


def events(of: Case) -> tuple[Event, ...]:
    """Every intent, alone and some in one breath; silence, keys, factors right and wrong, and what may be named."""
    debtor = of.debtor
    return (
        *(means(intent) for intent in Intent),
        Silence(),
        Pressed("7"),
        Pressed(debtor.cpf[:3]),
        Pressed(debtor.cpf),
        Pressed(f"{debtor.birth_date:%d%m}"),
        digits("111"),
        digits(debtor.cpf[:3]),
        digits(debtor.cpf[-2:]),
        born("--01-01"),
        born(f"{debtor.birth_date:--%m-%d}"),
        money("120.00"),
        money("1000.00", text="mil reais à vista"),
        means(Intent.PROPOSE_DATE, entities=(Entity(EntityType.DATE, "sexta", "2026-11-27"),)),
        means(Intent.PROPOSE_DATE, text="dia doze", entities=(Entity(EntityType.DATE, "dia doze", "2026-12-12"),)),
        means(Intent.ASK_CONSEQUENCES, text="posso ser presa?"),
        means(Intent.OTHER, text="dá pra diminuir a entrada?"),
        means(Intent.JOB_LOSS, text="e se eu perder o emprego?"),
        means(Intent.ASK_DEBT_DETAILS, text="quanto fica por mês?"),
        means(Intent.REQUEST_CALLBACK, entities=(Entity(EntityType.TIME, "às três", "15:00"),)),
        means(Intent.REQUEST_CALLBACK, entities=(Entity(EntityType.TIME, "às onze da noite", "23:00"),)),
        means(Intent.ASK_INSTALLMENTS, entities=(Entity(EntityType.INSTALMENTS, "em três", "3"),)),
        means(Intent.CHOOSE_CHANNEL, text="no whatsapp"),
        means(Intent.ASK_PAYMENT_METHOD, text="pago agora no pix"),
        means(Intent.ASK_PAYMENT_METHOD, text="o pix é no nome de quem?"),
        means(Intent.DENY, Intent.ACCEPT_OFFER),
        means(Intent.AFFIRM, Intent.STOP_CALLING),
        means(Intent.STOP_CALLING, Intent.THIRD_PARTY),
        means(Intent.SELF_HARM, Intent.STOP_CALLING),
        means(Intent.AFFIRM, Intent.ACUTE_DISTRESS),
        means(Intent.IDENTITY_CONFIRM, Intent.SUSPECTS_FRAUD),
        means(Intent.HOLD_ON, text="só um minutinho que eu vou chamar"),
        means(Intent.THIRD_PARTY, text="aqui é a filha, já passo pra ela"),
        means(Intent.OTHER, text="[cartão]", entities=(Entity(EntityType.CARD, "[cartão]", None),)),
        means(Intent.OTHER, text=_ENGLISH),
        means(Intent.STOP_CALLING, text=_ENGLISH),
        means(Intent.SELF_HARM, text=_ENGLISH),
        unsure(Intent.SELF_HARM),
        *(_MARKS if of.creditor.asks_satisfaction else ()),
    )


@cache
def explored(name: str) -> Explored:
    """One walk for all tests of a start."""
    start = STARTS[name]
    return explore(start.context, start.direction, events(start.case), checks(start.context))
