"""Plain words: the formula as published, what counts as one word, and every line of the script under it."""

import re
from collections import defaultdict
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.script.support import VOICES, book
from voicebot.domain.money import Money
from voicebot.script.amounts import money
from voicebot.script.moments import date_spoken
from voicebot.script.readability import (
    KIND_EASE,
    MAX_WORDS,
    band,
    hard_lines,
    kind_ease,
    long_sentences,
    measure,
    words_of,
)
from voicebot.script.specimens import TODAY, specimens

EXEMPT = {
    "Acknowledge.thanks_data": '"obrigada" has four syllables, and a child of three says it',
    "Acknowledge.understood": '"entendi" alone has three syllables, and nobody has to think of what it means',
    "AskChannel.sms": "SMS, said by its letters, counts six syllables",
    "AnnounceOfficialMessage.accepted": "SMS and WhatsApp must be named, and so must the official number",
    "AnnounceOfficialMessage.promised": "SMS and WhatsApp must be named, and so must the official number",
}
"""Kinds that may be below the threshold, each with the reason. No legal wording needed it: those are plain too."""


@cache
def told() -> dict[str, dict[str, str]]:
    """Every wording of every act and case to every kind of listener: texts with their ids, by kind."""
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for act in specimens():
        for speaker in VOICES.values():
            for said in book().variants(act, speaker):
                texts[said.variant.split("/")[0]][said.text] = said.variant
    return texts


def test_the_formula_is_the_published_one() -> None:
    """Six words and nine syllables in two sentences, counted by hand."""
    read = measure("Hoje dá certo. Eu falo já.")

    assert (read.sentences, read.words, read.syllables) == (2, 6, 9)
    assert read.ease == pytest.approx(248.835 - 1.015 * 6 / 2 - 84.6 * 9 / 6)


@pytest.mark.parametrize(
    ("ease", "name"),
    [
        (90, "muito fácil"),
        (75, "muito fácil"),
        (74.9, "fácil"),
        (50, "fácil"),
        (25, "difícil"),
        (24.9, "muito difícil"),
    ],
)
def test_the_bands_are_the_authors(ease: float, name: str) -> None:
    assert band(ease) == name


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param("mil trezentos e trinta e um reais e sessenta e sete centavos", 1, id="an amount"),
        pytest.param("mil trezentos e trinta e um e sessenta e sete", 1, id="an amount, short"),
        pytest.param("quinta, dia vinte e seis", 1, id="a weekday with its day"),
        pytest.param("amanhã, dia vinte e quatro", 1, id="tomorrow"),
        pytest.param("quinze de outubro de dois mil e vinte e cinco", 1, id="a full date"),
        pytest.param("dez da manhã", 1, id="an hour"),
        pytest.param("vinte por cento", 1, id="a percentage"),
        pytest.param("um oito oito", 1, id="a short number"),
        pytest.param("R$ 1.331,67", 1, id="a written amount"),
        pytest.param("23/11/2026", 1, id="a written date"),
        pytest.param("uma entrada", 2, id="an article is a word"),
        pytest.param("um momento", 2, id="an article before a noun"),
        pytest.param("dez parcelas de cem reais, todo dia dez", 6, id="three figures among words"),
        pytest.param("e-mail", 1, id="a hyphen inside"),
    ],
)
def test_what_is_one_word(said: str, words: int) -> None:
    assert len(words_of(said)) == words


@given(cents=st.integers(1, 99_999_999))
def test_any_amount_is_one_word(cents: int) -> None:
    assert len(words_of(f"dá {money(Money(cents))} hoje")) == 3


@given(day=st.dates(min_value=TODAY.replace(year=2020), max_value=TODAY.replace(year=2030)))
def test_any_date_is_one_word(day: object) -> None:
    said = date_spoken(day, today=TODAY)  # type: ignore[arg-type]  # Hypothesis gives dates as objects

    assert len(words_of(f"pague {said} sim")) == 3


def test_figures_alone_have_no_ease() -> None:
    assert measure("Vinte reais.").ease is None
    assert kind_ease(["Vinte reais."]) == 100


def test_a_hard_line_and_a_long_sentence_are_found() -> None:
    hard = (
        "Informamos a disponibilização de condições diferenciadas para regularização imediata da obrigação contratual."
    )
    long = "Eu quero dizer que " + "bem " * (MAX_WORDS - 4) + "fim."

    assert hard_lines([hard, "Eu ligo amanhã cedo, se for bom e se der pra você."]) == (hard,)
    assert long_sentences(f"Oi. {long}") == (long.rstrip("."),)
    assert long_sentences(long.replace("bem ", "", 1)) == ()


def test_no_sentence_of_the_script_is_too_long_for_the_ear() -> None:
    long = [f"{name}: {sentence}" for texts in told().values() for text, name in texts.items()
            for sentence in long_sentences(text)]  # fmt: skip

    assert not long


def test_every_kind_of_line_is_easy() -> None:
    eases = {kind: kind_ease(texts) for kind, texts in told().items()}

    assert len(eases) > 120
    assert {kind: round(ease) for kind, ease in eases.items() if ease < KIND_EASE and kind not in EXEMPT} == {}
    assert [kind for kind in EXEMPT if kind in eases and eases[kind] >= 75] == [], "no longer needs its exemption"


def test_no_line_of_some_length_is_difficult() -> None:
    of_kinds = {kind: texts for kind, texts in told().items() if kind not in EXEMPT}
    hard = {texts[line]: line for texts in of_kinds.values() for line in hard_lines(texts)}

    assert hard == {}


def test_the_laws_wordings_are_plain_too() -> None:
    fixed = [kind for kind in told() if re.match(r"NoticeRecording|Escalate\.over_indebted|SupportCrisis", kind)]

    assert len(fixed) > 5
    assert not [kind for kind in fixed if kind in EXEMPT]
