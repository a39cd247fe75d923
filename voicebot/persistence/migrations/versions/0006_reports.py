"""Reports beyond the dashboard, champion and challenger, clips, and take-overs of calls in progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_reports"
down_revision = "0005_dialler"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('comment', 'dispute', 'bookmark', 'clip')"
_KINDS_BEFORE = "kind IN ('comment', 'dispute', 'bookmark')"


def upgrade() -> None:
    op.add_column("call_quality", sa.Column("segment", sa.Text(), nullable=True))
    op.add_column("call_quality", sa.Column("script_version", sa.Text(), nullable=True))
    op.add_column("call_quality", sa.Column("satisfaction", sa.SmallInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_call_quality_satisfaction"), "call_quality", "satisfaction BETWEEN 0 AND 10")
    op.add_column("call_notes", sa.Column("until_s", sa.Double(), nullable=True))
    op.drop_constraint(op.f("ck_call_notes_kind"), "call_notes", type_="check")
    op.create_check_constraint(op.f("ck_call_notes_kind"), "call_notes", _KINDS)
    op.create_check_constraint(
        op.f("ck_call_notes_clip"), "call_notes", "kind <> 'clip' OR (at_s IS NOT NULL AND until_s > at_s)"
    )
    op.create_index(
        "ix_call_notes_heard_again",
        "call_notes",
        [sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("kind IN ('bookmark', 'clip')"),
    )
    _experiments()
    _takeovers()
    op.execute(_REPORTS)
    op.execute(_ARMS)


def _experiments() -> None:
    op.create_table(
        "experiments",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("challenger_percent", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("challenger_percent BETWEEN 1 AND 50", name=op.f("ck_experiments_share")),
        sa.ForeignKeyConstraint(["opened_by"], ["console_users.id"], name=op.f("fk_experiments_opened_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_experiments")),
    )
    op.create_table(
        "call_arms",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("experiment", sa.Text(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.CheckConstraint("arm IN ('champion', 'challenger')", name=op.f("ck_call_arms_arm")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_arms_call_id")),
        sa.PrimaryKeyConstraint("experiment", "call_id", name=op.f("pk_call_arms")),
    )
    op.create_index(op.f("ix_call_arms_call_id"), "call_arms", ["call_id"], unique=False)


def _takeovers() -> None:
    op.create_table(
        "call_takeovers",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_call_takeovers_answered")),
        sa.ForeignKeyConstraint(["asked_by"], ["console_users.id"], name=op.f("fk_call_takeovers_asked_by")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_takeovers_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_takeovers")),
    )
    op.create_index(
        "ix_call_takeovers_open",
        "call_takeovers",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("answered_at IS NULL"),
    )


# An account counts for one call only: the debtor's last contact up to the day of the first payment, or the last one of
# all while nothing is paid. So the groups add up, whatever they are grouped by.
_REPORTS = """
CREATE MATERIALIZED VIEW call_reports AS
WITH contact AS (
    SELECT c.debtor_ref, min((q.started_at AT TIME ZONE 'America/Sao_Paulo')::date) AS first_on
    FROM call_quality q JOIN calls c ON c.id = q.call_id
    WHERE q.contacted AND c.debtor_ref IS NOT NULL GROUP BY 1
), account AS (
    SELECT d.debtor_ref, contact.first_on, min(p.paid_on) AS paid_on,
           greatest(d.principal_cents - coalesce(sum(before.cents), 0), 0) AS placed,
           coalesce(sum(p.cents), 0) AS received,
           d.status = 'paid' AND coalesce(sum(p.cents), 0) > 0 AS cured
    FROM debts d JOIN contact ON contact.debtor_ref = d.debtor_ref
    LEFT JOIN LATERAL (
        SELECT min(y.paid_on) AS paid_on, sum(y.amount_cents) AS cents FROM payments y
        WHERE y.creditor_id = d.creditor_id AND y.contract = d.contract AND y.paid_on >= contact.first_on
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT sum(y.amount_cents) AS cents FROM payments y
        WHERE y.creditor_id = d.creditor_id AND y.contract = d.contract AND y.paid_on < contact.first_on
    ) before ON true
    WHERE d.status <> 'withdrawn'
    GROUP BY d.creditor_id, d.contract, d.debtor_ref, d.principal_cents, d.status, contact.first_on
), credited AS (
    SELECT its.call_id, count(*) AS accounts, sum(a.placed) AS placed, sum(least(a.received, a.placed)) AS received,
           count(*) FILTER (WHERE a.cured) AS cured, count(a.paid_on) AS paid,
           coalesce(sum(a.paid_on - a.first_on), 0) AS days
    FROM account a JOIN LATERAL (
        SELECT q.call_id FROM calls c JOIN call_quality q ON q.call_id = c.id
        WHERE c.debtor_ref = a.debtor_ref AND q.contacted
          AND (a.paid_on IS NULL OR (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date <= a.paid_on)
        ORDER BY q.started_at DESC, q.call_id DESC LIMIT 1
    ) its ON true WHERE a.placed > 0 GROUP BY 1
)
SELECT (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date AS day,
       extract(hour FROM q.started_at AT TIME ZONE 'America/Sao_Paulo')::int AS hour,
       coalesce(q.creditor, '') AS creditor, coalesce(q.segment, '') AS segment,
       coalesce(q.script_version, '') AS script_version,
       count(*) AS calls, count(*) FILTER (WHERE q.contacted) AS contacts,
       count(*) FILTER (WHERE q.right_party) AS right_parties, count(*) FILTER (WHERE q.promised) AS promises,
       count(*) FILTER (WHERE a.state IN ('kept', 'broken')) AS matured,
       count(*) FILTER (WHERE a.state = 'kept') AS kept,
       coalesce(sum(r.accounts), 0)::bigint AS accounts, coalesce(sum(r.placed), 0)::bigint AS placed_cents,
       coalesce(sum(r.received), 0)::bigint AS received_cents, coalesce(sum(r.cured), 0)::bigint AS cured,
       coalesce(sum(r.paid), 0)::bigint AS paid, coalesce(sum(r.days), 0)::bigint AS collect_days,
       count(*) FILTER (WHERE q.satisfaction >= 9) AS promoters, count(q.satisfaction) AS asked,
       count(*) FILTER (WHERE q.satisfaction <= 6) AS detractors
FROM call_quality q
LEFT JOIN agreements a ON q.promised AND a.call_id = q.call_id
LEFT JOIN credited r ON r.call_id = q.call_id
GROUP BY 1, 2, 3, 4, 5;
CREATE UNIQUE INDEX uq_call_reports ON call_reports (day, hour, creditor, segment, script_version);
"""

# One row a debtor first, since calls of one person are not independent; who changed arms stays with the first.
_ARMS = """
CREATE MATERIALIZED VIEW experiment_figures AS
WITH debtor AS (
    SELECT x.experiment, coalesce(q.creditor, '') AS creditor, c.debtor_ref,
           (array_agg(x.arm ORDER BY q.started_at, q.call_id))[1] AS arm,
           bool_or(q.contacted) AS reached, bool_or(q.right_party) AS spoken_to, bool_or(q.promised) AS promised,
           coalesce(bool_or(a.state IN ('kept', 'broken')), false) AS matured,
           coalesce(bool_or(a.state = 'kept'), false) AS kept, bool_or(q.distress) AS distress,
           coalesce(bool_or(q.disposition IN ('stop_calling', 'privacy_request', 'dispute')), false) AS stopped,
           bool_or(q.fatal <> '{}') AS fatal
    FROM call_arms x JOIN call_quality q ON q.call_id = x.call_id JOIN calls c ON c.id = x.call_id
    LEFT JOIN agreements a ON q.promised AND a.call_id = q.call_id
    WHERE c.debtor_ref IS NOT NULL GROUP BY 1, 2, 3
)
SELECT experiment, creditor, arm, count(*) AS debtors, count(*) FILTER (WHERE reached) AS reached,
       count(*) FILTER (WHERE spoken_to) AS spoken_to, count(*) FILTER (WHERE promised AND spoken_to) AS promised,
       count(*) FILTER (WHERE matured) AS matured, count(*) FILTER (WHERE kept) AS kept,
       count(*) FILTER (WHERE distress AND reached) AS distress, count(*) FILTER (WHERE stopped AND reached) AS stopped,
       count(*) FILTER (WHERE fatal AND reached) AS fatal
FROM debtor GROUP BY 1, 2, 3;
CREATE UNIQUE INDEX uq_experiment_figures ON experiment_figures (experiment, creditor, arm);
"""


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW experiment_figures")
    op.execute("DROP MATERIALIZED VIEW call_reports")
    op.drop_table("call_takeovers")
    op.drop_table("call_arms")
    op.drop_table("experiments")
    op.drop_index("ix_call_notes_heard_again", table_name="call_notes")
    op.execute("DELETE FROM call_notes WHERE kind = 'clip'")
    op.drop_constraint(op.f("ck_call_notes_clip"), "call_notes", type_="check")
    op.drop_constraint(op.f("ck_call_notes_kind"), "call_notes", type_="check")
    op.create_check_constraint(op.f("ck_call_notes_kind"), "call_notes", _KINDS_BEFORE)
    op.drop_column("call_notes", "until_s")
    op.drop_column("call_quality", "satisfaction")
    op.drop_column("call_quality", "script_version")
    op.drop_column("call_quality", "segment")
