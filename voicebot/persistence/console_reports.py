"""What came of the money and what callers named, read from groups counted beforehand; days and hours are Brasília's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, text

from voicebot.application.qa.reports import Group, Named, Report, Results, What
from voicebot.persistence.database import Database

_FIELDS: Final = tuple(Results.__dataclass_fields__)
_COUNTS: Final = tuple(name for name in Named.__dataclass_fields__ if name != "name")
_SEEN: Final = """
    day BETWEEN :since AND :until
    AND (CAST(:creditors AS text[]) IS NULL OR creditor = ANY (:creditors))
    AND (CAST(:creditor AS text) IS NULL OR creditor = :creditor)
"""
_NAMED: Final = text(f"""
SELECT part, CASE WHEN grouping(creditor) = 0 THEN creditor ELSE value END AS value,
       grouping(creditor) AS all_creditors, what, name, {", ".join(f"sum({name}) AS {name}" for name in _COUNTS)}
FROM call_causes WHERE part = ANY (:parts) AND (part = '' OR what = ANY (:crossed)) AND {_SEEN}
GROUP BY GROUPING SETS ((part, value, what, name), (part, what, name, creditor))
HAVING part = '' OR grouping(creditor) = 1
ORDER BY sum(calls) DESC, name
""")  # noqa: S608 - our own words


def _narrow(name: str) -> str:
    """Give a cast for counts: sums of bigint are numeric and slow, and one hour's calls fit an int; money may not."""
    return "" if name.endswith("_cents") else "::int"


@cache
def _sums(groups: tuple[Group, ...]) -> TextClause:
    """Give one query for the whole and these groups; each group more costs as much again."""
    names = [group.value for group in groups]
    return text(f"""
SELECT {", ".join(f"grouping({name}) AS no_{name}" for name in names)}, {", ".join(names)},
       {", ".join(f"coalesce(sum({name}{_narrow(name)}), 0) AS {name}" for name in _FIELDS)}
FROM call_reports WHERE {_SEEN}
GROUP BY GROUPING SETS ((), {", ".join(f"({name})" for name in names)}) ORDER BY {", ".join(names)}
""")  # noqa: S608 - our own words


class PostgresReports:
    """`ReportBook` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(
        self,
        *,
        since: date,
        until: date,
        creditors: tuple[str, ...] | None,
        creditor: str | None,
        by: Group | None = None,
    ) -> Report:
        shown = None if creditors is None else list(creditors)
        asked = {"since": since, "until": until, "creditors": shown, "creditor": creditor}
        wanted = tuple(Group) if by is None else (by,)
        # A page that is grouped by one thing shows the reasons in it; all the rest is for the export.
        crossed = [what.value for what in (What if by is None else (What.REASON,))]
        parts = ["", *(group.value for group in wanted if group is not Group.CREDITOR)]
        async with self._database.transaction() as connection:
            rows = (await connection.execute(_sums(wanted), asked)).mappings().all()
            said = (await connection.execute(_NAMED, {**asked, "parts": parts, "crossed": crossed})).mappings().all()
        return Report(
            total=next(_results(row) for row in rows if all(row[f"no_{group.value}"] for group in wanted)),
            groups={
                group: tuple((str(row[group.value]), _results(row)) for row in rows if not row[f"no_{group.value}"])
                for group in wanted
            },
            named={
                what: tuple(
                    _named(row)
                    for row in said
                    if row["what"] == what.value and row["part"] == "" and row["all_creditors"]
                )
                for what in What
            },
            named_in={
                group: {
                    (row["value"], What(row["what"]), row["name"]): _named(row)
                    for row in said
                    if (row["part"] == group.value if group is not Group.CREDITOR else not row["all_creditors"])
                }
                for group in wanted
            },
        )


def _results(row: Mapping[Any, Any]) -> Results:
    return Results(**{name: int(row[name]) for name in _FIELDS})


def _named(row: Mapping[Any, Any]) -> Named:
    return Named(row["name"], **{name: int(row[name]) for name in _COUNTS})
