"""One-time tokens in PostgreSQL: only their hash is kept, and of many who redeem one at once a single one gets it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy import delete, insert, select, update

from voicebot.application.ports import Clock, IncomingCall
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.portfolio import Case
from voicebot.persistence.database import Database
from voicebot.persistence.operations import call_uuid
from voicebot.persistence.tables import CallRow, TokenRow

CaseByRef: TypeAlias = Callable[[str], Awaitable[Case | None]]


class PostgresCallTokens:
    """`CallTokens` on a `Database`; `case_by_ref` is usually `PortfolioStore.case_by_ref`."""

    def __init__(self, database: Database, clock: Clock, case_by_ref: CaseByRef) -> None:
        self._database = database
        self._clock = clock
        self._case_by_ref = case_by_ref

    async def mint(self, call_id: str, provider_call_id: str, *, ttl_s: float) -> str:
        """Make a token for one media stream of this call.

        Raises:
            RecordsUnavailable: the database is away.
            UnknownCall: no call id.
        """
        token = secrets.token_urlsafe(32)
        row = {
            "sha256": _hash(token),
            "call_id": call_uuid(call_id),
            "provider_call_id": provider_call_id,
            "expires_at": self._clock.now() + timedelta(seconds=ttl_s),
        }
        async with self._database.transaction() as connection:
            await connection.execute(insert(TokenRow).values(row))
        return token

    async def redeem(self, token: str, provider_call_id: str) -> IncomingCall | None:
        """Give the call once; None for an unknown, used, expired or foreign token, or a call that is over.

        A try with a foreign provider call id does not use the token up: it would let anyone spoil a call.
        """
        now = self._clock.now()
        spend = (
            update(TokenRow)
            .where(
                TokenRow.sha256 == _hash(token),
                TokenRow.provider_call_id == provider_call_id,
                TokenRow.used_at.is_(None),
                TokenRow.expires_at > now,
            )
            .values(used_at=now)
            .returning(TokenRow.call_id)
        )
        async with self._database.transaction() as connection:
            call_id = await connection.scalar(spend)
            call = (
                await connection.execute(
                    select(CallRow.direction, CallRow.debtor_ref).where(
                        CallRow.id == call_id, CallRow.closed_at.is_(None)
                    )
                )
            ).first()
        if call_id is None or call is None:
            return None
        case = await self._case_by_ref(call.debtor_ref) if call.debtor_ref is not None else None
        return IncomingCall(str(call_id), Direction(call.direction), case)

    async def forget_expired(self) -> int:
        """Delete the tokens that can no longer be redeemed; give how many."""
        async with self._database.transaction() as connection:
            gone = await connection.execute(delete(TokenRow).where(TokenRow.expires_at <= self._clock.now()))
            return gone.rowcount


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
