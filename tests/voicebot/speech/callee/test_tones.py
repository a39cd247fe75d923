"""Tones of the Brazilian network, a little off pitch and time, told from beeps and from speech."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicebot.domain.callee import Callee, Evidence, Finding
from voicebot.speech.callee.ear import NOBODY_S, CalleeEar
from voicebot.speech.callee.tones import BUSY, CONGESTION, FRAME, INFORMATION, RATE_HZ, RINGING, pitch

Pcm = NDArray[np.int16]


def tone(hertz: float, seconds: float) -> Pcm:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (8_000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def quiet(seconds: float) -> Pcm:
    noise = np.random.default_rng(1).normal(0, 20, round(seconds * RATE_HZ))
    return noise.astype(np.int16)


def played(audio: Pcm, *, speech: tuple[float, float] = (0.0, 0.0), ear: CalleeEar | None = None) -> list[Finding]:
    """Play 8 kHz; the voice detector hears speech between the two instants."""
    ear = ear or CalleeEar()
    found = []
    for start in range(0, audio.size - FRAME + 1, FRAME):
        talking = speech[0] <= start / RATE_HZ < speech[1]
        found.append(ear.feed(audio[start : start + FRAME], speech=talking))
    return [each for each in found if each is not None]


BUSY_BEAT = np.concatenate([tone(425, 0.25), quiet(0.25)] * 4)
CONGESTION_BEAT = np.concatenate([tone(425, 0.25), quiet(0.25), tone(425, 0.75), quiet(0.25)] * 2)


@pytest.mark.parametrize(
    ("audio", "callee", "detail"),
    [
        pytest.param(BUSY_BEAT, Callee.TONE, BUSY, id="busy"),
        pytest.param(CONGESTION_BEAT, Callee.TONE, None, id="congestion"),
        pytest.param(np.concatenate([tone(430, 1.0), quiet(4.0)]), Callee.TONE, RINGING, id="ringing, 5 Hz off"),
        pytest.param(
            np.concatenate([tone(950, 0.33), tone(1400, 0.33), tone(1800, 0.33), quiet(1)]),
            Callee.TONE,
            INFORMATION,
            id="information tones",
        ),
        pytest.param(np.concatenate([tone(1100, 0.5), quiet(1.0)]), Callee.FAX, "fax", id="a fax that calls"),
        pytest.param(tone(2100, 1.0), Callee.FAX, "fax", id="a fax that answers"),
    ],
)
def test_a_tone_tells_what_it_is(audio: Pcm, callee: Callee, detail: str | None) -> None:
    found = played(audio)
    assert [each.callee for each in found] == [callee]
    assert detail is None or found[0].detail == detail
    assert found[0].at_s - found[0].evidence_s <= 1.5


def test_busy_is_found_at_its_second_sound() -> None:
    assert played(BUSY_BEAT)[0].at_s < 1.0


def test_congestion_is_not_a_voice() -> None:
    assert all(each.detail in {BUSY, CONGESTION} for each in played(CONGESTION_BEAT))


def test_a_beep_after_a_long_speech_is_a_recorder() -> None:
    audio = np.concatenate([quiet(4.0), tone(1000, 0.4), quiet(1.0)])
    found = played(audio, speech=(0.2, 3.8))
    assert (found[-1].callee, found[-1].evidence) == (Callee.VOICEMAIL, Evidence.BEEP)
    assert found[-1].at_s - found[-1].evidence_s < 0.6


def test_a_beep_after_a_persons_hello_is_their_kitchen() -> None:
    audio = np.concatenate([quiet(2.0), tone(1000, 0.4), quiet(2.0)])
    assert [each.callee for each in played(audio, speech=(0.2, 0.9))] == [Callee.HUMAN]


def test_nothing_at_all_is_silence_and_no_machine() -> None:
    found = played(quiet(7.0))
    assert [each.callee for each in found] == [Callee.SILENCE]
    assert found[0].at_s == pytest.approx(NOBODY_S, abs=0.05)
    assert not Callee.SILENCE.is_machine


def test_noise_and_two_pitches_at_once_are_no_tone() -> None:
    noise = np.random.default_rng(2).normal(0, 3_000, 2 * FRAME).astype(np.int16)
    keypad = (tone(770, 0.04) // 2 + tone(1336, 0.04) // 2).astype(np.int16)
    assert pitch(noise) is None
    assert pitch(keypad) is None
    assert pitch(tone(425, 0.04)) == pytest.approx(425, abs=5)
