"""What it takes to add an act: its lines; and what the book says until they are there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest

from tests.voicebot.script.support import book
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, DebtAct, Verified
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer
from voicebot.domain.portfolio import Treatment
from voicebot.script.book import Words
from voicebot.script.checks import faults_of
from voicebot.script.errors import ActWithoutExample
from voicebot.script.examples import PLAIN, example_of
from voicebot.script.facts import Scene, facts_of
from voicebot.script.specimens import SETTLEMENT, TODAY, TOKEN


@dataclass(frozen=True, slots=True)
class OfferRaincheck(DebtAct):
    """An act nobody has words for yet."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    until: date
    amount: Money
    times: int
    reason: EscalationReason
    offer: Offer | None
    at: datetime = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)
    urgent: bool = False
    names: tuple[str, ...] = ()


def test_an_example_is_made_from_the_types() -> None:
    known = PLAIN | {Verified: TOKEN, Money: Money(12000), Offer: SETTLEMENT}

    made = example_of(OfferRaincheck, known)

    assert isinstance(made, OfferRaincheck)
    assert (made.token, made.amount, made.offer, made.urgent, made.names) == (
        TOKEN,
        Money(12000),
        SETTLEMENT,
        False,
        (),
    )
    assert isinstance(made.reason, EscalationReason)


def test_a_type_without_example_is_named_with_its_field() -> None:
    with pytest.raises(ActWithoutExample, match=r"OfferRaincheck\.token: .* voicebot/script/specimens\.py"):
        example_of(OfferRaincheck, PLAIN)


def test_plain_fields_are_slots_already() -> None:
    act = OfferRaincheck(TOKEN, date(2026, 12, 10), Money(12000), 3, EscalationReason.ILLNESS, SETTLEMENT)

    facts = facts_of(act, Scene(TODAY, Treatment.VOCE, book().persona))

    assert facts.case == ""
    assert facts.slots == {
        "until": "quinta, dez de dezembro",
        "amount": "cento e vinte reais",
        "times": "três",
        "at": "sábado, dia vinte e oito",
        "at_hour": "à uma da tarde",
    }


@pytest.mark.parametrize(
    ("key", "says"),
    [
        pytest.param(
            "MakeOffer.plan", "about the debt, each ending with its question; slots: {by}, {close}", id="asks"
        ),
        pytest.param("HoldOn", "without a word about the debt; slots: none", id="for anyone"),
        pytest.param("ScheduleCallback", "slots: {at_time}, {day}", id="slots"),
    ],
)
def test_missing_words_are_asked_for_with_their_slots(key: str, says: str) -> None:
    whole = book().words
    without = Words({name: lines for name, lines in whole.acts.items() if name != key}, whole.phrases)

    faults = [fault for fault in faults_of(without, book().persona) if fault.variant == key]

    assert len(faults) == 1
    assert faults[0].rule == "has no words"
    assert says in faults[0].mend
    assert "four lines" in faults[0].mend


def test_every_act_the_bot_knows_has_words_without_an_entry_anywhere_else() -> None:
    plain = [name for name, value in vars(acts).items() if isinstance(value, type) and issubclass(value, Act)]

    assert len(plain) > 50
    assert faults_of(book().words, book().persona) == ()
