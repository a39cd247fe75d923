"""Upserts of a portfolio's rows that touch only what differs, so that a second load changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ScalarResult, delete, func, literal_column, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.application.portfolio_files import Portfolio
from voicebot.persistence.debts import payment_row
from voicebot.persistence.errors import PortfolioConflict
from voicebot.persistence.tables import Base, DebtorRow, DebtRow, HoldRow, PaymentRow

_BATCH: Final = 500
"""Rows a statement: PostgreSQL takes 65535 parameters, and each statement must stay short."""


@dataclass(frozen=True, slots=True)
class Changes:
    added: int = 0
    changed: int = 0


async def upsert(
    connection: AsyncConnection,
    table: type[Base],
    rows: Sequence[dict[str, Any]],
    *,
    key: tuple[str, ...],
    keep: frozenset[str] = frozenset(),
) -> Changes:
    """Insert rows, or update those that differ; columns in `keep` are written on insert only."""
    added = changed = 0
    for start in range(0, len(rows), _BATCH):
        statement = insert(table).values(list(rows[start : start + _BATCH]))
        names = [name for name in rows[0] if name not in key and name not in keep]
        new = {name: statement.excluded[name] for name in names}
        columns = table.__table__.c
        differs = or_(*(columns[name].is_distinct_from(value) for name, value in new.items()))
        done: ScalarResult[bool] = await connection.scalars(
            statement.on_conflict_do_update(index_elements=list(key), set_=new, where=differs).returning(
                literal_column("xmax = 0")
            )
        )
        fresh = list(done)
        added += sum(fresh)
        changed += len(fresh) - sum(fresh)
    return Changes(added, changed)


async def save_debtors(connection: AsyncConnection, creditor_id: int, portfolio: Portfolio) -> Changes:
    rows = [
        {
            "ref": debtor.ref,
            "creditor_id": creditor_id,
            "name": debtor.name,
            "cpf": debtor.cpf,
            "birth_date": debtor.birth_date,
            "phone": debtor.phone,
            "email": debtor.email,
            "city": debtor.city,
            "state": debtor.state,
            "preferred_channel": debtor.preferred_channel.value,
            "customer_since": debtor.customer_since,
            "previous_defaults": debtor.previous_defaults,
        }
        for debtor in portfolio.debtors.values()
    ]
    taken = await connection.scalars(
        select(DebtorRow.ref)
        .where(DebtorRow.ref == func.any(list(portfolio.debtors)), DebtorRow.creditor_id != creditor_id)
        .limit(3)
    )
    if foreign := list(taken):
        raise PortfolioConflict(
            f"debtor references {', '.join(foreign)} belong to another creditor: give each debtor its own reference"
        )
    return await upsert(connection, DebtorRow, rows, key=("ref",))


async def save_debts(connection: AsyncConnection, creditor_id: int, portfolio: Portfolio) -> Changes:
    """Save the debts; one that was withdrawn and is back is open again, `settle` then closes what is paid."""
    rows = [
        {
            "creditor_id": creditor_id,
            "contract": debt.contract,
            "debtor_ref": ref,
            "product": debt.product,
            "due_date": debt.due_date,
            "principal_cents": debt.principal.cents,
            "currency": debt.principal.currency,
            "status": "open",
        }
        for ref, owing in portfolio.debts.items()
        for debt in owing
    ]
    changes = await upsert(connection, DebtRow, rows, key=("creditor_id", "contract"), keep=frozenset({"status"}))
    back = await connection.scalars(
        update(DebtRow)
        .where(DebtRow.creditor_id == creditor_id, DebtRow.status == "withdrawn", _loaded(portfolio))
        .values(status="open")
        .returning(DebtRow.contract)
    )
    return Changes(changes.added, changes.changed + len(list(back)))


async def withdraw_missing(connection: AsyncConnection, creditor_id: int, portfolio: Portfolio) -> int:
    gone = await connection.scalars(
        update(DebtRow)
        .where(DebtRow.creditor_id == creditor_id, DebtRow.status == "open", ~_loaded(portfolio))
        .values(status="withdrawn")
        .returning(DebtRow.contract)
    )
    return len(list(gone))


def _loaded(portfolio: Portfolio) -> Any:
    return DebtRow.contract == func.any([debt.contract for owing in portfolio.debts.values() for debt in owing])


async def save_holds(connection: AsyncConnection, creditor_id: int, portfolio: Portfolio, *, replace: bool) -> Changes:
    """Save the holds; of two of one kind for one debtor the longer counts."""
    longest: dict[tuple[str, str], date | None] = {}
    for ref, holds in portfolio.holds.items():
        for hold in holds:
            known = longest.get((ref, hold.kind), date.min)
            longest[ref, hold.kind] = None if known is None or hold.until is None else max(known, hold.until)
    rows = [{"debtor_ref": ref, "kind": kind, "until": until} for (ref, kind), until in longest.items()]
    changes = await upsert(connection, HoldRow, rows, key=("debtor_ref", "kind"))
    if not replace:
        return changes
    own = select(DebtorRow.ref).where(DebtorRow.creditor_id == creditor_id)
    lifted = await connection.scalars(
        delete(HoldRow)
        .where(HoldRow.debtor_ref.in_(own), tuple_(HoldRow.debtor_ref, HoldRow.kind).not_in(list(longest)))
        .returning(HoldRow.kind)
    )
    return Changes(changes.added, changes.changed + len(list(lifted)))


async def save_payments(connection: AsyncConnection, creditor_id: int, portfolio: Portfolio) -> list[str]:
    """Save the payments not seen before, give the contract of each; a txid counts once, whatever a later row says."""
    rows = [payment_row(creditor_id, payment) for payment in portfolio.payments]
    new: list[str] = []
    for start in range(0, len(rows), _BATCH):
        statement = insert(PaymentRow).values(rows[start : start + _BATCH]).on_conflict_do_nothing()
        new += list(await connection.scalars(statement.returning(PaymentRow.contract)))
    foreign = await connection.scalar(
        select(PaymentRow.txid)
        .where(
            PaymentRow.txid == func.any([payment.txid for payment in portfolio.payments]),
            PaymentRow.creditor_id != creditor_id,
        )
        .limit(1)
    )
    if foreign is not None:
        raise PortfolioConflict(f"payment {foreign} was reported for another creditor: check its txid")
    return new


async def debtors_of(connection: AsyncConnection, creditor_id: int, contracts: Sequence[str]) -> list[str]:
    """Give whose contracts these are."""
    owners = select(DebtRow.debtor_ref).where(
        DebtRow.creditor_id == creditor_id, DebtRow.contract == func.any(list(contracts))
    )
    return list(await connection.scalars(owners.distinct()))
