"""A call as the scorer reads it: Transcript JSON, checked once at the door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from evaluation.scoring.errors import TranscriptUnreadable

SPEAKERS: Final = frozenset({"agent", "caller", "system"})
_UNHEARD: Final = "cleared"
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Turn:
    index: int
    """In the file, from 0."""
    speaker: str
    text: str = field(repr=False)
    start_s: float | None = None
    """Seconds from the start of the call."""
    end_s: float | None = None
    acts: tuple[str, ...] = ()
    intent: str | None = None
    """What a caller's turn was understood as during the call, where the record says so."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the creditor's books say of the debt, in cents."""

    due_date: date | None
    principal: int | None
    fine: int | None
    interest: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Transcript:
    call_id: str
    direction: str
    language: str
    started_at: datetime | None
    creditor: str | None
    debtor_name: str | None = field(repr=False)
    disposition: str | None
    turns: tuple[Turn, ...] = field(repr=False)
    agreement: Mapping[str, Any] | None = field(default=None, repr=False)
    agent_kind: str | None = None
    """bot or human; None where it is not said."""
    debtor_state: str | None = None
    ledger: Ledger | None = field(default=None, repr=False)


def read(path: Path) -> Transcript:
    """Read one file.

    Raises:
        TranscriptUnreadable: it cannot be read as a transcript; the message says why and how to mend it.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise TranscriptUnreadable(f"{path}: {reason}; give a Transcript JSON file") from error
    except (ValueError, RecursionError) as error:
        raise TranscriptUnreadable(f"{path}: not JSON in UTF-8; give a Transcript JSON file") from error
    try:
        return parse(data)
    except TranscriptUnreadable as error:
        raise TranscriptUnreadable(f"{path}: {error}") from error


def parse(data: object) -> Transcript:
    """Check a parsed transcript.

    Raises:
        TranscriptUnreadable: a key is missing or of the wrong kind.
    """
    if not isinstance(data, Mapping):
        raise TranscriptUnreadable("not an object; a transcript has call_id and turns")
    call_id, turns = data.get("call_id"), data.get("turns")
    if not isinstance(call_id, str) or not call_id:
        raise TranscriptUnreadable("call_id is missing; write the call's id as text")
    if not isinstance(turns, list):
        raise TranscriptUnreadable("turns is missing; write a list of {speaker, text, start_s, end_s}")
    agreement = data.get("agreement")
    return Transcript(
        call_id=call_id,
        direction=_text(data, "direction") or "outbound",
        language=_text(data, "language") or "pt-BR",
        started_at=_instant(_text(data, "started_at")),
        creditor=_text(data, "creditor"),
        debtor_name=_text(data, "debtor_name"),
        disposition=_text(data, "disposition"),
        turns=tuple(turn for index, each in enumerate(turns) if (turn := _turn(index, each)) is not None),
        agreement=agreement if isinstance(agreement, Mapping) else None,
        agent_kind=_text(data, "agent_kind"),
        debtor_state=(_text(data, "debtor_state") or "").upper() or None,
        ledger=_ledger(data.get("ledger")),
    )


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is None or isinstance(value, str):
        return value
    raise TranscriptUnreadable(f"{key} is no text; write it in quotes or leave it out")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise TranscriptUnreadable("started_at is no instant; write ISO 8601 with an offset") from error


def _turn(index: int, data: object) -> Turn | None:
    """Read one turn; what was never heard on the line was not said."""
    if not isinstance(data, Mapping):
        raise TranscriptUnreadable(f"turn {index} is no object; write {{speaker, text, start_s, end_s}}")
    speaker, text = data.get("speaker"), data.get("text")
    if speaker not in SPEAKERS:
        raise TranscriptUnreadable(f"turn {index} has no speaker; write agent, caller or system")
    if not isinstance(text, str):
        raise TranscriptUnreadable(f"turn {index} has no text; write what was said")
    acts = data.get("acts")
    unheard = data.get("heard") == _UNHEARD
    intent = data.get("intent")
    return Turn(
        index,
        speaker,
        "" if unheard else text,
        _seconds(index, data.get("start_s")),
        _seconds(index, data.get("end_s")),
        tuple(str(act) for act in acts) if isinstance(acts, list) and not unheard else (),
        intent if isinstance(intent, str) and speaker == "caller" else None,
    )


def _seconds(index: int, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TranscriptUnreadable(f"turn {index} has a time that is no number; write seconds or null")
    return float(value)


def _ledger(data: object) -> Ledger | None:
    if not isinstance(data, Mapping):
        return None
    due = data.get("due_date")
    try:
        day = date.fromisoformat(due) if isinstance(due, str) else None
    except ValueError as error:
        raise TranscriptUnreadable("ledger.due_date is no date; write it as 2026-07-10") from error
    return Ledger(day, *(cents(data.get(key)) for key in ("principal", "fine", "interest", "total")))


def cents(value: object) -> int | None:
    """Read an amount written as a string with two decimals; None where there is none.

    Raises:
        TranscriptUnreadable: it is no amount.
    """
    if value is None:
        return None
    try:
        return int((Decimal(str(value)) * _HUNDRED).to_integral_value())
    except (InvalidOperation, ValueError) as error:
        raise TranscriptUnreadable("an amount is no number; write it as 1331.67") from error
