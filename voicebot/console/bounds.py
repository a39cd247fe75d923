"""Numbers as the database holds them: one beyond names nothing, and is answered as a page that does not exist."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import Path, Query

INT: Final = 2**31 - 1
"""The largest `integer` of PostgreSQL."""
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""No call is outside of these, and days and weeks can be reckoned from both."""
_BIGINT: Final = 2**63 - 1
IntId = Annotated[int, Path(ge=1, le=INT)]
"""Of a person or a round, in a path."""
BigId = Annotated[int, Path(ge=1, le=_BIGINT)]
"""Of a note or a hand-over, in a path."""
Before = Annotated[int | None, Query(ge=1, le=_BIGINT)]
"""Where a list goes on: at what is older than this entry."""
