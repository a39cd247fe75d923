"""A phone on the bot's media socket: sends a frame every 20 ms, plays what comes, lets a caller speak and listen."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from telephony.codecs import Int16, mulaw_decode, mulaw_encode
from telephony.errors import CallOver, MediaRefused
from telephony.providers.simulator.clock import Clock, MonotonicClock
from telephony.providers.simulator.ears import Ears, Heard, cut
from telephony.providers.simulator.impairments import PERFECT, Impairer, Network
from telephony.providers.simulator.mouth import Mouth, Said
from telephony.providers.simulator.playout import FRAME_MS, Playout
from telephony.providers.simulator.tape import CallMetrics, PhoneEvent, Tape
from telephony.providers.simulator.wire import (
    CODE_BUFFER,
    CODE_CONNECT,
    Clear,
    Line,
    Mark,
    Play,
    Sender,
    StreamError,
    read_order,
)

CONNECT_WITHIN_S: Final = 5.0
CLOSE_WITHIN_S: Final = 2.0


class HangUp(StrEnum):
    """How the person's side of the call ends."""

    STOP = "stop"
    """As usual: stop, then the socket closes."""
    RESET = "reset"
    """The connection is torn down with no word."""
    HALF_OPEN = "half_open"
    """Nothing more is sent, and the socket stays open until the bot closes it."""


class EndedBy(StrEnum):
    PHONE = "phone"
    BOT = "bot"
    HUMAN = "human"
    """Whom the call was transferred to, and who has hung up."""
    CARRIER = "carrier"
    """The carrier had nothing more to do with the call: nobody took the transfer, or its time was up."""
    ERROR = "error"


class Phone:
    """One call's phone: `async with phone.attached(url)` is the call, in it `say`, `press`, `listen`, `hang_up`."""

    def __init__(
        self,
        line: Line | None = None,
        *,
        network: Network = PERFECT,
        clock: Clock | None = None,
        is_strict: bool = True,
    ) -> None:
        self.line = line or Line()
        self.errors: list[StreamError] = []
        """What the provider would have refused; a strict phone ends the call at the first."""
        self.ended_by: EndedBy | None = None
        self.playout = Playout()
        """What the bot plays; a human's voice is not in it."""
        self.tape = Tape()
        self._is_strict = is_strict
        self._clock = clock or MonotonicClock()
        self._sender = Sender(self.line)
        self._impairer = Impairer(network)
        self._mouth = Mouth()
        self._ears = Ears()
        self._far = self.playout
        """Whose voice is heard: the bot's, and after a transfer the human's."""
        self._held: list[str] = []
        self._ticks = 0
        self._ticked = asyncio.Event()
        self._over = asyncio.Event()
        self._closed = asyncio.Event()
        self._connection: ClientConnection | None = None

    @asynccontextmanager
    async def attached(
        self, url: str, *, headers: Mapping[str, str] | None = None, address: tuple[str, int] | None = None
    ) -> AsyncIterator[Phone]:
        """Open the media socket, and hang up on leaving. `address` connects elsewhere than the URL's host says.

        Raises `MediaRefused` if the socket does not open within 5 s.
        """
        self._connection = await self._open(url, headers, address)
        # Not a TaskGroup: it would wrap the caller's own exceptions, CallOver among them.
        tasks = [asyncio.create_task(run(self._connection)) for run in (self._read, self._run_clock)]
        try:
            yield self
        finally:
            await self.hang_up()
            self._connection.transport.abort()
            self._closed.set()
            await _settle(tasks)

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def at_s(self) -> float:
        """Seconds of media so far."""
        return self._ticks * FRAME_MS / 1000

    @property
    def is_handed_over(self) -> bool:
        """Whether the bot has lost the line to a human."""
        return self._far is not self.playout

    async def over(self) -> None:
        """Wait until either side has ended the call."""
        await self._over.wait()

    async def ticked(self) -> None:
        """Wait for the next 20 ms, or the end of the call."""
        await self._ticked.wait()

    async def closed(self) -> None:
        """Wait until the bot's side has closed the socket too."""
        await self._closed.wait()

    async def say(self, pcm: Int16) -> Said:
        """Speak 8 kHz audio after what is queued; returns when its last frame is sent. Raises `CallOver`.

        Cancelling it makes the person stop in mid-word.
        """
        self._refuse_if_over()
        self._impairer.hear_speech(pcm)
        utterance = self._mouth.say(pcm)
        try:
            return await utterance.done
        finally:
            self._mouth.stop_saying(utterance)

    async def press(self, digits: str) -> None:
        """Press keys, 100 ms apart; returns when the last is sent. Raises `CallOver`."""
        if not digits or not set(digits) <= set("0123456789*#"):
            raise ValueError("a phone has the keys 0 to 9, * and #, and at least one must be pressed")
        self._refuse_if_over()
        await self._mouth.press(digits)

    async def listen(self, *, silence_ms: int = 700, timeout_s: float = 30.0) -> Heard | None:
        """Give the far end's next utterance once it has been silent for `silence_ms`, as played, in order.

        None if it has said nothing within `timeout_s`. Raises `CallOver` once there is nothing left to hear.
        """
        until = self.at_s + timeout_s
        while True:
            span = self._ears.utterance(silence_ms)
            if span is not None:
                return cut(self.tape.played, span, is_complete=True)
            if self.is_over or self.at_s >= until:
                break
            await self._ticked.wait()
        span = self._ears.unfinished()
        if span is not None:
            return cut(self.tape.played, span, is_complete=False)
        self._refuse_if_over()
        return None

    async def utterances(self, *, silence_ms: int = 700) -> AsyncIterator[Heard]:
        """Give the bot's utterances until the call is over."""
        while True:
            try:
                heard = await self.listen(silence_ms=silence_ms)
            except CallOver:
                return
            if heard is not None:
                yield heard

    async def hang_up(self, how: HangUp = HangUp.STOP) -> None:
        """End the call from this side; nothing happens if it has ended."""
        if self.is_over or self._connection is None:
            return
        self._end(EndedBy.PHONE, how=how.value)
        if self.is_handed_over:
            return
        if how is HangUp.STOP:
            with suppress(ConnectionClosed):
                await self._connection.send(self._sender.stop())
            await self._close(self._connection)
        elif how is HangUp.RESET:
            _reset(self._connection)

    async def hand_over(self) -> Playout:
        """Take the line from the bot as a redirect does: `stop`, then the socket closes; the person stays on.

        Gives what the human at the other end plays into. Raises `CallOver`.
        """
        self._refuse_if_over()
        connection = self._connection
        if connection is None or self.is_handed_over:
            raise ValueError("only a phone attached to the bot can be handed over, once")
        self._far = human = Playout()
        self._held.clear()
        self.tape.hand_over()
        self.note("transferred")
        with suppress(ConnectionClosed):
            await connection.send(self._sender.stop())
        await self._close(connection)
        return human

    def drop(self, by: EndedBy) -> None:
        """The far side is gone: the call is over. Nothing happens if it has ended."""
        self._end(by)

    def recording(self, *, as_sent: bool = False) -> tuple[Int16, Int16]:
        """Give caller and far end, aligned, 8 kHz; see `Tape.recording`."""
        return self.tape.recording(as_sent=as_sent)

    def metrics(self) -> CallMetrics:
        return self.tape.metrics(self.playout)

    def write(self, folder: Path) -> None:
        """Leave call.wav and phone.jsonl in the folder."""
        self.tape.write(folder)

    async def _open(
        self, url: str, headers: Mapping[str, str] | None, address: tuple[str, int] | None
    ) -> ClientConnection:
        elsewhere: dict[str, Any] = {} if address is None else {"host": address[0], "port": address[1]}
        try:
            connection = await connect(
                url,
                additional_headers=dict(headers or {}),
                open_timeout=CONNECT_WITHIN_S,
                close_timeout=CLOSE_WITHIN_S,
                ping_interval=None,
                compression=None,
                proxy=None,
                **elsewhere,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            self._fail(StreamError(CODE_CONNECT, type(error).__name__))
            raise MediaRefused(
                f"the bot's media socket did not open ({type(error).__name__}); is it listening?"
            ) from None
        for message in (self._sender.connected(), self._sender.start()):
            await self._send(connection, message)
        self.note("start")
        return connection

    async def _run_clock(self, connection: ClientConnection) -> None:
        start = self._clock.now()
        try:
            while not self.is_over:
                await self._clock.sleep_until(start + self._ticks * FRAME_MS / 1000)
                if not self.is_over:
                    await self._tick(connection)
        finally:
            # Whatever stopped the clock, nobody is left waiting for the next tick.
            self._end(EndedBy.ERROR)

    async def _tick(self, connection: ClientConnection) -> None:
        tick = self._far.tick()
        played, spoken = mulaw_decode(tick.frame), self._mouth.next_frame()
        sent = self._impairer.shape(spoken, played)
        self.tape.record(spoken=spoken, sent=sent, played=played)
        self._ears.hear(played)
        self._held.append(self._sender.media(mulaw_encode(sent), self._ticks * FRAME_MS))
        key = self._mouth.next_key()
        if key is not None:
            self.note("key")
            self._held.append(self._sender.dtmf(key))
        self._ticks += 1
        await self._return(connection, tick.marks)
        if not self._impairer.is_stalled():
            held, self._held = self._held, []
            for message in held:
                await self._send(connection, message)
        self._mouth.frame_was_sent(self.at_s - FRAME_MS / 1000)
        self._wake()

    async def _read(self, connection: ClientConnection) -> None:
        try:
            async for data in connection:
                # A phone that is gone reads on, so that the bot's closing is seen, and heeds nothing.
                if self._is_with_bot:
                    await self._obey(connection, data)
        except ConnectionClosed:
            self.note("connection lost")
        if self._is_with_bot:
            self._end(EndedBy.BOT)
        self._closed.set()

    async def _obey(self, connection: ClientConnection, data: str | bytes) -> None:
        match read_order(data, self.line.stream_sid):
            case Play(audio):
                if not self.playout.play(audio):
                    self._fail(StreamError(CODE_BUFFER, "over ten minutes of audio buffered; the rest is dropped"))
            case Mark(name):
                self.note("mark", name=name)
                await self._return(connection, self.playout.mark(name))
            case Clear():
                self.note("clear", dropped_ms=self.playout.buffered_ms)
                await self._return(connection, self.playout.clear())
            case StreamError() as error:
                self._fail(error)
                if self._is_strict:
                    self._end(EndedBy.ERROR)
                    await self._close(connection)

    async def _return(self, connection: ClientConnection, marks: tuple[str, ...]) -> None:
        for name in marks:
            self.note("mark returned", name=name)
            await self._send(connection, self._sender.mark(name))

    async def _send(self, connection: ClientConnection, message: str) -> None:
        """Send while the bot is on the line: nothing may follow stop."""
        if not self._is_with_bot:
            return
        try:
            await connection.send(message)
        except ConnectionClosed:
            if self._is_with_bot:
                self._end(EndedBy.BOT)

    @property
    def _is_with_bot(self) -> bool:
        return not self.is_over and not self.is_handed_over

    async def _close(self, connection: ClientConnection) -> None:
        await connection.close(1000)
        self._closed.set()

    def _end(self, by: EndedBy, **data: str) -> None:
        if self.is_over:
            return
        self.ended_by = by
        self.note("over", by=by.value, **data)
        self._over.set()
        self._mouth.fall_silent()
        self._wake()

    def _wake(self) -> None:
        ticked, self._ticked = self._ticked, asyncio.Event()
        ticked.set()

    def _fail(self, error: StreamError) -> None:
        self.errors.append(error)
        self.note("error", code=error.code, reason=error.reason)

    def note(self, kind: str, **data: str | int | float) -> None:
        self.tape.events.append(PhoneEvent(round(self.at_s, 3), kind, data))

    def _refuse_if_over(self) -> None:
        if self.is_over:
            raise CallOver("the call has ended")


async def _settle(tasks: list[asyncio.Task[None]]) -> None:
    """Stop the phone's own tasks, and raise what one of them failed with."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def _reset(connection: ClientConnection) -> None:
    """Drop the connection with a TCP reset rather than an orderly close."""
    sock = connection.transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.transport.abort()
