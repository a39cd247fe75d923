"""Tables of written lines, and of what was heard of them: tab separated, `#` starts a note.

A line's columns are kept as they are; `heard`, `voice` and `snr` are added behind them. Two layouts are known:
labelled sentences (five columns) and answers with their true value (four).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evaluation.corpora.errors import CorpusUnreadable

SENTENCES: Final = ("intent", "also", "expecting", "template", "text")
ANSWERS: Final = ("kind", "expecting", "value", "text")
HEARD: Final = ("heard", "voice", "snr")
_LAYOUTS: Final = {len(layout): layout for layout in (SENTENCES, ANSWERS)}


@dataclass(frozen=True, slots=True)
class Line:
    """One written line of a table."""

    columns: tuple[str, ...]
    """As in the file; the first is the class it belongs to, the last the text."""
    source: str = field(default="", compare=False)
    """The file it stands in, without its ending: its author's style."""

    @property
    def layout(self) -> tuple[str, ...]:
        return _LAYOUTS[len(self.columns)]

    @property
    def group(self) -> str:
        return self.columns[0]

    @property
    def text(self) -> str:
        return self.columns[-1]

    @property
    def expecting(self) -> str:
        return self.columns[self.layout.index("expecting")]

    @property
    def template(self) -> str:
        """The skeleton it was written on; an answer has none and stands for itself."""
        return self.columns[self.layout.index("template")] if "template" in self.layout else self.text


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line as it was spoken and heard."""

    line: Line
    heard: str
    voice: str
    snr: str
    """Decibels, or "clean"."""

    def row(self) -> str:
        cells = (*self.line.columns, self.heard, self.voice, self.snr)
        return "\t".join(" ".join(cell.split()) for cell in cells) + "\n"


def read_lines(path: Path) -> list[Line]:
    """Read one table, or every `*.tsv` of a folder in the order of their names.

    Raises:
        CorpusUnreadable: there is none, or a row has another number of columns.
    """
    files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    lines = [Line(cells, file.stem) for file in files for cells in _rows(file, frozenset(_LAYOUTS))]
    if not lines:
        raise CorpusUnreadable(path, "no lines; give a .tsv file, or a folder that holds some")
    return lines


def read_heard(path: Path) -> list[HeardLine]:
    """Read what was heard so far; a file that does not exist yet gives nothing.

    Raises:
        CorpusUnreadable: a row has another number of columns.
    """
    if not path.exists():
        return []
    widths = frozenset(width + len(HEARD) for width in _LAYOUTS)
    return [HeardLine(Line(cells[: -len(HEARD)]), *cells[-len(HEARD) :]) for cells in _rows(path, widths)]


def mend_and_open(path: Path, layout: Iterable[str]) -> None:
    """Make the file ready to append to: write its heading, or drop a last row that an interruption cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text("# " + "\t".join((*layout, *HEARD)) + "\n", encoding="utf-8")
        return
    written = path.read_bytes()
    if written and not written.endswith(b"\n"):
        path.write_bytes(written[: written.rfind(b"\n") + 1])


def append(path: Path, heard: HeardLine) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(heard.row())


def _rows(path: Path, widths: frozenset[int]) -> Iterator[tuple[str, ...]]:
    try:
        written = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as failure:
        raise CorpusUnreadable(path, f"not readable as UTF-8 text: {type(failure).__name__}") from failure
    for number, row in enumerate(written, 1):
        if not row.strip() or row.startswith("#"):
            continue
        cells = tuple(" ".join(cell.split()) for cell in row.split("\t"))
        if len(cells) not in widths:
            wanted = " or ".join(map(str, sorted(widths)))
            raise CorpusUnreadable(path, f"line {number} has {len(cells)} columns, not {wanted}")
        yield cells
