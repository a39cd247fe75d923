"""The lines from which the ear's weights are learnt: of the benches, of the files here, and what callers say later.

`lines.tsv` has the form of the frozen sets, `templates.txt` the same with choices and lists. No operator's text is
copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from evaluation.benchmarks.answering_frozen import CHILD, frozen
from evaluation.benchmarks.answering_scenes import TUNED
from voicebot.domain.callee import Callee
from voicebot.domain.meaning import Intent
from voicebot.settings import load_settings
from voicebot.understanding.corpus import read_labelled, training_files

FOLDER: Final = Path(__file__).parent
TALK: Final = "talk"
TEMPLATES: Final = "templates"
SOURCES: Final = ("tuned", "first", "second", "lines", TEMPLATES, TALK)
_OPENED: Final = ("first", "second")
"""Frozen sets that were heard blind before, and teach since."""
_DRAWN: Final = 24
"""Lines of a template, at most."""
_TALKS: Final = 0.6
"""What a line from later in a call counts, against one at pick-up."""
_OF_MACHINES: Final = frozenset({Intent.VOICEMAIL, Intent.BUSINESS_REDIRECT})
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")
_LIST: Final = re.compile(r"<(\w+)>")
_BEEP: Final = "<beep>"


@dataclass(frozen=True, slots=True)
class Taught:
    """A saying with the class that it teaches."""

    callee: Callee
    clauses: tuple[str, ...]
    told_by: int
    """The clause that gives a machine away; what comes before it might be a person's."""
    counts: float
    source: str


def taught(source: str, random: Random) -> Iterator[Taught]:
    """Give the lines of one of `SOURCES`.

    Raises:
        FrozenSetChanged: an opened set is not as it was frozen.
    """
    if source == TALK:
        yield from _talk()
    else:
        yield from (line_of(callee, text, source) for callee, text in _sayings(source, random))


def _sayings(source: str, random: Random) -> Iterator[tuple[Callee, str]]:
    if source == "lines":
        for row in (FOLDER / "lines.tsv").read_text(encoding="utf-8").splitlines():
            who, text = row.split("\t")
            yield Callee.HUMAN if who == CHILD else Callee(who), text
    elif source == TEMPLATES:
        yield from _drawn(random)
    else:
        of = frozen(source) if source in _OPENED else TUNED
        yield from ((callee, text) for callee, texts in of.lines.items() for text in texts)


def line_of(callee: Callee, text: str, source: str, counts: float = 1.0) -> Taught:
    """Cut a saying in the notation of `answering_lines`."""
    clauses = [clause.replace(_BEEP, "").strip() for clause in text.split("|")]
    told_by = next((at for at, clause in enumerate(clauses) if clause.startswith("*")), 0)
    return Taught(callee, tuple(clause.lstrip("*") for clause in clauses if clause), told_by, counts, source)


def _drawn(random: Random) -> Iterator[tuple[Callee, str]]:
    lists: dict[str, list[str]] = {}
    callee = Callee.HUMAN
    for line in (FOLDER / "templates.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            callee = Callee(line.strip("[]"))
        elif " = " in line and not line.startswith("#"):
            name, values = line.split(" = ")
            lists[name] = values.split("|")
        elif line and not line.startswith("#"):
            line = line.replace(_BEEP, "")
            drawn = dict.fromkeys(_draw(line, lists, random) for _ in range(_DRAWN))
            yield from ((callee, text) for text in drawn)


def _draw(text: str, lists: dict[str, list[str]], random: Random) -> str:
    """Make choices from the inside out, then fill in lists, which may name others."""
    while (made := _CHOICE.sub(lambda found: random.choice(found[1].split("|")), text)) != text:
        text = made
    while (made := _LIST.sub(lambda found: random.choice(lists[found[1]]), text)) != text:
        text = made
    return " ".join(text.replace("//", "|").split())


def _talk() -> Iterator[Taught]:
    for line in read_labelled(training_files(load_settings().prompts_dir)):
        if not line.intents & _OF_MACHINES:
            yield Taught(Callee.HUMAN, (line.text,), 0, _TALKS, TALK)
