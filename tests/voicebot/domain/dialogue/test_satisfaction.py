"""The last question of a call that went well: who is asked, who never is, and what becomes of each answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.voicebot.domain.dialogue.cases import (
    BIRTH,
    CPF,
    MONDAY,
    NAO,
    SIM,
    SOU_EU,
    born,
    context,
    digits,
    means,
    money,
    play,
    said,
    unsure,
)
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.phases import Direction, Disposition, EscalationReason, Phase
from voicebot.domain.dialogue.state import (
    BookCallback,
    Context,
    Decision,
    Event,
    HungUp,
    NoteSatisfaction,
    Pressed,
    RecordAgreement,
    Silence,
    Suppress,
)
from voicebot.domain.meaning import Entity, EntityType, Intent

AT_THREE: Final = (Entity(EntityType.TIME, "às três", "15:00"),)
AT_FOUR: Final = (Entity(EntityType.TIME, "às quatro", "16:00"),)
CALL_ME: Final = means(Intent.REQUEST_CALLBACK, text="me liga às três", entities=AT_THREE)
KNOWN: Final[tuple[Event, ...]] = (SOU_EU, CPF, BIRTH)
ZAP: Final = means(Intent.CHOOSE_CHANNEL, text="no whatsapp")


def asking(ref: str = "D001", *, staffed: bool = True) -> Context:
    """A case of a creditor who asks."""
    ctx = context(ref, staffed=staffed)
    return replace(ctx, case=replace(ctx.case, creditor=replace(ctx.case.creditor, asks_satisfaction=True)))


def agreeing(*, between: tuple[Event, ...] = (), last: Event = ZAP) -> tuple[Event, ...]:
    """Take the first offer; `between` is heard once the debt was told, `last` at the question of the channel."""
    offered = play(*KNOWN, *between, SIM)[-1].state.bargain.on_table
    assert offered is not None, "the sample's first offer"
    return (*KNOWN, *between, SIM, SIM, SIM, money(f"{offered.total.amount:.2f}", text="o combinado"), last)


def agreed(*answers: Event, ctx: Context | None = None) -> list[Decision]:
    return play(*agreeing(), *answers, ctx=ctx or asking())


def asked(decision: Decision) -> bool:
    return "AskSatisfaction" in said(decision)


def marks(decisions: list[Decision]) -> list[int]:
    return [effect.mark for each in decisions for effect in each.effects if isinstance(effect, NoteSatisfaction)]


def test_by_default_nobody_is_asked() -> None:
    last = agreed(ctx=context())[-1]
    assert said(last) == ["SendPayment", "ExplainTerms", "SayGoodbye"]
    assert last.state.ended


def test_after_an_agreement_the_question_takes_the_place_of_the_goodbye() -> None:
    last = agreed()[-1]
    assert said(last) == ["SendPayment", "ExplainTerms", "AskSatisfaction"]
    assert not last.state.ended
    assert last.state.phase is Phase.SATISFACTION
    assert any(isinstance(effect, RecordAgreement) for effect in last.effects)


def test_who_hangs_up_at_the_question_has_agreed_all_the_same() -> None:
    assert agreed(HungUp())[-1].state.disposition is Disposition.AGREEMENT


WELL = [
    pytest.param("D001", (*KNOWN, CALL_ME), Disposition.CALLBACK, id="callback at an hour named"),
    pytest.param(
        "D001",
        (*KNOWN, SIM, means(Intent.REQUEST_CALLBACK), means(Intent.PROPOSE_DATE, entities=AT_THREE)),
        Disposition.CALLBACK,
        id="callback at an hour asked for",
    ),
    pytest.param(
        "D007", (SOU_EU, digits("780"), born("--09-09")), Disposition.REMINDER_DELIVERED, id="reminder, by voice"
    ),
    pytest.param(
        "D007", (SOU_EU, Pressed("780"), Pressed("0909")), Disposition.REMINDER_DELIVERED, id="reminder, by keys"
    ),
]


@pytest.mark.parametrize(("ref", "events", "disposition"), WELL)
def test_other_good_ends_are_asked_about_too(ref: str, events: tuple[Event, ...], disposition: Disposition) -> None:
    last = play(*events, ctx=asking(ref))[-1]
    assert asked(last)
    assert last.state.disposition is disposition
    after = play(*events, means(Intent.OTHER, text="oito"), ctx=asking(ref))
    assert marks(after) == [8]
    assert after[-1].state.disposition is disposition


NOT_ASKED = [
    pytest.param((SOU_EU, CALL_ME), id="callback before verification"),
    pytest.param((NAO, CALL_ME), id="callback with somebody else"),
    pytest.param((means(Intent.WRONG_NUMBER),), id="wrong number"),
    pytest.param((*KNOWN, means(Intent.SELF_HARM)), id="crisis"),
    pytest.param((*KNOWN, unsure(Intent.SELF_HARM), NAO, CALL_ME), id="a doubtful sign of crisis, denied"),
    pytest.param((*KNOWN, means(Intent.ACUTE_DISTRESS), means(Intent.GOODBYE)), id="distress"),
    pytest.param((*KNOWN, means(Intent.BEREAVEMENT)), id="bereavement"),
    pytest.param((*KNOWN, means(Intent.ILLNESS)), id="illness"),
    pytest.param((*KNOWN, means(Intent.OVER_INDEBTED)), id="over-indebted"),
    pytest.param((*KNOWN, means(Intent.DISPUTE_DEBT)), id="dispute"),
    pytest.param((*KNOWN, means(Intent.DISPUTE_AMOUNT), CALL_ME), id="an amount questioned, then a callback"),
    pytest.param((*KNOWN, means(Intent.ALREADY_PAID, text="já paguei")), id="paid already"),
    pytest.param((*KNOWN, means(Intent.STOP_CALLING)), id="stop"),
    pytest.param((*KNOWN, means(Intent.PRIVACY_REQUEST)), id="privacy"),
    pytest.param((*KNOWN, means(Intent.HAS_LAWYER)), id="lawyer"),
    pytest.param((*KNOWN, means(Intent.ABUSIVE), CALL_ME), id="an insult, then a callback"),
    pytest.param((*KNOWN, means(Intent.ABUSIVE), means(Intent.ABUSIVE)), id="abuse"),
    pytest.param((*KNOWN, means(Intent.REQUEST_HUMAN)), id="hand-over"),
    pytest.param((*KNOWN, means(Intent.LEGAL_THREAT)), id="a complaint with a threat to sue"),
    pytest.param((*KNOWN, means(Intent.SUSPECTS_FRAUD), SIM, CALL_ME), id="suspicion of fraud"),
    pytest.param((*KNOWN, means(Intent.CONFUSED), CALL_ME), id="somebody lost"),
    pytest.param((*KNOWN, means(Intent.THIRD_PARTY, text="sou o filho"), CALL_ME), id="somebody else after all"),
    pytest.param((*KNOWN, SIM, means(Intent.REJECT_OFFER, Intent.GOODBYE)), id="a refusal"),
    pytest.param((*KNOWN, SIM, means(Intent.NEEDS_TIME)), id="time to think"),
    pytest.param((*KNOWN, means(Intent.GOODBYE)), id="goodbye"),
    pytest.param((*KNOWN, Silence(), Silence(), Silence()), id="silence"),
    pytest.param(
        (*KNOWN, means(Intent.REQUEST_CALLBACK, text="tô no trabalho, às três", entities=AT_THREE)), id="busy"
    ),
    pytest.param((*KNOWN, means(Intent.OTHER, text="tô com pressa"), CALL_ME), id="in a hurry, said before"),
    pytest.param(agreeing(last=means(Intent.CHOOSE_CHANNEL, text="no zap, tchau")), id="goodbye with the channel"),
    pytest.param(agreeing(last=means(Intent.CHOOSE_CHANNEL, Intent.GOODBYE, text="no zap")), id="goodbye in passing"),
    pytest.param(agreeing(between=(means(Intent.ABUSIVE),)), id="an insult, then an agreement"),
]


@pytest.mark.parametrize("events", NOT_ASKED)
def test_who_is_never_asked(events: tuple[Event, ...]) -> None:
    assert not any(asked(each) for each in play(*events, ctx=asking()))
    plain = play(*events)
    assert play(*events, ctx=asking())[-1].acts == plain[-1].acts, "the option changed how this call goes"


def test_nobody_is_asked_on_an_inbound_line_before_they_are_known() -> None:
    assert not any(asked(each) for each in play(CALL_ME, ctx=asking(), direction=Direction.INBOUND))


@pytest.mark.parametrize(
    ("answer", "mark", "thanks", "farewell"),
    [
        pytest.param(means(Intent.MINOR, Intent.PROPOSE_DATE, text="dez"), 10, False, acts.Farewell.AGREEMENT, id="10"),
        pytest.param(means(Intent.OTHER, text="uns sete"), 7, False, acts.Farewell.AGREEMENT, id="7"),
        pytest.param(means(Intent.OTHER, text="nota seis"), 6, True, acts.Farewell.NEUTRAL, id="6"),
        pytest.param(means(Intent.ABUSIVE, text="zero, seus chatos"), 0, True, acts.Farewell.NEUTRAL, id="0, angry"),
        pytest.param(Pressed("9"), 9, False, acts.Farewell.AGREEMENT, id="9 by key"),
    ],
)
def test_a_mark_is_noted_and_the_call_ends(answer: Event, mark: int, thanks: bool, farewell: acts.Farewell) -> None:
    decisions = agreed(answer)
    assert marks(decisions) == [mark]
    token = decisions[-1].state.identity.token
    assert token is not None
    assert decisions[-1].acts == (acts.ThankForMark(token, low=thanks), acts.SayGoodbye(farewell))
    assert decisions[-1].state.disposition is Disposition.AGREEMENT


@pytest.mark.parametrize(
    ("answer", "acknowledged"),
    [
        pytest.param(NAO, True, id="no"),
        pytest.param(means(Intent.REFUSE_VERIFICATION, text="prefiro não responder"), True, id="rather not"),
        pytest.param(means(Intent.DENY, Intent.GOODBYE, text="não, tchau"), True, id="no, and goodbye"),
        pytest.param(means(Intent.GOODBYE), False, id="goodbye"),
        pytest.param(means(Intent.THANKS), False, id="thanks"),
        pytest.param(means(Intent.EVASIVE), False, id="whatever"),
        pytest.param(means(Intent.OTHER, text="quinze"), False, id="out of scope"),
        pytest.param(means(Intent.NEEDS_TIME), False, id="later"),
        pytest.param(Silence(), False, id="silence"),
        pytest.param(Pressed("529"), False, id="other keys"),
    ],
)
def test_a_refusal_or_anything_else_is_taken_kindly(answer: Event, acknowledged: bool) -> None:
    decisions = agreed(answer)
    assert marks(decisions) == []
    assert said(decisions[-1]) == [*(["Acknowledge"] if acknowledged else []), "SayGoodbye"]
    assert decisions[-1].state.ended
    assert decisions[-1].state.disposition is Disposition.AGREEMENT


@pytest.mark.parametrize(
    ("answer", "bridge"),
    [
        pytest.param(means(Intent.OTHER, text="shrrr"), ["NotUnderstood"], id="noise"),
        pytest.param(SIM, [], id="a bare yes"),
        pytest.param(means(Intent.IS_ROBOT), ["AdmitRobot"], id="are you a robot"),
        pytest.param(means(Intent.REPEAT), ["SayAgain", "SendPayment", "ExplainTerms"], id="say that again"),
    ],
)
def test_what_is_not_understood_is_asked_once_more_and_no_more(answer: Event, bridge: list[str]) -> None:
    once, twice = agreed(answer, answer)[-2:]
    assert said(once) == [*bridge, "AskSatisfaction"]
    assert once.acts[-1].asks is not None
    assert not asked(twice)
    assert twice.state.ended
    assert marks(agreed(answer, means(Intent.OTHER, text="nove"))) == [9]


def test_a_wait_is_granted_and_silence_after_it_ends_the_call() -> None:
    waiting, last = agreed(means(Intent.HOLD_ON), Silence())[-2:]
    assert said(waiting) == ["HoldOn"]
    assert said(last) == ["SayGoodbye"]


@pytest.mark.parametrize(
    ("answer", "phase"),
    [
        pytest.param(means(Intent.SELF_HARM, text="zero, quero morrer"), Phase.DISTRESS, id="crisis beside a mark"),
        pytest.param(means(Intent.STOP_CALLING), Phase.STOP_CALLING, id="stop"),
        pytest.param(means(Intent.STOP_CALLING, text="dez, mas parem de ligar"), Phase.STOP_CALLING, id="stop and ten"),
        pytest.param(means(Intent.REQUEST_HUMAN), Phase.HAND_OVER, id="a person"),
        pytest.param(means(Intent.THIRD_PARTY, text="sou o filho dela"), Phase.THIRD_PARTY, id="somebody else"),
        pytest.param(means(Intent.PRIVACY_REQUEST), Phase.PRIVACY_REQUEST, id="privacy"),
        pytest.param(means(Intent.ALREADY_PAID, text="já paguei"), Phase.ALREADY_PAID, id="paid already"),
        pytest.param(means(Intent.REQUEST_CALLBACK), Phase.CALLBACK, id="another call"),
        pytest.param(means(Intent.CANNOT_PAY, text="não vou conseguir pagar"), Phase.HAND_OVER, id="cannot pay it"),
    ],
)
def test_what_turns_any_call_turns_this_one_too(answer: Event, phase: Phase) -> None:
    decisions = agreed(answer)
    assert decisions[-1].state.phase is phase
    assert marks(decisions) == []


def test_a_stop_in_the_place_of_a_mark_is_on_record() -> None:
    assert Suppress("stop") in agreed(means(Intent.STOP_CALLING))[-1].effects


def test_nobody_in_and_a_wish_for_a_person_is_told_honestly() -> None:
    last = agreed(means(Intent.REQUEST_HUMAN), ctx=asking(staffed=False))[-1]
    assert said(last) == ["Escalate", "SayGoodbye"]
    assert last.state.escalation is not None
    assert last.state.escalation.reason is EscalationReason.REQUEST


def test_a_doubtful_sign_of_crisis_is_asked_about_and_the_mark_is_left() -> None:
    check, last = agreed(unsure(Intent.SELF_HARM), NAO)[-2:]
    assert said(check) == ["CheckSafety"]
    assert said(last) == ["Relieved", "SayGoodbye"]
    assert last.acts[-1] == acts.SayGoodbye(acts.Farewell.WARM)


def test_a_suspicion_is_answered_and_the_mark_is_left() -> None:
    told, last = agreed(means(Intent.SUSPECTS_FRAUD), SIM)[-2:]
    assert said(told) == ["OfferFraudCheck"]
    assert said(last) == ["SayGoodbye"]
    assert last.state.disposition is Disposition.AGREEMENT


def test_an_insult_is_let_go_with_a_neutral_goodbye() -> None:
    assert agreed(means(Intent.ABUSIVE, text="vai pastar"))[-1].acts == (acts.SayGoodbye(acts.Farewell.NEUTRAL),)


def test_a_last_question_about_the_agreement_is_answered() -> None:
    assert said(agreed(means(Intent.ASK_DUE_DATE))[-1]) == ["RecapAgreement", "ExplainTerms", "SayGoodbye"]


def test_the_callback_said_once_more_is_booked_already() -> None:
    last = play(*KNOWN, CALL_ME, CALL_ME, ctx=asking())[-1]
    assert last.acts == (acts.SayGoodbye(acts.Farewell.CALLBACK),)
    assert not last.effects


def test_another_callback_booked_instead_of_a_mark_is_not_asked_about_again() -> None:
    events = (*KNOWN, CALL_ME, means(Intent.REQUEST_CALLBACK, text="melhor às quatro", entities=AT_FOUR))
    decisions = play(*events, ctx=asking())
    assert [asked(each) for each in decisions[-2:]] == [True, False]
    assert any(isinstance(effect, BookCallback) for effect in decisions[-1].effects)
    assert decisions[-1].state.ended


def test_the_question_is_for_the_verified_person_alone() -> None:
    """As an act of the debt it needs the token, so that the gate refuses it to anybody else."""
    question = agreed()[-1].acts[-1]
    assert isinstance(question, acts.DebtAct)
    assert question.token.at == MONDAY
