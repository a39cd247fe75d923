"""What the console's pages work with."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.application.handover_sheet import RecordingSwitch, Sheets
from voicebot.application.ports import Clock
from voicebot.application.qa.accounts import Accounts
from voicebot.application.qa.calls import Audio, Calls, Handovers
from voicebot.application.qa.desk import Audit, FigureBook, People, Rounds
from voicebot.application.qa.queues import Queues
from voicebot.application.qa.sign_on import SingleSignOn


@dataclass(frozen=True, slots=True)
class Desk:
    """Every port of the console, and two facts of where it runs."""

    people: People
    audit: Audit
    queues: Queues
    calls: Calls
    audio: Audio
    handovers: Handovers
    rounds: Rounds
    figures: FigureBook
    accounts: Accounts
    clock: Clock
    secure: bool
    """Whether browsers reach it by https: the cookie is sent nowhere else then."""
    sheets: Sheets | None = None
    """The pages of calls that people take over; None where nobody does."""
    recording: RecordingSwitch | None = None
    """The provider's recording of calls that people took over; None where it records nothing."""
    sign_on: SingleSignOn | None = None
    """The house's provider of identities; None where there are passwords alone."""
