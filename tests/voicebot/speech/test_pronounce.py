from collections.abc import Iterator

import pytest

from voicebot.speech.pronounce import kokoro_phonemes, respell, untie
from voicebot.speech.tts.espeak_process import EspeakProcess


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


def test_word_groups_are_respelled_before_their_parts() -> None:
    assert respell("Um QR code, um code.", {"code": "côudi", "qr code": "quiú ár"}) == "Um quiú ár, um côudi."


def test_a_compound_is_not_its_part() -> None:
    assert respell("e-mail", {"mail": "méil"}) == "e-mail"


def test_a_dash_between_spaces_is_a_pause() -> None:
    assert kokoro_phonemes("oi - ana – guarda-chuva", Spelled()) == "oi— ana— guardachuva"


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakProcess]:
    process = EspeakProcess()
    yield process
    process.close()


@pytest.mark.parametrize(
    ("line", "phonemes"),
    [
        pytest.param("É, sou eu.", "ˈɛ, sow ˈeʊ.", id="the verb, not a letter with an accent"),
        pytest.param("é", "ˈɛ", id="the whole line"),
        pytest.param("Não, é?", "nˈɐ̃ʊ̃, ˈɛ?", id="at the end"),
        pytest.param("É – sou eu", "ˈɛ— sow ˈeʊ", id="before a dash"),
        pytest.param("Isso é.", "ˈisw ɛ.", id="after a word it was right and stays so"),
        pytest.param("À, Á, Â.", "ˈa, ˈa, ˈa.", id="every accent on a"),
        pytest.param("Ó, Ô.", "ˈɔ, ˈo.", id="open and closed o"),
        pytest.param("Ê!", "ˈe!", id="closed e"),
        pytest.param("Ã? Õ?", "ˈɐ̃ŋ? ˈoŋ?", id="nasal"),
        pytest.param("Í, Ú.", "ˈi, ˈu.", id="i and u"),
        pytest.param("E, se der, hoje.", "ˈi, sy dˈɛr, ˈoʒy.", id="the conjunction, not the letter E"),
        pytest.param("O... senhor.", "ˈu... seɲˈor.", id="the article, not the letter O"),
        pytest.param("Certo.", "sˈɛɾtʊ.", id="a single word: no schwa between r and t"),
        pytest.param("Está tudo certo.", "estˌa tˈudʊ sˈɛɾətʊ.", id="in a sentence the voice wants the schwa"),
    ],
)
def test_espeaks_habits_are_mended(espeak: EspeakProcess, line: str, phonemes: str) -> None:
    assert kokoro_phonemes(line, espeak) == phonemes
