import pytest

from voicebot.speech.pronounce import kokoro_phonemes, respell, untie


class Spelled:
    """A phonemiser whose phonemes are the letters."""

    def phonemes(self, clauses: list[str]) -> list[str]:
        return list(clauses)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("tied", "single"),
    [
        pytest.param("t^ʃˈa^ʊ", "ʧˈW", id="affricate and diphthong"),
        pytest.param("tʃˈia", "ʧˈia", id="an affricate that espeak left untied"),
        pytest.param("d^ʒˈe^ɪ", "ʤˈA", id="dj and ei"),
        pytest.param("k^w-a", "kwa", id="ties and hyphens without a letter go"),
    ],
)
def test_ties(tied: str, single: str) -> None:
    assert untie(tied) == single


def test_punctuation_stays_where_it_was() -> None:
    assert kokoro_phonemes("oi, ana: é você?", Spelled()) == "oi, ana: é você?"


def test_whole_words_are_respelled_whatever_their_case() -> None:
    assert respell("O Pix e a pixada", {"pix": "píquis"}) == "O píquis e a pixada"


def test_respelling_reaches_the_phonemes() -> None:
    assert kokoro_phonemes("No Pix, hoje.", Spelled(), {"pix": "píquis"}) == "No píquis, hoje."
