"""What a call counts as in the figures."""

from __future__ import annotations

from typing import Final

from voicebot.domain.dialogue.acts import DebtAct, MakeOffer, MakeTwoOffers
from voicebot.domain.dialogue.phases import Disposition, EscalationReason
from voicebot.domain.meaning import Intent


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
OFFER_ACTS: Final = frozenset({MakeOffer.__name__, MakeTwoOffers.__name__})
"""Acts that put an offer to the caller."""
COMPLAINTS: Final = frozenset(
    each.value
    for each in (
        Intent.STOP_CALLING,
        Intent.PRIVACY_REQUEST,
        Intent.DISPUTE_DEBT,
        Intent.DISPUTE_AMOUNT,
        Intent.DISPUTE_TIME_BARRED,
        Intent.LEGAL_THREAT,
        Intent.HAS_LAWYER,
        Intent.ABUSIVE,
    )
)
"""What a caller says who complains: of the calls, of the debt, of how they are spoken to, or of all of it at once."""
CAUSES: Final = frozenset(
    each.value
    for each in (
        Intent.JOB_LOSS,
        Intent.ILLNESS,
        Intent.BEREAVEMENT,
        Intent.OVER_INDEBTED,
        Intent.FORGOT,
    )
)
"""What a caller says of why they fell behind; the scorer's measures know a few more from the words themselves."""
