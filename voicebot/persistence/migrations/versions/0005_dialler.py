"""The dialler: campaigns, intents, attempts, the operator's controls, and outcomes on their way out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_dialler"
down_revision = "0004_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_calls_closed_at"), "calls", ["closed_at"], unique=False)
    _campaigns()
    _outcomes()


def _campaigns() -> None:
    op.create_table(
        "bot_capacity",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_bot_capacity")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'paused')", name=op.f("ck_campaigns_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("name", name=op.f("uq_campaigns_name")),
    )
    op.create_table(
        "dial_controls",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_dial_controls")),
    )
    op.create_table(
        "dial_intents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("debtor_ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('claimed', 'asked', 'ringing', 'ambiguous')) = (lease_until IS NOT NULL)",
            name=op.f("ck_dial_intents_lease"),
        ),
        sa.CheckConstraint("kind IN ('campaign', 'callback', 'broken_promise')", name=op.f("ck_dial_intents_kind")),
        sa.CheckConstraint(
            "state IN ('planned', 'claimed', 'asked', 'ringing', 'ambiguous', 'done', 'refused')",
            name=op.f("ck_dial_intents_state"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_dial_intents_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dial_intents")),
        sa.UniqueConstraint("call_id", name=op.f("uq_dial_intents_call_id")),
        sa.UniqueConstraint("origin", name=op.f("uq_dial_intents_origin")),
    )
    op.create_index(op.f("ix_dial_intents_debtor_ref"), "dial_intents", ["debtor_ref"], unique=False)
    op.create_index(
        "ix_dial_intents_due",
        "dial_intents",
        ["campaign_id", "priority", "next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_dial_intents_open",
        "dial_intents",
        ["campaign_id", "lease_until"],
        unique=False,
        postgresql_where=sa.text("state IN ('claimed', 'asked', 'ringing', 'ambiguous')"),
    )
    op.create_table(
        "dial_attempts",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("intent_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_call_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_dial_attempts_call_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_dial_attempts_campaign_id")),
        sa.ForeignKeyConstraint(["intent_id"], ["dial_intents.id"], name=op.f("fk_dial_attempts_intent_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_dial_attempts")),
    )
    op.create_index(op.f("ix_dial_attempts_asked_at"), "dial_attempts", ["asked_at"], unique=False)
    op.create_index(op.f("ix_dial_attempts_campaign_id"), "dial_attempts", ["campaign_id", "asked_at"], unique=False)
    op.create_index(op.f("ix_dial_attempts_intent_id"), "dial_attempts", ["intent_id"], unique=False)


def _outcomes() -> None:
    op.create_table(
        "outcome_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_outcome_events_state")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_outcome_events_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_events")),
        sa.UniqueConstraint("call_id", "disposition", name=op.f("uq_outcome_events_call_id")),
    )
    op.create_index(
        "ix_outcome_events_due",
        "outcome_events",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_dial_attempts_intent_id"), table_name="dial_attempts")
    op.drop_index(op.f("ix_dial_attempts_campaign_id"), table_name="dial_attempts")
    op.drop_index(op.f("ix_dial_attempts_asked_at"), table_name="dial_attempts")
    op.drop_table("dial_attempts")
    op.drop_index("ix_outcome_events_due", table_name="outcome_events", postgresql_where=sa.text("state = 'queued'"))
    op.drop_table("outcome_events")
    op.drop_index(
        "ix_dial_intents_open",
        table_name="dial_intents",
        postgresql_where=sa.text("state IN ('claimed', 'asked', 'ringing', 'ambiguous')"),
    )
    op.drop_index("ix_dial_intents_due", table_name="dial_intents", postgresql_where=sa.text("state = 'planned'"))
    op.drop_index(op.f("ix_dial_intents_debtor_ref"), table_name="dial_intents")
    op.drop_table("dial_intents")
    op.drop_table("dial_controls")
    op.drop_table("campaigns")
    op.drop_table("bot_capacity")
    op.drop_index(op.f("ix_calls_closed_at"), table_name="calls")
