"""The portfolio in PostgreSQL: loaded again and again without harm, read back one case at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from voicebot.application.portfolio_files import Portfolio, ReceivedPayment
from voicebot.domain.portfolio import Case
from voicebot.persistence import creditor_json, debts, portfolio_rows
from voicebot.persistence.cases import case_of
from voicebot.persistence.database import Database
from voicebot.persistence.debts import payment_row
from voicebot.persistence.errors import PortfolioConflict
from voicebot.persistence.outbox import cancel_contacts
from voicebot.persistence.portfolio_rows import Changes
from voicebot.persistence.tables import CreditorRow, DebtorRow, DebtRow, PaymentRow


@dataclass(frozen=True, slots=True)
class Saved:
    """What a load changed; everything zero when the same files are loaded again."""

    creditor: Changes
    debtors: Changes
    debts: Changes
    holds: Changes
    new_payments: int
    withdrawn: int
    """Contracts closed because `replace` found them missing."""
    closed: int
    """Debts that payments closed, or that a mended file reopened."""


class PaymentOutcome(StrEnum):
    REDUCED = "reduced"
    CLOSED = "closed"
    """Nothing is owed on the contract any more."""
    REPEATED = "repeated"
    """This txid was counted before; nothing changed."""
    UNKNOWN_CONTRACT = "unknown_contract"


class PortfolioStore:
    """Every method is one transaction, and raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, portfolio: Portfolio, *, replace: bool = False) -> Saved:
        """Bring the database to what the files say, all or nothing; a new payment cancels the debtor's queued contacts.

        Args:
            portfolio: as read; its problem rows are not in it.
            replace: a contract missing from the files is closed as withdrawn, a hold missing is lifted; without it
                both are left alone.

        Raises:
            PortfolioConflict: a debtor reference or a txid belongs to another creditor.
        """
        async with self._database.transaction() as connection:
            creditor_id, creditor = await _save_creditor(connection, portfolio)
            debtors = await portfolio_rows.save_debtors(connection, creditor_id, portfolio)
            owing = await portfolio_rows.save_debts(connection, creditor_id, portfolio)
            withdrawn = await portfolio_rows.withdraw_missing(connection, creditor_id, portfolio) if replace else 0
            holds = await portfolio_rows.save_holds(connection, creditor_id, portfolio, replace=replace)
            paid = await portfolio_rows.save_payments(connection, creditor_id, portfolio)
            await cancel_contacts(connection, await portfolio_rows.debtors_of(connection, creditor_id, paid))
            closed = await debts.settle(connection, creditor_id, portfolio.creditor.limits.charges)
        return Saved(creditor, debtors, owing, holds, len(paid), withdrawn, closed)

    async def pay(self, payment: ReceivedPayment, *, creditor_cnpj: str | None = None) -> PaymentOutcome:
        """Count one payment, once for its txid, and cancel the debtor's queued contacts.

        Args:
            payment: as reported.
            creditor_cnpj: whose contract; needed only where two creditors use the same contract number.

        Raises:
            PortfolioConflict: the contract number is two creditors' and none was named.
        """
        wanted = [CreditorRow.cnpj == creditor_cnpj] if creditor_cnpj is not None else []
        found = (
            select(CreditorRow.id, CreditorRow.settings, DebtRow.debtor_ref)
            .join(DebtRow, DebtRow.creditor_id == CreditorRow.id)
            .join(DebtorRow, DebtorRow.ref == DebtRow.debtor_ref)
            .where(DebtRow.contract == payment.contract, *wanted)
            # The debtor first, then the debts in their order: as a load does, so that neither waits for the other.
            .with_for_update(of=DebtorRow, key_share=True)
        )
        async with self._database.transaction() as connection:
            owners = (await connection.execute(found)).all()
            if not owners:
                return PaymentOutcome.UNKNOWN_CONTRACT
            if len(owners) > 1:
                raise PortfolioConflict(f"contract {payment.contract} is {len(owners)} creditors': name one")
            owner = owners[0]
            row = payment_row(owner.id, payment)
            new = await connection.scalar(
                insert(PaymentRow).values(row).on_conflict_do_nothing().returning(PaymentRow.txid)
            )
            if new is None:
                return PaymentOutcome.REPEATED
            charges = creditor_json.from_json(owner.settings).limits.charges
            await debts.settle(connection, owner.id, charges, refs=[owner.debtor_ref])
            await cancel_contacts(connection, [owner.debtor_ref])
            status = await connection.scalar(
                select(DebtRow.status).where(DebtRow.creditor_id == owner.id, DebtRow.contract == payment.contract)
            )
        return PaymentOutcome.REDUCED if status == "open" else PaymentOutcome.CLOSED

    async def case_by_ref(self, ref: str, *, on: date | None = None) -> Case | None:
        """Give what a call may know of a debtor; None for an unknown reference.

        `on`, the debtor's local date, leaves later payments out and sets the calendar's years; without it every
        payment known counts.
        """
        async with self._database.session() as session:
            debtor = await session.get(DebtorRow, ref)
            return await _case(session, debtor, on)

    async def case_by_phone(self, e164: str, *, on: date | None = None) -> Case | None:
        """Give the case of the one debtor with this number; None where nobody or more than one has it."""
        async with self._database.session() as session:
            found = (await session.scalars(select(DebtorRow).where(DebtorRow.phone == e164).limit(2))).all()
            return await _case(session, found[0] if len(found) == 1 else None, on)

    async def refs(self) -> list[str]:
        """List the debtors that have an open debt."""
        async with self._database.transaction() as connection:
            rows = select(DebtRow.debtor_ref).where(DebtRow.status == "open").distinct().order_by(DebtRow.debtor_ref)
            return list(await connection.scalars(rows))


async def _case(session: AsyncSession, debtor: DebtorRow | None, on: date | None) -> Case | None:
    return None if debtor is None else await case_of(session, debtor, on)


async def _save_creditor(connection: AsyncConnection, portfolio: Portfolio) -> tuple[int, Changes]:
    creditor = portfolio.creditor
    row = {
        "cnpj": creditor.cnpj,
        "name": creditor.name,
        "sample": creditor.sample,
        "settings": creditor_json.to_json(creditor),
    }
    changes = await portfolio_rows.upsert(connection, CreditorRow, [row], key=("cnpj",))
    if portfolio.payments_until is not None:
        later = func.greatest(CreditorRow.payments_until, portfolio.payments_until)
        known = update(CreditorRow).where(CreditorRow.cnpj == creditor.cnpj).values(payments_until=later)
        await connection.execute(known)
    found = await connection.scalar(select(CreditorRow.id).where(CreditorRow.cnpj == creditor.cnpj).with_for_update())
    if found is None:
        raise PortfolioConflict("the creditor was removed while its portfolio was loaded: load it again")
    return found, changes
