"""The labelled lines that intents are learnt from and measured on.

Two forms: `intent TAB text` (`seed.tsv`, `own.tsv`), and `intent TAB also TAB expecting TAB template TAB text` (the
files by author style in `corpus/`). What a recogniser made of such a line on a telephone line stands in a sixth column.
Lines that begin with `#` are notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Intent
from voicebot.understanding.errors import LanguageDataInvalid

_SHORT: Final = 2
_LONG: Final = 5
_INTENTS: Final = {intent.value: intent for intent in Intent}
_QUESTIONS: Final[dict[str, Asks | Phase]] = {
    **{each.value: each for each in Phase},
    **{each.value: each for each in Asks},
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One line of a caller with what was meant by it."""

    text: str
    intent: Intent
    also: tuple[Intent, ...] = ()
    expecting: Asks | Phase | None = None
    template: str = ""
    """Lines of one template say one thing in nearly the same words: never split between training and test."""
    style: str = ""
    """The author style: the file's name."""
    heard: bool = False
    """The text is what a recogniser made of the line on the telephone."""

    @property
    def intents(self) -> frozenset[Intent]:
        return frozenset({self.intent, *self.also})


def read_labelled(paths: Iterable[Path], *, as_heard: bool = False) -> list[Labelled]:
    """Read files of either form, in the order given; `as_heard` takes the sixth column for the text.

    Raises:
        LanguageDataInvalid: a file cannot be read, or a line has another form or an unknown word in a column.
    """
    return [line for path in paths for line in _read(path, as_heard=as_heard)]


def training_files(prompts: Path) -> list[Path]:
    """Give the files that the shipped model is fitted on, in a fixed order."""
    return [*sorted((prompts / "intents").glob("*.tsv")), *sorted((prompts / "intents" / "corpus").glob("*.tsv"))]


def phone_files(prompts: Path) -> list[Path]:
    """Give the files of training lines as heard on the telephone."""
    return sorted((prompts / "intents" / "phone").glob("*.tsv"))


def training_lines(prompts: Path) -> list[Labelled]:
    """Read all training lines; one as heard belongs to the template and the author of the line as written.

    Raises:
        LanguageDataInvalid: as `read_labelled`.
    """
    written = read_labelled(training_files(prompts))
    known = {line.text: line for line in written}
    paths = phone_files(prompts)
    pairs = zip(read_labelled(paths), read_labelled(paths, as_heard=True), strict=True)
    heard = [
        replace(known[said.text], text=line.text, heard=True)
        for said, line in pairs
        if said.text in known and line.text
    ]
    return list(dict.fromkeys([*written, *heard]))


def _read(path: Path, *, as_heard: bool) -> list[Labelled]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LanguageDataInvalid(f"{path}: cannot be read as UTF-8: {error}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            found.append(_labelled(line.split("\t"), path.stem, f"{path}:{number}", as_heard=as_heard))
    return found


def _labelled(cells: list[str], style: str, place: str, *, as_heard: bool) -> Labelled:
    try:
        if len(cells) == _SHORT and not as_heard:
            return Labelled(cells[1].strip(), _INTENTS[cells[0]], template=place, style=style)
        if len(cells) >= _LONG + as_heard:
            also = tuple(_INTENTS[name.strip()] for name in cells[1].split(",") if name.strip())
            asked = _QUESTIONS[cells[2].strip()] if cells[2].strip() else None
            template = f"{style}:{cells[3].strip()}"
            return Labelled(
                cells[_LONG if as_heard else _LONG - 1].strip(), _INTENTS[cells[0]], also, asked, template, style
            )
    except KeyError as error:
        raise LanguageDataInvalid(f"{place}: {error} is no intent and no question; mend the line") from error
    raise LanguageDataInvalid(
        f"{place}: expected `intent TAB text`, or intent, also, expecting, template, text (and as heard); mend the line"
    )
