"""Perform what the policy decided, before a word of it is spoken: a claim is made only of what has happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo
from typing import Final, assert_never

import structlog

from voicebot.application.messages import ON_CALL, official_contact_message, on_call_alert, payment_message
from voicebot.application.ports import Messenger, Records
from voicebot.application.qa.reports import SATISFACTION
from voicebot.domain.agreement import as_contract
from voicebot.domain.dialogue.acts import Act, AnnounceOfficialMessage, SendPayment
from voicebot.domain.dialogue.phases import EscalationReason
from voicebot.domain.dialogue.state import (
    AlertOnCall,
    BookCallback,
    DeleteAudio,
    Effect,
    Escalation,
    NoteSatisfaction,
    RecordAgreement,
    SendOfficialContact,
    SendPaymentMessage,
    Suppress,
)
from voicebot.domain.portfolio import Case, Channel

log = structlog.get_logger(__name__)
_SENDING: Final = (SendPayment, AnnounceOfficialMessage)


@dataclass(frozen=True, slots=True)
class Effects:
    """The hands of one call."""

    call_id: str
    case: Case
    records: Records
    messenger: Messenger

    async def perform(self, effects: tuple[Effect, ...], at: datetime, *, verified: bool = False) -> bool:
        """Perform all in order; True when a message to the caller was accepted for delivery.

        `verified` says that the right person is on the line: the official contact of a creditor whose name reveals the
        debt goes to nobody else.
        """
        accepted = False
        for effect in effects:
            accepted = await self._one(effect, at, verified=verified) or accepted
        return accepted

    async def _one(self, effect: Effect, at: datetime, *, verified: bool) -> bool:
        match effect:
            case Suppress(kind, until):
                ends = None if until is None else datetime.combine(until, time.max, _zone(at))
                await self.records.suppress(self.call_id, kind, ends, at)
            case RecordAgreement(agreement):
                await self.records.agree(self.call_id, as_contract(agreement), at)
            case SendPaymentMessage(agreement):
                text = payment_message(self.case, agreement)
                return await self.messenger.send(self.call_id, agreement.channel or "sms", text)
            case Escalation(reason, urgency, summary, to_line):
                data = {"reason": reason.value, "urgency": urgency.value, "summary": summary, "to_line": str(to_line)}
                await self.records.record_event(self.call_id, "escalation", data, at)
            case BookCallback(instant):
                await self.records.record_event(self.call_id, "callback", {"at": instant.isoformat()}, at)
            case DeleteAudio():
                await self.records.record_event(self.call_id, "delete_audio", {}, at)
            case SendOfficialContact(channel):
                return await self._send_official_contact(channel, verified=verified)
            case AlertOnCall(reason):
                await self._alert(reason, at)
            case NoteSatisfaction(mark):
                await self.records.record_event(self.call_id, SATISFACTION, {"score": str(mark)}, at)
            case _:
                assert_never(effect)
        return False

    async def _send_official_contact(self, channel: Channel, *, verified: bool) -> bool:
        text = official_contact_message(self.case, channel, verified=verified)
        return text is not None and await self.messenger.send(self.call_id, channel, text)

    async def _alert(self, reason: EscalationReason, at: datetime) -> None:
        """Queue the alert; it is no message to the caller, so nothing may be claimed of it."""
        accepted = False
        if self.case.creditor.on_call_phone is None:
            log.error("nobody is on call: give the creditor's file an on_call_phone", call_id=self.call_id)
        else:
            text = on_call_alert(self.case.creditor, self.call_id, reason, at)
            accepted = await self.messenger.send(self.call_id, ON_CALL, text)
        data = {"reason": reason.value, "accepted": str(accepted)}
        await self.records.record_event(self.call_id, "on_call_alert", data, at)


def claimed(said: tuple[Act, ...], *, accepted: bool) -> tuple[Act, ...]:
    """Say "sent" only of what was accepted; otherwise the future tense stays."""
    return tuple(replace(act, accepted=accepted) if isinstance(act, _SENDING) else act for act in said)


def _zone(at: datetime) -> tzinfo | None:
    return at.tzinfo
