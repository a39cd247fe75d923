"""Answers to closed questions: the value on which readings agree, nothing from silence, nothing from a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.speech import real
from voicebot.application.answers import Answer, Expected, answer_in
from voicebot.domain.dialogue.phases import Asks
from voicebot.speech.ports import STT_RATE, Reading, Samples, Transcript
from voicebot.speech.stt.closed_set import LONGEST_S, ClosedSet, is_doubtful, shares, weigh
from voicebot.understanding.understander import Understander, load_understander

AT = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
SECOND = np.zeros(STT_RATE, np.float32)


@cache
def reader() -> Understander:
    return load_understander()


def expecting(asks: Asks) -> Expected:
    return Expected(asks, lambda text: answer_in(reader().understand(text, expecting=asks, at=AT), asks))


def transcript(text: str, logprob: float = -0.9) -> Transcript:
    return Transcript(text, logprob, 0.1, 1.0, 5.0, guarded=False, weakest=0.3)


def readings(*weighed: tuple[str, float]) -> list[Reading]:
    return [Reading(text, math.log(weight), 4) for text, weight in weighed]


@dataclass
class ScriptedDecoder:
    """Hears what it is told, and counts how often it is asked for more."""

    heard: Transcript
    others: Sequence[Reading] = ()
    asked: list[int] = field(default_factory=list)

    def transcribe(self, audio: Samples) -> Transcript:
        return self.heard

    def warm_up(self) -> None:
        self.asked.clear()

    @property
    def transcript(self) -> Transcript:
        return self.heard

    def listen(self, audio: Samples) -> ScriptedDecoder:
        return self

    def readings(self, heard: ScriptedDecoder, count: int) -> tuple[Reading, ...]:
        self.asked.append(count)
        return tuple(self.others)


@pytest.mark.parametrize(
    ("asks", "free", "others", "text"),
    [
        pytest.param(
            Asks.CPF_FIRST3,
            "Seis doido.",
            [(" Seis doido.", 0.3), (" Cinco dois nove.", 0.25), (" 5-2-9.", 0.2)],
            "Cinco dois nove.",
            id="two spellings of one value outweigh the likeliest text",
        ),
        pytest.param(
            Asks.AMOUNT,
            "962 reais.",
            [(" 962 reais.", 0.3), (" 972 reais.", 0.2), (" 972 reais", 0.2)],
            "972 reais.",
            id="a doubtful value gives way to the one most readings have",
        ),
        pytest.param(
            Asks.YES_NO,
            "do jeito menino.",
            [(" do jeito menino.", 0.5), (" Não.", 0.4)],
            "do jeito menino.",
            id="minority",
        ),
        pytest.param(
            Asks.CPF_FIRST3, "Teste.", [(" Teste.", 0.0001), (" 333.", 0.0009)], "Teste.", id="what noise is read as"
        ),
        pytest.param(
            Asks.CPF,
            "529, 982, 247, 26",
            [(" 529, 982, 247, 26", 0.7), (" 529, 982, 247, 25", 0.3)],
            "529, 982, 247, 25",
            id="a whole CPF is one with its own check digits",
        ),
        pytest.param(
            Asks.DATE, "Testa fera.", [(" Sexta-feira.", 0.4), (" sexta-feira", 0.3)], "Sexta-feira.", id="a weekday"
        ),
    ],
)
def test_the_answer_is_what_readings_agree_on(
    asks: Asks, free: str, others: list[tuple[str, float]], text: str
) -> None:
    heard = ClosedSet(ScriptedDecoder(transcript(free), readings(*others))).answer(SECOND, expecting(asks))
    assert heard.text == text


@pytest.mark.parametrize(
    ("free", "logprob", "asks"),
    [
        pytest.param("", -2.0, Asks.YES_NO, id="nobody spoke"),
        pytest.param("Sim.", -0.1, Asks.YES_NO, id="a clear answer"),
        pytest.param("Vou me matar.", -0.9, Asks.YES_NO, id="a cry for help is no answer"),
        pytest.param("Já paguei essa conta.", -0.9, Asks.CPF_FIRST3, id="clearly something else"),
        pytest.param("Quero falar com um atendente.", -0.9, Asks.AMOUNT, id="a request"),
        pytest.param("Ela faleceu ano passado.", -0.9, Asks.DATE, id="a death"),
    ],
)
def test_what_is_clear_is_not_asked_again(free: str, logprob: float, asks: Asks) -> None:
    decoder = ScriptedDecoder(transcript(free, logprob), readings((" Sim.", 0.9), (" 529.", 0.1)))
    heard = ClosedSet(decoder).answer(SECOND, expecting(asks))
    assert heard.text == free
    assert decoder.asked == []


@pytest.mark.parametrize(
    ("seconds", "asks"),
    [
        pytest.param(1.0, Asks.OPEN, id="an open question"),
        pytest.param(LONGEST_S + 1, Asks.YES_NO, id="too long for a short answer"),
    ],
)
def test_other_speech_is_transcribed_as_ever(seconds: float, asks: Asks) -> None:
    decoder = ScriptedDecoder(transcript("Olha só"), readings((" Sim.", 0.9)))
    heard = ClosedSet(decoder).answer(np.zeros(int(seconds * STT_RATE), np.float32), expecting(asks))
    assert heard.text == "Olha só"
    assert decoder.asked == []


def test_a_doubtful_value_that_stands_says_how_many_readings_have_it() -> None:
    free = transcript("962 reais.")
    heard = weigh(
        free, readings((" 962 reais.", 0.4), (" 972 reais.", 0.35), (" 952 reais.", 0.25)), expecting(Asks.AMOUNT)
    )
    assert heard.text == "962 reais."
    assert heard.answer == pytest.approx(0.4)
    assert heard.weakest == free.weakest


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 999), st.floats(0.001, 1.0)), min_size=1, max_size=10))
def test_only_the_majority_value_is_ever_heard(said: list[tuple[int, float]]) -> None:
    """A stranger's near miss stays a miss: no value comes up because it is somebody's."""
    expected = Expected(Asks.CPF_FIRST3, lambda text: Answer(text.strip() if text.strip().isdigit() else None))
    found = readings(*((f"{number:03d}", weight) for number, weight in said))
    heard = weigh(transcript("nada"), found, expected)
    weights: dict[str, float] = {}
    for number, weight in said:
        weights[f"{number:03d}"] = weights.get(f"{number:03d}", 0.0) + weight
    assert sum(choice.share for choice in shares(found, expected)) == pytest.approx(1.0)
    if heard.text != "nada":
        assert weights[heard.text] == pytest.approx(max(weights.values()))
        assert weights[heard.text] / sum(weights.values()) >= 0.5 - 1e-9


def test_nothing_about_the_debtor_reaches_the_recogniser() -> None:
    assert {each.name for each in fields(Expected)} == {"asks", "read"}
    assert not is_doubtful(transcript(""), expecting(Asks.CPF_FIRST3))


@pytest.mark.models
@pytest.mark.parametrize(
    ("said", "asks", "value"),
    [
        ("Doze de março.", Asks.BIRTH_DAY_MONTH, "--03-12"),
        ("Duzentos reais.", Asks.AMOUNT, "200.00"),
        ("Não quero.", Asks.YES_NO, "no"),
        ("Eu já paguei essa conta.", Asks.YES_NO, None),
    ],
)
def test_a_spoken_answer_is_heard(said: str, asks: Asks, value: str | None) -> None:
    expected = expecting(asks)
    heard = ClosedSet(real.whisper()).answer(real.spoken(said), expected)
    assert expected.read(heard.text).value == value


@pytest.mark.models
def test_readings_come_from_the_same_sound_with_falling_probability() -> None:
    engine = real.whisper()
    heard = engine.listen(real.spoken("Duzentos reais."))
    found = engine.readings(heard, 5)
    assert len(found) == 5
    assert any(reading.text.strip() == heard.transcript.text for reading in found)
    assert max(reading.mean_logprob for reading in found) == pytest.approx(heard.transcript.avg_logprob, abs=0.3)


@pytest.mark.models
def test_the_least_sure_word_is_a_probability_and_silence_has_none() -> None:
    heard = real.whisper().transcribe(real.spoken("Quero falar com um atendente."))
    assert heard.weakest is not None
    assert 0 < heard.weakest <= math.exp(heard.avg_logprob) + 0.5
    assert ClosedSet(real.whisper()).answer(SECOND, expecting(Asks.CPF_FIRST3)).text == ""
