"""The call's record in PostgreSQL: every method is one committed transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from voicebot.application.call_record import UnknownCall
from voicebot.application.ports import Judge, MarkOutcome, SpokenLine
from voicebot.domain.compliance.one_call import on_the_line
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Case
from voicebot.persistence import operations
from voicebot.persistence.histories import history_of, lock_person, person_digest
from voicebot.persistence.lease import CallLeases, close_lost
from voicebot.persistence.operations import Operation, OperationKind, call_uuid
from voicebot.persistence.reading import CallReader
from voicebot.persistence.tables import CallRow, DebtorRow
from voicebot.persistence.writing import WRITES


class PostgresRecords(CallReader):
    """`Records` on a `Database`, with the call's own life (begin, media, lease) and reading back.

    Every method raises `RecordsUnavailable` when the database is away, and `UnknownCall` for a call never begun.
    """

    async def begin(
        self,
        call_id: str,
        *,
        direction: Direction,
        provider: str,
        at: datetime,
        debtor_ref: str | None = None,
        debtor_name: str | None = None,
        debtor_state: str | None = None,
        creditor_name: str | None = None,
        phone: str | None = None,
        language: str = "pt-BR",
        provider_call_id: str | None = None,
        owner: str | None = None,
        lease_until: datetime | None = None,
    ) -> str:
        """Open the record of a call; once only, so a repeated webhook does no harm.

        Returns:
            The call's id: `call_id`, or the earlier one where this provider call has a record already.
        """
        key = call_uuid(call_id)
        row = {
            "id": key,
            "direction": direction.value,
            "provider": provider,
            "started_at": at,
            "debtor_ref": debtor_ref,
            "debtor_name": debtor_name,
            "debtor_state": debtor_state,
            "creditor_name": creditor_name,
            "phone": phone,
            "language": language,
            "provider_call_id": provider_call_id,
            "owner": owner,
            "lease_until": lease_until,
            "status": "begun",
        }
        same = CallRow.id == key
        if provider_call_id is not None:
            same = or_(same, and_(CallRow.provider == provider, CallRow.provider_call_id == provider_call_id))
        async with self._database.transaction() as connection:
            made = await connection.scalar(insert(CallRow).values(row).on_conflict_do_nothing().returning(CallRow.id))
            return str(made or await connection.scalar(select(CallRow.id).where(same)))

    async def dial(
        self, call_id: str, case: Case, judge: Judge, *, provider: str, at: datetime, owner: str, lease_until: datetime
    ) -> Refused | None:
        """Open the record of an outbound call if `judge` permits it by the person's history at `at`, in one step.

        Whoever dials the same person or number meanwhile waits, and is judged by a history with this call in it. That
        no two calls with one person are open is a fact of the table too. A dead process's call does not stand in the
        way.
        """
        debtor, digest = case.debtor, person_digest(case.debtor.cpf)
        row = {
            "id": call_uuid(call_id),
            "direction": Direction.OUTBOUND.value,
            "person": digest,
            "provider": provider,
            "started_at": at,
            "debtor_ref": debtor.ref,
            "debtor_name": debtor.name,
            "debtor_state": debtor.state,
            "creditor_name": case.creditor.name,
            "phone": debtor.phone,
            "language": "pt-BR",
            "owner": owner,
            "lease_until": lease_until,
            "status": "begun",
        }
        same_person = select(DebtorRow.ref).where(DebtorRow.cpf == debtor.cpf)
        theirs = or_(CallRow.person == digest, CallRow.phone == debtor.phone, CallRow.debtor_ref.in_(same_person))
        async with self._database.transaction() as connection:
            await lock_person(connection, debtor.cpf, debtor.phone)
            await close_lost(connection, at, theirs)
            live = select(CallRow.id).where(theirs, CallRow.closed_at.is_(None)).limit(1)
            if await connection.scalar(live) is not None:
                return on_the_line(at)
            verdict = judge(await history_of(connection, debtor.ref, at))
            if isinstance(verdict, Refused):
                return verdict
            await connection.execute(insert(CallRow).values(row))
        return None

    async def attach_media(
        self, call_id: str, *, provider_call_id: str | None, owner: str, lease_until: datetime, at: datetime
    ) -> bool:
        """Note that audio flows and who holds the call; False where it is closed, or has its stream already.

        A call has one stream, over all gateways: a webhook that is replayed to another one gets a token, and no call.
        """
        values = {"status": "live", "owner": owner, "lease_until": lease_until, "media_started_at": at}
        if provider_call_id is not None:
            values["provider_call_id"] = provider_call_id
        free = or_(CallRow.media_started_at.is_(None), CallRow.lease_until < at)
        return await self._update_open(call_id, values, free)

    async def renew_lease(self, call_id: str, owner: str, until: datetime) -> bool:
        """Keep the call; False where it is closed or somebody else's, so the owner must let go."""
        return await self._update_open(call_id, {"lease_until": until}, CallRow.owner == owner)

    async def close_unanswered(self, call_id: str, disposition: Disposition, at: datetime) -> bool:
        """Close a call that nobody answered; False where its audio has flowed, whoever holds it.

        Media that attaches at the same instant finds the call closed, or is found here: both take the row.
        """
        key = call_uuid(call_id)
        async with self._database.transaction() as connection:
            answered = await connection.scalar(
                select(CallRow.media_started_at.is_not(None)).where(CallRow.id == key).with_for_update()
            )
            if answered is None:
                raise UnknownCall(f"call {call_id} was never begun")
            if not answered:
                await WRITES[OperationKind.CLOSE](connection, operations.close(call_id, disposition, at))
        return not answered

    async def close_expired(self, now: datetime) -> list[str]:
        """Close as failed the calls whose lease ended before `now`; see `CallLeases`."""
        return await CallLeases(self._database).close_expired(now)

    async def _update_open(self, call_id: str, values: dict[str, object], *which: ColumnElement[bool]) -> bool:
        async with self._database.transaction() as connection:
            found = await connection.scalar(
                update(CallRow)
                .where(CallRow.id == call_uuid(call_id), CallRow.closed_at.is_(None), *which)
                .values(values)
                .returning(CallRow.id)
            )
            return found is not None

    async def apply(self, operation: Operation) -> int | None:
        """Carry out one write, once however often it is repeated; a line gives its index."""
        async with self._database.transaction() as connection:
            return await WRITES[operation.kind](connection, operation)

    async def add_line(self, call_id: str, line: SpokenLine) -> int:
        """Append a line and give its index, from 0."""
        index = await self.apply(operations.line(call_id, line, None))
        return index if index is not None else 0

    async def mark(self, call_id: str, line: int, outcome: MarkOutcome, at: datetime) -> None:
        """Say whether an agent line was heard to its end; the recording notice heard is noted on the call."""
        await self.apply(operations.mark(call_id, line, outcome, at))

    async def refuse(self, call_id: str, variant: str, rule: str, at: datetime) -> None:
        """Count an incident of the gate."""
        await self.apply(operations.event(call_id, operations.REFUSED, {"variant": variant, "rule": rule}, at))

    async def record_event(self, call_id: str, kind: str, data: dict[str, str], at: datetime) -> None:
        """Note an event; `escalation` and `callback` are queued for those who act on them too."""
        await self.apply(operations.event(call_id, kind, data, at))

    async def agree(self, call_id: str, agreement: dict[str, object], at: datetime) -> None:
        """Keep the agreement, in the contract's JSON; a later one in the same call takes its place."""
        await self.apply(operations.agree(call_id, agreement, at))

    async def suppress(self, call_id: str, kind: str, until: datetime | None, at: datetime) -> None:
        """Write what the dialler must respect, for the call's debtor and number."""
        await self.apply(operations.suppress(call_id, kind, until, at))

    async def close(self, call_id: str, disposition: Disposition, at: datetime) -> None:
        """Close the call; the first disposition stays, unless it was an expired lease's `failed`."""
        await self.apply(operations.close(call_id, disposition, at))
