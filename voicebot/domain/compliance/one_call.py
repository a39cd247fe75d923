"""One live call per person: the rule that only the record of calls can keep."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from voicebot.domain.compliance.rules import Refused

RULE: Final = "ONE-CALL"
_WORTH_ASKING_AGAIN: Final = timedelta(minutes=5)


def on_the_line(at: datetime) -> Refused:
    """Refuse a call to somebody with whom one rings or runs at `at`, on whatever number, for whatever creditor."""
    return Refused(RULE, "já há uma ligação em curso com a pessoa", at + _WORTH_ASKING_AGAIN)
