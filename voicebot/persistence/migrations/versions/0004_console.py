"""The QA console: people, sessions, audit trail, quality of each call, reviews, notes and calibration rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_console"
down_revision = "0002_one_call_and_outbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "console_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_attempts")),
    )
    op.create_index(op.f("ix_console_attempts_address"), "console_attempts", ["address", "at"], unique=False)
    op.create_index(op.f("ix_console_attempts_login_sha256"), "console_attempts", ["login_sha256", "at"], unique=False)
    op.create_table(
        "console_audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_audit")),
    )
    op.create_index(op.f("ix_console_audit_at"), "console_audit", ["at"], unique=False)
    op.create_index(op.f("ix_console_audit_call_id"), "console_audit", ["call_id", "user_id", "at"], unique=False)
    op.create_table(
        "console_users",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("creditors", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('qa', 'supervisor', 'agent', 'admin')", name=op.f("ck_console_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_users")),
        sa.UniqueConstraint("login", name=op.f("uq_console_users_login")),
    )
    op.create_table(
        "calibration_rounds",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opened_by"], ["console_users.id"], name=op.f("fk_calibration_rounds_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_rounds")),
    )
    op.create_table(
        "call_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_s", sa.Double(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('comment', 'dispute', 'bookmark')", name=op.f("ck_call_notes_kind")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_notes_call_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["console_users.id"], name=op.f("fk_call_notes_settled_by")),
        sa.ForeignKeyConstraint(["user_id"], ["console_users.id"], name=op.f("fk_call_notes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_notes")),
    )
    op.create_index(op.f("ix_call_notes_call_id"), "call_notes", ["call_id"], unique=False)
    op.create_table(
        "call_quality",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("contacted", sa.Boolean(), nullable=False),
        sa.Column("right_party", sa.Boolean(), nullable=False),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.Column("distress", sa.Boolean(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("fatal", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("scorecard", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("scorer", sa.Text(), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("human_score", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_quality_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_quality")),
    )
    op.create_index(
        "ix_call_quality_all",
        "call_quality",
        [sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
    )
    op.create_index(
        "ix_call_quality_creditor",
        "call_quality",
        ["creditor", sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_call_quality_disputed",
        "call_quality",
        [sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
        postgresql_where=sa.text("disputed"),
    )
    op.create_index(
        "ix_call_quality_distress",
        "call_quality",
        [sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
        postgresql_where=sa.text("distress AND reviewed_at IS NULL"),
    )
    op.create_index(
        "ix_call_quality_fatal",
        "call_quality",
        [sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
        postgresql_where=sa.text("fatal <> '{}' AND reviewed_at IS NULL"),
    )
    op.create_index(
        "ix_call_quality_low_confidence",
        "call_quality",
        [sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
        postgresql_where=sa.text("confidence < 0.7 AND reviewed_at IS NULL"),
    )
    op.create_index(
        "ix_call_quality_low_score",
        "call_quality",
        ["score", sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
        postgresql_where=sa.text("score < 70 AND fatal = '{}' AND reviewed_at IS NULL"),
    )
    op.create_index(
        "ix_call_quality_sample",
        "call_quality",
        [sa.literal_column("started_at DESC"), sa.literal_column("call_id DESC")],
        unique=False,
        postgresql_include=["creditor"],
        postgresql_where=sa.text("sampled AND reviewed_at IS NULL"),
    )
    op.create_table(
        "console_sessions",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["console_users.id"], name=op.f("fk_console_sessions_user_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_console_sessions")),
    )
    op.create_index(op.f("ix_console_sessions_user_id"), "console_sessions", ["user_id"], unique=False)
    op.create_table(
        "calibration_calls",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_calibration_calls_call_id")),
        sa.ForeignKeyConstraint(["round_id"], ["calibration_rounds.id"], name=op.f("fk_calibration_calls_round_id")),
        sa.PrimaryKeyConstraint("round_id", "call_id", name=op.f("pk_calibration_calls")),
    )
    op.create_table(
        "call_reviews",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("fatal", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_call_reviews_score")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_reviews_call_id")),
        sa.ForeignKeyConstraint(["round_id"], ["calibration_rounds.id"], name=op.f("fk_call_reviews_round_id")),
        sa.ForeignKeyConstraint(["user_id"], ["console_users.id"], name=op.f("fk_call_reviews_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_reviews")),
        sa.UniqueConstraint("round_id", "call_id", "user_id", name="uq_call_reviews_round"),
    )
    op.create_index(op.f("ix_call_reviews_call_id"), "call_reviews", ["call_id"], unique=False)
    op.execute(_GUARD)
    op.execute(_FIGURES)


_GUARD = """
CREATE FUNCTION console_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is added to, never changed';
END $$;
CREATE TRIGGER console_audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON console_audit
    FOR EACH STATEMENT EXECUTE FUNCTION console_audit_only_grows();
"""


_FIGURES = """
CREATE MATERIALIZED VIEW call_figures AS
SELECT (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date AS day,
       extract(hour FROM q.started_at AT TIME ZONE 'America/Sao_Paulo')::int AS hour,
       coalesce(q.creditor, '') AS creditor,
       count(*) AS calls, count(*) FILTER (WHERE q.contacted) AS contacts,
       count(*) FILTER (WHERE q.right_party) AS right_parties, count(*) FILTER (WHERE q.promised) AS promises,
       count(*) FILTER (WHERE a.state IN ('kept', 'broken')) AS matured,
       count(*) FILTER (WHERE a.state = 'kept') AS kept,
       count(*) FILTER (WHERE q.distress) AS distress, count(*) FILTER (WHERE q.fatal <> '{}') AS fatal,
       count(q.score) AS scored, coalesce(sum(q.score), 0) AS score_sum, count(q.reviewed_at) AS reviewed
FROM call_quality q LEFT JOIN agreements a ON q.promised AND a.call_id = q.call_id
GROUP BY 1, 2, 3;
CREATE UNIQUE INDEX uq_call_figures ON call_figures (day, hour, creditor);
"""


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW call_figures")
    op.drop_index(op.f("ix_call_reviews_call_id"), table_name="call_reviews")
    op.drop_table("call_reviews")
    op.drop_table("calibration_calls")
    op.drop_index(op.f("ix_console_sessions_user_id"), table_name="console_sessions")
    op.drop_table("console_sessions")
    op.drop_index(
        "ix_call_quality_sample",
        table_name="call_quality",
        postgresql_include=["creditor"],
        postgresql_where=sa.text("sampled AND reviewed_at IS NULL"),
    )
    op.drop_index(
        "ix_call_quality_low_score",
        table_name="call_quality",
        postgresql_include=["creditor"],
        postgresql_where=sa.text("score < 70 AND fatal = '{}' AND reviewed_at IS NULL"),
    )
    op.drop_index(
        "ix_call_quality_low_confidence",
        table_name="call_quality",
        postgresql_include=["creditor"],
        postgresql_where=sa.text("confidence < 0.7 AND reviewed_at IS NULL"),
    )
    op.drop_index(
        "ix_call_quality_fatal",
        table_name="call_quality",
        postgresql_include=["creditor"],
        postgresql_where=sa.text("fatal <> '{}' AND reviewed_at IS NULL"),
    )
    op.drop_index(
        "ix_call_quality_distress",
        table_name="call_quality",
        postgresql_include=["creditor"],
        postgresql_where=sa.text("distress AND reviewed_at IS NULL"),
    )
    op.drop_index(
        "ix_call_quality_disputed",
        table_name="call_quality",
        postgresql_include=["creditor"],
        postgresql_where=sa.text("disputed"),
    )
    op.drop_index("ix_call_quality_all", table_name="call_quality", postgresql_include=["creditor"])
    op.drop_index("ix_call_quality_creditor", table_name="call_quality")
    op.drop_table("call_quality")
    op.drop_index(op.f("ix_call_notes_call_id"), table_name="call_notes")
    op.drop_table("call_notes")
    op.drop_table("calibration_rounds")
    op.drop_table("console_users")
    op.drop_index(op.f("ix_console_audit_call_id"), table_name="console_audit")
    op.drop_index(op.f("ix_console_audit_at"), table_name="console_audit")
    op.drop_table("console_audit")
    op.drop_index(op.f("ix_console_attempts_login_sha256"), table_name="console_attempts")
    op.drop_index(op.f("ix_console_attempts_address"), table_name="console_attempts")
    op.drop_table("console_attempts")
    op.execute("DROP FUNCTION console_audit_only_grows()")
