"""Nothing is said twice in a call while other words are left: lines, their sentences, and the phrases in them."""

import re
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.voicebot.script.support import book, voice
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.segments import Tone
from voicebot.script.memory import Memory
from voicebot.script.specimens import DEBT, FULL, SETTLEMENT, TODAY, TOKEN, plan

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
MAY_RECUR = re.compile(r"\breais\b|\bum (?:oito|nove) (?:oito|zero|dois)\b")
"""Figures and help lines: there is little to vary."""
PLAN = plan(10, entry=None)


def heard(sequence: Iterable[Act], *, seed: int = 7) -> list[str]:
    """Say the acts one after the other in one call; give the texts."""
    said: list[str] = []
    texts = []
    for turn, act in enumerate(sequence):
        line = book().render(act, voice(seed=seed + turn, said=tuple(said)))
        said.append(line.variant)
        texts.append(line.text)
    return texts


def repeated(texts: Iterable[str]) -> list[str]:
    sentences = Counter(one for text in texts for one in SENTENCE_END.split(text) if not MAY_RECUR.search(one))
    return [sentence for sentence, times in sentences.items() if times > 1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(acts.StayAndListen("188"), id="alone"),
        pytest.param(acts.StayAndListen("188", nobody_comes=False), id="accompanied"),
        *(
            pytest.param(acts.SupportCrisis(EscalationReason.SELF_HARM, number, again=True), id=f"crisis {number}")
            for number in ("188", "180", "192", "190")
        ),
        *(
            pytest.param(acts.AskIdentityFactor(factor, again), id=f"{factor.value}{' again' if again else ''}")
            for factor in (Asks.CPF_FIRST3, Asks.CPF_LAST2, Asks.CPF, Asks.BIRTH_DAY_MONTH, Asks.BIRTH_DATE)
            for again in (False, True)
        ),
        pytest.param(acts.AskForPerson("Ana Beatriz"), id="ask for the person"),
        pytest.param(acts.AskIfPersonAvailable("Ana Beatriz"), id="ask when they are in"),
        pytest.param(acts.WithholdPurpose("Ana Beatriz", to_third_party=True), id="withhold from a third party"),
        pytest.param(acts.WithholdPurpose("Ana Beatriz", to_third_party=False), id="withhold"),
        pytest.param(acts.ExplainDebt(TOKEN, DEBT), id="a debt told again"),
        pytest.param(acts.AskSituation(TOKEN), id="situation"),
        pytest.param(acts.AskCapacity(TOKEN), id="capacity"),
        pytest.param(acts.MakeOffer(TOKEN, SETTLEMENT, is_last=True), id="a settlement"),
        pytest.param(acts.MakeOffer(TOKEN, PLAN, is_last=True, again=True), id="a plan again"),
        pytest.param(acts.ConfirmAgreement(TOKEN, PLAN, "pix"), id="confirm"),
        pytest.param(acts.AskTeachBack(TOKEN, again=True), id="teach back"),
        pytest.param(acts.AskChannel(TOKEN, "sms", ("email",), "01"), id="channel"),
        pytest.param(acts.AskCallbackTime(), id="callback"),
        pytest.param(acts.OfferHuman(), id="a person"),
        pytest.param(acts.OfferSlowerHelp(), id="slower help"),
        pytest.param(acts.Deescalate(), id="de-escalate"),
        pytest.param(acts.StayOnLine(), id="stay on the line"),
        pytest.param(acts.ReturnToSubject(), id="return to the subject"),
        pytest.param(acts.NotUnderstood(2), id="not understood"),
        pytest.param(acts.PromptSilence(2), id="silence"),
    ],
)
def test_seven_times_in_one_call_it_is_said_in_other_sentences(act: Act, seed: int) -> None:
    assert not repeated(heard([act] * 7, seed=seed))


@pytest.mark.parametrize("seed", range(20))
def test_no_closing_question_comes_twice_in_a_long_negotiation(seed: int) -> None:
    offers = [acts.MakeOffer(TOKEN, offer) for offer in (FULL, SETTLEMENT, PLAN, plan(2, entry=None), SETTLEMENT)]
    again = [acts.MakeOffer(TOKEN, PLAN, again=True), acts.MakeOffer(TOKEN, SETTLEMENT, is_last=True, again=True)]
    agree = [acts.ConfirmAgreement(TOKEN, PLAN, "pix"), acts.ConfirmAgreement(TOKEN, PLAN, "boleto")]

    questions = [SENTENCE_END.split(text)[-1] for text in heard([*offers, *again, *agree], seed=seed)]

    assert len(set(questions)) == len(questions)


def test_a_sentence_said_by_another_act_is_avoided() -> None:
    act, other = acts.Acknowledge(acts.Ack.SORRY_TO_HEAR), acts.AcknowledgeHardship(acts.Hardship.JOB_LOSS)
    for seed in range(20):
        first, second = heard([act, other], seed=seed)
        assert first not in SENTENCE_END.split(second)


def test_when_all_was_said_each_line_comes_a_second_time_before_any_a_third() -> None:
    act = acts.GiveTime(TOKEN, TODAY)
    number = sum(1 for _ in book().words.acts["GiveTime"].heard_by(None, Tone.NEUTRAL))

    times = Counter(heard([act] * 2 * number))

    assert set(times.values()) == {2}


def test_an_id_remembers_its_phrases_and_how_often_it_was_said() -> None:
    memory = Memory.of({"A/0~2+p/1", "A/0", "A/1", "unknown/7"}, {"A/0": frozenset({"oi"})})

    assert memory.times == {"A/0": 2, "p/1": 1, "A/1": 1, "unknown/7": 1}
    assert memory.sentences == {"oi"}
    assert (memory.mark("A/0"), memory.mark("A/1"), memory.mark("A/2")) == ("A/0~3", "A/1~2", "A/2")
