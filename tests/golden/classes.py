"""Classes of edge: what one turn did in the transition table, told apart where it matters to the person on the line.

An edge is a state and an event; the walk through all states (`tests/voicebot/domain/dialogue`) finds some hundred
thousand. Two of them are of one class when they take the same row of the table. Rows that are the same from (nearly)
every phase, such as "stop calling" or "went silent", count once for each stretch of the call instead of each phase:
before the verification, after it, on a side road, while a person is coming, and in a crisis. A conversation shows
that such a row works in a stretch; that it works in every single phase is what the walk shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.transitions import RETURNS, TRANSITIONS

Row = tuple[str, str, str]
"""Phase, move, next phase."""

_STRETCHES: Final = {
    Phase.OPENING: "before verification",
    Phase.VERIFICATION: "before verification",
    Phase.EXPLANATION: "after verification",
    Phase.NEGOTIATION: "after verification",
    Phase.CONFIRMATION: "after verification",
    Phase.PAYMENT: "after verification",
    Phase.SATISFACTION: "after verification",
    Phase.THIRD_PARTY: "on a side road",
    Phase.CALLBACK: "on a side road",
    Phase.BAD_LINE: "on a side road",
    Phase.SILENCE: "on a side road",
    Phase.HAND_OVER: "while a person is coming",
    Phase.DISTRESS: "in a crisis",
}
_EVERYWHERE: Final = 8
"""A row from at least this many phases is one for each stretch."""


def _moves_everywhere() -> frozenset[str]:
    phases = Counter(move for _, move in TRANSITIONS)
    wide = {move.value for move, count in phases.items() if count >= _EVERYWHERE}
    return frozenset(wide | {move.value for _, move in RETURNS})


_WIDE: Final = _moves_everywhere()


def class_of(row: Row) -> str:
    """Name the class of a row."""
    phase, move, after = row
    if move not in _WIDE:
        return f"{phase}: {move} -> {after}"
    origin = _STRETCHES[Phase(phase)]
    if phase == after:
        return f"{origin}: {move}, and on"
    back = (Phase(phase), move) in {(source, each.value) for source, each in RETURNS}
    return f"{origin}: {move} -> {_STRETCHES[Phase(after)] if back else after}"


LIST: Final = Path(__file__).with_name("classes.txt")


def listed() -> set[str]:
    """The classes that the walks found when they were last written down; a test of the walks keeps the list true."""
    return set(LIST.read_text(encoding="utf-8").splitlines())


def classes(rows: Iterable[Row]) -> set[str]:
    return {class_of(row) for row in rows}
