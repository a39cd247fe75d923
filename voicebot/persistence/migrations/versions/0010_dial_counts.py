"""The account's caps on calls and money, counted over all processes that place calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_dial_counts"
down_revision = "0009_finding_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dial_counts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "at", name=op.f("pk_dial_counts")),
    )


def downgrade() -> None:
    op.drop_table("dial_counts")
