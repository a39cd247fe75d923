"""A carrier on loopback: takes calls by Twilio's REST, rings an `Answerer`, and attaches its phone to the bot.

A live call that is redirected to a number is taken from the bot and rung through to a `Human`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Final, assert_never
from urllib.parse import urlsplit

import structlog

from telephony.call import CallStatus
from telephony.codecs import RATE_HZ
from telephony.errors import CallOver, MediaRefused, TelephonyError
from telephony.providers.simulator.calls import Answerer, CarriedCall
from telephony.providers.simulator.clock import Clock, MonotonicClock
from telephony.providers.simulator.desk import Desk, read_wav
from telephony.providers.simulator.exchanges import Watch, Watched
from telephony.providers.simulator.human import (
    REAL_RING_S,
    Human,
    NobodyThere,
    connect,
    is_answered,
    rings_heard,
)
from telephony.providers.simulator.impairments import PERFECT, Network
from telephony.providers.simulator.phone import EndedBy, Phone
from telephony.providers.simulator.playout import Playout
from telephony.providers.simulator.rest_api import build_app
from telephony.providers.simulator.serving import serving
from telephony.providers.simulator.twiml import (
    ConnectStream,
    DeskVerb,
    DialNumber,
    HangUpCall,
    Pause,
    Play,
    RejectCall,
    Verb,
    read_redirect,
    read_twiml,
)
from telephony.providers.simulator.weather import CALM, Forecast, Weather
from telephony.providers.simulator.webhooks import Routes, Webhooks
from telephony.providers.simulator.wire import Line

log = structlog.get_logger(__name__)

LEAVE_WITHIN_S: Final = 1.0
"""How long somebody may go on after the line went dead."""


@dataclass(frozen=True, slots=True)
class CarrierSetup:
    """An account at the simulated carrier, and how its lines behave."""

    account_sid: str
    auth_token: str = field(repr=False)
    routes: Routes = field(default_factory=Routes)
    inbound_voice_url: str | None = None
    """The public webhook of the bot's own number; needed for `place_inbound`."""
    inbound_status_url: str | None = None
    human_numbers: frozenset[str] = field(default=frozenset(), repr=False)
    """Calls to these ring at the human's, not at the answerer's."""
    ring_s: float = 0.1
    """One ring; a real one takes 5 s."""
    network: Network = PERFECT
    weather: Weather = CALM
    detection_s: float = 0.0
    """From the answer to the opinion on who answered; a real one takes about 4 s."""
    report_copies: int = 1
    """How often each status callback is sent: a real carrier retries."""
    are_reports_reversed: bool = False
    """Send them all at the end, the last first: a real carrier keeps no order."""


class Carrier:
    """Holds the calls; `async with carrier.serving()` gives the REST API's base URL and carries them."""

    def __init__(
        self,
        setup: CarrierSetup,
        answerer: Answerer,
        *,
        human: Human | None = None,
        clock: Clock | None = None,
        wall: Callable[[], datetime] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.setup = setup
        self.calls: dict[str, CarriedCall] = {}
        self.refusals: list[int | tuple[int, int]] = []
        """HTTP codes, or those with the vendor's, that the next placed or redirected calls are refused with."""
        self.forecast = Forecast(setup.weather)
        self.clock = clock or MonotonicClock()
        self.wall = wall
        """Dates the calls; without it their resource has no date."""
        self._watch = watch
        self._answerer = answerer
        self._human = human or NobodyThere()
        self._tasks: set[asyncio.Task[None]] = set()
        self._webhooks = Webhooks(setup.account_sid, setup.auth_token, setup.routes)
        self._desk = Desk(self._human, self._webhooks, self.clock, ring_s=setup.ring_s)
        self._desk.copies = lambda: setup.report_copies * self.forecast.report_copies()

    @asynccontextmanager
    async def serving(self, *, port: int = 0) -> AsyncIterator[str]:
        """Serve the REST API on 127.0.0.1 and give its base URL; on leaving every call ends."""
        app = build_app(self)
        if self._watch is not None:
            app.add_middleware(Watched, watch=self._watch)
        async with serving(app, port=port) as base_url:
            try:
                yield base_url
            finally:
                # A request that was under way may still bring a call.
                while self._tasks:
                    for call in self.calls.values():
                        call.hang_up_asked.set()
                    await asyncio.gather(*self._tasks)
                await self._webhooks.aclose()

    def accept(self, call: CarriedCall) -> CarriedCall:
        """Take a call into the queue and start to carry it."""
        self.calls[call.sid] = call
        self._spawn(self._carry(call, self._ring_and_talk(call)))
        return call

    def place_inbound(self, from_: str, to: str, *, caller: Answerer | None = None) -> CarriedCall:
        """Let somebody call the bot's number; wait for `call.ended`. Raises `ValueError` without a webhook."""
        if self.setup.inbound_voice_url is None:
            raise ValueError("the carrier needs inbound_voice_url to know whom an incoming call reaches")
        call = CarriedCall(
            to=to,
            from_=from_,
            direction="inbound",
            voice_url=self.setup.inbound_voice_url,
            status_url=self.setup.inbound_status_url,
        )
        self.calls[call.sid] = call
        self._spawn(self._carry(call, self._dial_in(call, caller or self._answerer)))
        return call

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, call: CarriedCall, course: Coroutine[Any, Any, None]) -> None:
        """Carry one call to its end, whatever happens, and report each state it reached."""
        reporting = asyncio.create_task(self._report_all(call))
        running = asyncio.create_task(course)
        asked = asyncio.create_task(call.hang_up_asked.wait())
        began, done = self.clock.now(), set[asyncio.Task[Any]]()
        # A redirect may give the call more time, so what is left is reckoned anew.
        while not done and (left_s := began + call.time_limit_s - self.clock.now()) > 0:
            done, _ = await asyncio.wait({running, asked}, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        for task in (running, asked):
            task.cancel()
        outcome, _ = await asyncio.gather(running, asked, return_exceptions=True)
        self._conclude(call, outcome)
        call.reports.put_nowait(None)
        await reporting
        call.ended.set()

    def _conclude(self, call: CarriedCall, outcome: BaseException | None) -> None:
        """Give the call its final state: whoever hung up, a call that had been answered is completed."""
        if isinstance(outcome, Exception):
            call.failure, call.cause = type(outcome).__name__, outcome
            log.warning("simulated call failed", call_sid=call.sid, error=call.failure)
        if call.status.is_final:
            return
        if call.status is CallStatus.IN_PROGRESS:
            call.advance(CallStatus.COMPLETED)
        else:
            call.advance(CallStatus.FAILED if call.failure else CallStatus.CANCELED)

    async def _report_all(self, call: CarriedCall) -> None:
        started = self.clock.now()
        due: list[tuple[int, CallStatus]] = []
        for sequence in count():
            if (status := await call.reports.get()) is None:
                break
            due.append((sequence, status))
            if self.setup.are_reports_reversed or self.forecast.report_waits():
                continue
            # The newest first: what waited was overtaken.
            while due:
                await self._report(call, *due.pop(), started=started)
        for sequence, status in reversed(due):
            await self._report(call, sequence, status, started=started)

    async def _report(self, call: CarriedCall, sequence: int, status: CallStatus, *, started: float) -> None:
        await self._wait(self.forecast.report_delay_s())
        for _ in range(self.setup.report_copies * self.forecast.report_copies()):
            duration_s = round(self.clock.now() - started)
            await self._tell(call, self._webhooks.report(call, status, duration_s=duration_s, sequence=sequence))

    async def _ring_and_talk(self, call: CarriedCall) -> None:
        await self.clock.sleep_until(self.forecast.start_at(self.clock.now()))
        if call.to in self.setup.human_numbers:
            await self._desk.ring(call)
            return
        call.advance(CallStatus.INITIATED)
        call.advance(CallStatus.RINGING)
        pick_up = self._answerer.pick_up(call)
        call.sip_code = pick_up.sip_code
        await self._wait(pick_up.rings * self.setup.ring_s)
        if pick_up.rings * REAL_RING_S > call.ring_timeout_s:
            call.advance(CallStatus.NO_ANSWER)
            return
        call.advance(pick_up.outcome)
        if pick_up.outcome is CallStatus.IN_PROGRESS:
            verbs = read_twiml(await self._webhooks.voice(call))
            async with self._listening_in(call, pick_up.answered_by):
                await self._follow(call, verbs, self._answerer)

    @asynccontextmanager
    async def _listening_in(self, call: CarriedCall, answered_by: str) -> AsyncIterator[None]:
        """Record, and detect machines, beside the talk, as far as that was asked for."""
        listening = asyncio.create_task(self._detect(call, answered_by))
        await self._tell(call, self._webhooks.recorded(call, "in-progress"))
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self._tell(call, self._webhooks.recorded(call, "completed"))

    async def _detect(self, call: CarriedCall, answered_by: str) -> None:
        if call.amd_url is None:
            return
        await self._wait(self.setup.detection_s)
        call.answered_by = answered_by
        for _ in range(self.setup.report_copies):
            opinion = self._webhooks.machine_detected(call, after_ms=round(self.setup.detection_s * 1_000))
            await self._tell(call, opinion)

    async def _tell(self, call: CarriedCall, report: Coroutine[Any, Any, object]) -> None:
        try:
            await report
        except TelephonyError as error:
            log.warning("status callback failed", call_sid=call.sid, error=type(error).__name__)

    async def _dial_in(self, call: CarriedCall, caller: Answerer) -> None:
        call.advance(CallStatus.INITIATED)
        call.advance(CallStatus.RINGING)
        verbs = read_twiml(await self._webhooks.voice(call))
        match verbs:
            case [RejectCall(reason), *_]:
                call.advance(CallStatus.BUSY if reason == "busy" else CallStatus.FAILED)
            case _:
                call.advance(CallStatus.IN_PROGRESS)
                await self._follow(call, verbs, caller)

    async def _follow(self, call: CarriedCall, verbs: list[Verb], person: Answerer) -> None:
        """Do what the TwiML says; after a stream it goes on only if the bot closed it."""
        for verb in verbs:
            match verb:
                case ConnectStream():
                    if await self._stream(call, verb, person) is not EndedBy.BOT:
                        return
                case Pause(seconds):
                    await self._wait(seconds)
                case Play(url):
                    call.announced.append(read_wav(await self._webhooks.file(url)))
                    await self._wait(call.announced[-1].size / RATE_HZ)
                case HangUpCall() | RejectCall():
                    return
                case _:
                    assert_never(verb)

    async def _stream(self, call: CarriedCall, stream: ConnectStream, person: Answerer) -> EndedBy | None:
        line = Line(call_sid=call.sid, account_sid=self.setup.account_sid, parameters=stream.parameters)
        phone = call.phone = Phone(line, network=self.setup.network, clock=self.clock)
        local = urlsplit(self._webhooks.local(stream.url))
        url = local._replace(netloc=urlsplit(stream.url).netloc).geturl()
        headers = {"X-Twilio-Signature": self._webhooks.signature(stream.url, {})}
        try:
            async with phone.attached(url, headers=headers, address=(local.hostname or "", local.port or 80)):
                await _converse(person, phone, self._transfer(call, phone))
                if phone.is_over:
                    await phone.closed()
        except MediaRefused:
            if stream.status_url is not None:
                await self._tell(call, self._webhooks.stream_failed(call, stream.status_url))
            raise
        return phone.ended_by

    async def _transfer(self, call: CarriedCall, phone: Phone) -> None:
        """Wait for a redirect of the call; then do as it says, dial by dial."""
        to = await call.redirects.get()
        try:
            playout = await phone.hand_over()
        except asyncio.CancelledError:
            if isinstance(to, DialNumber):
                self._after_dial(call, to, "canceled")
            raise
        while isinstance(to, DialNumber):
            to = await self._dial_human(call, phone, playout, to)
        await self._desk.follow(call, phone, playout, to)

    async def _dial_human(
        self, call: CarriedCall, phone: Phone, playout: Playout, dial: DialNumber
    ) -> DialNumber | list[DeskVerb]:
        """Ring the human and bridge the two; gives what follows where nobody came."""
        pick_up = self._human.pick_up(call)
        try:
            await self._wait(rings_heard(pick_up, dial.timeout_s) * self.setup.ring_s)
        except asyncio.CancelledError:
            self._after_dial(call, dial, "canceled")
            raise
        if is_answered(pick_up, dial.timeout_s):
            await self._tell(call, self._webhooks.dial_answered(call, dial))
            try:
                await connect(call, phone, playout, self._human, dial)
            finally:
                self._after_dial(call, dial, "completed")
            return []
        phone.note("human did not answer")
        if dial.ended_url is None:
            return []
        why = (CallStatus.NO_ANSWER if pick_up.outcome is CallStatus.IN_PROGRESS else pick_up.outcome).value
        return read_redirect(await self._webhooks.dial_ended(call, dial.ended_url, why))

    def _after_dial(self, call: CarriedCall, dial: DialNumber, outcome: str) -> None:
        """Ask as the vendor does although the call is over, so that no answer has an effect."""
        if dial.ended_url is not None:
            asking = self._webhooks.dial_ended(call, dial.ended_url, outcome, is_over=True)
            self._spawn(self._tell(call, asking))

    async def _wait(self, seconds: float) -> None:
        await self.clock.sleep_until(self.clock.now() + seconds)


async def _converse(person: Answerer, phone: Phone, transfer: Coroutine[Any, Any, None]) -> None:
    """Let the person talk until they are done or the line is dead. Raises what they or the transfer fail with."""
    talking = asyncio.create_task(person.talk(phone))
    over = asyncio.create_task(phone.over())
    transferring = asyncio.create_task(transfer)
    tasks = (talking, transferring, over)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if transferring.done() and not phone.is_over:
            phone.drop(EndedBy.ERROR)
        await asyncio.wait({talking}, timeout=LEAVE_WITHIN_S)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, CallOver):
            raise outcome
