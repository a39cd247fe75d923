"""Experiments and what came of them, counted by debtor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from voicebot.application.qa.experiments import Arm, Experiment, Outcome, Tally
from voicebot.persistence.console_tables import ExperimentRow
from voicebot.persistence.database import Database

_FIELDS: Final = tuple(Tally.__dataclass_fields__)
_TALLIES: Final = text(f"""
SELECT experiment, arm, {", ".join(f"sum({name}) AS {name}" for name in _FIELDS)} FROM experiment_figures
WHERE CAST(:creditors AS text[]) IS NULL OR creditor = ANY (:creditors) GROUP BY experiment, arm
""")  # noqa: S608 - our own words
_NOBODY: Final = Tally(**dict.fromkeys(_FIELDS, 0))


class PostgresExperiments:
    """`Experiments` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, name: str, *, challenger_percent: int, by: int | None, at: datetime) -> bool:
        row = {"name": name, "challenger_percent": challenger_percent, "opened_by": by, "opened_at": at}
        statement = insert(ExperimentRow).values(row).on_conflict_do_nothing().returning(ExperimentRow.name)
        async with self._database.transaction() as connection:
            return await connection.scalar(statement) is not None

    async def close(self, name: str, *, at: datetime) -> None:
        still = (ExperimentRow.name == name, ExperimentRow.closed_at.is_(None))
        async with self._database.transaction() as connection:
            await connection.execute(update(ExperimentRow).where(*still).values(closed_at=at))

    async def running(self) -> tuple[Experiment, ...]:
        """Give those that a new call takes part in."""
        query = select(ExperimentRow.__table__).where(ExperimentRow.closed_at.is_(None)).order_by(ExperimentRow.name)
        async with self._database.transaction() as connection:
            return tuple(_experiment(row._mapping) for row in (await connection.execute(query)).all())

    async def outcomes(self, *, creditors: tuple[str, ...] | None) -> tuple[Outcome, ...]:
        query = select(ExperimentRow.__table__).order_by(ExperimentRow.opened_at.desc(), ExperimentRow.name)
        shown = None if creditors is None else list(creditors)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
            counted = (await connection.execute(_TALLIES, {"creditors": shown})).mappings().all()
        tallies = {(each["experiment"], each["arm"]): _tally(each) for each in counted}
        return tuple(
            Outcome(
                _experiment(row),
                tallies.get((row["name"], Arm.CHAMPION), _NOBODY),
                tallies.get((row["name"], Arm.CHALLENGER), _NOBODY),
            )
            for row in rows
        )


def _experiment(row: Mapping[Any, Any]) -> Experiment:
    return Experiment(row["name"], row["challenger_percent"], row["opened_at"], row["closed_at"])


def _tally(row: Mapping[Any, Any]) -> Tally:
    return Tally(**{name: int(row[name]) for name in _FIELDS})
