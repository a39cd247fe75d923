"""A walk through the console in a real browser: sign in, open a fatal call, hear it, override, calibrate, export."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from telephony.providers.simulator.serving import serving
from tests.voicebot.console.stage import NOW, PASSWORD, Stage, card
from voicebot.application.qa.people import Role
from voicebot.console.oidc import OidcClient, OidcProvider
from voicebot.console.words import CRITERIA, word
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_live import PostgresLive
from voicebot.testing.oidc_provider import OidcTestProvider

CHROMIUM = Path("/usr/bin/chromium")
AXE = os.environ.get("VOICEBOT_TEST_AXE", "")
playwright = pytest.importorskip(
    "playwright.async_api", reason="needs the playwright package and Chromium: `make test-all` installs them"
)
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium: apt-get install chromium"),
]
PLACES = ("live", "dashboard", "reports", "experiments", "clips", "rounds", "handovers", "people", "audit", "account")
_FLAGS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture(params=["light", "dark"])
async def tab(stage: Stage, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Any, str]]:
    """A browser's tab, and where the console is."""
    async with serving(stage.app()) as url, playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS)
        context = await browser.new_context(color_scheme=request.param, accept_downloads=True, bypass_csp=bool(AXE))
        page = await context.new_page()
        page.set_default_timeout(15_000)
        yield page, f"{url}/console"
        await browser.close()


async def _fatal_call(stage: Stage) -> str:
    call = await stage.call(card=card("empathy", fatal={"false_claim": [4]}))
    await stage.record(call, NOW, seconds=30)
    await stage.person(Role.ADMIN, login="supervisor")
    return call


async def _sign_in(page: Any, url: str) -> None:
    await page.goto(f"{url}/sign-in")
    await page.get_by_label("Usuário").fill("supervisor")
    await page.get_by_label("Senha").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/queues/fatal")


async def test_a_morning_at_the_desk(stage: Stage, tab: tuple[Any, str]) -> None:
    page, url = tab
    call = await _fatal_call(stage)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)

    await _sign_in(page, url)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/calls/{call}")
    await page.get_by_text("0:00 / 0:30").wait_for()

    await page.locator(".alert .evidence").click()
    await page.locator("#t4.now").wait_for()
    await page.locator("#play[aria-pressed=true]").wait_for()
    await page.locator("#main").focus()
    await page.keyboard.press("Space")
    await page.locator("#play[aria-pressed=false]").wait_for()
    (heard,) = await stage.rows("SELECT call_id FROM console_audit WHERE action = 'heard'")
    assert str(heard["call_id"]) == call

    await page.get_by_label("Empatia: Sim").check()
    await page.get_by_label("Afirmação falsa", exact=True).uncheck()
    await page.get_by_role("button", name="Salvar avaliação").click()
    await page.get_by_role("heading", name="Avaliações de pessoas").wait_for()
    (row,) = await stage.rows("SELECT score, human_score FROM call_quality")
    assert row == {"score": 0, "human_score": 100}

    await page.get_by_role("link", name="Calibração").click()
    await page.get_by_label("Nome").fill("Semana 47")
    await page.get_by_role("button", name="Abrir rodada").click()
    await page.get_by_role("link", name="Avaliar").click()
    for name in CRITERIA:
        await page.get_by_label(f"{word(name)}: {'Não' if name == 'greeting' else 'Sim'}").check()
    await page.get_by_role("button", name="Salvar").click()
    # Nobody else has judged it: a form that says nothing of that is not sent.
    await page.get_by_label("Fechar com menos de duas pessoas").check()
    await page.get_by_role("button", name="Fechar e comparar").click()
    await page.get_by_text("supervisor e a máquina").wait_for()

    await page.get_by_role("link", name="Painel").click()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Exportar CSV").click()
    download = await coming.value
    assert download.suggested_filename.endswith(".csv")
    assert call in _text(Path(await download.path()))
    assert wrong == []


async def _furnished(stage: Stage) -> None:
    """Have something on each of the newer pages."""
    await stage.live_call()
    await PostgresExperiments(stage.database).open("abertura-curta", challenger_percent=50, by=None, at=NOW)
    await PostgresFigures(stage.database).refresh()


async def test_a_stretch_is_kept_and_heard_and_a_call_taken_over(stage: Stage, tab: tuple[Any, str]) -> None:
    page, url = tab
    call = await _fatal_call(stage)
    await _sign_in(page, url)
    await page.goto(f"{url}/calls/{call}")
    await page.get_by_text("Guardar um trecho").click()
    await page.get_by_label("De, segundos").fill("2")
    await page.get_by_label("Até, segundos").fill("5.5")
    await page.get_by_label("O que se aprende aqui").fill("Acolher antes de oferecer.")
    await page.get_by_role("button", name="Guardar trecho").click()
    await page.get_by_role("link", name="Trechos").click()
    await page.get_by_text("Acolher antes de oferecer.").wait_for()
    sound = page.locator("audio")
    await sound.evaluate("sound => sound.play()")
    assert 2 <= await sound.evaluate("sound => sound.currentTime") < 5.5

    await page.get_by_role("link", name="Ao vivo").click()
    await page.get_by_text("Nenhuma ligação em curso").wait_for()
    held = await stage.live_call()
    # The page looks again by itself.
    await page.get_by_role("button", name="Assumir a ligação").click()
    await page.get_by_text("à espera do robô").wait_for()
    await PostgresLive(stage.database).answered(UUID(held), accepted=True, at=NOW)
    await page.get_by_text("Entregue a uma pessoa").wait_for()


@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])
async def test_no_page_is_wider_than_the_screen(stage: Stage, tab: tuple[Any, str], width: int) -> None:
    page, url = tab
    call = await _fatal_call(stage)
    await _sign_in(page, url)
    await page.set_viewport_size({"width": width, "height": 800})
    await _furnished(stage)
    for place in ("queues/fatal", f"calls/{call}", *PLACES):
        await page.goto(f"{url}/{place}")
        root = page.locator("html")
        wide = await root.evaluate("root => root.scrollWidth - root.clientWidth")
        assert wide == 0, place


@pytest.mark.skipif(not AXE, reason="needs axe-core: VOICEBOT_TEST_AXE names its axe.min.js")
async def test_axe_finds_nothing(stage: Stage, tab: tuple[Any, str]) -> None:
    page, url = tab
    call = await _fatal_call(stage)
    script = _text(Path(AXE))
    await page.goto(f"{url}/sign-in")
    found = await _violations(page, script)
    await _sign_in(page, url)
    await _furnished(stage)
    for place in ("queues/fatal", "queues/all", f"calls/{call}", *PLACES):
        await page.goto(f"{url}/{place}")
        found |= await _violations(page, script)
    assert found == set()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


async def _violations(page: Any, script: str) -> set[str]:
    await page.evaluate(script)
    result = await page.evaluate("axe.run()")
    if not result["passes"]:
        raise AssertionError("axe looked at nothing")
    return {f"{page.url}: {each['id']}" for each in result["violations"]}


async def test_the_houses_account_opens_the_console_from_another_site(stage: Stage) -> None:
    """`localhost` and `127.0.0.1` are two sites: what a browser keeps back between them is kept back here."""
    provider = OidcTestProvider("", stage.clock, accounts={"lia": {"email": "lia@house.example", "name": "Lia"}})
    provider.accounts["lia"]["email_verified"] = True
    await stage.person(Role.QA, login="lia@house.example")
    async with serving(provider.app()) as there, playwright.async_playwright() as driver:
        provider.issuer = there.replace("127.0.0.1", "localhost")
        registered = OidcClient(provider.issuer, "console", "", "a conta da casa", client_secret=provider.client_secret)
        known = stage.sign_on = OidcProvider(registered)
        async with serving(stage.app()) as url:
            known.client = replace(registered, redirect_uri=f"{url}/console/oidc/callback")
            browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS)
            page = await browser.new_page()
            page.set_default_timeout(15_000)
            await page.goto(f"{url}/console/sign-in")
            await page.get_by_role("link", name="Entrar com a conta da casa").click()
            await page.get_by_role("link", name="Lia").click()
            await page.wait_for_url("**/console/queues/fatal")
            await page.get_by_role("button", name="Sair").click()
            await page.wait_for_url("**/console/sign-in")
            await browser.close()
    (entry,) = await stage.rows("SELECT detail FROM console_audit WHERE action = 'signed_in'")
    assert entry["detail"] == "conta da empresa"
