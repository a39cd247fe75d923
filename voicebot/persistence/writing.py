"""One function for each kind of operation: the statements that carry it out inside a transaction."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.call_record import UnknownCall
from voicebot.application.call_reports import DEAD_NUMBER
from voicebot.persistence.operations import CALLBACK, ESCALATION, Operation, OperationKind
from voicebot.persistence.tables import (
    AgreementRow,
    CallbackRow,
    CallRow,
    EscalationRow,
    EventRow,
    LineRow,
    SuppressionRow,
)

_ZONE: Final = ZoneInfo("America/Sao_Paulo")
"""Whose days tell one report of a dead number from another."""
_NOTICE: Final = "NoticeRecording"
Write = Callable[[AsyncConnection, Operation], Awaitable[int | None]]


async def _line(connection: AsyncConnection, op: Operation) -> int:
    data = dict(op.data)
    wanted: int | None = data.pop("index")
    phase = data["phase"]
    # Taking the call's row first puts writers of one call in a queue, so that the next index is free.
    await _touch(connection, op.call_id, {"phase": phase} if phase else {"status": CallRow.status})
    known = await connection.scalar(select(LineRow.index).where(LineRow.op_id == op.op_id))
    if known is not None:
        return known
    following = await connection.scalar(select(func.max(LineRow.index)).where(LineRow.call_id == op.call_id))
    free = 0 if following is None else following + 1
    index = free if wanted is None or wanted < free else wanted
    await connection.execute(insert(LineRow).values(call_id=op.call_id, index=index, op_id=op.op_id, at=op.at, **data))
    return index


async def _mark(connection: AsyncConnection, op: Operation) -> None:
    index, outcome = op.data["index"], op.data["outcome"]
    acts = await connection.scalar(
        update(LineRow)
        .where(LineRow.call_id == op.call_id, LineRow.index == index)
        .values(heard=outcome, heard_at=op.at)
        .returning(LineRow.acts)
    )
    if acts is None:
        raise UnknownCall(f"call {op.call_id} has no line {index} to mark")
    if outcome == "played" and _NOTICE in acts:
        await _touch(connection, op.call_id, {"notice_given_at": func.coalesce(CallRow.notice_given_at, op.at)})


async def _event(connection: AsyncConnection, op: Operation) -> None:
    kind, data = op.data["kind"], op.data["data"]
    debtor_ref, _ = await _who(connection, op.call_id)
    common = {"call_id": op.call_id, "op_id": op.op_id, "at": op.at}
    await _once(connection, EventRow.__table__, {**common, "kind": kind, "data": data})
    if kind == ESCALATION:
        words = {name: data.get(name, "") for name in ("reason", "urgency", "summary")}
        await _once(connection, EscalationRow.__table__, {**common, **words})
    if kind == CALLBACK:
        due = datetime.fromisoformat(data["at"])
        await _once(connection, CallbackRow.__table__, {**common, "debtor_ref": debtor_ref, "due_at": due})


async def _agree(connection: AsyncConnection, op: Operation) -> None:
    agreement = op.data["agreement"]
    debtor_ref, _ = await _who(connection, op.call_id)
    values: dict[str, Any] = {
        "agreement": agreement,
        "method": agreement.get("method"),
        "channel": agreement.get("channel"),
        "confirmed": agreement.get("confirmed") is True,
        "teach_back": agreement.get("teach_back") is True,
        "agreed_at": op.at,
    }
    statement = insert(AgreementRow).values(call_id=op.call_id, debtor_ref=debtor_ref, state="open", **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[AgreementRow.call_id], set_=values))


async def _suppress(connection: AsyncConnection, op: Operation) -> None:
    debtor_ref, phone = await _who(connection, op.call_id)
    until = datetime.fromisoformat(op.data["until"]) if op.data["until"] else None
    if until is not None and op.data["kind"] == DEAD_NUMBER and await _dead_before(connection, phone, op.at):
        until = None
    await _once(
        connection,
        SuppressionRow.__table__,
        {
            "call_id": op.call_id,
            "op_id": op.op_id,
            "at": op.at,
            "debtor_ref": debtor_ref,
            "phone": phone,
            "kind": op.data["kind"],
            "until": until,
        },
    )


async def _dead_before(connection: AsyncConnection, phone: str | None, at: datetime) -> bool:
    """Tell whether the number was reported dead on a day before this one."""
    today = at.astimezone(_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    earlier = select(SuppressionRow.id).where(
        SuppressionRow.phone == phone, SuppressionRow.kind == DEAD_NUMBER, SuppressionRow.at < today
    )
    return await connection.scalar(earlier.limit(1)) is not None


async def _close(connection: AsyncConnection, op: Operation) -> None:
    """Close the call; its owner's word replaces the `failed` that an expired lease left, nothing else is replaced."""
    await _who(connection, op.call_id)
    await connection.execute(
        update(CallRow)
        .where(CallRow.id == op.call_id, or_(CallRow.closed_at.is_(None), CallRow.closed_by == "lease"))
        .values(status="closed", disposition=op.data["disposition"], closed_at=op.at, closed_by="owner")
    )


async def _who(connection: AsyncConnection, call_id: uuid.UUID) -> tuple[str | None, str | None]:
    found = (await connection.execute(select(CallRow.debtor_ref, CallRow.phone).where(CallRow.id == call_id))).first()
    if found is None:
        raise UnknownCall(f"call {call_id} was never begun")
    return found.debtor_ref, found.phone


async def _touch(connection: AsyncConnection, call_id: uuid.UUID, values: Mapping[str, Any]) -> None:
    found = await connection.scalar(update(CallRow).where(CallRow.id == call_id).values(values).returning(CallRow.id))
    if found is None:
        raise UnknownCall(f"call {call_id} was never begun")


async def _once(connection: AsyncConnection, table: Any, values: Mapping[str, Any]) -> None:
    typed: Table = table
    await connection.execute(insert(typed).values(values).on_conflict_do_nothing(index_elements=["op_id"]))


WRITES: Final[Mapping[OperationKind, Write]] = MappingProxyType(
    {
        OperationKind.LINE: _line,
        OperationKind.MARK: _mark,
        OperationKind.EVENT: _event,
        OperationKind.AGREE: _agree,
        OperationKind.SUPPRESS: _suppress,
        OperationKind.CLOSE: _close,
    }
)
"""What each kind does; a line gives its index, the others give None."""
