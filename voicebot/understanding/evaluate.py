"""Reads labelled files with the whole shipped reader: `python -m voicebot.understanding.evaluate FILE.tsv...`.

One JSON object a file. A file that took part in training shows only that training worked; `model.json` has the figures
on author styles and templates that the fit had not seen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from voicebot.understanding.corpus import Labelled, read_labelled
from voicebot.understanding.measures import Read
from voicebot.understanding.measures import score as measure
from voicebot.understanding.understander import Understander, load_understander

AT: Final = datetime(2026, 11, 23, 13, tzinfo=UTC)
"""A fixed instant: no intent depends on the day."""


def read_all(understander: Understander, lines: Iterable[Labelled]) -> list[Read]:
    """Read labelled lines as turns, each with the question it answers."""
    return [Read(line, understander.understand(line.text, expecting=line.expecting, at=AT)) for line in lines]


def main(arguments: Sequence[str]) -> int:
    understander = load_understander()
    for path in map(Path, arguments):
        found = measure(read_all(understander, read_labelled([path]))).as_json()
        sys.stdout.write(json.dumps({"file": path.name, **found}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
