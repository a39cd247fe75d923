"""What the ear's weights are learnt from, and that the learning learns."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from evaluation.benchmarks.answering_frozen import SETS, frozen
from evaluation.benchmarks.answering_teaching import SOURCES, TALK, TEMPLATES, line_of, taught
from evaluation.benchmarks.answering_training import examples, fitted, shares
from voicebot.domain.callee import Callee
from voicebot.speech.callee.wording import CLASSES
from voicebot.speech.callee.words import words_of


def test_the_blind_set_does_not_teach() -> None:
    assert "third" in SETS
    assert "third" not in SOURCES
    blind = {tuple(words_of(text)) for texts in frozen("third").lines.values() for text in texts}
    given = {tuple(words_of(" ".join(line.clauses))) for line in taught("lines", Random(1))}
    assert len(blind & given) <= 12, "stock wordings, and no more"


@pytest.mark.parametrize("source", ["lines", TEMPLATES])
def test_every_class_is_taught_by_plain_words(source: str) -> None:
    lines = list(taught(source, Random(1)))
    assert set(Counter(line.callee for line in lines)) == set(CLASSES)
    assert all(line.clauses and line.told_by < len(line.clauses) for line in lines)
    assert not [line for line in lines if set("".join(line.clauses)) & set("{}<>*|")]


def test_what_people_say_later_is_people_s() -> None:
    assert {line.callee for line in taught(TALK, Random(1))} == {Callee.HUMAN}


def test_what_comes_before_a_machine_shows_itself_teaches_nothing() -> None:
    line = line_of(Callee.VOICEMAIL, "Oi, aqui é a Ju. | *Deixe o seu recado. <beep>", "lines")
    made = examples([line], Random(1))
    assert ("oi", "aqui", "e", "a", "ju") not in {each.words for each in made}
    assert ("oi", "aqui", "e", "a", "ju", "deixe", "o", "seu", "recado") in {each.words for each in made}


def test_the_fit_tells_its_own_lines_apart() -> None:
    random = Random(3)
    lines = [line for line in taught("first", random) if line.callee in {Callee.HUMAN, Callee.VOICEMAIL}]
    found = shares(fitted(examples(lines, random), random), lines)
    assert found["right"] >= 0.97
    assert found["people_lost"] == 0.0
