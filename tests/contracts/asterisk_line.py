"""The contracts' line over a real Asterisk: two softphones, the bot's doors with tones, and a gate before the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

import httpx
from fastapi import FastAPI, Request, Response

from telephony.call import CallStatus
from telephony.provider import Dialler
from telephony.providers.asterisk.ari import AsteriskAccount, AsteriskDialler
from telephony.providers.simulator.serving import serving
from tests.contracts.lines import CALLEE, CALLER_ID, Callee, Desk, Line, OfDesk, Setting
from tests.ports import free_port
from tests.telephony.providers.asterisk.office import (
    CALLER_HZ,
    CALLER_SPEAKS,
    GREETING_HZ,
    HUMAN_HZ,
    WORDS_HZ,
    Office,
    heard_by,
    office,
)
from tests.telephony.providers.asterisk.pbx import PASSWORD, seconds_of, until

_TOLD: Final = MappingProxyType(
    {
        "RINGING": CallStatus.RINGING,
        "asked": CallStatus.IN_PROGRESS,
        "over": CallStatus.COMPLETED,
        "BUSY": CallStatus.BUSY,
        "NOANSWER": CallStatus.NO_ANSWER,
        "CANCEL": CallStatus.CANCELED,
        "CHANUNAVAIL": CallStatus.FAILED,
        "CONGESTION": CallStatus.FAILED,
    }
)
_OF_DESK: Final = MappingProxyType(
    {
        "ANSWER": OfDesk.ANSWERED,
        "BUSY": OfDesk.BUSY,
        "NOANSWER": OfDesk.RANG_OUT,
        "CANCEL": OfDesk.CALLER_LEFT,
    }
)
_HOP: Final = frozenset({"host", "content-length", "connection", "transfer-encoding", "content-encoding"})


@dataclass
class Gate:
    """A proxy before Asterisk's HTTP server that answers in its place where a test says so."""

    url: str
    refusals: list[int] = field(default_factory=list)
    asked: int = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST", "DELETE"])
        async def passed_on(path: str, request: Request) -> Response:
            self.asked += 1
            if self.refusals:
                return Response(status_code=self.refusals.pop(0))
            headers = {name: value for name, value in request.headers.items() if name not in _HOP}
            async with httpx.AsyncClient(trust_env=False) as http:
                target = f"{self.url}/{path}" + (f"?{request.url.query}" if request.url.query else "")
                answer = await http.request(request.method, target, headers=headers, content=await request.body())
            back = {name: value for name, value in answer.headers.items() if name not in _HOP}
            return Response(answer.content, answer.status_code, back)

        return app


@dataclass
class AsteriskLine:
    at: Office
    gate: Gate
    url: str
    setting: Setting
    provider: Dialler
    unknown: str = "vb-nobody"

    async def place(self, ref: str = "r-1") -> str:
        call = await self.provider.place(to=CALLEE, call_ref=ref)
        if self.setting.callee is Callee.BUSY:
            await self.at.phone.rings()
            await self.at.phone.hang_up()
        return call

    async def called_by_person(self) -> str:
        await self.at.phone.dial(f"sip:{CALLER_ID}@{self.at.pbx.sip}")
        await until(lambda: bool(self.at.bot.asked), "the bot was asked")
        return self.at.bot.asked[-1]["channel"]

    async def talks(self) -> None:
        await until(lambda: bool(self.at.bot.talkers), "the bot has the call")
        await until(lambda: heard_by(self.at.bot.talkers[0], CALLER_HZ) > 0.1, "the bot hears the person")
        await until(lambda: seconds_of(self.at.phone.heard(), GREETING_HZ) > 0.1, "the person hears the bot")

    async def ended(self, call: str) -> None:
        await self.at.pbx.empty()
        await until(lambda: len(self.at.bot.over) == len(self.at.bot.talkers), "the bot has let go")

    def told(self) -> list[CallStatus]:
        return [_TOLD[each] for each in self.at.bot.course]

    def told_of_desk(self) -> list[OfDesk]:
        return [_OF_DESK[each["status"]] for each in self.at.bot.handovers]

    @property
    def streams(self) -> int:
        return len(self.at.bot.talkers)

    async def streams_over(self) -> None:
        await until(lambda: 0 < len(self.at.bot.talkers) == len(self.at.bot.over), "the bot is off the line")

    async def bot_leaves(self) -> None:
        await self.at.phone.press("9")

    async def person_leaves(self, *, silently: bool = False) -> None:
        await (self.at.phone.die() if silently else self.at.phone.hang_up())

    async def person_hears_human(self) -> None:
        await until(lambda: seconds_of(self.at.phone.heard(), HUMAN_HZ) > 0.2, "the person hears the human")

    async def person_heard_last_words(self) -> bool:
        return seconds_of(self.at.phone.heard(), WORDS_HZ) > 1.0

    async def desk_rings(self) -> None:
        await self.at.desk.rings()
        if self.setting.desk is Desk.BUSY:
            await self.at.desk.hang_up()

    async def human_leaves(self) -> None:
        await self.at.desk.hang_up()

    def refuse(self, http_status: int) -> None:
        self.gate.refusals.append(http_status)

    @property
    def is_refusal_left(self) -> bool:
        return bool(self.gate.refusals)

    async def calls(self) -> int:
        return len(await self.at.pbx.channels())

    def stranger(self) -> Dialler:
        return AsteriskDialler(AsteriskAccount(self.url, "not-the-password", CALLER_ID))


def asterisk_at(url: str) -> Dialler:
    return AsteriskDialler(AsteriskAccount(url, PASSWORD, CALLER_ID))


@asynccontextmanager
async def asterisk_line(setting: Setting) -> AsyncIterator[Line]:
    limits = {"CALL_LIMIT_S": str(setting.limit_s), "HUMAN_LIMIT_S": str(setting.human_limit_s)}
    if setting.callee is Callee.UNREACHABLE:
        limits["TRUNK_HOST"] = f"127.0.0.1:{free_port()}"
    with TemporaryDirectory(prefix="vb-line") as folder:
        async with office(
            Path(folder),
            "websocket",
            CALLER_SPEAKS,
            answers=setting.callee is Callee.ANSWERS,
            desk_answers=setting.desk is Desk.ANSWERS,
            values=limits,
        ) as at:
            gate = Gate(at.pbx.url)
            async with serving(gate.app()) as url:
                provider = asterisk_at(url)
                try:
                    yield AsteriskLine(at, gate, url, setting, provider)
                finally:
                    await provider.aclose()
