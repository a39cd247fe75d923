"""The browser line in a real Chromium with a fake microphone, and its door for those who are not our page."""

from __future__ import annotations

import json
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from telephony.providers.simulator.wire import Line, Sender
from tests.voicebot.console.stage import HASH, PASSWORD
from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.stage import ANA, WITHIN_S, Fakes, Operate, Operation, eventually
from voicebot.application.ports import MarkOutcome, Speaker
from voicebot.application.qa.people import Role
from voicebot.console.guard import PATH, csrf_of
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.console_people import PostgresPeople
from voicebot.pipeline.floor import Patience
from voicebot.speech.resample import resample
from voicebot.testing.engines import NoiseVoice, ScriptedHearing
from voicebot.web.browser_line import ACCOUNT, MEDIA, new_call_id

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120)]
CHROMIUM = Path("/usr/bin/chromium")
MIC_HZ = 48_000
QUIET_S = 2.5
"""Before each word of the fake microphone, which begins again and again."""


@asynccontextmanager
async def demo_line(operate: Operate, *heard: str) -> AsyncIterator[Operation]:
    given = Fakes(ScriptedHearing(heard), NoiseVoice(ms_per_character=6.0), Patience(incomplete_s=0.5))
    async with operate(fakes=given, browser_line=True, public_url="http://127.0.0.1:1") as operation:
        people = PostgresPeople(operation.store.database)
        await people.add(
            login="ana",
            name="Pessoa",
            role=Role.AGENT,
            password_hash=HASH,
            creditors=None,
            at=operation.clock.now(),
        )
        yield operation


@asynccontextmanager
async def signed_in(operation: Operation) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=operation.url, trust_env=False, timeout=WITHIN_S) as client:
        await client.get(f"{PATH}/sign-in")
        csrf = csrf_of(client.cookies["console_login"])
        await client.post(f"{PATH}/sign-in", data={"login": "ana", "password": PASSWORD, "csrf": csrf})
        yield client


async def begun(operation: Operation, **form: str) -> httpx.Response:
    async with signed_in(operation) as client:
        csrf = csrf_of(client.cookies["console_session"])
        return await client.post(f"{PATH}/browser", data={"debtor": ANA, "csrf": csrf, **form})


async def test_the_page_is_for_those_who_are_signed_in_and_only_where_it_is_switched_on(operate: Operate) -> None:
    async with demo_line(operate) as operation:
        async with httpx.AsyncClient(base_url=operation.url, trust_env=False, timeout=WITHIN_S) as stranger:
            answer = await stranger.get("/browser", follow_redirects=True)
            assert (answer.url.path, answer.status_code) == (f"{PATH}/sign-in", 200)
            assert (await stranger.post(f"{PATH}/browser", data={"debtor": ANA})).status_code == 303
        async with signed_in(operation) as client:
            page = await client.get(f"{PATH}/browser")
            assert page.status_code == 200
            assert "microphone=(self)" in page.headers["Permissions-Policy"]
            assert "script-src 'self'" in page.headers["Content-Security-Policy"]
            assert (await client.post(f"{PATH}/browser", data={"debtor": ANA, "csrf": "x"})).status_code == 403


async def test_without_the_setting_there_is_no_page_and_no_door(operate: Operate) -> None:
    async with operate() as operation, httpx.AsyncClient(base_url=operation.url, trust_env=False) as client:
        assert (await client.get("/browser")).status_code == 404
        with pytest.raises(InvalidStatus):
            await connect(operation.url.replace("http", "ws") + MEDIA, proxy=None)


async def test_a_token_lets_one_stream_of_its_own_call_in_and_no_other(operate: Operate) -> None:
    async with demo_line(operate) as operation:
        told = (await begun(operation)).json()
        url, origin = operation.url.replace("http", "ws") + told["media"], operation.url

        async def refused(**given: str) -> int:
            line = Line(
                call_sid=given.get("sid", told["callSid"]),
                account_sid=given.get("account", ACCOUNT),
                parameters={"token": given.get("token", told["token"])},
            )
            async with connect(url, origin=given.get("origin", origin), proxy=None) as socket:  # type: ignore[arg-type]  # any origin
                sender = Sender(line)
                await socket.send(sender.connected())
                await socket.send(sender.start())
                try:
                    while True:
                        await socket.recv()
                except ConnectionClosed as closed:
                    return closed.rcvd.code if closed.rcvd is not None else 1006

        with pytest.raises(InvalidStatus):
            await refused(origin="https://evil.example")
        assert await refused(token="guessed") == 1008
        assert await refused(sid=new_call_id()) == 1008
        assert await refused(account="AC" + "1" * 32) == 1008


async def test_a_call_of_the_bots_is_permitted_by_the_rules_or_not_made(operate: Operate) -> None:
    async with demo_line(operate) as operation:
        answers = [await begun(operation, direction="outbound") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 409]
        assert "não é permitida" in answers[1].json()["error"]
        assert (await begun(operation, debtor="nobody")).status_code == 404


# --- in the browser --------------------------------------------------------------------------------------------------


@pytest.fixture
def microphone(tmp_path: Path) -> Path:
    """A recording of "Sim, sou eu." after some quiet, which the browser plays over and over."""
    loud = resample(yes().astype(np.float32) / 32768.0, 8_000, MIC_HZ)
    quiet = np.zeros(int(QUIET_S * MIC_HZ), dtype=np.float32)
    pcm = (np.concatenate([quiet, loud]) * 32767).clip(-32768, 32767).astype("<i2")
    path = tmp_path / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(MIC_HZ)
        file.writeframes(pcm.tobytes())
    return path


@asynccontextmanager
async def tab(microphone: Path, scheme: str = "light") -> AsyncIterator[Any]:
    playwright = pytest.importorskip(
        "playwright.async_api", reason="needs the playwright package and Chromium: `make test-all` installs them"
    )
    flags = [
        "--no-sandbox",
        "--autoplay-policy=no-user-gesture-required",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
    ]
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        context = await browser.new_context(color_scheme=scheme, permissions=["microphone"])
        page = await context.new_page()
        page.set_default_timeout(30_000)
        yield page
        await browser.close()


async def open_line(page: Any, operation: Operation) -> list[str]:
    """Sign in and open the page; gives what goes wrong on it from now on."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    await page.goto(f"{operation.url}{PATH}/sign-in")
    await page.get_by_label("Usuário").fill("ana")
    await page.get_by_label("Senha").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Sair").wait_for()
    await page.goto(f"{operation.url}/browser")
    return wrong


@pytest.mark.chromium
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium: apt-get install chromium")
async def test_a_person_talks_to_the_bot_from_a_browser(operate: Operate, microphone: Path) -> None:
    async with demo_line(operate, "alô, quem fala?") as operation, tab(microphone) as page:
        sent: list[dict[str, Any]] = []
        got: list[dict[str, Any]] = []

        def watch(socket: Any) -> None:
            socket.on("framesent", lambda text: sent.append(json.loads(text)))
            socket.on("framereceived", lambda text: got.append(json.loads(text)))

        page.on("websocket", watch)
        wrong = await open_line(page, operation)
        await page.get_by_label("Pessoa da demonstração").select_option(ANA)
        await page.get_by_role("button", name="Ligar", exact=True).focus()
        await page.keyboard.press("Enter")
        await page.get_by_text("Em ligação.").wait_for()

        async def call_of_page() -> str | None:
            open_calls = await operation.open_calls()
            return open_calls[0] if open_calls else None

        call_id = await eventually(call_of_page)
        lines = await operation.until(lambda all_: any(each.line.speaker is Speaker.CALLER for each in all_), call_id)
        assert [each.line.text for each in lines if each.line.speaker is Speaker.CALLER] == ["alô, quem fala?"]
        await operation.until(lambda all_: any(each.heard is MarkOutcome.PLAYED for each in all_), call_id)
        await page.get_by_text("alô, quem fala?").wait_for()
        await page.keyboard.press("5")
        await page.get_by_role("button", name="Desligar").click()
        await page.get_by_text("Ligação encerrada.").wait_for()
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
        assert (await operation.recording(call_id, "deleted" if not _noticed(lines) else "complete"))["path"]
        assert wrong == []
        _frames_are_a_phones(sent)
        assert {each["event"] for each in got} >= {"media", "mark"}


def _noticed(lines: list[Any]) -> bool:
    return any("NoticeRecording" in each.line.acts and each.heard is MarkOutcome.PLAYED for each in lines)


def _frames_are_a_phones(sent: list[dict[str, Any]]) -> None:
    kinds = [each["event"] for each in sent]
    assert kinds[:2] == ["connected", "start"]
    assert kinds[-1] == "stop"
    assert "mark" in kinds
    assert [each["dtmf"]["digit"] for each in sent if each["event"] == "dtmf"] == ["5"]
    media = [each["media"] for each in sent if each["event"] == "media"]
    assert {len(each["payload"]) for each in media} == {216}  # 160 bytes in base64
    assert [int(each["timestamp"]) for each in media] == list(range(0, 20 * len(media), 20))


@pytest.mark.chromium
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium: apt-get install chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_fits_a_phones_screen(operate: Operate, microphone: Path, scheme: str) -> None:
    async with demo_line(operate) as operation, tab(microphone, scheme) as page:
        await open_line(page, operation)
        await page.set_viewport_size({"width": 360, "height": 800})
        root = page.locator("html")
        assert await root.evaluate("root => root.scrollWidth - root.clientWidth") == 0
        assert await page.get_by_role("button", name="Tecla 5").is_disabled()
