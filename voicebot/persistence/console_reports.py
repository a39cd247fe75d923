"""What came of the money and what callers named, read from groups counted beforehand; days and hours are Brasília's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, text

from voicebot.application.qa.kappa import counted_kappa
from voicebot.application.qa.reports import Agreement, Group, Named, Report, Results, What
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


_AGREEMENT: Final = text(f"""
SELECT day, id = 'fatal' AS whole, machine, human, sum(calls)::int AS calls
FROM call_agreement WHERE {_SEEN} GROUP BY 1, 2, 3, 4
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

    async def agreement(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> tuple[Agreement, ...]:
        shown = None if creditors is None else list(creditors)
        asked = {"since": since, "until": until, "creditors": shown, "creditor": creditor}
        async with self._database.transaction() as connection:
            rows = (await connection.execute(_AGREEMENT, asked)).mappings().all()
        if not rows:
            return ()
        weeks: dict[date, list[Mapping[Any, Any]]] = {}
        for row in rows:
            weeks.setdefault(max(row["day"] - timedelta(days=row["day"].weekday()), since), []).append(row)
        return (_agreement(since, rows), *(_agreement(week, weeks[week]) for week in sorted(weeks)))


def _agreement(since: date, rows: Sequence[Mapping[Any, Any]]) -> Agreement:
    """Count calls by their fatal errors, and marks by criterion."""
    whole: Counter[tuple[str, str]] = Counter()
    marks: Counter[tuple[str, str]] = Counter()
    for row in rows:
        (whole if row["whole"] else marks)[row["machine"], row["human"]] += row["calls"]
    return Agreement(
        since=since,
        calls=whole.total(),
        answers=marks.total(),
        same=sum(times for (machine, human), times in marks.items() if machine == human),
        kappa=counted_kappa(marks),
        both_fatal=whole["fail", "fail"],
        machine_fatal=whole["fail", "pass"],
        human_fatal=whole["pass", "fail"],
        fatal_kappa=counted_kappa(whole),
    )


def _results(row: Mapping[Any, Any]) -> Results:
    return Results(**{name: int(row[name]) for name in _FIELDS})


def _named(row: Mapping[Any, Any]) -> Named:
    return Named(row["name"], **{name: int(row[name]) for name in _COUNTS})
