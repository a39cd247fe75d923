"""A call on its way to a person, however it gets there: what they are told, and what the record says of it."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

import numpy as np
import structlog

from telephony.codecs import RATE_HZ
from telephony.resampling import to_telephone
from voicebot.application.conversation import Conversation
from voicebot.application.handover import HandoverFacts, Speaking, facts_of, nobody_came
from voicebot.application.handover_call import HandOverResult
from voicebot.application.ports import Records, RecordsUnavailable, Speaker, SpokenLine
from voicebot.domain.compliance.calling import next_call_time
from voicebot.domain.compliance.errors import ComplianceError
from voicebot.domain.money import Money
from voicebot.domain.portfolio import Case
from voicebot.pipeline.ports import Phrases
from voicebot.script.numerals import cardinal

log = structlog.get_logger(__name__)

SHEET: Final = "handover_sheet"
RESULT: Final = "handover_result"
"""Kinds of event on the call's record."""
CALLBACK_TIME: Final = time(10)


@dataclass(frozen=True, slots=True)
class Apology:
    """What a caller hears for whom nobody came, and when we call them."""

    words: str = field(repr=False)
    callback: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Handing:
    """The call that is handed over, and what speaks and writes for it."""

    call_id: str
    conversation: Conversation
    case: Case
    phrases: Phrases
    records: Records
    announce: Callable[[str], Coroutine[Any, Any, None]] | None = None
    """Tells the agents' desktop, by the call's id."""

    async def begun(self) -> HandoverFacts:
        """Give what a person needs to know, and put it on record for the page that they open."""
        facts = facts_of(self.case, self.conversation.state, self.conversation.now().date())
        await self.note(SHEET, sheet_of(facts))
        return facts

    def announcing(self) -> asyncio.Task[None] | None:
        """Tell the agents' desktop beside the ringing: a slow one holds nobody up."""
        if self.announce is None:
            return None
        return asyncio.create_task(self.announce(self.call_id), name="announce-handover")

    def apology(self, facts: HandoverFacts) -> Apology:
        now = self.conversation.now()
        at = None if facts.speaking is Speaking.THIRD_PARTY else callback_at(self.case, now)
        return Apology(nobody_came(facts, at, now, cardinal), at, now)

    async def note_result(self, result: HandOverResult | None) -> None:
        await self.note(RESULT, {"result": type(result).__name__, "why": getattr(result, "why", "")})

    async def note_callback(self, apology: Apology) -> None:
        """Have the dialler call as was promised."""
        if apology.callback is not None:
            await self.note("callback", {"at": apology.callback.isoformat()})

    async def note_said(self, apology: Apology) -> None:
        line = SpokenLine(Speaker.AGENT, apology.words, apology.at, None, None, acts=("NobodyCame",))
        try:
            await self.records.add_line(self.call_id, line)
        except RecordsUnavailable:
            log.warning("handover_not_entered", call_id=self.call_id, kind="line")

    async def note(self, kind: str, data: dict[str, str]) -> None:
        try:
            await self.records.record_event(self.call_id, kind, data, self.conversation.now())
        except RecordsUnavailable:
            log.warning("handover_not_entered", call_id=self.call_id, kind=kind)


def callback_at(case: Case, now: datetime) -> datetime | None:
    """Give the first permitted instant from ten tomorrow on, local time; None where no rule ever opens."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), CALLBACK_TIME, now.tzinfo)
    try:
        return next_call_time(case, tomorrow)
    except ComplianceError:
        return None


def sheet_of(facts: HandoverFacts) -> dict[str, str]:
    """Write the facts for the page that the human opens; the name is on the call's own record."""
    return {
        "reason": facts.reason.value,
        "speaking": facts.speaking.value,
        "mood": facts.mood.value,
        "balance": _amount(facts.balance),
        "agreed": str(facts.agreed),
        "offers": json.dumps(
            [
                {
                    "kind": offer.kind.value,
                    "total": _amount(offer.total),
                    "discount_percent": str(offer.discount_percent),
                    "entry": None if offer.entry is None else _amount(offer.entry.amount),
                    "instalments": len(offer.instalments),
                    "first_due": offer.instalments[0].due.isoformat() if offer.instalments else None,
                }
                for offer in facts.offers
            ]
        ),
    }


def _amount(amount: Money | None) -> str:
    return "" if amount is None else str(amount.amount)


async def spoken(phrases: Phrases, text: str) -> bytes:
    """Say a text in the call's voice: a WAV file, mono, 16 bit, 8 kHz."""
    resampler = to_telephone(phrases.sample_rate)
    pieces = [resampler.feed(piece) async for piece in phrases.stream(text)]
    pcm = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(pcm.astype("<i2").tobytes())
    return file.getvalue()
