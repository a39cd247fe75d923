"""Place one outbound call: permitted now by every rule, on record before it rings, dialled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.ports import CallBook, CaseBook, Clock, Dialler, Records
from voicebot.domain.compliance.contact import ContactHistory
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Channel

log = structlog.get_logger(__name__)

RINGING = timedelta(seconds=120)
"""A call whose media never comes is closed as failed after this."""


class UnknownDebtor(Exception):
    """The portfolio holds nobody under this reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"no debtor {ref} in the portfolio: load it first with `python -m voicebot load`")


class SamplePortfolio(Exception):
    """A sample portfolio may be dialled in the simulator alone."""

    def __init__(self) -> None:
        super().__init__("this creditor is a sample: only the simulator may dial it; set sample: false to call people")


@dataclass(frozen=True, slots=True)
class Placed:
    call_id: str
    provider_call_id: str


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """The use case; `owner` names the process that answers for the call until its media comes."""

    cases: CaseBook
    calls: CallBook
    records: Records
    dialler: Dialler
    clock: Clock
    owner: str

    async def __call__(self, ref: str, call_id: str) -> Placed | Refused:
        """Place a call to the debtor `ref` under the new id `call_id`.

        Raises:
            UnknownDebtor: the reference is not in the portfolio.
            SamplePortfolio: a sample creditor and a real provider.
        """
        case = await self.cases.case_by_ref(ref)
        if case is None:
            raise UnknownDebtor(ref)
        if case.creditor.sample and self.dialler.real:
            raise SamplePortfolio
        now = self.clock.now()
        verdict = may_contact(case, Channel.VOICE, now.astimezone(ZoneInfo(case.timezone)), ContactHistory())
        if isinstance(verdict, Refused):
            return verdict
        await self.calls.begin(
            call_id,
            direction=Direction.OUTBOUND,
            provider=self.dialler.name,
            at=now,
            debtor_ref=ref,
            debtor_name=case.debtor.name,
            debtor_state=case.debtor.state,
            creditor_name=case.creditor.name,
            phone=case.debtor.phone,
            owner=self.owner,
            lease_until=now + RINGING,
        )
        try:
            provider_call_id = await self.dialler.place(to=case.debtor.phone, call_ref=call_id)
        except Exception:
            await self.records.close(call_id, Disposition.FAILED, self.clock.now())
            raise
        await self.records.record_event(call_id, "placed", {"provider_call_id": provider_call_id}, now)
        return Placed(call_id, provider_call_id)
