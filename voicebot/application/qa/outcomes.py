"""What a call counts as in the figures."""

from __future__ import annotations

from typing import Final

from voicebot.domain.dialogue.acts import DebtAct
from voicebot.domain.dialogue.phases import Disposition, EscalationReason


def _names(of: type[object]) -> frozenset[str]:
    return frozenset({of.__name__}).union(*(_names(each) for each in of.__subclasses__()))


RIGHT_PARTY_ACTS: Final = _names(DebtAct)
"""Acts that only a verified debtor hears: one of them in the record means that the right party was on the line."""
NOBODY: Final = frozenset(
    each.value
    for each in (
        Disposition.VOICEMAIL,
        Disposition.NO_ANSWER,
        Disposition.BUSY,
        Disposition.BLOCKED,
    )
)
"""Dispositions of attempts that reached no person."""
DISTRESS: Final = frozenset(
    each.value
    for each in (
        EscalationReason.SELF_HARM,
        EscalationReason.VIOLENCE,
        EscalationReason.DISTRESS,
        EscalationReason.ILLNESS,
        EscalationReason.BEREAVEMENT,
        EscalationReason.OVER_INDEBTED,
    )
)
"""Reasons for which the desk hears a call first."""
