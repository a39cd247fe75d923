"""One live call per person, what the outbox needs to deliver, and how far payments are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_one_call_and_outbox"
down_revision = "0001_initial"
branch_labels = None
depends_on = None

_STATES = "state IN ('queued', 'sent', 'failed', 'refused', 'cancelled')"
_OLD_STATES = "state IN ('queued', 'sent', 'failed')"
_PURPOSES = "purpose IN ('payment', 'contact', 'reminder', 'alert')"


def upgrade() -> None:
    op.add_column("creditors", sa.Column("payments_until", sa.Date(), nullable=True))
    op.create_index(op.f("ix_debtors_cpf"), "debtors", ["cpf"], unique=False)
    op.add_column("calls", sa.Column("person", sa.Text(), nullable=True))
    op.create_index(op.f("ix_calls_phone"), "calls", ["phone"], unique=False)
    op.create_index(
        "uq_calls_one_live_per_person",
        "calls",
        ["person"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_calls_one_live_per_number",
        "calls",
        ["phone"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL AND person IS NOT NULL"),
    )
    op.create_index(op.f("ix_callbacks_debtor_ref"), "callbacks", ["debtor_ref"], unique=False)
    _messages()


def _messages() -> None:
    op.add_column("messages", sa.Column("key", sa.Uuid(), nullable=True))
    op.add_column("messages", sa.Column("purpose", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("attempts", sa.Integer(), nullable=True))
    op.add_column("messages", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("messages", sa.Column("reason", sa.Text(), nullable=True))
    # Until now only payment messages were written.
    op.execute("UPDATE messages SET key = gen_random_uuid(), purpose = 'payment', attempts = 0, next_at = created_at")
    # Nothing delivered them: what was agreed by then may be old, and an old demand is worse than none.
    op.execute("UPDATE messages SET state = 'failed', reason = 'from before delivery' WHERE state = 'queued'")
    for column in ("key", "purpose", "attempts", "next_at"):
        op.alter_column("messages", column, nullable=False)
    op.create_unique_constraint(op.f("uq_messages_key"), "messages", ["key"])
    op.create_check_constraint(op.f("ck_messages_purpose"), "messages", _PURPOSES)
    op.drop_constraint(op.f("ck_messages_state"), "messages", type_="check")
    op.create_check_constraint(op.f("ck_messages_state"), "messages", _STATES)
    op.create_index(
        "ix_messages_due", "messages", ["next_at"], unique=False, postgresql_where=sa.text("state = 'queued'")
    )


def downgrade() -> None:
    op.drop_index("ix_messages_due", table_name="messages", postgresql_where=sa.text("state = 'queued'"))
    op.execute("UPDATE messages SET state = 'failed' WHERE state IN ('refused', 'cancelled')")
    op.drop_constraint(op.f("ck_messages_state"), "messages", type_="check")
    op.create_check_constraint(op.f("ck_messages_state"), "messages", _OLD_STATES)
    op.drop_constraint(op.f("ck_messages_purpose"), "messages", type_="check")
    op.drop_constraint(op.f("uq_messages_key"), "messages", type_="unique")
    for column in ("reason", "expires_on", "next_at", "attempts", "purpose", "key"):
        op.drop_column("messages", column)
    op.drop_index(op.f("ix_callbacks_debtor_ref"), table_name="callbacks")
    op.drop_index(
        "uq_calls_one_live_per_number",
        table_name="calls",
        postgresql_where=sa.text("closed_at IS NULL AND person IS NOT NULL"),
    )
    op.drop_index("uq_calls_one_live_per_person", table_name="calls", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index(op.f("ix_calls_phone"), table_name="calls")
    op.drop_column("calls", "person")
    op.drop_index(op.f("ix_debtors_cpf"), table_name="debtors")
    op.drop_column("creditors", "payments_until")
