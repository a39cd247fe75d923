"""When each line of a call began and ended, as the phone played it.

A caller's line comes with its times. A bot's line is noted when it is decided and again when its mark comes back from
the phone, so it ended at its mark; it began when it was decided or when the bot's line before it had ended, whichever
was later. What lies between deciding and the first sound (synthesis, network: tens to hundreds of ms) counts as speech.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """What the record says of one line."""

    is_agent: bool
    at: datetime
    heard_at: datetime | None
    start_s: float | None
    end_s: float | None


def line_times(lines: Iterable[Noted], began: datetime | None) -> list[tuple[float | None, float | None]]:
    """Give start and end of each line in seconds since the media `began`; None where nothing tells."""
    found: list[tuple[float | None, float | None]] = []
    spoken_until = 0.0
    for line in lines:
        if line.start_s is not None or not line.is_agent or began is None or line.heard_at is None:
            found.append((line.start_s, line.end_s))
            continue
        end = max((line.heard_at - began).total_seconds(), 0.0)
        start = min(max((line.at - began).total_seconds(), spoken_until, 0.0), end)
        spoken_until = end
        found.append((round(start, 3), round(end, 3)))
    return found
