"""The dialler against a stand-in for Asterisk's HTTP server; `test_real_asterisk.py` has the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from telephony.call import CallStatus
from telephony.errors import (
    CallGone,
    CapReached,
    DestinationRefused,
    NextStep,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
    UnsafeApiBase,
)
from telephony.guard import HourlyCap
from telephony.provider import Provider
from telephony.providers.asterisk.ari import AsteriskAccount, AsteriskDialler, BadReference
from telephony.providers.simulator.serving import serving
from telephony.transfer import AfterDial

AFTER = AfterDial("https://bot.example/ended", "https://bot.example/answered", ring_s=20)
CALLEE, CALLER_ID, PASSWORD = "+5511988880001", "+551130000000", "the-password-of-the-tests"
WITH_THE_BOT = {"id": "17.5", "dialplan": {"context": "voicebot-bot", "exten": "s"}}
SUCCESS = "Response: Success\r\nMessage: Redirect successful\r\n\r\n"


@dataclass
class Ari:
    """Answers what a test puts here, and keeps what it was asked."""

    status: int = 200
    body: Any = field(default_factory=dict)
    live: Any = None
    """What it says of one channel; None answers as to everything else."""
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST", "DELETE"])
        async def answer(path: str, request: Request) -> Response:
            authorization = request.headers.get("authorization", "")
            if path == "arawman" and not authorization.startswith("Digest "):
                challenge = 'Digest algorithm=MD5, realm="asterisk", nonce="1", qop="auth"'
                return Response(status_code=401, headers={"WWW-Authenticate": challenge})
            self.authorizations.append(authorization)
            if request.method == "GET" and path.startswith("ari/channels/") and self.live is not None:
                return self.live if isinstance(self.live, Response) else httpx_json(self.live, 200)
            body = await request.json() if request.method == "POST" else dict(request.query_params)
            self.asked.append((request.method, f"/{path}", body))
            if isinstance(self.body, str):
                return Response(self.body, status_code=self.status, media_type="text/plain")
            return httpx_json(self.body, self.status)

        return app


def httpx_json(body: Any, status: int) -> Response:
    return Response(httpx.Response(status, json=body).content, status_code=status, media_type="application/json")


@asynccontextmanager
async def asterisk(guard: HourlyCap | None = None) -> AsyncIterator[tuple[Ari, AsteriskDialler]]:
    ari = Ari()
    async with serving(ari.app()) as url:
        dialler = AsteriskDialler(AsteriskAccount(url, PASSWORD, CALLER_ID), guard)
        try:
            yield ari, dialler
        finally:
            await dialler.aclose()


async def test_a_call_is_asked_for_once_by_an_id_of_ours() -> None:
    async with asterisk() as (ari, dialler):
        assert await dialler.place(to=CALLEE, call_ref="a-1") == "vb-a-1"
    ((method, path, wanted),) = ari.asked
    assert (method, path) == ("POST", "/ari/channels")
    assert wanted == {
        "endpoint": f"Local/{CALLEE}@voicebot-dial/n",
        "context": "voicebot-bot",
        "extension": "s",
        "priority": 1,
        "channelId": "vb-a-1",
        "otherChannelId": "vb-a-1-line",
        "callerId": CALLER_ID,
        "timeout": -1,
        "variables": {"VB_CALL_REF": "a-1", "VB_CALLER_ID": CALLER_ID},
    }


@pytest.mark.parametrize("number", ["+19005551234", "190", "+5511988880001@evil", "+5511988880001/n", ""])
async def test_a_refused_destination_sends_nothing(number: str) -> None:
    async with asterisk() as (ari, dialler):
        with pytest.raises(DestinationRefused):
            await dialler.place(to=number, call_ref="a-1")
        with pytest.raises(DestinationRefused):
            await dialler.transfer("vb-a-1", to=number, after=AFTER)
        assert ari.asked == []


@pytest.mark.parametrize("reference", ["", "a b", "a/../b", "x" * 65, "ação"])
async def test_a_reference_that_is_no_channel_id_sends_nothing(reference: str) -> None:
    async with asterisk() as (ari, dialler):
        with pytest.raises(BadReference):
            await dialler.place(to=CALLEE, call_ref=reference)
        assert ari.asked == []


async def test_a_call_that_is_there_already_is_the_one_that_was_asked_for() -> None:
    async with asterisk() as (ari, dialler):
        ari.status = 409
        assert await dialler.place(to=CALLEE, call_ref="a-1") == "vb-a-1"


@pytest.mark.parametrize(
    ("status", "error", "step"),
    [
        pytest.param(401, ProviderRefused, NextStep.STOP_CAMPAIGN, id="wrong password"),
        pytest.param(403, ProviderRefused, NextStep.STOP_CAMPAIGN, id="may only read"),
        pytest.param(400, ProviderRefused, NextStep.STOP_CAMPAIGN, id="a dialplan of somebody else's"),
        pytest.param(404, ProviderUnreachable, NextStep.RETRY_LATER, id="ARI is not loaded yet"),
        pytest.param(429, RateLimited, NextStep.RETRY_LATER, id="a proxy's limit"),
        pytest.param(500, OutcomeUnknown, NextStep.RECONCILE, id="failed in the middle"),
        pytest.param(503, OutcomeUnknown, NextStep.RECONCILE, id="a proxy whose Asterisk went away"),
    ],
)
async def test_a_refusal_is_typed_and_never_repeated(status: int, error: type[ProviderError], step: NextStep) -> None:
    cap = HourlyCap(1, now=lambda: datetime(2026, 11, 23, tzinfo=UTC))
    async with asterisk(cap) as (ari, dialler):
        ari.status, ari.body = status, {"message": f"cannot call {CALLEE}"}
        with pytest.raises(error) as refusal:
            await dialler.place(to=CALLEE, call_ref="a-1")
        assert refusal.value.next_step is step
        assert CALLEE not in str(refusal.value)
        assert len(ari.asked) == 1
        ari.status = 200
        if step is NextStep.RECONCILE:
            # It may have rung: it stays counted.
            with pytest.raises(CapReached):
                await dialler.place(to=CALLEE, call_ref="a-2")
        else:
            assert await dialler.place(to=CALLEE, call_ref="a-2") == "vb-a-2"


async def test_an_asterisk_that_is_not_there_is_told_from_one_that_gives_no_answer() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    dialler = AsteriskDialler(AsteriskAccount(url, PASSWORD, CALLER_ID))
    with pytest.raises(OutcomeUnknown):
        await dialler.place(to=CALLEE, call_ref="a-1")
    server.close()
    await server.wait_closed()
    with pytest.raises(ProviderUnreachable):
        await dialler.place(to=CALLEE, call_ref="a-1")
    await dialler.aclose()


async def test_hanging_up_twice_is_no_error() -> None:
    async with asterisk() as (ari, dialler):
        for status in (204, 404):
            ari.status, ari.body = status, ""
            await dialler.hang_up("vb-a/1")
        ari.status = 500
        with pytest.raises(OutcomeUnknown):
            await dialler.hang_up("vb-a/1")
    assert [(method, path) for method, path, _ in ari.asked] == [("DELETE", "/ari/channels/vb-a/1")] * 3


async def test_a_transfer_is_one_redirect_of_the_live_channel() -> None:
    async with asterisk() as (ari, dialler):
        ari.body, ari.live = SUCCESS, WITH_THE_BOT
        await dialler.transfer("17.5", to="+551130009999", after=AFTER)
    assert [(method, path) for method, path, _ in ari.asked] == [("GET", "/arawman")] * 2
    [ring, order] = [each for _, _, each in ari.asked]
    assert ring == {"action": "Setvar", "Channel": "17.5", "Variable": "VB_HUMAN_RING_S", "Value": "20"}
    assert order == {
        "action": "Redirect",
        "Channel": "17.5",
        "Context": "voicebot-human",
        "Exten": "+551130009999",
        "Priority": "1",
    }
    assert PASSWORD not in ari.authorizations[1]


@pytest.mark.parametrize(
    ("live", "error"),
    [
        pytest.param({"dialplan": {"context": "voicebot-human-ring"}}, CallGone, id="it rings at a human's"),
        pytest.param({"dialplan": {"context": "voicebot-room"}}, CallGone, id="it is with a human"),
        pytest.param(Response('{"message":"Channel not found"}', 404), CallGone, id="over"),
        pytest.param(Response("<html>Not Found", 404), ProviderUnreachable, id="ARI is not loaded"),
        pytest.param(Response("<html>", 200), OutcomeUnknown, id="a proxy's page"),
        pytest.param({"dialplan": None}, OutcomeUnknown, id="no place in the dialplan"),
        pytest.param(["17.5"], OutcomeUnknown, id="a list"),
    ],
)
async def test_only_a_caller_who_is_with_the_bot_is_moved(live: Any, error: type[ProviderError]) -> None:
    """Or a second order would take them from the human whom they talk to."""
    async with asterisk() as (ari, dialler):
        ari.body, ari.live = SUCCESS, live
        with pytest.raises(error) as refusal:
            await dialler.transfer("17.5", to="+551130009999", after=AFTER)
        assert type(refusal.value) is error
    assert ari.asked == []


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        pytest.param(200, "Response: Error\r\nMessage: Channel does not exist: 17.5\r\n", CallGone, id="over"),
        pytest.param(200, "Response: Error\r\nMessage: No such channel\r\n", CallGone, id="over before it was set up"),
        pytest.param(200, "Response: Error\r\nMessage: Permission denied\r\n", ProviderRefused, id="not allowed"),
        pytest.param(200, "<html>", OutcomeUnknown, id="a proxy's page"),
        pytest.param(404, "", ProviderUnreachable, id="no manager by HTTP"),
        pytest.param(500, "", OutcomeUnknown, id="failed"),
    ],
)
async def test_a_transfer_that_fails_says_how(status: int, said: str, error: type[ProviderError]) -> None:
    async with asterisk() as (ari, dialler):
        ari.status, ari.body, ari.live = status, said, WITH_THE_BOT
        with pytest.raises(error) as refusal:
            await dialler.transfer("17.5", to=CALLEE, after=AFTER)
        assert type(refusal.value) is error
        assert "17.5" not in str(refusal.value)


def channel(name: str, call: str, state: str, at: str) -> dict[str, str]:
    return {"name": name, "id": call, "state": state, "creationtime": at}


async def test_live_calls_to_a_number_are_found_newest_first() -> None:
    first, second = "2026-11-23T10:00:00.000+0000", "2026-11-23T10:05:00.000+0000"
    here = f"Local/{CALLEE}@voicebot-dial"
    async with asterisk() as (ari, dialler):
        ari.body = [
            channel(f"{here}-1;1", "vb-a-1", "Up", first),
            channel(f"{here}-1;2", "vb-a-1-line", "Up", first),
            channel("PJSIP/trunk-1", "17.1", "Up", first),
            channel(f"{here}-2;2", "vb-a-2-line", "Ring", second),
            channel("Local/+5511988880002@voicebot-dial-3;1", "vb-a-3", "Ring", second),
            channel(f"{here}-4;1", "17.9", "Up", "soon"),
        ]
        found = await dialler.recent(to=CALLEE)
        assert [(each.provider_call_id, each.status) for each in found] == [
            ("vb-a-2", CallStatus.RINGING),
            ("vb-a-1", CallStatus.IN_PROGRESS),
        ]
        assert found[0].created_at == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
        ari.body = "<html>"
        with pytest.raises(OutcomeUnknown):
            await dialler.recent(to=CALLEE)


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("http://127.0.0.1:8088", True),
        ("http://10.1.2.3:8088", True),
        ("http://asterisk:8088", True),
        ("https://pbx.example.com", True),
        ("http://pbx.example.com", False),
        ("http://8.8.8.8:8088", False),
        ("http://user:word@127.0.0.1", False),
        ("http://127.0.0.1:8088/ari", False),
        ("ftp://127.0.0.1", False),
        ("", False),
    ],
)
def test_the_password_goes_nowhere_in_the_clear(url: str, is_safe: bool) -> None:
    account = AsteriskAccount(url, PASSWORD, CALLER_ID)
    if is_safe:
        provider: Provider = AsteriskDialler(account)
        assert (provider.name, provider.real) == ("asterisk", True)
        return
    with pytest.raises(UnsafeApiBase):
        AsteriskDialler(account)


def test_secrets_and_numbers_are_not_in_reprs() -> None:
    shown = repr(AsteriskAccount("http://127.0.0.1", PASSWORD, CALLER_ID))
    assert not any(secret in shown for secret in (PASSWORD, CALLER_ID))


URL = "https://bot.example/telephony/twilio/handover/x?handover=key-of_the-handover"


async def test_a_person_is_called_beside_the_call_and_what_they_hear_is_asked_by_the_key() -> None:
    async with asterisk() as (ari, dialler):
        call = await dialler.call_human("+551130009999", url=URL, status_url=URL, ring_s=20)
        other = await dialler.call_human("+551130009999", url=URL, status_url=URL, ring_s=20)
    (method, path, order), _ = ari.asked
    assert (method, path, call == other) == ("POST", "/ari/channels", False)
    assert order["endpoint"] == "Local/+551130009999@voicebot-person/n"
    assert (order["context"], order["channelId"], order["otherChannelId"]) == ("voicebot-brief", call, f"{call}-line")
    assert order["variables"] == {
        "VB_HANDOVER": "key-of_the-handover",
        "VB_CALLER_ID": CALLER_ID,
        "VB_HUMAN_RING_S": "20",
    }


async def test_the_caller_is_moved_to_the_room_and_last_words_are_played() -> None:
    async with asterisk() as (ari, dialler):
        ari.body = SUCCESS
        await dialler.move_to_room("17.5", "a" * 32, events_url=URL)
        await dialler.play_last_words("17.5", "https://bot.example/telephony/handover/na-me_1.wav")
    orders = [order for _, _, order in ari.asked]
    assert [(order["action"], order.get("Variable"), order.get("Value")) for order in orders] == [
        ("Setvar", "VB_HANDOVER", "key-of_the-handover"),
        ("Setvar", "VB_ROOM", "a" * 32),
        ("Redirect", None, None),
        ("Setvar", "VB_SAYS", "na-me_1"),
        ("Redirect", None, None),
    ]
    assert [order["Context"] for order in orders if order["action"] == "Redirect"] == [
        "voicebot-room",
        "voicebot-words",
    ]


@pytest.mark.parametrize("name", ["", "a&b", "${SHELL(id)}", "a,b", "a\r\nAction: Originate", "é"])
async def test_no_name_can_become_dialplan(name: str) -> None:
    async with asterisk() as (ari, dialler):
        with pytest.raises(BadReference):
            await dialler.play_last_words("17.5", f"https://bot.example/telephony/handover/{name}.wav")
        with pytest.raises(BadReference):
            await dialler.call_human(
                "+551130009999", url=f"https://x/y?handover={quote(name)}", status_url="", ring_s=5
            )
    assert ari.asked == []


@pytest.mark.parametrize("number", ["+19005551234", "190", "200", "+551130009999,100,r", ""])
async def test_no_other_number_is_called_for_a_person(number: str) -> None:
    async with asterisk() as (ari, dialler):
        with pytest.raises(DestinationRefused):
            await dialler.call_human(number, url=URL, status_url=URL, ring_s=20)
    assert ari.asked == []
