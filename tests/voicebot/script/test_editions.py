from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from voicebot.script.editions import ScriptEditions, version_of
from voicebot.script.errors import BadScript
from voicebot.script.render import ScriptBook
from voicebot.settings import ROOT

PROMPTS = ROOT / "prompts" / "pt-BR"
SHORT = 'AskForPerson:\n  - "{the_person}?"\n  - "Falo com {the_person}?"\n'


@pytest.fixture(scope="module")
def book() -> ScriptBook:
    return ScriptBook.load(PROMPTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A locale's folder with the house's own script."""
    shutil.copytree(PROMPTS / "script", tmp_path / "script")
    return tmp_path


def challenger(folder: Path, name: str, words: str) -> None:
    place = folder / "challengers" / name
    place.mkdir(parents=True)
    (place / "opening.yaml").write_text(words, encoding="utf-8")


def test_a_challenger_changes_its_acts_and_leaves_the_others(book: ScriptBook, folder: Path) -> None:
    challenger(folder, "curta", SHORT)
    editions = ScriptEditions.load(book, folder)
    house, other = editions.edition(frozenset()), editions.edition(frozenset({"curta", "sem-roteiro"}))
    assert isinstance(house.script, ScriptBook)
    assert isinstance(other.script, ScriptBook)
    assert house.script is book
    assert other.script.words.acts["AskForPerson"].variants == ("{the_person}?", "Falo com {the_person}?")
    changed = {key for key, lines in other.script.words.acts.items() if lines != book.words.acts[key]}
    assert changed == {"AskForPerson"}
    assert other.version != house.version


def test_an_experiment_without_a_script_is_held_with_the_houses(book: ScriptBook, folder: Path) -> None:
    editions = ScriptEditions.load(book, folder)
    assert editions.edition(frozenset({"sem-roteiro"})) is editions.edition(frozenset())


def test_a_challengers_line_obeys_the_rules_of_the_house(book: ScriptBook, folder: Path) -> None:
    challenger(folder, "quebrada", 'AskForPerson:\n  - "É sobre a sua dívida, {the_person}?"\n')
    with pytest.raises(BadScript, match="AskForPerson"):
        ScriptEditions.load(book, folder)


def test_the_version_follows_the_words_alone(folder: Path) -> None:
    script = folder / "script"
    before = version_of((script,))
    assert len(before) == 8
    file = script / "opening.yaml"
    text = file.read_bytes()
    file.write_bytes(text.replace(b"\n", b"\r\n"))
    assert version_of((script,)) == before, "the same words with other line ends"
    file.write_bytes(text + b"\n# another word\n")
    assert version_of((script,)) != before
