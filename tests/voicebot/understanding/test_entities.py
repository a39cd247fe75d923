from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from voicebot.domain.calendar import BusinessCalendar
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity
from voicebot.understanding.extract import entities
from voicebot.understanding.normalise import read_line
from voicebot.understanding.spans import Context

MONDAY = datetime.fromisoformat("2026-11-23T10:00-03:00")
CASES = Path(__file__).with_name("entity_cases.tsv")


def rows() -> list[tuple[str, str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            expecting, text, wanted = line.split("\t")
            found.append((expecting, text, wanted))
    return found


def question(name: str) -> Asks | Phase | None:
    if name == "-":
        return None
    return Asks(name) if name in {each.value for each in Asks} else Phase(name)


def shown(entity: Entity) -> str:
    bounds = f"|{entity.low or ''}..{entity.high or ''}" if entity.low or entity.high else ""
    return f"{entity.type.value}={entity.value or ''}{bounds}{'~' if entity.approx else ''}"


@pytest.mark.parametrize(
    ("expecting", "text", "wanted"), [pytest.param(*row, id=f"{row[0]}: {row[1]}") for row in rows()]
)
def test_entities_of_a_line(expecting: str, text: str, wanted: str) -> None:
    found = entities(read_line(text), Context(question(expecting), MONDAY), BusinessCalendar())
    assert ("; ".join(shown(each) for each in found) or "-") == wanted


def test_entity_text_is_the_callers_own_words() -> None:
    line = "Consigo uns duzentos reais na SEXTA-FEIRA"
    found = entities(read_line(line), Context(None, MONDAY), BusinessCalendar())
    assert [each.text for each in found] == ["uns duzentos reais", "SEXTA-FEIRA"]


def test_there_are_enough_rows() -> None:
    assert len(rows()) >= 150
