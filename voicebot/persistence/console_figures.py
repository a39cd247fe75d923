"""The dashboard's numbers, kept by day, hour and creditor; days and hours are Brasília's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import text

from voicebot.application.qa.desk import Dashboard, Figures
from voicebot.persistence.database import Database

VIEWS: Final = ("call_figures", "call_criteria", "call_reports", "call_causes", "experiment_figures", "call_agreement")
"""Counted beforehand, so that a page reads groups and never calls."""
_ZONE: Final = "America/Sao_Paulo"
_ROWS_AT_ONCE: Final = 2000
_FIELDS: Final = tuple(Figures.__dataclass_fields__)
_SEEN: Final = """
    (CAST(:creditors AS text[]) IS NULL OR creditor = ANY (:creditors))
    AND (CAST(:creditor AS text) IS NULL OR creditor = :creditor)
"""
_PERIOD: Final = f"""
    q.started_at >= (CAST(:since AS date)::timestamp AT TIME ZONE '{_ZONE}')
    AND q.started_at < ((CAST(:until AS date) + 1)::timestamp AT TIME ZONE '{_ZONE}')
"""
_COUNTS: Final = text(f"""
SELECT grouping(day) AS no_day, grouping(creditor) AS no_creditor, grouping(hour) AS no_hour, day, creditor, hour,
       {", ".join(f"coalesce(sum({name}::int), 0) AS {name}" for name in _FIELDS)}
FROM call_figures WHERE day BETWEEN :since AND :until AND {_SEEN}
GROUP BY GROUPING SETS ((), (day), (creditor), (hour)) ORDER BY day, creditor, hour
""")  # noqa: S608 - our own words
_FAILING: Final = text(f"""
SELECT id, sum(failed::int) AS failed, sum(applied::int) AS applied FROM call_criteria
WHERE day BETWEEN :since AND :until AND {_SEEN} GROUP BY id ORDER BY 2 DESC, id
""")  # noqa: S608 - our own words
_ROWS: Final = text(f"""
SELECT q.call_id, q.started_at, q.creditor, q.direction, q.disposition, round(q.duration_s::numeric, 1) AS duration_s,
       q.contacted, q.right_party, q.promised, a.state AS promise_state, q.distress, q.score,
       array_to_string(q.fatal, ';') AS fatal, q.confidence, q.human_score, q.disputed, q.reviewed_at,
       (SELECT r.comment FROM call_reviews r WHERE r.call_id = q.call_id AND r.round_id IS NULL
        ORDER BY r.id DESC LIMIT 1) AS review_comment, q.segment, q.script_version, q.satisfaction,
       q.offers, q.first_discount, q.best_discount, q.agreed_debt_cents, q.agreed_cents,
       array_to_string(q.complaints, ';') AS complaints, array_to_string(q.reasons, ';') AS reasons,
       array_to_string(q.objections, ';') AS objections
FROM call_quality q LEFT JOIN agreements a ON a.call_id = q.call_id
WHERE {_PERIOD} AND {_SEEN}
  AND (CAST(:before AS timestamptz) IS NULL OR (q.started_at, q.call_id) < (:before, CAST(:last AS uuid)))
ORDER BY q.started_at DESC, q.call_id DESC LIMIT {_ROWS_AT_ONCE}
""")  # noqa: S608 - our own words


class PostgresFigures:
    """`FigureBook` on a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def refresh(self) -> None:
        """Count anew; readers go on with what was counted before. Some 10 µs a call: give it a patient `Database`."""
        for view in VIEWS:
            async with self._database.transaction() as connection:
                await connection.execute(text(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}"))

    async def dashboard(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> Dashboard:
        asked = _asked(since, until, creditors, creditor)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(_COUNTS, asked)).mappings().all()
            failing = (await connection.execute(_FAILING, asked)).all()
        return Dashboard(
            total=next(_figures(row) for row in rows if row["no_day"] and row["no_creditor"] and row["no_hour"]),
            by_day=tuple((row["day"], _figures(row)) for row in rows if not row["no_day"]),
            by_creditor=tuple((row["creditor"], _figures(row)) for row in rows if not row["no_creditor"]),
            by_hour=tuple((row["hour"], _figures(row)) for row in rows if not row["no_hour"]),
            failing=tuple((row.id, int(row.failed), int(row.applied)) for row in failing),
        )

    async def export(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Give the newest first, read a few thousand at a time, so that no statement is long and no memory large."""
        asked = _asked(since, until, creditors, creditor) | {"before": None, "last": None}
        while True:
            async with self._database.transaction() as connection:
                rows = [dict(row) for row in (await connection.execute(_ROWS, asked)).mappings()]
            for row in rows:
                yield row
            if len(rows) < _ROWS_AT_ONCE:
                return
            asked |= {"before": rows[-1]["started_at"], "last": rows[-1]["call_id"]}


def _asked(since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None) -> dict[str, Any]:
    shown = None if creditors is None else list(creditors)
    return {"since": since, "until": until, "creditors": shown, "creditor": creditor}


def _figures(row: Mapping[Any, Any]) -> Figures:
    return Figures(**{name: int(row[name]) for name in _FIELDS})
