"""A gateway, a carrier and a person at the desk: whole hand-overs by telephone, without speech models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np

from telephony.codecs import Int16
from telephony.errors import CallOver
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.carrier import Carrier, CarrierSetup
from telephony.providers.simulator.exchanges import Exchange
from telephony.providers.simulator.human import TAKES_IT, HumanLine, Reply
from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.webhooks import Routes
from tests.telephony import twilio_contract
from tests.telephony.twilio_contract import Inspector
from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import (
    ACCOUNT,
    ANA_PHONE,
    AUTH_TOKEN,
    PUBLIC,
    STATUS,
    VOICE,
    Fakes,
    Operate,
    Operation,
    eventually,
)
from voicebot.application.ports import Speaker
from voicebot.bootstrap.gateway import CallHolder
from voicebot.pipeline.floor import Patience
from voicebot.testing.engines import NoiseVoice, ScriptedHearing
from voicebot.web.handover_board import HandoverBoard

DESK, CALLER_ID = "+551130009999", "+551130000000"
ELSEWHERE = "https://other.example"
WANTS_PERSON = "quero falar com um atendente humano"
AT_ONCE = PickUp(rings=0)


@dataclass
class Agent:
    """A person at the desk, who keeps what they were told."""

    on_ring: PickUp = AT_ONCE
    replies: Sequence[Reply] = (TAKES_IT,)
    room_patience_s: float = 20.0
    stays_s: float = 0.3
    heard: list[Int16] = field(default_factory=list)
    talked: int = 0

    def pick_up(self, call: CarriedCall) -> PickUp:
        return self.on_ring

    async def hear(self, briefing: Int16, *, asked: int) -> Reply:
        self.heard.append(briefing)
        return self.replies[min(asked, len(self.replies) - 1)]

    async def talk(self, line: HumanLine) -> None:
        self.talked += 1
        await line.stay(self.stays_s)


@dataclass
class Caller:
    """Calls in, says something once the bot has greeted, and waits until somebody else ends the call."""

    stays_s: float = 25.0

    def pick_up(self, call: CarriedCall) -> PickUp:
        return ANSWERED

    async def talk(self, phone: Phone) -> None:
        try:
            await phone.listen(silence_ms=300, timeout_s=10)
            await phone.say(yes())
            until = phone.at_s + self.stays_s
            while not phone.is_over and phone.at_s < until:
                await phone.ticked()
        except CallOver:
            return


@dataclass
class Wish:
    """One wish of the desk, in memory."""

    call_id: UUID
    accepted: bool = False

    async def asked(self, held: Collection[UUID]) -> tuple[UUID, ...]:
        return (self.call_id,) if self.call_id in held else ()

    async def answered(self, call_id: UUID, *, accepted: bool, at: datetime) -> None:
        self.accepted = accepted


@dataclass
class Scene:
    operation: Operation
    carrier: Carrier
    agent: Agent
    inspector: Inspector
    call: CarriedCall = field(init=False)

    async def call_id(self) -> str:
        async def found() -> str | None:
            return await self.operation.store.calls.find_call_by_provider_id("simulator", self.call.sid)

        return await eventually(found)

    async def event(self, kind: str) -> dict[str, Any]:
        """Wait for an event on the call's record and give its data."""

        async def found() -> dict[str, Any] | None:
            rows = await self.operation.rows("SELECT kind, data FROM call_events ORDER BY id")
            return next((row["data"] for row in rows if row["kind"] == kind), None)

        return await eventually(found)

    async def results(self) -> list[str]:
        """What came of each hand-over, in order, once the call is closed."""
        await self.operation.closed(await self.call_id())
        rows = await self.operation.rows("SELECT data FROM call_events WHERE kind = 'handover_result' ORDER BY id")
        return [row["data"]["result"] for row in rows]

    async def heard_out(self) -> None:
        """Wait until the caller has said something and was answered."""

        async def answered() -> bool | None:
            lines = await self.operation.lines(await self.call_id())
            speakers = [each.line.speaker for each in lines]
            return (Speaker.CALLER in speakers and speakers[-1] is Speaker.AGENT) or None

        await eventually(answered)

    @property
    def board(self) -> HandoverBoard:
        """Where the running gateway's hand-overs hang."""
        holder = None if self.operation.app is None else self.operation.app.state.gateway.hold
        if not isinstance(holder, CallHolder):
            raise TypeError("the gateway runs in another process")
        return holder.board

    async def wanted_at_the_desk(self) -> bool:
        """Have a person at the desk ask for the call; tells whether they get it."""
        app, call_id = self.operation.app, UUID(await self.call_id())
        if app is None:
            raise LookupError("the gateway runs in another process")
        wish = Wish(call_id)
        await app.state.gateway.hold.takeovers.answer(wish, self.operation.clock)
        return wish.accepted

    @property
    def human_calls(self) -> list[CarriedCall]:
        return [call for call in self.carrier.calls.values() if call.to == DESK]

    def kinds(self) -> list[str]:
        noted = {"transferred", "human joined", "over"}
        return [] if self.call.phone is None else [e.kind for e in self.call.phone.tape.events if e.kind in noted]


@asynccontextmanager
async def waiting_caller(
    operate: Operate,
    agent: Agent,
    *said: str,
    caller: Caller | None = None,
    copies: int = 1,
    ring_s: float = 0.0,
    other: Operation | None = None,
    **settings: object,
) -> AsyncIterator[Scene]:
    """Have somebody call in and say `said`, by default that they want a person.

    With an `other` gateway, at `ELSEWHERE`, all that the provider tells and asks of a hand-over comes there.
    """
    exchanges: list[Exchange] = []
    inspector = Inspector(twilio_contract.load())

    def watch(seen: Exchange) -> None:
        exchanges.append(seen)
        inspector(seen)

    hosts: dict[str, str] = {}
    setup = CarrierSetup(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        routes=Routes(hosts),
        inbound_voice_url=f"{PUBLIC}{VOICE}",
        inbound_status_url=f"{PUBLIC}{STATUS}",
        human_numbers=frozenset({DESK}),
        ring_s=ring_s,
        report_copies=copies,
    )
    given = Fakes(
        ScriptedHearing(said or (WANTS_PERSON,)), NoiseVoice(ms_per_character=3.0), Patience(incomplete_s=0.5)
    )
    carrier = Carrier(setup, caller or Caller(), human=agent, watch=watch)
    async with (
        carrier.serving() as api_base,
        operate(fakes=given, twilio_api_base=api_base, caller_id=CALLER_ID, **settings) as operation,
    ):
        hosts["bot.example"] = operation.url.removeprefix("http://")
        scene = Scene(operation, carrier, agent, inspector)
        if other is not None:
            hosts[ELSEWHERE.removeprefix("https://")] = other.url.removeprefix("http://")
            scene.board.public_url = ELSEWHERE
        call = scene.call = carrier.place_inbound(ANA_PHONE, CALLER_ID)
        yield scene
        call.hang_up_asked.set()
        await call.ended.wait()
        await eventually(partial(_is_let_go, operation))
    faults = inspector.faults
    if faults:
        raise AssertionError(faults)


async def _is_let_go(operation: Operation) -> bool | None:
    """The gateway has finished with every call: its recording is the last thing it closes."""
    return await operation.rows("SELECT 1 FROM recordings WHERE state = 'open'") == [] or None


def loud(pcm: Int16) -> bool:
    return bool(pcm.size) and float(np.abs(pcm).max()) > 100
