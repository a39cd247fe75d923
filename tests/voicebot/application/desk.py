"""A portfolio in memory, and everything a conversation needs, for tests of the use cases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.application.ports import Records, Script, Understanding
from voicebot.bootstrap.text import script_book, understander
from voicebot.clock import StandingClock
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.portfolio import Case
from voicebot.script.names import is_female
from voicebot.settings import ROOT, load_settings
from voicebot.testing.memory_records import MemoryCallTokens, MemoryMessenger, MemoryRecords

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
SUNDAY = datetime(2026, 11, 22, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
CALL_ID = "9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11"


@cache
def portfolio() -> Portfolio:
    return read_portfolio(ROOT / "samples")


@cache
def script() -> Script:
    return script_book(load_settings())


@cache
def ears() -> Understanding:
    return understander(load_settings())


def case(ref: str = "D001", *, sample: bool = True) -> Case:
    found = portfolio().case(ref, on=MONDAY.date())
    return replace(found, creditor=replace(found.creditor, sample=sample))


@dataclass
class Cases:
    """`CaseBook` over the samples."""

    sample: bool = True
    asked: list[str] = field(default_factory=list)

    async def case_by_ref(self, ref: str) -> Case | None:
        self.asked.append(ref)
        return case(ref, sample=self.sample) if ref in portfolio().debtors else None

    async def case_by_phone(self, e164: str) -> Case | None:
        self.asked.append(e164)
        found = [ref for ref, debtor in portfolio().debtors.items() if debtor.phone == e164]
        return case(found[0], sample=self.sample) if found else None


@dataclass
class World:
    """Records, tokens, messages and a clock that stands still."""

    at: datetime = MONDAY
    cases: Cases = field(default_factory=Cases)
    records: MemoryRecords = field(default_factory=MemoryRecords)
    messenger: MemoryMessenger = field(default_factory=MemoryMessenger)

    @property
    def clock(self) -> StandingClock:
        return StandingClock(self.at)

    @property
    def tokens(self) -> MemoryCallTokens:
        return MemoryCallTokens(self.records, self.clock, self.cases.case_by_ref)

    def collaborators(self, *, script_: Script | None = None, records: Records | None = None) -> Collaborators:
        return Collaborators(
            script=script_ or script(),
            understanding=ears(),
            records=records or self.records,
            messenger=self.messenger,
            clock=self.clock,
            is_female=is_female,
        )

    async def conversation(
        self,
        *,
        direction: Direction = Direction.OUTBOUND,
        of: Case | None = None,
        script_: Script | None = None,
        records: Records | None = None,
    ) -> Conversation:
        await self.records.begin(CALL_ID, direction=direction, provider="simulator", at=self.at, debtor_ref="D001")
        facts = CallFacts(CALL_ID, direction, of or case(), protocol="23110071", seed=7)
        return Conversation(facts, self.collaborators(script_=script_, records=records))
