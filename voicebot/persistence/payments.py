"""Payments that are reported one by one, each counted once."""

from __future__ import annotations

from sqlalchemy import select

from voicebot.application.take_payment import ReportedPayment, Taken
from voicebot.persistence.database import Database
from voicebot.persistence.errors import PortfolioConflict
from voicebot.persistence.portfolio_store import PaymentOutcome, PortfolioStore
from voicebot.persistence.tables import PaymentRow

_TAKEN = {
    PaymentOutcome.REDUCED: Taken.REDUCED,
    PaymentOutcome.CLOSED: Taken.CLOSED,
    PaymentOutcome.UNKNOWN_CONTRACT: Taken.UNKNOWN_CONTRACT,
}


class PostgresPayments:
    """Raises `RecordsUnavailable` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = PortfolioStore(database)

    async def take(self, report: ReportedPayment) -> Taken:
        """Count a payment, once for its txid; the same txid with other facts is a fault of the sender's."""
        try:
            outcome = await self._store.pay(report.payment, creditor_cnpj=report.creditor_cnpj)
        except PortfolioConflict:
            return Taken.AMBIGUOUS_CONTRACT
        if outcome is not PaymentOutcome.REPEATED:
            return _TAKEN[outcome]
        payment = report.payment
        async with self._database.transaction() as connection:
            same = await connection.scalar(
                select(PaymentRow.txid).where(
                    PaymentRow.txid == payment.txid,
                    PaymentRow.contract == payment.contract,
                    PaymentRow.paid_on == payment.paid_on,
                    PaymentRow.amount_cents == payment.amount.cents,
                )
            )
        return Taken.REPEATED if same is not None else Taken.TXID_REUSED
