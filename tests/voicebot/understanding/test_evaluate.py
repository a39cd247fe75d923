"""Floors under the measured quality, on files the statistical part was not fitted on; raise them as it grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.domain.meaning import Intent, Meaning
from voicebot.understanding.classifier import TEMPERATURE, leave_one_out, read_examples
from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.evaluate import held_out, score
from voicebot.understanding.lexicon import load_lexicon
from voicebot.understanding.rules import load_rules
from voicebot.understanding.understander import PROMPTS, Understander, training_examples

INTENTS = PROMPTS / "intents"


def test_seed_read_without_having_been_fitted(understander: Understander) -> None:
    found = held_out(understander, [INTENTS / "own.tsv"], INTENTS / "seed.tsv")
    assert found.macro_f1 >= 0.86
    assert found.must_recall >= 0.98
    assert found.must_precision >= 0.92


def test_temperature_is_the_calibrated_one(understander: Understander) -> None:
    examples = training_examples(sorted(INTENTS.glob("*.tsv")), understander.lexicon)
    assert leave_one_out(examples).temperature == TEMPERATURE


def test_every_intent_has_training_lines() -> None:
    assert {intent for intent, _ in read_examples(sorted(INTENTS.glob("*.tsv")))} == set(Intent)


def test_score_counts_what_it_says() -> None:
    found = score(
        [
            (Intent.SELF_HARM, Meaning("a", Intent.OTHER, 0.2, (Intent.SELF_HARM,))),
            (Intent.AFFIRM, Meaning("b", Intent.AFFIRM, 1.0)),
            (Intent.DENY, Meaning("c", Intent.DECEASED, 1.0)),
        ]
    )
    assert (found.n, found.must_recall, found.must_precision) == (3, 1.0, 0.0)
    assert found.accuracy == pytest.approx(1 / 3)
    assert found.macro_f1 == pytest.approx(1 / 3)


@pytest.mark.parametrize("text", ["no_such_intent\toi", "affirm sem tab"])
def test_a_bad_training_line_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text(f"affirm\tsim\n{text}\n", encoding="utf-8")
    with pytest.raises(LanguageDataInvalid, match=r"bad\.tsv:2"):
        read_examples([path])


@pytest.mark.parametrize("text", ["intents: {affirm: {any: ['(']}}", "intents: {nope: {any: [a]}}", "[]"])
def test_bad_rules_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LanguageDataInvalid, match=r"rules\.yaml"):
        load_rules(path)


def test_a_missing_lexicon_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LanguageDataInvalid, match=r"none\.yaml"):
        load_lexicon(tmp_path / "none.yaml")
