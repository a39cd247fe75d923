"""What a process takes of this machine: processor, memory, files, threads, read from /proc (Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """One process and its children at one instant."""

    cpu_s: float
    """Processor time so far, of the process and of the children that run."""
    rss_mb: float
    files: int
    threads: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Processor time between two instants, in cores."""

    bot: float
    callers: float
    others: float
    """The database, the system, and whatever else runs here."""


def usage(pid: int) -> Usage:
    """Look at a process. Raises `ProcessLookupError` for one that is gone."""
    try:
        family = [pid, *_children(pid)]
        status = (_PROC / str(pid) / "status").read_text(encoding="utf-8")
        files = len(os.listdir(_PROC / str(pid) / "fd"))
    except OSError:
        raise ProcessLookupError(f"process {pid} has ended") from None
    values = dict(line.split(":", 1) for line in status.splitlines())
    return Usage(
        cpu_s=sum(map(_cpu_s, family)),
        rss_mb=round(int(values["VmRSS"].split()[0]) / 1024, 1),
        files=files,
        threads=int(values["Threads"]),
    )


def busy_s() -> float:
    """Give the processor time that all of this machine has used."""
    first = (_PROC / "stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
    user, nice, system, _idle, _iowait, irq, softirq, _steal = map(int, first)
    return (user + nice + system + irq + softirq) / _TICKS


def _cpu_s(pid: int) -> float:
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        # It ended between being listed and being looked at.
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in (_PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *_children(int(child))]
    return found


class Meter:
    """Processor time of the bot, the callers and the rest since it was made or last read."""

    def __init__(self, bot: int, callers: int) -> None:
        self._bot, self._callers = bot, callers
        self._last = self._now()

    def read(self, seconds: float) -> Taken:
        """Give the cores taken over the `seconds` since the last time."""
        now = self._now()
        bot, callers, busy = (late - early for late, early in zip(now, self._last, strict=True))
        self._last = now
        return Taken(*(round(max(0.0, each) / seconds, 2) for each in (bot, callers, busy - bot - callers)))

    def _now(self) -> tuple[float, float, float]:
        return usage(self._bot).cpu_s, _cpu_s(self._callers), busy_s()
