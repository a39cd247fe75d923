"""The words in and out: script and understanding, and a conversation in text alone."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.application.ports import Clock, Script, Understanding
from voicebot.application.unrecorded import Undelivered, Unrecorded
from voicebot.clock import ShiftedClock, StandingClock, SystemClock
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.compliance.engine import may_contact, next_permitted
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.portfolio import Case, Channel
from voicebot.script.names import is_female
from voicebot.script.render import ScriptBook
from voicebot.settings import Settings
from voicebot.understanding.proposer.proposer import load_advised
from voicebot.understanding.understander import load_understander

CHAT_NAMESPACE = uuid.UUID("6f1c3b0e-8f5c-4f5d-9a55-0d6f5c0f9b11")


def script_book(settings: Settings) -> Script:
    return ScriptBook.load(settings.prompts_dir)


def understander(settings: Settings) -> Understanding:
    """The local reader; with a proposer named in the settings, one that can also reconsider what it read."""
    local = load_understander(settings.prompts_dir)
    if settings.proposer_url is None or settings.proposer_model is None:
        return local
    key = settings.proposer_key.get_secret_value() if settings.proposer_key else None
    return load_advised(local, settings.prompts_dir, url=settings.proposer_url, model=settings.proposer_model, key=key)


def collaborators(settings: Settings, clock: Clock) -> Collaborators:
    """Everything a conversation needs, with nothing kept and nothing sent."""
    return Collaborators(
        script=script_book(settings),
        understanding=understander(settings),
        records=Unrecorded(),
        messenger=Undelivered(),
        clock=clock,
        is_female=is_female,
    )


def parse_at(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 instant; without an offset it is the debtor's local time.

    Raises:
        ValueError: not an instant.
    """
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at


def day_of(at: str | None) -> date:
    """Give the day that a chat is about: that of `at` where it is an instant, else today in Brazil."""
    zone = ZoneInfo("America/Sao_Paulo")
    try:
        return SystemClock().now().astimezone(zone).date() if at is None else parse_at(at, zone).date()
    except ValueError:
        return SystemClock().now().astimezone(zone).date()


def permitted_start(case: Case, now: datetime) -> datetime | None:
    """Give the next instant at which this debtor may be called, in their zone; None where that never comes."""
    local = now.astimezone(ZoneInfo(case.timezone))
    return next_permitted(case, Channel.VOICE, local, ContactHistory())


def refusal(case: Case, at: datetime) -> Refused | None:
    """Give the rule that refuses an outbound call at `at`, or None."""
    verdict = may_contact(case, Channel.VOICE, at.astimezone(ZoneInfo(case.timezone)), ContactHistory())
    return verdict if isinstance(verdict, Refused) else None


def chat_clock(case: Case, at: str | None) -> tuple[Clock, datetime]:
    """Give the clock of a chat: standing at `at`, else running from the next permitted instant."""
    if at is not None:
        instant = parse_at(at, ZoneInfo(case.timezone))
        return StandingClock(instant), instant
    now = SystemClock().now()
    start = permitted_start(case, now) or now.astimezone(ZoneInfo(case.timezone))
    return ShiftedClock(start), start


def text_conversation(settings: Settings, case: Case, direction: Direction, clock: Clock, seed: int) -> Conversation:
    """One conversation in text; the same seed gives the same words."""
    call_id = uuid.uuid5(CHAT_NAMESPACE, f"{case.debtor.ref}/{direction.value}/{seed}")
    facts = CallFacts(
        call_id=str(call_id),
        direction=direction,
        case=case,
        protocol=f"{call_id.int % 10**8:08d}",
        seed=seed,
    )
    return Conversation(facts, collaborators(settings, clock))


def portfolio_case(folder: Path, ref: str, on: datetime | None) -> Case:
    """Give one debtor's case out of a folder of load files.

    Raises:
        PortfolioError: a file is missing, or nobody has this reference.
    """
    portfolio: Portfolio = read_portfolio(folder)
    day = (on or SystemClock().now()).date()
    return portfolio.case(ref, on=day)
