"""Cases by the person behind them, at every creditor."""

from __future__ import annotations

from sqlalchemy import select

from voicebot.domain.portfolio import Case
from voicebot.persistence.cases import case_of
from voicebot.persistence.database import Database
from voicebot.persistence.tables import DebtorRow

AT_MOST = 5
"""More than one is answered like none: nobody needs the others."""


class PostgresCaseSearch:
    """`CaseSearch` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cases_by_cpf(self, cpf: str) -> list[Case]:
        async with self._database.session() as session:
            query = select(DebtorRow).where(DebtorRow.cpf == cpf).order_by(DebtorRow.ref).limit(AT_MOST)
            return [await case_of(session, debtor, None) for debtor in (await session.scalars(query)).all()]
