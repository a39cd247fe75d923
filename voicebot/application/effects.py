"""Perform what the policy decided, before a word of it is spoken: a claim is made only of what has happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo
from typing import assert_never

from voicebot.application.messages import payment_message
from voicebot.application.ports import Messenger, Records
from voicebot.domain.agreement import as_contract
from voicebot.domain.dialogue.acts import Act, SendPayment
from voicebot.domain.dialogue.state import (
    BookCallback,
    DeleteAudio,
    Effect,
    Escalation,
    RecordAgreement,
    SendPaymentMessage,
    Suppress,
)
from voicebot.domain.portfolio import Case


@dataclass(frozen=True, slots=True)
class Effects:
    """The hands of one call."""

    call_id: str
    case: Case
    records: Records
    messenger: Messenger

    async def perform(self, effects: tuple[Effect, ...], at: datetime) -> bool:
        """Perform all in order; True when a message was accepted for delivery."""
        accepted = False
        for effect in effects:
            accepted = await self._one(effect, at) or accepted
        return accepted

    async def _one(self, effect: Effect, at: datetime) -> bool:
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
            case _:
                assert_never(effect)
        return False


def claimed(said: tuple[Act, ...], *, accepted: bool) -> tuple[Act, ...]:
    """Say "sent" only of what was accepted; otherwise the future tense stays."""
    return tuple(replace(act, accepted=accepted) if isinstance(act, SendPayment) else act for act in said)


def _zone(at: datetime) -> tzinfo | None:
    return at.tzinfo
