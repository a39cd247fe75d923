"""The row of quality that each closed call gets, and the scorer's word in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text, update

from voicebot.application.qa.experiments import EXPERIMENT
from voicebot.application.qa.outcomes import CAUSES, COMPLAINTS, DISTRESS, NOBODY, OFFER_ACTS, RIGHT_PARTY_ACTS
from voicebot.application.qa.queues import SAMPLE_PER_MILLE
from voicebot.application.qa.reports import OFFER, PROTOCOL, SATISFACTION, SCRIPT
from voicebot.application.qa.scorecard import read_scorecard
from voicebot.domain.segments import FREQUENT_FROM, NEW_WITHIN
from voicebot.persistence.console_tables import QualityRow
from voicebot.persistence.database import Database

_ENTER: Final = text("""
INSERT INTO call_quality (call_id, started_at, creditor, direction, disposition, duration_s, contacted, right_party,
                          promised, distress, sampled, fatal, disputed, segment, script_version, satisfaction,
                          offers, first_discount, best_discount, agreed_debt_cents, agreed_cents, complaints, reasons,
                          protocol)
SELECT c.id, c.started_at, c.creditor_name, c.direction, c.disposition,
       greatest(extract(epoch FROM c.closed_at - coalesce(c.media_started_at, c.started_at)), 0),
       coalesce(c.disposition, '') <> ALL (:nobody)
           AND EXISTS (SELECT FROM call_lines l WHERE l.call_id = c.id AND l.speaker = 'caller'),
       EXISTS (SELECT FROM call_lines l WHERE l.call_id = c.id AND l.acts && :right_party),
       EXISTS (SELECT FROM agreements a WHERE a.call_id = c.id AND a.confirmed),
       c.disposition = 'vulnerable_hold' IS TRUE
           OR EXISTS (SELECT FROM escalations e WHERE e.call_id = c.id AND e.reason = ANY (:distress)),
       (hashtextextended(c.id::text, 0) & 1023) < :sampled, '{}', false,
       CASE WHEN w.previous_defaults >= :frequent_from THEN 'frequent'
            WHEN w.previous_defaults > 0 THEN 'regular'
            WHEN least((SELECT min(d.due_date) FROM debts d WHERE d.debtor_ref = w.ref),
                       (c.started_at AT TIME ZONE 'America/Sao_Paulo')::date) - w.customer_since < :new_within
            THEN 'new_customer'
            WHEN w.ref IS NOT NULL THEN 'first_time' END,
       (SELECT e.data ->> 'version' FROM call_events e WHERE e.call_id = c.id AND e.kind = :script
        ORDER BY e.id DESC LIMIT 1),
       (SELECT (e.data ->> 'score')::int FROM call_events e WHERE e.call_id = c.id AND e.kind = :satisfaction
        AND e.data ->> 'score' ~ '^([0-9]|10)$' ORDER BY e.id DESC LIMIT 1),
       said.offers, offered.first, offered.best, agreed.debt, agreed.total,
       CASE WHEN c.disposition = ANY (:complaints) AND c.disposition <> ALL (said.complaints)
            THEN said.complaints || c.disposition ELSE said.complaints END,
       said.reasons,
       (SELECT e.data ->> 'number' FROM call_events e WHERE e.call_id = c.id AND e.kind = :protocol
        ORDER BY e.id DESC LIMIT 1)
FROM calls c LEFT JOIN debtors w ON w.ref = c.debtor_ref
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE l.acts && :offering) AS offers,
           coalesce(array_agg(DISTINCT l.intent) FILTER (WHERE l.intent = ANY (:complaints)), '{}') AS complaints,
           coalesce(array_agg(DISTINCT l.intent) FILTER (WHERE l.intent = ANY (:causes)), '{}') AS reasons
    FROM call_lines l WHERE l.call_id = c.id
) said
CROSS JOIN LATERAL (
    SELECT (array_agg(o.percent ORDER BY o.id))[1] AS first, max(o.percent) AS best FROM (
        SELECT e.id, (e.data ->> 'discount_percent')::float8 AS percent FROM call_events e
        WHERE e.call_id = c.id AND e.kind = :offer AND e.data ->> 'discount_percent' ~ '^[0-9]{1,3}([.][0-9]+)?$'
    ) o
) offered
LEFT JOIN LATERAL (
    SELECT round((a.agreement ->> 'debt_total')::numeric * 100) AS debt,
           round((a.agreement ->> 'total')::numeric * 100) AS total
    FROM agreements a WHERE a.call_id = c.id AND a.confirmed
) agreed ON true
WHERE c.closed_at IS NOT NULL AND c.started_at >= :since
  AND NOT EXISTS (SELECT FROM call_quality q WHERE q.call_id = c.id)
ON CONFLICT (call_id) DO NOTHING
""")
_REASONS: Final = text("""
ARRAY(SELECT l.intent FROM call_lines l WHERE l.call_id = call_quality.call_id AND l.intent = ANY (:causes)
      UNION SELECT unnest(CAST(:heard AS text[])) ORDER BY 1)
""")
"""What the turns' intents say and what this scorer heard; an earlier scorer's word goes with its score."""
_ARMS: Final = text("""
INSERT INTO call_arms (experiment, call_id, arm)
SELECT DISTINCT ON (e.data ->> 'experiment', e.call_id) e.data ->> 'experiment', e.call_id, e.data ->> 'arm'
FROM call_events e JOIN calls c ON c.id = e.call_id
WHERE e.kind = :experiment AND e.data ->> 'arm' IN ('champion', 'challenger') AND e.data ->> 'experiment' IS NOT NULL
  AND c.closed_at IS NOT NULL AND c.started_at >= :since
ORDER BY e.data ->> 'experiment', e.call_id, e.id
ON CONFLICT DO NOTHING
""")


class PostgresQuality:
    """Keeps `call_quality` in step with the calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter_closed(self, since: datetime) -> int:
        """Give a row to every closed call that began at or after `since` and has none; says how many."""
        facts = {
            "nobody": sorted(NOBODY),
            "right_party": sorted(RIGHT_PARTY_ACTS),
            "distress": sorted(DISTRESS),
            "sampled": SAMPLE_PER_MILLE,
            "since": since,
            "frequent_from": FREQUENT_FROM,
            "new_within": NEW_WITHIN.days,
            "script": SCRIPT,
            "satisfaction": SATISFACTION,
            "protocol": PROTOCOL,
            "offering": sorted(OFFER_ACTS),
            "offer": OFFER,
            "complaints": sorted(COMPLAINTS),
            "causes": sorted(CAUSES),
        }
        async with self._database.transaction() as connection:
            entered = (await connection.execute(_ENTER, facts)).rowcount
            await connection.execute(_ARMS, {"experiment": EXPERIMENT, "since": since})
            return entered

    async def unscored(self, *, limit: int, scorer: str | None = None) -> list[UUID]:
        """List calls without a score, oldest first; with `scorer`, also those that another scorer has been over."""
        waits: ColumnElement[bool] = QualityRow.scored_at.is_(None)
        if scorer is not None:
            waits = or_(waits, QualityRow.scorer != scorer)
        query = select(QualityRow.call_id).where(waits).order_by(QualityRow.started_at).limit(limit)
        async with self._database.transaction() as connection:
            return list(await connection.scalars(query))

    async def scored(self, call_id: UUID, card: Mapping[str, Any], *, scorer: str, at: datetime) -> bool:
        """Enter a scorecard; people's reviews stay as they are. False where the call has no row.

        Raises:
            ScorecardInvalid: it is no scorecard.
        """
        read = read_scorecard(card)
        statement = (
            update(QualityRow)
            .where(QualityRow.call_id == call_id)
            .values(
                score=read.score,
                fatal=list(read.fatal),
                confidence=read.confidence,
                scorecard=dict(card),
                scorer=scorer,
                scored_at=at,
                passed=[each.id for each in read.criteria if each.result == "pass"],
                failed=[each.id for each in read.criteria if each.result == "fail"],
                objections=list(read.objections),
                reasons=_REASONS.bindparams(causes=sorted(CAUSES), heard=list(read.reasons)),
            )
            .returning(QualityRow.call_id)
        )
        async with self._database.transaction() as connection:
            return await connection.scalar(statement) is not None

    async def passed_over(self, call_id: UUID, *, scorer: str, at: datetime) -> None:
        """Note that a scorer has seen the call and there was nothing it could judge."""
        statement = update(QualityRow).where(QualityRow.call_id == call_id).values(scorer=scorer, scored_at=at)
        async with self._database.transaction() as connection:
            await connection.execute(statement)
