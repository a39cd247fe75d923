"""Alembic's entry: runs the revisions on the connection that `schema` hands over, so no alembic.ini is needed."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from voicebot.persistence.tables import Base


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if not isinstance(connection, Connection):
        raise TypeError("run migrations through voicebot.persistence.schema, or `python -m voicebot db upgrade`")
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
