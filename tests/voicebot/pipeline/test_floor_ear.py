"""The floor with an ear for beginnings: what stops the bot within 300 ms, what does not, and how it takes it back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from voicebot.pipeline.floor import FallSilent, Floor, Patience, Resume, TakeTurn
from voicebot.pipeline.onset import Look

FRAME_S = 0.02
NOTHING = np.zeros(0, np.float32)
ASKS = Look(0.24, True, 0.9, NOTHING, NOTHING)
LISTENS = Look(0.24, False, 0.1, NOTHING, NOTHING)


@dataclass
class ScriptedEar:
    """Gives each look at its instant; the stream begins at 0."""

    looks: dict[float, Look]
    is_distant: bool = False
    onset_s: float | None = None
    at_s: float = field(default=0.0)

    def hear(self, audio: bytes, *, bot_speaking: bool) -> Look | None:
        self.at_s = round(self.at_s + FRAME_S, 2)
        return self.looks.get(self.at_s)


@dataclass
class Voice:
    """One stretch of speech over a bot that speaks from 2 s on."""

    start: float
    end: float
    text: str


def spoken(floor: Floor, voice: Voice, now: float) -> None:
    """What the models report of it: detected 0.2 s late at both ends, recognised another 0.2 s later."""
    if now == round(voice.start + 0.2, 2):
        floor.speech_started(now, voice.start)
    if now == round(voice.end + 0.2, 2):
        floor.speech_stopped(now, voice.end)
    if now == round(voice.end + 0.4, 2):
        floor.segment(voice.text)
        floor.verdict(complete=True)


def lived(
    floor: Floor, voice: Voice | None, *, until: float = 9.0, bot_until: float = 99.0
) -> list[tuple[float, object]]:
    asked: list[tuple[float, object]] = []
    for tick in range(1, round(until / FRAME_S)):
        now = round(tick * FRAME_S, 2)
        if now == 2.0:
            floor.bot_started()
        if now == bot_until and floor.bot_speaking:
            floor.bot_stopped(now)
        if voice is not None:
            spoken(floor, voice, now)
        floor.audio(b"", now)
        match floor.tick(now):
            case None:
                pass
            case FallSilent() as action:
                asked.append((now, action))
                floor.bot_stopped(now)
            case Resume() as action:
                asked.append((now, action))
                floor.bot_started()
            case TakeTurn(text):
                asked.append((now, text))
            case other:
                asked.append((now, other))
    return asked


def with_ear(looks: dict[float, Look], *, resumes: bool = True, distant: bool = False) -> Floor:
    return Floor(Patience(silence_s=60.0), ear=ScriptedEar(looks, distant), resumes=resumes)


def test_a_voice_that_asks_is_given_the_floor_at_once() -> None:
    got = lived(with_ear({4.24: ASKS}), Voice(4.0, 5.0, "espera aí"))
    assert got == [(4.24, FallSilent()), (5.4, "espera aí")]


def test_an_aham_does_not_stop_the_bot() -> None:
    assert lived(with_ear({4.24: LISTENS}), Voice(4.0, 4.7, "aham")) == []


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        pytest.param("a mãe", False, id="an aham misheard"),
        pytest.param("Não!", True, id="a plain word to stop is believed"),
    ],
)
def test_short_speech_that_began_like_listening_is_judged_by_its_sound(text: str, stops: bool) -> None:
    assert bool(lived(with_ear({4.24: LISTENS}), Voice(4.0, 4.6, text))) is stops


def test_what_began_like_an_aham_and_goes_on_takes_the_floor() -> None:
    got = lived(with_ear({4.24: LISTENS}), Voice(4.0, 6.0, "sim, mas eu já paguei"))
    assert got[0] == (5.02, FallSilent()), "0.8 s after the voice detector was sure"
    assert got[1] == (6.4, "sim, mas eu já paguei")


def test_a_later_look_may_still_give_the_floor() -> None:
    got = lived(with_ear({4.24: LISTENS, 4.42: ASKS}), Voice(4.0, 6.0, "tá, mas quanto fica?"))
    assert got[0] == (4.42, FallSilent())


def test_a_sound_that_was_no_speech_is_a_false_start() -> None:
    assert lived(with_ear({4.24: ASKS}), None) == [(4.24, FallSilent()), (4.86, Resume())]


@pytest.mark.parametrize("text", ["aham", "Tá.", ""])
def test_the_bot_says_on_after_a_false_start(text: str) -> None:
    got = lived(with_ear({4.24: ASKS}), Voice(4.0, 4.6, text))
    assert got == [(4.24, FallSilent()), (5.0, Resume())]


def test_long_speech_that_gave_no_words_is_a_turn() -> None:
    got = lived(with_ear({4.24: ASKS}), Voice(4.0, 6.0, ""))
    assert got == [(4.24, FallSilent()), (6.4, "")], "the bot asks again instead of talking on"


def test_who_cannot_say_on_hears_the_turn() -> None:
    got = lived(with_ear({4.24: ASKS}, resumes=False), Voice(4.0, 4.6, "aham"))
    assert got == [(4.24, FallSilent()), (5.0, "aham")], "no dead air"


def test_somebody_in_the_background_does_not_stop_the_bot_however_long() -> None:
    assert lived(with_ear({4.24: LISTENS}, distant=True), Voice(4.0, 7.0, "amanhã tem jogo")) == []


def test_a_notice_is_not_interrupted() -> None:
    floor = with_ear({4.24: ASKS})
    floor.yields = False
    assert lived(floor, Voice(4.0, 5.0, "espera aí")) == []


def test_the_first_hello_is_passed_over() -> None:
    floor = with_ear({0.64: ASKS})
    floor.bot_started()
    assert lived(floor, Voice(0.4, 0.9, "alô?"), until=1.9) == []


@pytest.mark.parametrize(
    ("bot_until", "expected"),
    [
        pytest.param(5.4, [(5.4, "sim")], id="half a second before the question ends it answers it"),
        pytest.param(6.2, [], id="long before the end it says that somebody listens"),
    ],
)
def test_a_short_answer_over_the_last_words(bot_until: float, expected: list[tuple[float, object]]) -> None:
    floor = with_ear({4.54: LISTENS})
    floor.enough = lambda text: text == "sim"
    assert lived(floor, Voice(4.3, 4.9, "sim"), bot_until=bot_until, until=8.0) == expected


def turn(text: str, *, complete: bool, probability: float | None, floor: Floor) -> float:
    """Give how long after the last speech the turn is taken, seconds."""
    floor.speech_started(1.2, 1.0)
    floor.speech_stopped(2.2, 2.0)
    floor.segment(text)
    floor.verdict(complete=complete, probability=probability)
    ticks = (2.2 + tick * FRAME_S for tick in range(200))
    return next(round(now - 2.0, 2) for now in ticks if isinstance(floor.tick(now), TakeTurn))


@pytest.mark.parametrize(
    ("text", "complete", "probability", "waited"),
    [
        pytest.param("quero falar com um atendente", True, 0.995, 0.2, id="voice and words are at their end"),
        pytest.param("eu paguei a primeira parcela", True, 0.6, 0.8, id="neither is sure"),
        pytest.param("não posso", False, 0.2, 1.3, id="the voice goes on"),
        pytest.param("eu queria saber se", True, 0.99, 1.8, id="the words go on"),
        pytest.param("", True, 0.99, 0.2, id="no words are asked for again at once"),
    ],
)
def test_the_wait_follows_voice_and_words(text: str, complete: bool, probability: float, waited: float) -> None:
    patience = Patience(sure=4.0, unsure_s=0.8, incomplete_s=1.3, unfinished_s=1.8)
    assert turn(text, complete=complete, probability=probability, floor=Floor(patience)) == pytest.approx(
        waited, abs=0.021
    )


def test_words_that_answer_in_full_are_hardly_waited_for() -> None:
    floor = Floor(Patience(), enough=lambda _: True)
    assert turn("cinco dois nove", complete=False, probability=0.1, floor=floor) == pytest.approx(0.3, abs=0.021)


@pytest.mark.parametrize(
    ("text", "complete", "probability", "waited"),
    [
        pytest.param("quem está falando?", True, 0.99, 0.2, id="asked, and the voice is done"),
        pytest.param("quem está falando?", False, 0.05, 0.6, id="asked, and the voice rises"),
        pytest.param("quem é que", True, 0.99, 1.8, id="half a question"),
    ],
)
def test_who_asks_is_answered_sooner(text: str, complete: bool, probability: float, waited: float) -> None:
    floor = Floor(Patience(sure=6.0, sure_asked=2.0, asked_s=0.6, unfinished_s=1.8), asks=lambda _: True)
    assert turn(text, complete=complete, probability=probability, floor=floor) == pytest.approx(waited, abs=0.021)


@pytest.mark.parametrize(("probability", "waited"), [(0.99, 0.6), (0.05, 0.6)])
def test_who_asks_while_digits_are_awaited_waits_no_longer(probability: float, waited: float) -> None:
    dictation = Patience(complete_s=1.1, incomplete_s=1.8)
    floor = Floor(dictation, asks=lambda _: True)
    taken = turn("quem está falando?", complete=probability > 0.5, probability=probability, floor=floor)
    assert taken == pytest.approx(waited, abs=0.021)


def test_a_full_answer_in_a_voice_that_may_go_on_waits_a_moment() -> None:
    floor = Floor(Patience(), enough=lambda _: True)
    assert turn("sim", complete=True, probability=0.1, floor=floor) == pytest.approx(0.3, abs=0.021)


def test_a_voice_that_begins_keeps_the_turn_open_until_the_detector_is_sure() -> None:
    ear = ScriptedEar({})
    floor = Floor(Patience(opening_s=0.35), ear=ear)
    floor.speech_started(1.2, 1.0)
    floor.speech_stopped(2.2, 2.0)
    ear.onset_s = 2.3
    floor.segment("não posso")
    floor.verdict(complete=True)
    assert floor.tick(2.4) is None, "something begins"
    assert floor.tick(2.6) is None
    assert isinstance(floor.tick(2.66), TakeTurn), "it was no speech"
