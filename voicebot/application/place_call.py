"""Place one outbound call: permitted now by every rule, on record before it rings, dialled once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from voicebot.application.ports import CallBook, CaseBook, Clock, Dialler, Records
from voicebot.domain.compliance.engine import may_contact
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.phases import Disposition
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

        The rules are asked with all that happened with this person, and the call is on record in the same step: two
        who dial at once cannot both pass a cap.

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
        local = now.astimezone(ZoneInfo(case.timezone))
        refused = await self.calls.dial(
            call_id,
            case,
            partial(may_contact, case, Channel.VOICE, local),
            provider=self.dialler.name,
            at=local,
            owner=self.owner,
            lease_until=now + RINGING,
        )
        if refused is not None:
            log.info("a call is not permitted now", call_id=call_id, rule=refused.rule)
            return refused
        try:
            provider_call_id = await self.dialler.place(to=case.debtor.phone, call_ref=call_id)
        except Exception:
            await self.records.close(call_id, Disposition.FAILED, self.clock.now())
            raise
        await self.records.record_event(call_id, "placed", {"provider_call_id": provider_call_id}, now)
        return Placed(call_id, provider_call_id)
