"""Finding a call, claims of reviewers, people's corrections in the figures, and how they agree with the machine."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0009_finding_calls"
down_revision = "0008_raters"
branch_labels = None
depends_on = None

_WITHOUT: str = import_module("voicebot.persistence.migrations.versions.0007_insight").__dict__["_REPORTS"]
"""The view as it was; this one counts a few more things of each call."""
_ONE_BY_ONE = "), credited AS (\n    SELECT its.call_id,"
_IN_ONE = """), chosen AS MATERIALIZED (
    SELECT its.call_id, a.* FROM account a JOIN LATERAL ("""
_COUNTED = """), credited AS (
    SELECT a.call_id, count(*) AS accounts, sum(a.placed) AS placed, sum(least(a.received, a.placed)) AS received,
           count(*) FILTER (WHERE a.cured) AS cured, count(a.paid_on) AS paid,
           coalesce(sum(a.paid_on - a.first_on), 0) AS days
    FROM chosen a GROUP BY 1
)
"""


def _with_corrections() -> str:
    """Give the view's new text.

    The call that an account counts for is chosen apart: grouped in one go, the planner takes all of them for a single
    row, and goes through them again for each call.
    """
    before, _, rest = _WITHOUT.partition(_ONE_BY_ONE)
    _, _, choice = rest.partition("JOIN LATERAL (")
    choice, _, after = choice.partition("its ON true WHERE a.placed > 0 GROUP BY 1\n)\n")
    with_them = f"{before}{_IN_ONE}{choice}its ON true WHERE a.placed > 0\n{_COUNTED}{after}"
    return with_them.replace("coalesce(sum(q.score), 0) AS score_sum\n", _CORRECTED)


_CORRECTED = """coalesce(sum(q.score), 0) AS score_sum,
       count(q.human_score) AS reviewed, count(coalesce(q.human_score, q.score)) AS judged,
       count(*) FILTER (WHERE coalesce(q.human_fatal, q.fatal <> '{}')) AS corrected_fatal,
       coalesce(sum(coalesce(q.human_score, q.score)), 0) AS corrected_score_sum
"""
_NEWEST = """
    SELECT r.fatal, r.results FROM call_reviews r WHERE r.call_id = q.call_id AND r.round_id IS NULL
    ORDER BY r.id DESC LIMIT 1
"""
_AGREEMENT = f"""
CREATE MATERIALIZED VIEW call_agreement AS
SELECT (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date AS day, coalesce(q.creditor, '') AS creditor, item.id,
       item.machine, item.human, count(*)::int AS calls
FROM call_quality q CROSS JOIN LATERAL ({_NEWEST}) newest CROSS JOIN LATERAL (
    SELECT 'fatal' AS id, CASE WHEN q.fatal = '{{}}' THEN 'pass' ELSE 'fail' END AS machine,
           CASE WHEN newest.fatal = '{{}}' THEN 'pass' ELSE 'fail' END AS human
    UNION ALL SELECT each.key, CASE WHEN each.key = ANY (q.passed) THEN 'pass' WHEN each.key = ANY (q.failed) THEN 'fail'
                               ELSE 'na' END, each.value
    FROM jsonb_each_text(newest.results) each
) item
WHERE q.human_score IS NOT NULL AND q.score IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;
CREATE UNIQUE INDEX uq_call_agreement ON call_agreement (day, creditor, id, machine, human);
"""
_FILL = f"""
UPDATE call_quality q SET care_checked_at = CASE WHEN q.distress THEN q.reviewed_at END,
    human_fatal = (SELECT newest.fatal <> '{{}}' FROM ({_NEWEST}) newest)
WHERE q.reviewed_at IS NOT NULL;
UPDATE call_quality q SET protocol = e.data ->> 'number' FROM call_events e
WHERE e.call_id = q.call_id AND e.kind = 'protocol';
"""  # noqa: S608 - our own words
_ORDER: tuple[sa.ColumnElement[object], ...] = (sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC"))


def upgrade() -> None:
    op.add_column("call_quality", sa.Column("protocol", sa.Text(), nullable=True))
    op.add_column("call_quality", sa.Column("human_fatal", sa.Boolean(), nullable=True))
    op.add_column("call_quality", sa.Column("care_checked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "call_claims",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_claims_call_id")),
        sa.ForeignKeyConstraint(["user_id"], ["console_users.id"], name=op.f("fk_call_claims_user_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_claims")),
    )
    op.execute(_FILL)
    _waiting("ix_call_quality_distress", "distress AND care_checked_at IS NULL", *_ORDER)
    _waiting("ix_call_quality_low_confidence", "confidence < 0.7 AND reviewed_at IS NULL", "confidence", *_ORDER)
    op.create_index("ix_call_quality_disposition", "call_quality", ["disposition", *_ORDER])
    op.create_index(
        "ix_call_quality_protocol", "call_quality", ["protocol"], postgresql_where=sa.text("protocol IS NOT NULL")
    )
    op.create_index("ix_calls_phone_end", "calls", [sa.text('"right"(phone, 4)')])
    op.execute("DROP MATERIALIZED VIEW call_reports")
    op.execute(_with_corrections())
    op.execute(_AGREEMENT)


def _waiting(name: str, condition: str, *columns: str | sa.ColumnElement[object]) -> None:
    op.drop_index(name, table_name="call_quality")
    op.create_index(
        name,
        "call_quality",
        list(columns),
        postgresql_include=["creditor"],
        postgresql_where=sa.text(condition),
    )


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW call_agreement")
    op.execute("DROP MATERIALIZED VIEW call_reports")
    op.drop_index("ix_calls_phone_end", table_name="calls")
    op.drop_index("ix_call_quality_protocol", table_name="call_quality")
    op.drop_index("ix_call_quality_disposition", table_name="call_quality")
    _waiting("ix_call_quality_low_confidence", "confidence < 0.7 AND reviewed_at IS NULL", *_ORDER)
    _waiting("ix_call_quality_distress", "distress AND reviewed_at IS NULL", *_ORDER)
    op.drop_table("call_claims")
    op.drop_column("call_quality", "care_checked_at")
    op.drop_column("call_quality", "human_fatal")
    op.drop_column("call_quality", "protocol")
    op.execute(_WITHOUT)
