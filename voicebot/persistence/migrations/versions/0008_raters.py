"""Who is to judge a calibration round; the audit trail by person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_raters"
down_revision = "0007_insight"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibration_raters",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["calibration_rounds.id"], name=op.f("fk_calibration_raters_round_id")),
        sa.ForeignKeyConstraint(["user_id"], ["console_users.id"], name=op.f("fk_calibration_raters_user_id")),
        sa.PrimaryKeyConstraint("round_id", "user_id", name=op.f("pk_calibration_raters")),
    )
    op.create_index(op.f("ix_calibration_raters_user_id"), "calibration_raters", ["user_id"], unique=False)
    op.create_index(op.f("ix_console_audit_user_id"), "console_audit", ["user_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_console_audit_user_id"), table_name="console_audit")
    op.drop_table("calibration_raters")
