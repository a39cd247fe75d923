import numpy as np
import pytest

from evaluation.corpora import odd_voice
from evaluation.corpora.casting import ESPEAK
from evaluation.corpora.errors import OddVoiceFailed
from evaluation.corpora.voices import People, as_said
from telephony.codecs import RATE_HZ


@pytest.mark.parametrize(
    ("written", "expecting", "said"),
    [
        pytest.param("529", "cpf_first3", "cinco dois nove", id="figure by figure"),
        pytest.param("é 08", "cpf_last2", "é zero oito", id="a zero is said"),
        pytest.param("338.902.114-50", "cpf", "três três oito, nove zero dois, um um quatro, cinco zero", id="whole"),
        pytest.param("529", "amount", "quinhentos e vinte e nove", id="an amount is a number"),
        pytest.param("dia 5, R$ 80", "date", "dia cinco, oitenta reais", id="day and money"),
        pytest.param("sou eu", "name", "sou eu", id="words stay"),
    ],
)
def test_what_is_written_is_said_as_people_say_it(written: str, expecting: str, said: str) -> None:
    assert as_said(written, expecting) == said


def test_the_robot_speaks_in_a_process_of_its_own() -> None:
    slow, fast = (
        People({}).say("bom dia, eu queria falar com você", voice=ESPEAK, speed=speed) for speed in (0.9, 1.25)
    )
    assert slow.dtype == np.int16
    assert 1.0 * RATE_HZ < fast.size < slow.size < 4.0 * RATE_HZ
    assert np.abs(fast).max() > 1_000


def test_a_robot_that_says_nothing_is_an_error() -> None:
    with pytest.raises(OddVoiceFailed, match="make install"):
        odd_voice.say("", 1.0)
