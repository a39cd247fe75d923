"""What certain acts must and must not say, in every variant and every form of address."""

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.script.support import CASE, VOICES, book, voice
from voicebot.domain.compliance.gate import Facts, Listener, Released, release
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Ack, Act, Escalate, Farewell
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import Money
from voicebot.script.numerals import cardinal
from voicebot.script.specimens import SETTLEMENT, TODAY, TOKEN, plan

_SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))


def told(act: Act) -> list[str]:
    """Every wording of the act, to every kind of listener."""
    return [said.text for speaker in VOICES.values() for said in book().variants(act, speaker)]


@settings(deadline=None)  # the first example loads the book
@given(
    count=st.integers(3, 48),
    odd=st.integers(-40, 40),
    entry=st.sampled_from([None, Money(12000)]),
)
def test_a_plan_is_told_with_its_true_number_of_instalments(count: int, odd: int, entry: Money | None) -> None:
    offer = plan(count, entry=entry, odd=odd)
    number = f"{cardinal(count, feminine=True)} parcelas"
    facts = Facts(TODAY, Listener.SAYS_DEBTOR)
    offered = (acts.MakeOffer(TOKEN, offer), acts.MakeOffer(TOKEN, offer, again=True))
    agreed = (acts.ConfirmAgreement(TOKEN, offer, "pix"), acts.RecapAgreement(TOKEN, offer))

    for act in (*offered, *agreed, acts.MakeTwoOffers(TOKEN, SETTLEMENT, offer)):
        for said in book().variants(act, voice()):
            assert re.findall(r"[\wé]+(?: e [\wé]+)? parcelas", said.text.lower()) == [number]
            assert bool(re.search("a última (?:é )?de", said.text)) == (odd != 0)
            assert isinstance(release(said, case=CASE, token=TOKEN, facts=facts), Released)


@pytest.mark.parametrize(
    ("act", "must"),
    [
        pytest.param(acts.StayAndListen("188"), "CVV atende de graça, a qualquer hora, no um oito oito", id="CVV"),
        pytest.param(acts.StayAndListen("188", nobody_comes=False), "no um oito oito", id="CVV, somebody is called"),
        pytest.param(acts.StayAndListen("180"), "central do um oito zero atende de graça", id="violence"),
        pytest.param(acts.StayAndListen("188"), r"segurança|lugar seguro", id="alone, safety is asked about"),
        pytest.param(acts.SayGoodbye(Farewell.CRISIS, "188"), "CVV atende .* no um oito oito", id="a crisis goodbye"),
        pytest.param(acts.SayGoodbye(Farewell.CRISIS, "192"), "SAMU atende .* no um nove dois", id="SAMU goodbye"),
        pytest.param(acts.ExplainConsequences(TOKEN), r"seu nome não vai .*(?:cadastro|lista)", id="no register"),
        pytest.param(
            acts.ExplainConsequences(TOKEN), r"juros.*por dia|juros.*dia a dia|por dia", id="interest goes on"
        ),
        pytest.param(
            acts.OfferCallbackTime(_SATURDAY, asked=True), "não posso ligar|não tenho permissão|posso ligar", id="why"
        ),
        pytest.param(acts.RestContact(date(2026, 12, 23)), "até vinte e três de dezembro", id="a rest until a day"),
        pytest.param(acts.AskTeachBack(TOKEN, again=True), "valor.* dia|quanto é, e que dia", id="only amount and day"),
        pytest.param(acts.LanguageBarrier(), "I only speak Portuguese", id="one sentence in English"),
        pytest.param(acts.LanguageBarrier(), "só falo português", id="and one in Portuguese"),
        pytest.param(acts.OfferSlowerHelp(), "precisa (?:resolver|fazer|ser decidido)", id="nothing to settle now"),
        pytest.param(
            acts.SendPayment(TOKEN, "pix", "sms", accepted=True), "saindo|pra enviar|para enviar", id="queued"
        ),
    ],
)
def test_each_wording_says(act: Act, must: str) -> None:
    assert [text for text in told(act) if not re.search(must, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("act", "never"),
    [
        pytest.param(acts.EndWithMinor(), "beijo", id="no kiss for a child"),
        pytest.param(acts.SayGoodbye(Farewell.NEUTRAL), "era só isso|abraço|volte", id="fits after an insult"),
        pytest.param(acts.SayGoodbye(Farewell.KIND), "um dia de cada vez|mais leves|abraço", id="fits a cheerful one"),
        pytest.param(Escalate(EscalationReason.REQUEST, now=True), "sem problema", id="fits a complaint"),
        pytest.param(Escalate(EscalationReason.REQUEST, now=False), "sem problema", id="fits a complaint later"),
        pytest.param(acts.NotUnderstood(3), "de novo|mais uma vez", id="the third time nothing is tried again"),
        pytest.param(acts.ReturnToSubject(), "gostei|que bom", id="no praise for a digression"),
        pytest.param(acts.AskSituation(TOKEN), "isso chega", id="no calque"),
        pytest.param(acts.GiveTime(TOKEN, date(2026, 11, 28)), "só até|perder|aproveit|última", id="no pressure"),
        pytest.param(acts.ExplainConsequences(TOKEN, credit_bureau=True), "seu nome|só os juros", id="nothing untrue"),
        pytest.param(acts.PromiseNoMoreCalls(about_number=True), "essa pessoa|engano", id="fits a third party's stop"),
        pytest.param(acts.SendPayment(TOKEN, "pix", "sms", accepted=True), "mandei|enviei|chegou", id="not arrived"),
        pytest.param(acts.AcknowledgeRefusal(), "se mudar|pens[ae]|pena", id="a no is not bargained with"),
    ],
)
def test_no_wording_says(act: Act, never: str) -> None:
    assert [text for text in told(act) if re.search(never, text, re.IGNORECASE)] == []


def test_a_crisis_goodbye_without_a_number_is_still_a_warm_one() -> None:
    assert told(acts.SayGoodbye(Farewell.CRISIS)) == told(acts.SayGoodbye(Farewell.WARM))


@pytest.mark.parametrize(("attempt", "ways"), [(1, "first"), (2, "again"), (3, "given_up"), (7, "given_up")])
def test_the_third_failure_to_hear_gives_up(attempt: int, ways: str) -> None:
    assert book().render(acts.NotUnderstood(attempt), voice()).variant.startswith(f"NotUnderstood.{ways}/")


def test_thanks_for_a_datum_then_a_farewell_thanks_once_for_any_seed() -> None:
    twice = []
    for seed, kind in product(range(20), (Farewell.NEUTRAL, Farewell.KIND, Farewell.THIRD_PARTY)):
        thanks = book().render(acts.Acknowledge(Ack.THANKS_DATA), voice(seed=seed)).text
        goodbye = book().render(acts.SayGoodbye(kind), voice(seed=seed, previous=thanks)).text
        if all(re.search("obrigad|agradeç", line, re.IGNORECASE) for line in (thanks, goodbye)):
            twice.append((thanks, goodbye))

    assert not twice


def test_slower_help_asks_openly_and_a_time_for_yes_or_no() -> None:
    assert acts.OfferSlowerHelp().asks is Asks.OPEN
    assert acts.OfferCallbackTime(_SATURDAY, asked=True).asks is Asks.YES_NO
    assert replace(acts.OfferCallbackTime(_SATURDAY), asked=True) == acts.OfferCallbackTime(_SATURDAY, asked=True)
