"""What a person is told of a call they may take: short, true, and silent about the debt where it must be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.handover import (
    SUMMARY_S,
    HandoverFacts,
    Mood,
    Speaking,
    handover_summary,
    nobody_came,
    spoken_s,
)
from voicebot.domain.dialogue.phases import EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.script.numerals import cardinal

DUE = date(2026, 12, 5)
ZONE = ZoneInfo("America/Sao_Paulo")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZONE)
OF_MONEY = re.compile(r"rea[il]s?\b|deve|dívida|oferta|acordo|parcela|vista|contas", re.IGNORECASE)


def offer(total: Money, times: int = 1, kind: OfferKind = OfferKind.SETTLEMENT) -> Offer:
    payments = tuple(Payment(DUE, total) for _ in range(times))
    return Offer("o", kind, ("C-1",), total, total, Decimal(10), None, payments)


ANA = HandoverFacts(
    reason=EscalationReason.REQUEST,
    speaking=Speaking.DEBTOR,
    mood=Mood.TENSE,
    name="Ana Beatriz",
    balance=Money.of("1331.67"),
    offers=(offer(Money.of("1200.00")), offer(Money.of("1065.34"))),
)

moneys = st.integers(1, 99_999_999_00).map(lambda cents: Money(cents, "BRL"))
names = st.one_of(st.none(), st.text(min_size=1, max_size=200), st.sampled_from(["Ana", "Maximiliano Hermenegildo"]))
facts = st.builds(
    HandoverFacts,
    reason=st.sampled_from(EscalationReason),
    speaking=st.sampled_from(Speaking),
    mood=st.sampled_from(Mood),
    name=names,
    balance=st.one_of(st.none(), moneys),
    offers=st.lists(st.builds(offer, moneys, st.integers(1, 48), st.sampled_from(OfferKind)), max_size=3).map(tuple),
    agreed=st.booleans(),
)


@given(facts)
def test_every_summary_fits_its_ten_seconds_and_says_who_is_there(known: HandoverFacts) -> None:
    told = handover_summary(known, cardinal)
    assert spoken_s(told) <= SUMMARY_S
    assert re.search("dentidade|outra pessoa", told)


@given(facts.filter(lambda known: known.speaking is not Speaking.DEBTOR))
def test_where_nobody_is_verified_nothing_tells_of_a_debt(known: HandoverFacts) -> None:
    told = handover_summary(known, cardinal)
    assert OF_MONEY.search(told) is None
    assert known.name is None or len(known.name) < 4 or known.name not in told


@given(facts.filter(lambda known: known.mood is Mood.IN_CRISIS))
def test_in_a_crisis_nothing_is_said_of_money(known: HandoverFacts) -> None:
    told = handover_summary(known, cardinal)
    assert re.search(r"rea[il]s?\b|oferta|acordo", told.replace(known.name or "\0", "")) is None


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param(
            ANA,
            "Ana Beatriz, identidade confirmada. Pediu uma pessoa. Deve cerca de mil e trezentos reais."
            " Oferta de mil e cem reais à vista. Clima tenso.",
            id="who, why, how much, what was offered, how they are",
        ),
        pytest.param(
            replace(ANA, offers=()),
            "Ana Beatriz, identidade confirmada. Pediu uma pessoa. Deve cerca de mil e trezentos reais."
            " Ainda sem oferta. Clima tenso.",
            id="nothing offered",
        ),
        pytest.param(
            replace(ANA, speaking=Speaking.UNVERIFIED, reason=EscalationReason.DISPUTE),
            "Identidade não confirmada, nada foi revelado. Clima tenso.",
            id="not verified",
        ),
        pytest.param(
            replace(ANA, speaking=Speaking.THIRD_PARTY),
            "É outra pessoa, nada foi revelado. Pediu uma pessoa. Clima tenso.",
            id="somebody else",
        ),
        pytest.param(
            replace(ANA, reason=EscalationReason.SELF_HARM, mood=Mood.IN_CRISIS),
            "Ana Beatriz, identidade confirmada. Atenção: fala em tirar a própria vida. Acolha, sem cobrar.",
            id="in a crisis",
        ),
    ],
)
def test_a_summary_as_it_is_heard(known: HandoverFacts, expected: str) -> None:
    assert handover_summary(known, cardinal) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(datetime(2026, 11, 24, 10, tzinfo=ZONE), "de novo amanhã, às dez horas.", id="tomorrow"),
        pytest.param(datetime(2026, 11, 23, 18, 30, tzinfo=ZONE), "de novo hoje, às dezoito e meia.", id="today"),
        pytest.param(datetime(2026, 11, 28, 9, 20, tzinfo=ZONE), "no sábado, às nove e vinte.", id="saturday"),
        pytest.param(datetime(2026, 11, 26, 10, tzinfo=ZONE), "na quinta-feira, às dez horas.", id="thursday"),
    ],
)
def test_a_caller_who_waited_in_vain_hears_when_we_call(at: datetime, expected: str) -> None:
    told = nobody_came(ANA, at, MONDAY, cardinal)
    assert expected in told
    assert OF_MONEY.search(told) is None


def test_somebody_else_is_not_promised_a_call() -> None:
    told = nobody_came(replace(ANA, speaking=Speaking.THIRD_PARTY), MONDAY, MONDAY, cardinal)
    assert "liga" not in told


@pytest.mark.parametrize(
    ("reason", "number"),
    [
        pytest.param(
            EscalationReason.SELF_HARM, "o CVV atende de graça, a qualquer hora, no um, oito, oito.", id="188"
        ),
        pytest.param(
            EscalationReason.VIOLENCE, "a central atende de graça, a qualquer hora, no um, oito, zero.", id="180"
        ),
        pytest.param(EscalationReason.REQUEST, "", id="no crisis"),
    ],
)
def test_who_is_in_need_hears_the_number_that_is_answered_at_any_hour(reason: EscalationReason, number: str) -> None:
    told = nobody_came(replace(ANA, reason=reason), None, MONDAY, cardinal)
    assert number in told
    assert ("a qualquer hora" in told) is bool(number)


def test_facts_are_hidden_from_reprs() -> None:
    assert "Ana" not in repr(ANA)
