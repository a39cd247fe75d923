"""Finding calls: by their day, their id, their protocol, the last digits of the number; every value is a parameter."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, select, true, union

from voicebot.application.qa.queues import Filter
from voicebot.persistence.console_tables import QualityRow
from voicebot.persistence.tables import CallRow

_ZONE: Final = ZoneInfo("America/Sao_Paulo")
_HEX: Final = re.compile(r"[0-9a-f]{8,32}")
_DIGITS: Final = re.compile(r"[0-9]{4,15}")
_PLAIN: Final = re.compile(r"[^0-9a-z]")
_SEEN: Final = 4
"""Digits of a number that a page shows to everybody; more of them may be asked for only where they may be revealed."""


def matching(only: Filter) -> ColumnElement[bool]:
    """Give the condition on `QualityRow` for what narrows a list."""
    return and_(
        true() if only.creditor is None else QualityRow.creditor == only.creditor,
        true() if only.disposition is None else QualityRow.disposition == only.disposition,
        true() if only.since is None else QualityRow.started_at >= _midnight(only.since),
        true() if only.until is None else QualityRow.started_at < _midnight(only.until + timedelta(days=1)),
        _wanted(only) if only.wanted.strip() else true(),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE)


def _wanted(only: Filter) -> ColumnElement[bool]:
    """Look in each index for itself: a condition of several tables joined by OR would read them all."""
    text = _PLAIN.sub("", only.wanted.lower())
    ways: list[Select[Any]] = []
    if _HEX.fullmatch(text):
        first, last = UUID(text.ljust(32, "0")), UUID(text.ljust(32, "f"))
        ways.append(select(QualityRow.call_id).where(QualityRow.call_id.between(first, last)))
    if _DIGITS.fullmatch(text):
        ways.append(select(QualityRow.call_id).where(QualityRow.protocol == text))
        ended = select(CallRow.id).where(
            func.right(CallRow.phone, literal(_SEEN, literal_execute=True)) == text[-_SEEN:]
        )
        ways.append(ended.where(CallRow.phone.endswith(text)) if only.whole_number else ended)
    return QualityRow.call_id.in_(union(*ways).scalar_subquery() if len(ways) > 1 else ways[0]) if ways else false()
