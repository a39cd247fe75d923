"""Each write to a call's record as a value: it can be spooled, replayed in order, and counts once by its `op_id`."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from voicebot.application.call_record import UnknownCall
from voicebot.application.ports import MarkOutcome, SpokenLine
from voicebot.domain.dialogue.phases import Disposition

ESCALATION: Final = "escalation"
"""Event kind with `reason`, `urgency`, `summary`; also queued for the people who take over."""
CALLBACK: Final = "callback"
"""Event kind with `at`, ISO 8601 with an offset; also queued for the dialler."""
REFUSED: Final = "refused"
"""Event kind of the gate's incidents, with `variant` and `rule`."""


class OperationKind(StrEnum):
    LINE = "line"
    MARK = "mark"
    EVENT = "event"
    AGREE = "agree"
    SUPPRESS = "suppress"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    kind: OperationKind
    call_id: uuid.UUID
    at: datetime
    data: dict[str, Any] = field(repr=False)
    """JSON values only."""
    op_id: uuid.UUID = field(default_factory=uuid.uuid4)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"a naive instant for a {self.kind} of call {self.call_id}: give it a time zone")

    def to_bytes(self) -> bytes:
        return json.dumps(
            {
                "kind": self.kind,
                "call_id": str(self.call_id),
                "at": self.at.isoformat(),
                "data": self.data,
                "op_id": str(self.op_id),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Operation:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: something else.
        """
        try:
            found = json.loads(raw)
            return cls(
                kind=OperationKind(found["kind"]),
                call_id=uuid.UUID(found["call_id"]),
                at=datetime.fromisoformat(found["at"]),
                data=dict(found["data"]),
                op_id=uuid.UUID(found["op_id"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not an operation of a call's record") from error


def call_uuid(call_id: str) -> uuid.UUID:
    """Read a call id.

    Raises:
        UnknownCall: it is no UUID, so no call has it.
    """
    try:
        return uuid.UUID(call_id)
    except ValueError:
        raise UnknownCall("no call has this id: a call id is a UUID") from None


def line(call_id: str, said: SpokenLine, index: int | None) -> Operation:
    """Append a line; `index` None takes the next one."""
    data: dict[str, Any] = {
        "index": index,
        "speaker": said.speaker.value,
        "text": _storable(said.text),
        "start_s": said.start_s,
        "end_s": said.end_s,
        "acts": list(said.acts),
        "phase": said.phase.value if said.phase else None,
        "intent": said.intent,
        "confidence": said.confidence,
        "response_ms": said.response_ms,
    }
    return Operation(kind=OperationKind.LINE, call_id=call_uuid(call_id), at=said.at, data=data)


def mark(call_id: str, index: int, outcome: MarkOutcome, at: datetime) -> Operation:
    data = {"index": index, "outcome": outcome.value}
    return Operation(kind=OperationKind.MARK, call_id=call_uuid(call_id), at=at, data=data)


def event(call_id: str, kind: str, values: dict[str, str], at: datetime) -> Operation:
    """Note that something happened.

    Raises:
        ValueError: a callback without an aware `at`.
    """
    if kind == CALLBACK and datetime.fromisoformat(values.get("at", "")).tzinfo is None:
        raise ValueError('a callback needs "at", ISO 8601 with an offset')
    data = {"kind": kind, "data": dict(values)}
    return Operation(kind=OperationKind.EVENT, call_id=call_uuid(call_id), at=at, data=data)


def agree(call_id: str, agreement: dict[str, object], at: datetime) -> Operation:
    data = {"agreement": dict(agreement)}
    return Operation(kind=OperationKind.AGREE, call_id=call_uuid(call_id), at=at, data=data)


def suppress(call_id: str, kind: str, until: datetime | None, at: datetime) -> Operation:
    if until is not None and until.tzinfo is None:
        raise ValueError(f"a naive end for a suppression of kind {kind}: give it a time zone")
    data = {"kind": kind, "until": until.isoformat() if until else None}
    return Operation(kind=OperationKind.SUPPRESS, call_id=call_uuid(call_id), at=at, data=data)


def close(call_id: str, disposition: Disposition, at: datetime) -> Operation:
    data = {"disposition": disposition.value}
    return Operation(kind=OperationKind.CLOSE, call_id=call_uuid(call_id), at=at, data=data)


def _storable(words: str) -> str:
    """Replace what PostgreSQL's text cannot hold: the zero character and halves of surrogate pairs."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
