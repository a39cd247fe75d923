"""What came of the money, read from groups counted beforehand; days and hours are Brasília's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import text

from voicebot.application.qa.reports import Group, Report, Results
from voicebot.persistence.database import Database

_FIELDS: Final = tuple(Results.__dataclass_fields__)
_GROUPS: Final = tuple(group.value for group in Group)
_SUMS: Final = text(f"""
SELECT {", ".join(f"grouping({name}) AS no_{name}" for name in _GROUPS)}, {", ".join(_GROUPS)},
       {", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in _FIELDS)}
FROM call_reports WHERE day BETWEEN :since AND :until
  AND (CAST(:creditors AS text[]) IS NULL OR creditor = ANY (:creditors))
  AND (CAST(:creditor AS text) IS NULL OR creditor = :creditor)
GROUP BY GROUPING SETS ((), {", ".join(f"({name})" for name in _GROUPS)})
ORDER BY {", ".join(_GROUPS)}
""")  # noqa: S608 - our own words


class PostgresReports:
    """`ReportBook` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> Report:
        shown = None if creditors is None else list(creditors)
        asked = {"since": since, "until": until, "creditors": shown, "creditor": creditor}
        async with self._database.transaction() as connection:
            rows = (await connection.execute(_SUMS, asked)).mappings().all()
        return Report(
            total=next(_results(row) for row in rows if all(row[f"no_{name}"] for name in _GROUPS)),
            groups={
                group: tuple((str(row[group.value]), _results(row)) for row in rows if not row[f"no_{group.value}"])
                for group in Group
            },
        )


def _results(row: Mapping[Any, Any]) -> Results:
    return Results(**{name: int(row[name]) for name in _FIELDS})
