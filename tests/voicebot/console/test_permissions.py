from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError

from tests.voicebot.console.stage import Stage, Visitor, card, marks
from voicebot.application.qa.people import PERMISSIONS, Role
from voicebot.console.app import HEADERS, PARTS
from voicebot.console.guard import own_form

PAGES = {
    "queues/fatal": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "dashboard": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "export.csv": {Role.SUPERVISOR, Role.ADMIN},
    "export.parquet": {Role.SUPERVISOR, Role.ADMIN},
    "rounds": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "handovers": {Role.AGENT, Role.SUPERVISOR, Role.ADMIN},
    "audit": {Role.ADMIN},
    "reports": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "reports.csv": {Role.SUPERVISOR, Role.ADMIN},
    "experiments": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "clips": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "live": set(Role),
    "live/now": set(Role),
    "calls/{call}": {Role.QA, Role.SUPERVISOR, Role.AGENT, Role.ADMIN},
    "calls/{call}/audio.wav": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "calls/{call}/peaks.json": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
}
FORMS = {
    "calls/{call}/reveal": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "calls/{call}/review": {Role.QA, Role.SUPERVISOR, Role.ADMIN},
    "calls/{call}/notes/1/settle": {Role.SUPERVISOR, Role.ADMIN},
    "rounds": {Role.SUPERVISOR, Role.ADMIN},
    "handovers/{handover}/take": {Role.AGENT, Role.SUPERVISOR, Role.ADMIN},
    "live/{live}/take": {Role.AGENT, Role.SUPERVISOR, Role.ADMIN},
    "experiments": {Role.SUPERVISOR, Role.ADMIN},
    "experiments/x/close": {Role.SUPERVISOR, Role.ADMIN},
}


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_sees_its_pages_and_no_others(stage: Stage, role: Role) -> None:
    call = await stage.call(recorded=True)
    visitor = await stage.signed_in(role)
    for place, roles in PAGES.items():
        status = (await visitor.get(place.format(call=call))).status_code
        assert (status == 200) is (role in roles), (place, status)
        assert status in {200, 403}


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_does_what_it_may_and_no_more(stage: Stage, role: Role) -> None:
    call = await stage.call(card=card())
    live, handover = await stage.live_call(), await stage.escalated(call)
    visitor = await stage.signed_in(role)
    for place, roles in FORMS.items():
        form = marks() | {"reason": "r", "settlement": "s", "name": "n"}
        answer = await visitor.post(
            place.format(call=call, live=live, handover=handover), form, seen_at=f"calls/{call}"
        )
        assert (answer.status_code in {200, 303}) is (role in roles), (place, answer.status_code)


def test_every_role_is_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_every_form_asks_for_the_sessions_token() -> None:
    routes = [route for part in PARTS for route in part.router.routes]
    posts = [route for route in routes if isinstance(route, APIRoute) and "POST" in (route.methods or set())]
    open_ones = {route.path for route in posts if own_form not in {each.call for each in route.dependant.dependencies}}
    # The sign-in has a token of its own, for there is no session yet.
    assert open_ones == {"/sign-in"}


@pytest.mark.parametrize("csrf", ["", "0" * 64], ids=["none", "a guess"])
async def test_a_form_without_this_sessions_token_changes_nothing(stage: Stage, csrf: str) -> None:
    call = await stage.call(card=card())
    visitor = await stage.signed_in()
    answer = await visitor.client.post(f"/console/calls/{call}/review", data={"csrf": csrf})
    assert answer.status_code == 403
    assert await stage.rows("SELECT id FROM call_reviews") == []


async def test_another_sessions_token_is_no_token(stage: Stage) -> None:
    call = await stage.call(card=card())
    mine = await stage.signed_in(login="one")
    theirs = await (await stage.signed_in(login="two")).token("queues/fatal")
    answer = await mine.client.post(f"/console/calls/{call}/review", data={"csrf": theirs})
    assert answer.status_code == 403


async def _tries(visitor: Visitor, call: str) -> list[int]:
    pages = [f"calls/{call}", f"calls/{call}/audio.wav", f"calls/{call}/peaks.json"]
    forms = {
        f"calls/{call}/reveal": {"reason": "quero ver"},
        f"calls/{call}/review": {"result_greeting": "pass"},
        f"calls/{call}/notes": {"kind": "comment", "text": "oi"},
        f"calls/{call}/notes/1/settle": {"settlement": "sim"},
    }
    found = [(await visitor.get(page)).status_code for page in pages]
    return found + [
        (await visitor.post(place, form, seen_at="queues/all")).status_code for place, form in forms.items()
    ]


async def test_attack_14_a_call_of_another_creditor_cannot_be_told_from_one_that_is_not_there(stage: Stage) -> None:
    call = await stage.call(creditor="Banco Ipê S.A.", card=card(), recorded=True)
    visitor = await stage.signed_in(creditors=("Lojas Aurora S.A.",))
    assert await _tries(visitor, call) == [404] * 7
    assert await _tries(visitor, str(uuid.uuid4())) == [404] * 7
    for place in ("queues/all", "queues/all?creditor=Banco+Ip%C3%AA+S.A.", "export.csv", "dashboard"):
        assert call not in (await visitor.get(place)).text
    assert await stage.rows("SELECT id FROM call_notes") == await stage.rows("SELECT id FROM call_reviews") == []
    assert {row["action"] for row in await stage.rows("SELECT action FROM console_audit")} == {"signed_in", "exported"}


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/keys/recording.key", "x.vbrec", "1' OR '1'='1"],
)
async def test_attack_12_a_call_is_named_by_its_id_and_by_nothing_else(stage: Stage, name: str) -> None:
    visitor = await stage.signed_in()
    for place in (f"calls/{name}", f"calls/{name}/audio.wav", f"static/{name}"):
        assert (await visitor.get(place)).status_code in {404, 405}


async def test_every_answer_carries_the_headers_that_keep_a_page_in_its_place(stage: Stage) -> None:
    visitor = await stage.signed_in()
    for place in ("sign-in", "queues/fatal", "nowhere", "static/console.js"):
        answer = await visitor.get(place)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert (await visitor.get("queues/fatal")).headers["cache-control"] == "no-store"


async def test_pages_hold_no_script_or_style_of_their_own(stage: Stage) -> None:
    call = await stage.call(card=card("empathy", fatal={"false_claim": [4]}), recorded=True)
    visitor = await stage.signed_in(Role.ADMIN)
    for place in ("sign-in", "queues/all", "dashboard", "rounds", "handovers", "audit", f"calls/{call}"):
        page = (await visitor.get(place)).text
        assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:|https?://", page) == []


async def test_a_body_without_an_end_or_too_long_is_refused(stage: Stage) -> None:
    visitor = await stage.signed_in()

    async def chunks() -> AsyncIterator[bytes]:
        yield b"csrf=x"

    endless = await visitor.client.post("/console/sign-out", content=chunks())
    long = await visitor.client.post("/console/sign-out", content=b"x" * 100_001)
    assert (endless.status_code, long.status_code) == (411, 413)


async def test_the_audit_trail_cannot_be_rewritten(stage: Stage) -> None:
    await stage.signed_in()
    for statement in ("UPDATE console_audit SET detail = 'x'", "DELETE FROM console_audit", "TRUNCATE console_audit"):
        with pytest.raises(DBAPIError, match="added to, never changed"):
            async with stage.database.transaction() as connection:
                await connection.exec_driver_sql(statement)
