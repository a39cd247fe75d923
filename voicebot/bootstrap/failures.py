"""Expected failures as one line that says what, where and how to mend it; anything else is a bug, with its trace."""

from __future__ import annotations

from pydantic import ValidationError

from telephony.errors import TelephonyError
from voicebot.application.export import ExportError
from voicebot.application.outbox import DeliveryFailed
from voicebot.application.place_call import CallInDoubt, SamplePortfolio, UnknownDebtor
from voicebot.application.portfolio_files import PortfolioError
from voicebot.application.ports import RecordsUnavailable
from voicebot.domain.compliance.errors import ComplianceError
from voicebot.domain.payments.errors import PaymentCodeError
from voicebot.persistence.errors import PersistenceError
from voicebot.script.errors import ScriptError
from voicebot.settings import SettingsError
from voicebot.speech.errors import SpeechError
from voicebot.understanding.errors import UnderstandingError

EXPECTED = (
    TelephonyError,
    CallInDoubt,
    SamplePortfolio,
    UnknownDebtor,
    PortfolioError,
    RecordsUnavailable,
    ComplianceError,
    DeliveryFailed,
    ExportError,
    PaymentCodeError,
    PersistenceError,
    ScriptError,
    SettingsError,
    SpeechError,
    UnderstandingError,
)


def clear_line(error: Exception) -> str | None:
    """Give the line for an expected failure; None for a fault of ours."""
    if isinstance(error, ValidationError):
        return f"error: {error.errors()[0]['msg']}"
    if isinstance(error, EXPECTED):
        return f"error: {error}"
    return None
