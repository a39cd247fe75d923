"""The ear for beginnings, with a detector and an encoder that are played: when it looks, and at what."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicebot.pipeline.onset import LOOKS_S, RATE_HZ, Layers, Level, Look, OnsetEar, Samples, Shared

FRAME = RATE_HZ // 50


class SteadyDetector:
    """Takes everything for speech."""

    def __call__(self, x: Samples, sr: int) -> NDArray[np.float32]:
        return np.ones((1, 1), np.float32)

    def reset_states(self) -> None:
        pass


def encoder(audio: Samples) -> Samples:
    return np.zeros((round(len(audio) / RATE_HZ * 50), 512), np.float32)


def ear(layers: Layers | None = None) -> OnsetEar:
    return OnsetEar(Shared(SteadyDetector(), encoder, layers))


def tone(seconds: float, dbfs: float) -> NDArray[np.int16]:
    peak = 32768 * 10 ** (dbfs / 20) * np.sqrt(2)
    return np.asarray(np.rint(peak * np.sin(np.arange(round(seconds * RATE_HZ)) * 0.3)), np.int16)


def looks(one: OnsetEar, *parts: NDArray[np.int16], bot_speaking: bool = True) -> list[tuple[float, Look]]:
    audio = np.concatenate(parts)
    found = []
    for end in range(FRAME, audio.size + 1, FRAME):
        look = one.hear(audio[end - FRAME : end].tobytes(), bot_speaking=bot_speaking)
        if look is not None:
            found.append((end / RATE_HZ, look))
    return found


def test_a_voice_is_looked_at_once_at_each_age() -> None:
    found = looks(ear(), tone(1.0, -70), tone(1.0, -25))
    assert [look.age_s for _, look in found] == list(LOOKS_S)
    assert [at for at, _ in found] == pytest.approx([1.2, 1.42], abs=0.021)


def test_a_look_is_given_the_voice_from_a_little_before_its_onset() -> None:
    _, look = looks(ear(), tone(1.0, -70), tone(1.0, -25))[0]
    assert look.sound.size == round((LOOKS_S[0] + 0.06) * RATE_HZ)
    assert np.abs(look.sound[: round(0.04 * RATE_HZ)]).max() < 0.01
    assert np.abs(look.sound[round(0.08 * RATE_HZ) :]).max() > 0.05


def test_what_is_too_faint_for_anybody_at_the_telephone_is_no_beginning() -> None:
    assert looks(ear(), tone(3.5, -70), tone(0.6, -55)) == []


def test_what_is_no_louder_than_the_line_has_been_is_no_beginning() -> None:
    found = looks(ear(), tone(3.5, -30), tone(0.6, -26))
    assert all(at < 1.0 for at, _ in found), "only the line itself began, when the call did"


def test_nothing_is_looked_at_while_the_bot_is_silent() -> None:
    assert looks(ear(), tone(1.0, -70), tone(1.0, -25), bot_speaking=False) == []


def test_the_next_voice_is_a_new_one_after_a_quarter_of_a_second() -> None:
    parts = [tone(1.0, -70), tone(0.5, -25), tone(0.4, -70), tone(0.5, -25)]
    assert len(looks(ear(), *parts)) == 4


def test_somebody_much_fainter_than_the_caller_is_distant() -> None:
    one = ear()
    looks(one, tone(1.0, -70), tone(1.0, -20), tone(0.5, -70), bot_speaking=False)
    looks(one, tone(0.5, -33))
    assert one.is_distant
    looks(one, tone(0.5, -70), tone(0.6, -22))
    assert not one.is_distant


def test_the_level_of_the_line_and_of_the_caller_are_learnt() -> None:
    level = Level()
    for hop in range(600):
        speaking = hop % 100 < 60
        level.hear(-20.0 if speaking else -50.0, speech=1.0 if speaking else 0.0, alone=True)
    assert level.noise_db == pytest.approx(-50.0)
    assert level.caller_db == pytest.approx(-20.0)
    assert level.gate_db == pytest.approx(-40.0)


def test_the_shipped_weights_give_a_probability_for_each_look() -> None:
    layers = Layers.shipped()
    for place, (_, look) in enumerate(looks(ear(), tone(1.0, -70), tone(1.0, -25))):
        states = encoder(look.sound)
        assert 0.0 <= layers.probability(place, states, look.features) <= 1.0
        assert 0.0 < layers.threshold(place) < 1.0


def test_thresholds_can_be_chosen() -> None:
    deaf, keen = (Layers.shipped([at, at]) for at in (1.1, -0.1))
    parts = (tone(1.0, -70), tone(1.0, -25))
    assert [look.takes_floor for _, look in looks(ear(deaf), *parts)] == [False, False]
    assert [look.takes_floor for _, look in looks(ear(keen), *parts)] == [True, True]
