"""A bot that echoes, a person who answers, a carrier between them: the smallest stage a provider can be tried on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs

import numpy as np
from fastapi import APIRouter, FastAPI, Request, Response, WebSocket, WebSocketDisconnect

from telephony.call import StreamStart
from telephony.calls_rest import CallsAccount, CallsRestDialler
from telephony.provider import Dialler
from telephony.providers.simulator.calls import ANSWERED, CarriedCall, PickUp
from telephony.providers.simulator.carrier import Carrier, CarrierSetup
from telephony.providers.simulator.human import Human
from telephony.providers.simulator.phone import Phone
from telephony.providers.simulator.serving import serving
from telephony.providers.simulator.webhooks import Routes
from telephony.providers.twilio.handshake import read_start, receive_message
from telephony.providers.twilio.signature import SIGNATURE_HEADER, SignatureChecker
from telephony.providers.twilio.twiml import connect_stream
from telephony.transfer import AfterDial, play_and_end
from tests.telephony import twilio_contract
from tests.telephony.twilio_contract import Inspector

ACCOUNT, TOKEN = "AC" + "0" * 32, "contract-token"
PUBLIC = "https://bot.example"
AFTER = AfterDial(f"{PUBLIC}/ended", f"{PUBLIC}/answered", ring_s=30)
CREATED_AT = datetime(2026, 11, 23, 13, tzinfo=UTC)
CALLEE, CALLER_ID = "+5511987654321", "+551130001000"
TONE = (6_000 * np.sin(2 * np.pi * 400 * np.arange(1_600) / 8_000)).astype(np.int16)  # 200 ms


@dataclass
class EchoBot:
    """The smallest product: checks signatures, attaches the stream, says back what it hears, key # hangs up."""

    answer: str | None = None
    """Another answer to the voice webhook."""
    callbacks: list[dict[str, str]] = field(default_factory=list)
    opinions: list[dict[str, str]] = field(default_factory=list)
    """What came on who answered, and on the carrier's recording."""
    references: list[str] = field(default_factory=list)
    refused: int = 0
    events: list[str] = field(default_factory=list)
    """What came on the media socket after its start."""
    close_code: int | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """The media socket was closed by the other side."""
    dialled: list[dict[str, str]] = field(default_factory=list)
    """What came of dialled humans: that they answered, or how it ended."""
    last_words: bytes = b""
    """A WAV file that a caller hears for whom nobody came."""
    starts: list[StreamStart] = field(default_factory=list)
    checker: SignatureChecker = field(default_factory=lambda: SignatureChecker(PUBLIC, [TOKEN]))

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/voice")
        async def voice(request: Request) -> Response:
            form = await self._form(request)
            if form is None:
                return Response(status_code=403)
            answer = self.answer or connect_stream(self.checker.socket_url("/media"), {"token": form["CallSid"]})
            return Response(answer, media_type="application/xml")

        @app.post("/status")
        async def status(request: Request) -> Response:
            form = await self._form(request)
            if form is None:
                return Response(status_code=403)
            self.callbacks.append(form)
            return Response(status_code=204)

        @app.post("/opinion")
        async def opinion(request: Request) -> Response:
            form = await self._form(request)
            if form is None:
                return Response(status_code=403)
            self.opinions.append(form)
            return Response(status_code=204)

        @app.websocket("/media")
        async def media(websocket: WebSocket) -> None:
            if not self.checker.is_socket_signed("/media", websocket.headers.get(SIGNATURE_HEADER)):
                self.refused += 1
                await websocket.close()
                return
            await websocket.accept()
            self.starts.append(await read_start(lambda: receive_message(websocket), token_parameter="token"))
            await self._echo(websocket)

        app.include_router(self._after_dial())
        return app

    def _after_dial(self) -> APIRouter:
        router = APIRouter()

        @router.post("/answered")
        async def answered(request: Request) -> Response:
            return Response(status_code=204 if await self._dialled(request) else 403)

        @router.post("/ended")
        async def ended(request: Request) -> Response:
            if not await self._dialled(request):
                return Response(status_code=403)
            return Response(play_and_end(f"{PUBLIC}/words.wav"), media_type="application/xml")

        @router.get("/words.wav")
        async def words() -> Response:
            return Response(self.last_words, media_type="audio/wav")

        return router

    async def _dialled(self, request: Request) -> bool:
        form = await self._form(request)
        if form is not None:
            self.dialled.append(form)
        return form is not None

    async def _form(self, request: Request) -> dict[str, str] | None:
        form = {name: str(value) for name, value in (await request.form()).items()}
        signature = request.headers.get(SIGNATURE_HEADER)
        if not self.checker.is_webhook_signed(request.url.path, form, signature, query=request.url.query):
            self.refused += 1
            return None
        self.references += parse_qs(request.url.query).get("call_ref", [])
        return form

    async def _echo(self, websocket: WebSocket) -> None:
        try:
            while True:
                message = await websocket.receive_json()
                self.events.append(message["event"])
                match message["event"]:
                    case "media":
                        await websocket.send_json(message)
                    case "dtmf" if message["dtmf"]["digit"] == "#":
                        await websocket.close()
                        return
                    case _:
                        pass
        except WebSocketDisconnect as closed:
            self.close_code = closed.code
            self.gone.set()


@dataclass
class Person:
    """Answers as told, says something and listens to the answer."""

    on_ring: PickUp = ANSWERED
    hears: float = 0.0

    def pick_up(self, call: CarriedCall) -> PickUp:
        return self.on_ring

    async def talk(self, phone: Phone) -> None:
        await phone.say(TONE)
        heard = await phone.listen(silence_ms=60, timeout_s=5)
        self.hears = 0.0 if heard is None else heard.audio.size / 8_000


class Patient(Person):
    """Stays on the line until somebody else ends the call."""

    async def talk(self, phone: Phone) -> None:
        await phone.over()


@dataclass
class Stage:
    provider: Dialler
    carrier: Carrier
    bot: EchoBot
    account: CallsAccount
    inspector: Inspector

    async def ended(self, sid: str) -> CarriedCall:
        call = self.carrier.calls[sid]
        await call.ended.wait()
        return call


@asynccontextmanager
async def staged(
    make: Callable[[CallsAccount], CallsRestDialler], person: Person, *, human: Human | None = None, **options: object
) -> AsyncIterator[Stage]:
    bot = EchoBot()
    async with serving(bot.app()) as bot_url:
        setup = CarrierSetup(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            routes=Routes({"bot.example": bot_url.removeprefix("http://")}),
            inbound_voice_url=f"{PUBLIC}/voice",
            inbound_status_url=f"{PUBLIC}/status",
            **{"ring_s": 0.0, **options},  # type: ignore[arg-type]  # rows of this file's own tests
        )
        # Where the vendor's contract is at hand, every test on this stage is held against it.
        inspector = Inspector(twilio_contract.load())
        carrier = Carrier(setup, person, human=human, wall=lambda: CREATED_AT, watch=inspector)
        async with carrier.serving() as api_base:
            account = CallsAccount(
                account_sid=ACCOUNT,
                auth_token=TOKEN,
                caller_id=CALLER_ID,
                voice_url=f"{PUBLIC}/voice",
                status_url=f"{PUBLIC}/status",
                api_base=api_base,
            )
            dialler = make(account)
            yield Stage(dialler, carrier, bot, account, inspector)
            await dialler.aclose()
        assert inspector.faults == [], inspector.faults
