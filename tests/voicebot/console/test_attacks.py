"""Attacks 12 and 13 on the console: paths that climb, and scripts in what callers and colleagues write.

The others carry their numbers in their names beside what they attack: `pytest -k attack` runs them all.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.voicebot.console.stage import TALK, Stage, Visitor, card
from voicebot.application.handover_sheet import LINK, LINK_LIVES
from voicebot.application.ports import Speaker
from voicebot.application.qa.people import Role
from voicebot.console.guard import SESSION_COOKIE
from voicebot.domain.dialogue.phases import Phase
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.persistence.console_rounds import PostgresRounds
from voicebot.persistence.records import PostgresRecords
from voicebot.persistence.tokens import PostgresCallTokens

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
QUOTED = "\"'><svg/onload=alert(3)>{{7777*7777}}"
OUR_OWN = "def create_console"
"""Stands in `app.py`, the nearest file outside the folder that is served."""


async def raw(stage: Stage, visitor: Visitor, path: str) -> tuple[int, bytes]:
    """Ask for a path as a server hands it on, for a client would tidy it up: every `..` stays."""
    sent: list[Any] = []
    answered = asyncio.Event()
    cookie = f"{SESSION_COOKIE}={visitor.client.cookies[SESSION_COOKIE]}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"console.example"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("console.example", 80),
    }

    coming = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if coming:
            return coming.pop()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            answered.set()

    await stage.app()(scope, receive, send)
    status = next(each["status"] for each in sent if each["type"] == "http.response.start")
    return int(status), b"".join(each.get("body", b"") for each in sent)


@pytest.mark.parametrize("climb", ["../", "../../", "../../../../../../../../", "..\\", "./.././", "/", "....//"])
async def test_attack_12_no_path_climbs_out_of_what_is_served(stage: Stage, climb: str) -> None:
    call = await stage.call(recorded=True)
    visitor = await stage.signed_in(Role.ADMIN)
    (sealed,) = stage.folder.iterdir()
    wanted = ("app.py", "etc/passwd", str(sealed).removeprefix("/"), f"recordings/{sealed.name}")
    for start in ("static/", f"calls/{call}/", "calls/", "handovers/open/", "queues/"):
        for name in wanted:
            status, body = await raw(stage, visitor, f"/console/{start}{climb}{name}")
            assert status in {404, 405}, (start, name)
            assert OUR_OWN.encode() not in body
            assert sealed.read_bytes()[:64] not in body
    status, body = await raw(stage, visitor, "/console/static/console.css")
    assert (status, body != b"") == (200, True)


async def _nobody(_ref: str) -> None:
    return None


@pytest.mark.parametrize("words", [SCRIPT, QUOTED], ids=["tags", "quotes and braces"])
async def test_attack_13_what_is_written_is_never_run_on_any_list(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """A script in what a caller said live, in a clip, a round's name, a hand-over, its sheet, a colleague's name."""
    desk = stage.desk()
    monkeypatch.setattr(Stage, "desk", lambda _self: replace(desk, sheets=PostgresHandovers(stage.database)))
    talk = (*TALK, (Speaker.CALLER, words, Phase.NEGOTIATION, ()))
    creditor = f"Loja {words}"
    call = await stage.call(talk, creditor=creditor, card=card())
    await stage.live_call(talk, creditor=creditor)
    admin = await stage.signed_in(Role.ADMIN)
    await stage.person(Role.QA, login=words, creditors=(creditor,))
    clip = {"kind": "clip", "text": words, "at_s": "1", "until_s": "4"}
    await admin.post(f"calls/{call}/notes", clip, seen_at=f"calls/{call}")
    await stage.escalated(call, words)
    facts = {"reason": words, "speaking": "debtor", "mood": words, "balance": "1.00", "agreed": "False"}
    await PostgresRecords(stage.database).record_event(call, "handover_sheet", facts, stage.clock.now())
    token = await PostgresCallTokens(stage.database, stage.clock, _nobody).mint(
        call, LINK, ttl_s=LINK_LIVES.total_seconds()
    )
    shown = {"clips": await admin.get("clips")}  # before the round: who is to judge the call reads no notes on it
    rounds = PostgresRounds(stage.database)
    round_id = await rounds.open(words, calls=1, by=admin.person_id, creditors=None, at=stage.clock.now())
    assert (await admin.get(f"handovers/open/{token}")).status_code == 303
    rate = f"rounds/{round_id}/calls/{call}"
    sheet = f"handovers/calls/{call}"
    places = ("live", "live/now", "rounds", f"rounds/{round_id}", "handovers", sheet, "people", rate, "audit")
    shown |= {place: await admin.get(place) for place in places}
    for place, answer in shown.items():
        assert answer.status_code == 200, place
        assert [each for each in ("<script>", "<img", "<svg/", "60481729") if each in answer.text] == [], place
        assert "&lt;script&gt;" in answer.text or "&#34;&#39;&gt;&lt;svg" in answer.text, place
