"""Lines that were once misread, each with paraphrases, so that the cause is mended and not the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voicebot.understanding.conftest import Understand
from tests.voicebot.understanding.test_entities import question
from voicebot.domain.meaning import Intent

CASES = Path(__file__).with_name("intent_cases.tsv")


def rows() -> Iterator[tuple[str, str, str, str]]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            asked, text, wanted, beside = (*line.split("\t"), "")[:4]
            for one in asked.split("|"):
                yield one, text, wanted, beside


@pytest.mark.parametrize(
    ("expecting", "text", "wanted", "beside"), [pytest.param(*row, id=f"{row[0]}: {row[1]}") for row in rows()]
)
def test_intents_of_a_line(understand: Understand, expecting: str, text: str, wanted: str, beside: str) -> None:
    meaning = understand(text, question(expecting))
    assert meaning.intent.value in wanted.split("/")
    for mark in beside.split():
        assert meaning.has(Intent(mark[1:])) is (mark[0] == "+"), mark


def test_an_intent_told_by_a_rule_is_sure(understand: Understand) -> None:
    for expecting, text, wanted, _ in rows():
        meaning = understand(text, question(expecting))
        if "other" not in wanted.split("/"):
            assert meaning.confidence >= 0.5, f"{expecting}: {text}"
