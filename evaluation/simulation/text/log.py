"""What happened in one simulated call: the caller's words with what they meant, and the bot's output lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluation.simulation.text.cases import Drawn

Out = Mapping[str, Any]
"""One output line as the contracts have it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the caller; `key` is the grammar's key, or how nothing was said (silence, dtmf)."""

    key: str
    event: Mapping[str, object]
    """The input line."""
    text: str = ""
    clean: bool = True
    """False where the line blurred the words."""
    factors: tuple[tuple[str, bool], ...] = ()
    """Identity factors given, cpf or birth, and whether each is the true one."""
    amounts: tuple[int, ...] = ()
    """Whole reais named."""
    days: tuple[date, ...] = ()

    @property
    def meant(self) -> str:
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Exchange:
    said: Said | None
    """None before the bot's first line."""
    out: Out


@dataclass(frozen=True, slots=True)
class CallLog:
    seed: str
    character: str
    inbound: bool
    drawn: Drawn
    exchanges: tuple[Exchange, ...]
    delivered: bool
    """Whether the messaging port accepted what was sent."""

    @property
    def last(self) -> Out:
        return self.exchanges[-1].out


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str
    seed: str
    character: str
    turn: int
    heard: str
    text: str
    detail: str
    clean: bool = True
