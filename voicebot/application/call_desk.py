"""What the gateway asks when a call comes: whose is it, with which token may its media attach, what is it about."""

from __future__ import annotations

import re
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from voicebot.application.call_record import UnknownCall
from voicebot.application.conversation import CallFacts, Collaborators, Conversation
from voicebot.application.ports import CallBook, CallTokens, CaseBook, Histories, IncomingCall, RecordsUnavailable
from voicebot.application.qa.reports import PROTOCOL
from voicebot.application.scripts import Chosen, Scripts
from voicebot.domain.dialogue.phases import Direction, Disposition
from voicebot.domain.portfolio import Case

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=20)
"""How long a call stays its owner's without renewal; renewed every 5 s."""
PROTOCOL_DIGITS = 8
_NUMBER = re.compile(r"\+[0-9]{8,15}")


@dataclass(frozen=True, slots=True)
class Attached:
    """A call whose media has come."""

    call_id: str
    conversation: Conversation
    case: Case


@dataclass(frozen=True, slots=True)
class CallDesk:
    """The use cases of the gateway; one per process."""

    cases: CaseBook
    calls: CallBook
    tokens: CallTokens
    with_: Collaborators
    provider: str
    is_real: bool
    """False for the simulator: a sample portfolio is answered there alone."""
    owner: str
    token_ttl_s: float
    histories: Histories | None = None
    """Where a broken promise is looked up; None where nothing is known of before."""
    scripts: Scripts | None = None
    """Which words each debtor hears; None has everybody hear those of `with_`, and no version is noted."""

    async def answer_outbound(self, call_id: str, provider_call_id: str) -> str | None:
        """The callee has picked up: give the media's one-time token, None for a call we did not place."""
        if await self._debtor_ref(call_id) is None:
            return None
        return await self.tokens.mint(call_id, provider_call_id, ttl_s=self.token_ttl_s)

    async def answer_inbound(self, provider_call_id: str, from_number: str) -> str | None:
        """Somebody calls us: give the media's token, None where the number is not in the portfolio."""
        # What the caller's side sends as its number may be anything.
        known = _NUMBER.fullmatch(from_number) is not None
        case = await self.cases.case_by_phone(from_number) if known else None
        if case is None or (case.creditor.sample and self.is_real):
            return None
        now = self.with_.clock.now()
        call_id = await self.calls.begin(
            str(uuid.uuid4()),
            direction=Direction.INBOUND,
            provider=self.provider,
            at=now,
            debtor_ref=case.debtor.ref,
            debtor_name=case.debtor.name,
            debtor_state=case.debtor.state,
            creditor_name=case.creditor.name,
            phone=from_number,
            provider_call_id=provider_call_id,
            owner=self.owner,
            lease_until=now + LEASE,
        )
        return await self.tokens.mint(call_id, provider_call_id, ttl_s=self.token_ttl_s)

    async def attach(self, token: str, provider_call_id: str) -> Attached | None:
        """Redeem the token for the call it belongs to; None for an unknown, used, expired or foreign one."""
        incoming = await self.tokens.redeem(token, provider_call_id)
        if incoming is None or incoming.case is None:
            return None
        now = self.with_.clock.now()
        mine = await self.calls.attach_media(
            incoming.call_id, provider_call_id=provider_call_id, owner=self.owner, lease_until=now + LEASE, at=now
        )
        if not mine:
            return None
        chosen = await self._chosen(incoming.case)
        protocol = _protocol()
        told = chosen.events() if chosen is not None else ()
        for kind, data in (*told, (PROTOCOL, {"number": protocol})):
            await self.with_.records.record_event(incoming.call_id, kind, data, now)
        return self._attached(incoming, await self._with_past(incoming.case), chosen, protocol)

    async def foresee_greeting(self, call_id: str) -> list[str]:
        """The first lines of a call that still rings, to be made ready; empty for an unknown call."""
        ref = await self._debtor_ref(call_id)
        case = await self.cases.case_by_ref(ref) if ref is not None else None
        if case is None:
            return []
        # The first words are before verification: no promise is spoken of in them.
        ringing = IncomingCall(call_id, Direction.OUTBOUND, case)
        return self._conversation(ringing, case, await self._chosen(case), _protocol()).foresee_opening()

    async def renew(self, call_id: str) -> bool:
        return await self.calls.renew_lease(call_id, self.owner, self.with_.clock.now() + LEASE)

    async def close_as(self, call_id: str, disposition: Disposition) -> None:
        """Close a call that was never answered; an unknown one is nobody's."""
        if await self._debtor_ref(call_id) is not None:
            await self.with_.records.close(call_id, disposition, self.with_.clock.now())

    async def _debtor_ref(self, call_id: str) -> str | None:
        """Whom a call on record is about; None for what is no call of ours."""
        if not _is_id(call_id):
            return None
        try:
            return await self.calls.debtor_ref_of_call(call_id)
        except UnknownCall:
            return None

    async def _with_past(self, case: Case) -> Case:
        """Add what became of the last promise; a database that is away costs the mention of it, not the call."""
        if self.histories is None:
            return case
        try:
            broken = await self.histories.broken_promise(case.debtor.ref, self.with_.clock.now())
        except RecordsUnavailable:
            log.warning("nothing is known of earlier promises, the database is away")
            return case
        return replace(case, broken_promise=broken)

    async def _chosen(self, case: Case) -> Chosen | None:
        return await self.scripts.chosen(case.debtor.ref) if self.scripts is not None else None

    def _attached(self, incoming: IncomingCall, case: Case, chosen: Chosen | None, protocol: str) -> Attached:
        return Attached(incoming.call_id, self._conversation(incoming, case, chosen, protocol), case)

    def _conversation(self, incoming: IncomingCall, case: Case, chosen: Chosen | None, protocol: str) -> Conversation:
        facts = CallFacts(
            call_id=incoming.call_id,
            direction=incoming.direction,
            case=case,
            protocol=protocol,
            # The wording's seed comes from the call's id, so that what was foreseen while it rang is what is said.
            seed=uuid.UUID(incoming.call_id).int % 10_000,
        )
        with_ = self.with_ if chosen is None else replace(self.with_, script=chosen.edition.script)
        return Conversation(facts, with_)


def _protocol() -> str:
    return "".join(secrets.choice("0123456789") for _ in range(PROTOCOL_DIGITS))


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
