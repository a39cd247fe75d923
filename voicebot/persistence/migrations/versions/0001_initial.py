"""The first shape: portfolio, calls and what comes of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("debtor_ref", sa.Text(), nullable=True),
        sa.Column("creditor_name", sa.Text(), nullable=True),
        sa.Column("debtor_name", sa.Text(), nullable=True),
        sa.Column("debtor_state", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_call_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_calls_closed")),
        sa.CheckConstraint("direction IN ('outbound', 'inbound')", name=op.f("ck_calls_direction")),
        sa.CheckConstraint("status IN ('begun', 'live', 'closed')", name=op.f("ck_calls_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_debtor_ref"), "calls", ["debtor_ref"], unique=False)
    op.create_index(
        "ix_calls_open_lease", "calls", ["lease_until"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(op.f("ix_calls_started_at"), "calls", ["started_at"], unique=False)
    op.create_index(
        "uq_calls_provider_call",
        "calls",
        ["provider", "provider_call_id"],
        unique=True,
        postgresql_where=sa.text("provider_call_id IS NOT NULL"),
    )
    op.create_table(
        "creditors",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("cnpj", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creditors")),
        sa.UniqueConstraint("cnpj", name=op.f("uq_creditors_cnpj")),
    )
    op.create_table(
        "agreements",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("debtor_ref", sa.Text(), nullable=True),
        sa.Column("agreement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("teach_back", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name=op.f("ck_agreements_state")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_agreements_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_debtor_ref"), "agreements", ["debtor_ref"], unique=False)
    op.create_table(
        "call_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_events_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_events")),
        sa.UniqueConstraint("op_id", name=op.f("uq_call_events_op_id")),
    )
    op.create_index(op.f("ix_call_events_call_id"), "call_events", ["call_id"], unique=False)
    op.create_index(op.f("ix_call_events_kind"), "call_events", ["kind"], unique=False)
    op.create_table(
        "call_lines",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=True),
        sa.Column("end_s", sa.Double(), nullable=True),
        sa.Column("acts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("response_ms", sa.Double(), nullable=True),
        sa.Column("heard", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("heard IN ('played', 'cleared')", name=op.f("ck_call_lines_heard")),
        sa.CheckConstraint("speaker IN ('agent', 'caller', 'system')", name=op.f("ck_call_lines_speaker")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_lines_call_id")),
        sa.PrimaryKeyConstraint("call_id", "index", name=op.f("pk_call_lines")),
        sa.UniqueConstraint("op_id", name=op.f("uq_call_lines_op_id")),
    )
    op.create_table(
        "call_tokens",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("provider_call_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_tokens_call_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_call_tokens")),
    )
    op.create_index(op.f("ix_call_tokens_call_id"), "call_tokens", ["call_id"], unique=False)
    op.create_index(op.f("ix_call_tokens_expires_at"), "call_tokens", ["expires_at"], unique=False)
    op.create_table(
        "callbacks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("debtor_ref", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_callbacks_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("op_id", name=op.f("uq_callbacks_op_id")),
    )
    op.create_index(op.f("ix_callbacks_call_id"), "callbacks", ["call_id"], unique=False)
    op.create_index(op.f("ix_callbacks_due_at"), "callbacks", ["due_at"], unique=False)
    op.create_table(
        "debtors",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("creditor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cpf", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("preferred_channel", sa.Text(), nullable=False),
        sa.Column("customer_since", sa.Date(), nullable=False),
        sa.Column("previous_defaults", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["creditor_id"], ["creditors.id"], name=op.f("fk_debtors_creditor_id")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_debtors")),
    )
    op.create_index(op.f("ix_debtors_creditor_id"), "debtors", ["creditor_id"], unique=False)
    op.create_index(op.f("ix_debtors_phone"), "debtors", ["phone"], unique=False)
    op.create_table(
        "escalations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_escalations_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("op_id", name=op.f("uq_escalations_op_id")),
    )
    op.create_index(op.f("ix_escalations_call_id"), "escalations", ["call_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_messages_state")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_messages_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_call_id"), "messages", ["call_id"], unique=False)
    op.create_index(op.f("ix_messages_state"), "messages", ["state"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("frames", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_because", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'complete', 'deleted')", name=op.f("ck_recordings_state")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_started_at"), "recordings", ["started_at"], unique=False)
    op.create_table(
        "suppressions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("debtor_ref", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_suppressions_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("op_id", name=op.f("uq_suppressions_op_id")),
    )
    op.create_index(op.f("ix_suppressions_call_id"), "suppressions", ["call_id"], unique=False)
    op.create_index(op.f("ix_suppressions_debtor_ref"), "suppressions", ["debtor_ref"], unique=False)
    op.create_index(op.f("ix_suppressions_phone"), "suppressions", ["phone"], unique=False)
    op.create_table(
        "debts",
        sa.Column("creditor_id", sa.Integer(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("debtor_ref", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("principal_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'paid', 'withdrawn')", name=op.f("ck_debts_status")),
        sa.CheckConstraint("principal_cents > 0", name=op.f("ck_debts_principal")),
        sa.ForeignKeyConstraint(["creditor_id"], ["creditors.id"], name=op.f("fk_debts_creditor_id")),
        sa.ForeignKeyConstraint(["debtor_ref"], ["debtors.ref"], name=op.f("fk_debts_debtor_ref")),
        sa.PrimaryKeyConstraint("creditor_id", "contract", name=op.f("pk_debts")),
    )
    op.create_index(op.f("ix_debts_debtor_ref"), "debts", ["debtor_ref"], unique=False)
    op.create_table(
        "holds",
        sa.Column("debtor_ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["debtor_ref"], ["debtors.ref"], name=op.f("fk_holds_debtor_ref")),
        sa.PrimaryKeyConstraint("debtor_ref", "kind", name=op.f("pk_holds")),
    )
    op.create_table(
        "payments",
        sa.Column("txid", sa.Text(), nullable=False),
        sa.Column("creditor_id", sa.Integer(), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creditor_id", "contract"], ["debts.creditor_id", "debts.contract"], name=op.f("fk_payments_creditor_id")
        ),
        sa.PrimaryKeyConstraint("txid", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_creditor_id"), "payments", ["creditor_id", "contract"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_payments_creditor_id"), table_name="payments")
    op.drop_table("payments")
    op.drop_table("holds")
    op.drop_index(op.f("ix_debts_debtor_ref"), table_name="debts")
    op.drop_table("debts")
    op.drop_index(op.f("ix_suppressions_phone"), table_name="suppressions")
    op.drop_index(op.f("ix_suppressions_debtor_ref"), table_name="suppressions")
    op.drop_index(op.f("ix_suppressions_call_id"), table_name="suppressions")
    op.drop_table("suppressions")
    op.drop_index(op.f("ix_recordings_started_at"), table_name="recordings")
    op.drop_table("recordings")
    op.drop_index(op.f("ix_messages_state"), table_name="messages")
    op.drop_index(op.f("ix_messages_call_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_escalations_call_id"), table_name="escalations")
    op.drop_table("escalations")
    op.drop_index(op.f("ix_debtors_phone"), table_name="debtors")
    op.drop_index(op.f("ix_debtors_creditor_id"), table_name="debtors")
    op.drop_table("debtors")
    op.drop_index(op.f("ix_callbacks_due_at"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_call_id"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_index(op.f("ix_call_tokens_expires_at"), table_name="call_tokens")
    op.drop_index(op.f("ix_call_tokens_call_id"), table_name="call_tokens")
    op.drop_table("call_tokens")
    op.drop_table("call_lines")
    op.drop_index(op.f("ix_call_events_kind"), table_name="call_events")
    op.drop_index(op.f("ix_call_events_call_id"), table_name="call_events")
    op.drop_table("call_events")
    op.drop_index(op.f("ix_agreements_debtor_ref"), table_name="agreements")
    op.drop_table("agreements")
    op.drop_table("creditors")
    op.drop_index(
        "uq_calls_provider_call", table_name="calls", postgresql_where=sa.text("provider_call_id IS NOT NULL")
    )
    op.drop_index(op.f("ix_calls_started_at"), table_name="calls")
    op.drop_index("ix_calls_open_lease", table_name="calls", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index(op.f("ix_calls_debtor_ref"), table_name="calls")
    op.drop_table("calls")
