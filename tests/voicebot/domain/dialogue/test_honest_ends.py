"""The limit is told before the end, old debts are never asked for, help is alerted: what a caller is owed in truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.voicebot.domain.dialogue.cases import (
    BIRTH,
    CPF,
    MONDAY,
    SIM,
    SOU_EU,
    born,
    context,
    digits,
    means,
    money,
    play,
    said,
)
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Direction, Disposition, Phase
from voicebot.domain.dialogue.state import AlertOnCall, Context, Decision, Event, Heard, SendOfficialContact, Silence
from voicebot.domain.meaning import Entity, EntityType, Intent, Meaning
from voicebot.domain.portfolio import Channel

KNOWN: tuple[Event, ...] = (SOU_EU, CPF, BIRTH)
ENDS = digits(context().case.debtor.cpf[-2:])
REJECT = means(Intent.REJECT_OFFER)
DISCOUNT = means(Intent.ASK_DISCOUNT)


def aged(ctx: Context, year: int) -> Context:
    debts = tuple(replace(debt, due_date=debt.due_date.replace(year=year)) for debt in ctx.case.debts)
    return replace(ctx, case=replace(ctx.case, debts=debts))


def to_the_limit() -> list[Decision]:
    """Refuse until the bot has nothing further."""
    turns: list[Event] = [*KNOWN, SIM, REJECT, money("100.00", text="cem por mês")]
    for _ in range(6):
        decisions = play(*turns)
        if decisions[-1].state.ended or said(decisions[-1])[-1] == "ReachedLimit":
            return decisions
        turns.append(DISCOUNT)
    pytest.fail("six more wishes for a discount led to no limit and to no end")


def test_the_limit_is_told_before_the_call_ends() -> None:
    last = to_the_limit()[-1]
    assert said(last)[-1] == "ReachedLimit"
    assert not last.state.ended
    assert last.state.phase is Phase.NEGOTIATION


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (means(Intent.NEEDS_TIME), Disposition.NO_AGREEMENT),
        (REJECT, Disposition.NO_AGREEMENT),
        (DISCOUNT, Disposition.NO_AGREEMENT),
        (SIM, Disposition.NO_AGREEMENT),
    ],
    ids=["time to think", "still no", "asks once more", "a yes to an either-or is no acceptance"],
)
def test_after_the_limit_nobody_insists(answer: Event, ending: Disposition) -> None:
    before = to_the_limit()
    after = play(*[*KNOWN, SIM, REJECT, money("100.00", text="cem por mês"), *[DISCOUNT] * (len(before) - 7), answer])
    assert after[-1].state.ended
    assert after[-1].state.disposition is ending
    assert "GiveTime" in said(after[-1])


def test_the_last_offer_can_still_be_taken_at_the_limit() -> None:
    before = to_the_limit()
    taken = means(Intent.ACCEPT_OFFER)
    after = play(*[*KNOWN, SIM, REJECT, money("100.00", text="cem por mês"), *[DISCOUNT] * (len(before) - 7), taken])
    assert said(after[-1]) == ["ConfirmAgreement"]


def test_a_wish_for_a_discount_beside_a_yes_binds_nobody() -> None:
    last = play(*KNOWN, SIM, means(Intent.ASK_DISCOUNT, Intent.ACCEPT_OFFER))[-1]
    assert "ConfirmAgreement" not in said(last)


def test_the_figures_are_not_read_out_again_and_again() -> None:
    thanks = means(Intent.THANKS)
    first, second, third = play(*KNOWN, SIM, thanks, thanks, thanks)[-3:]
    assert [said(each) for each in (first, second, third)] == [["MakeOffer"], ["AskIfItFits"], ["MakeOffer"]]


def test_a_yes_to_the_short_question_takes_the_offer() -> None:
    thanks = means(Intent.THANKS)
    last = play(*KNOWN, SIM, thanks, thanks, SIM)[-1]
    assert said(last) == ["ConfirmAgreement"]


def test_what_was_not_heard_is_the_offer_itself() -> None:
    thanks = means(Intent.THANKS)
    last = play(*KNOWN, SIM, thanks, thanks, means(Intent.REPEAT))[-1]
    assert said(last)[-1] == "MakeOffer"


def test_a_prescribed_debt_is_never_asked_for_on_the_inbound_line() -> None:
    old = aged(context(), 2020)
    last = play(SOU_EU, ENDS, BIRTH, ctx=old, direction=Direction.INBOUND)[-1]
    assert said(last) == ["ExplainLapsed"]
    for answer in (SIM, means(Intent.DENY), means(Intent.DISPUTE_TIME_BARRED), means(Intent.PROPOSE_AMOUNT)):
        after = play(SOU_EU, ENDS, BIRTH, answer, ctx=old, direction=Direction.INBOUND)[-1]
        assert not after.state.bargain.offers
        assert not any(isinstance(act, acts.ExplainDebt | acts.MakeOffer | acts.AskCapacity) for act in after.acts)


def test_beside_a_younger_debt_the_prescribed_one_is_left_out() -> None:
    ctx = context("D008")
    assert len(ctx.case.debts) > 1, "the sample has a debtor with two debts"
    first, *others = ctx.case.debts
    mixed = replace(ctx, case=replace(ctx.case, debts=(replace(first, due_date=date(2019, 1, 10)), *others)))
    explained = [
        act for act in play(SOU_EU, *known_for(mixed), ctx=mixed)[-1].acts if isinstance(act, acts.ExplainDebt)
    ]
    assert [act.debt.contract for act in explained] == [debt.contract for debt in others]


def known_for(ctx: Context) -> tuple[Event, Event]:
    debtor = ctx.case.debtor
    return digits(debtor.cpf[:3]), born(f"--{debtor.birth_date:%m-%d}")


def test_a_broken_agreement_is_recalled_before_the_debt_without_reproach() -> None:
    ctx = context()
    broken = replace(ctx, case=replace(ctx.case, broken_promise=date(2026, 11, 10)))
    told = said(play(*KNOWN, ctx=broken)[-1])
    assert told.index("RecallAgreement") < told.index("ExplainDebt")
    assert "RecallAgreement" not in said(play(*KNOWN)[-1])


def test_who_doubts_and_leaves_gets_the_official_message() -> None:
    last = play(SOU_EU, means(Intent.SUSPECTS_FRAUD), means(Intent.NEEDS_TIME))[-1]
    assert "AnnounceOfficialMessage" in said(last)
    assert SendOfficialContact(Channel.WHATSAPP) in last.effects


def test_no_official_message_where_the_name_would_tell_of_a_debt() -> None:
    ctx = context(reveals=True)
    last = play(SOU_EU, means(Intent.SUSPECTS_FRAUD), means(Intent.NEEDS_TIME), ctx=ctx)[-1]
    assert "AnnounceOfficialMessage" not in said(last)
    assert not any(isinstance(effect, SendOfficialContact) for effect in last.effects)


def test_before_verification_talk_of_fraud_is_about_the_call_and_no_dispute() -> None:
    last = play(SOU_EU, means(Intent.DISPUTE_DEBT, Intent.SUSPECTS_FRAUD))[-1]
    assert "OfferFraudCheck" in said(last)
    assert last.state.disposition is not Disposition.DISPUTE


@pytest.mark.parametrize("staffed", [True, False])
def test_the_on_call_person_is_alerted_only_where_nobody_is_on_duty(staffed: bool) -> None:
    last = play(*KNOWN, means(Intent.SELF_HARM), ctx=context(staffed=staffed))[-1]
    assert any(isinstance(effect, AlertOnCall) for effect in last.effects) is not staffed


@pytest.mark.parametrize(
    "aside",
    [Intent.SPEAK_LOUDER, Intent.REPEAT, Intent.ASK_CONSEQUENCES, Intent.IS_ROBOT],
)
def test_asked_who_helps_another_question_is_answered_and_is_no_yes(aside: Intent) -> None:
    lost = means(Intent.CONFUSED)
    last = play(*KNOWN, lost, lost, means(aside))[-1]
    assert last.state.phase is not Phase.CALLBACK


def test_naming_who_helps_does_not_undo_the_identity() -> None:
    lost = means(Intent.CONFUSED)
    last = play(*KNOWN, lost, lost, means(Intent.THIRD_PARTY, text="é minha filha que vê isso"))[-1]
    assert last.state.verified
    assert last.state.phase is Phase.CALLBACK


def test_a_yes_that_names_a_way_to_pay_does_not_confirm_who_speaks() -> None:
    last = play(means(Intent.AFFIRM, Intent.ASK_PAYMENT_METHOD))[-1]
    assert not last.state.identity.confirmed


def test_a_question_beside_the_channel_is_answered() -> None:
    agreed = play(*KNOWN, SIM, SIM, SIM, money("1065.34", text="mil e sessenta e cinco"))
    assert said(agreed[-1])[-1] == "AskChannel"
    asked = play(
        *KNOWN, SIM, SIM, SIM, money("1065.34", text="mil e sessenta e cinco"), means(Intent.ASK_CONSEQUENCES)
    )[-1]
    assert said(asked) == ["ExplainConsequences", "AskChannel"]


def test_the_keypad_is_offered_when_digits_did_not_come_through() -> None:
    unheard = play(SOU_EU, means(Intent.PROVIDE_DOCUMENT))[-1]
    assert said(unheard) == ["NotUnderstood", "OfferKeypad", "AskIdentityFactor"]
    wrong = play(SOU_EU, digits("111"), BIRTH)[-1]
    assert said(wrong) == ["OfferKeypad", "AskIdentityFactor"]
    twice = play(SOU_EU, digits("111"), BIRTH, digits("111"), BIRTH)[-1]
    assert said(twice) == ["AskIdentityFactor"]


def test_a_wish_for_a_discount_after_a_hardship_is_answered_and_no_goodbye() -> None:
    told = (*KNOWN, means(Intent.JOB_LOSS), money("120.00", text="cento e vinte por mês"))
    asked = play(*told, DISCOUNT)[-1]
    assert not asked.state.ended
    assert said(asked)[-1] in {"MakeOffer", "ReachedLimit"}


@pytest.mark.parametrize(
    ("heard", "ending"),
    [
        (Intent.HAS_LAWYER, Disposition.HAS_LAWYER),
        (Intent.ALREADY_PAID, Disposition.ALREADY_PAID),
        (Intent.ILLNESS, Disposition.VULNERABLE_HOLD),
        (Intent.PRIVACY_REQUEST, Disposition.PRIVACY_REQUEST),
    ],
)
def test_what_may_not_wait_is_heard_at_the_teach_back_too(heard: Intent, ending: Disposition) -> None:
    last = play(*KNOWN, SIM, SIM, SIM, means(heard))[-1]
    assert last.state.disposition is ending


def test_figures_retold_are_a_retelling_whatever_else_they_sound_like() -> None:
    retold = money("1065.34", intent=Intent.ALREADY_PAID, text="eu pago mil e sessenta e cinco")
    assert play(*KNOWN, SIM, SIM, SIM, retold)[-1].state.bargain.taught


@pytest.mark.parametrize(
    ("main", "also", "confidence", "ends"),
    [
        (Intent.OTHER, (Intent.STOP_CALLING,), 0.3, False),
        (Intent.STOP_CALLING, (), 0.5, False),
        (Intent.STOP_CALLING, (), 0.99, True),
    ],
    ids=["nobody calls me, she says", "perhaps a wish", "stop calling me"],
)
def test_in_distress_only_a_plain_wish_not_to_be_called_ends_the_call(
    main: Intent, also: tuple[Intent, ...], confidence: float, ends: bool
) -> None:
    heard = Heard(Meaning("ninguém liga pra mim", main, confidence, also))
    assert play(*KNOWN, means(Intent.SELF_HARM), heard)[-1].state.ended is ends


def test_a_yes_to_are_you_there_is_no_yes_to_the_agreement() -> None:
    """Fails where the yes that ends a silence confirms what was read back before it."""
    read_back = play(SOU_EU, CPF, BIRTH, money("1000.00", text="mil reais à vista"), means(Intent.ACCEPT_OFFER))
    assert said(read_back[-1])[-1] == "ConfirmAgreement"

    there = play(
        SOU_EU, CPF, BIRTH, money("1000.00", text="mil reais à vista"), means(Intent.ACCEPT_OFFER), Silence(), SIM
    )

    assert said(there[-1]) == ["ConfirmAgreement"]
    assert there[-1].state.phase is Phase.CONFIRMATION


@pytest.mark.parametrize(
    ("text", "confidence", "also", "binds"),
    [
        pytest.param("bom num querida", 0.7, (), False, id="num: a spoken não, read as a yes"),
        pytest.param(
            "bah, é de quando isso?", 0.63, (Intent.ASK_DEBT_DETAILS,), False, id="a question with isso in it"
        ),
        pytest.param("isso mesmo", 0.6, (), True, id="a yes among the words"),
        pytest.param("pode mandar", 0.95, (), True, id="surely a yes"),
    ],
)
def test_only_a_sure_yes_binds(text: str, confidence: float, also: tuple[Intent, ...], binds: bool) -> None:
    """Fails where words that only resemble a yes confirm what was read back."""
    agreed = (SOU_EU, CPF, BIRTH, money("1000.00", text="mil reais à vista"), means(Intent.ACCEPT_OFFER))

    last = play(*agreed, Heard(Meaning(text, Intent.AFFIRM, confidence, also)))[-1]

    assert said(last)[-1] == ("AskTeachBack" if binds else "ConfirmAgreement")


def test_i_am_back_is_no_yes_to_the_agreement() -> None:
    """Fails where "pode falar", said after "um minutinho", confirms what was read back before it."""
    agreed = (SOU_EU, CPF, BIRTH, money("1000.00", text="mil reais à vista"), means(Intent.ACCEPT_OFFER))

    back = play(*agreed, means(Intent.HOLD_ON), SIM)

    assert said(back[-1]) == ["ConfirmAgreement"]
    assert "AskTeachBack" in said(play(*agreed, means(Intent.HOLD_ON), SIM, SIM)[-1])


def test_a_yes_to_are_you_there_is_nobody_s_name() -> None:
    """Fails where whoever answers "alô?" with "sim" is taken for the person asked for."""
    assert not play(Silence(), SIM)[-1].state.identity.confirmed


@pytest.mark.parametrize("refused", [True, False])
def test_a_sum_that_is_refused_is_no_offer_of_it(refused: bool) -> None:
    """Fails where a plan of a hundred and twenty is told once more to who has just said that it is too much."""
    said_sum = Entity(EntityType.MONEY, "cento e vinte", "120.00")
    heard = means(Intent.REJECT_OFFER, text="cento e vinte não dá", entities=(said_sum,))
    if refused:
        heard = replace(heard, meaning=replace(heard.meaning, refused=frozenset({EntityType.MONEY})))

    assert (play(*KNOWN, heard)[-1].state.bargain.capacity is None) is refused


def test_a_day_that_is_refused_is_not_the_day_to_pay() -> None:
    friday = Entity(EntityType.DATE, "sexta", "2026-11-27")
    heard = means(Intent.PROPOSE_DATE, Intent.REJECT_OFFER, text="sexta não dá", entities=(friday,))
    heard = replace(heard, meaning=replace(heard.meaning, refused=frozenset({EntityType.DATE})))

    assert said(play(*KNOWN, heard)[-1]) == ["AskDate"]


def test_not_today_is_of_money_and_no_wish_for_another_call() -> None:
    today = Entity(EntityType.DATE, "hoje", MONDAY.date().isoformat())
    not_today = means(Intent.CANNOT_PAY, Intent.REQUEST_CALLBACK, text="mas hoje não consigo", entities=(today,))
    last = play(SOU_EU, CPF, BIRTH, not_today)[-1]
    assert not last.state.ended
    assert "AskCapacity" in said(last)


@pytest.mark.parametrize(
    ("named", "hour"),
    [
        pytest.param((Entity(EntityType.DATE, "hoje", "2026-11-23"),), 13, id="today, and not this minute"),
        pytest.param((Entity(EntityType.TIME, "de tarde", None, "12:00", "18:00"),), 14, id="after lunch"),
        pytest.param((Entity(EntityType.DATE, "amanhã", "2026-11-24"),), 10, id="tomorrow, a good hour"),
    ],
)
def test_a_callback_is_at_an_hour_that_suits_people(named: tuple[Entity, ...], hour: int) -> None:
    last = play(SOU_EU, means(Intent.REQUEST_CALLBACK, entities=named))[-1]
    assert last.state.callback_at is not None
    assert last.state.callback_at.hour == hour


def test_who_is_lost_hears_the_substance_slowly_and_not_the_notice_a_second_time() -> None:
    told, again = play(SOU_EU, means(Intent.CONFUSED))[-2:]
    assert "NoticeRecording" in said(told)
    assert said(again)[0] == "SpeakDifferently"
    assert "AskIdentityFactor" in said(again)
    assert "NoticeRecording" not in said(again)


@pytest.mark.parametrize(("confidence", "is_believed"), [(0.67, False), (0.95, True)])
def test_who_names_their_kinship_is_not_taken_for_the_person_on_a_doubtful_yes(
    confidence: float, is_believed: bool
) -> None:
    """A bad line made "Luciana tá no serviço, aqui é a esposa" of it, without the small words."""
    heard = Heard(Meaning("Luciana tá serviço, aqui esposa.", Intent.IDENTITY_CONFIRM, confidence))
    assert play(heard)[-1].state.identity.confirmed is is_believed


def test_who_greets_and_asks_who_it_is_hears_who_it_is() -> None:
    last = play(means(Intent.GREETING, Intent.WHO_IS_CALLING, text="alô, quem é?"))[-1]
    assert said(last)[0] == "IdentifySelf"


def test_a_question_after_the_ways_to_check_is_answered_and_not_passed_over() -> None:
    doubts = means(Intent.SUSPECTS_FRAUD)
    assert said(play(SOU_EU, doubts, means(Intent.ASK_CONSEQUENCES))[-1])[0] == "WithholdPurpose"
    assert said(play(SOU_EU, doubts, means(Intent.REPEAT))[-1])[:2] == ["SayAgain", "OfferFraudCheck"]


def test_a_channel_that_sounds_like_a_no_undoes_no_agreement() -> None:
    """ "No whats" is heard half as "não" where the agreement is to be told back."""
    agreed = (*KNOWN, means(Intent.FORGOT), means(Intent.ACCEPT_OFFER), SIM)
    assert said(play(*agreed)[-1])[-1] == "AskTeachBack"
    heard = Heard(Meaning("no whats", Intent.DENY, 0.5, (Intent.CHOOSE_CHANNEL,)))
    last = play(*agreed, heard)[-1]
    assert last.state.bargain.chosen is not None
    assert said(last)[-1] == "AskTeachBack"


def test_what_stands_before_an_answered_question_is_not_told_again() -> None:
    again = said(play(SOU_EU, CPF, means(Intent.REPEAT))[-1])
    assert again == ["SayAgain", "AskIdentityFactor"]
    assert "NoticeRecording" in said(play(SOU_EU, means(Intent.REPEAT))[-1]), "asked at once, it is all told again"
