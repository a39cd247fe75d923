"""Attack 14: whoever may see one creditor tries every door of the console with what belongs to another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.voicebot.console.stage import NOW, Stage, Visitor
from tests.voicebot.console.walk import EXPERIMENT, OURS, TABLES, THEIRS, World, doors, places, two_worlds
from voicebot.application.qa.people import Role
from voicebot.application.qa.queues import Queue
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.persistence.console_rounds import PostgresRounds

BARRED = {403, 404}
A_WALK = 30
"""Doors with an id in their path are more than these; a walk through none of them would find nothing."""


@pytest.fixture
def whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage's desk as the gateway puts it together: with the pages of calls that are taken over."""
    desk = stage.desk()
    monkeypatch.setattr(Stage, "desk", lambda _self: replace(desk, sheets=PostgresHandovers(stage.database)))
    return stage


def form(theirs: World) -> dict[str, str]:
    """Fill every field of every form with what is theirs."""
    return {
        "reason": "quero ver",
        "text": "oi",
        "kind": "comment",
        "settlement": "sim",
        "name": f"Ronda de {theirs.person}",
        "login": "pessoa do ipê",
        "creditor": THEIRS,
        "role": "admin",
        "rater": str(theirs.person),
        "anyway": "on",
        "result_greeting": "pass",
    }


async def belongings(stage: Stage, theirs: World) -> dict[str, list[dict[str, Any]]]:
    """Everything of theirs that a form could have changed; what is new under their call is told by its row."""
    mine = f"(t::text LIKE '%{theirs.call}%' OR t::text LIKE '%{theirs.live}%' OR t::text LIKE '%do ipê%')"
    return {
        table: await stage.rows(f"SELECT t::text FROM {table} t WHERE {each} ORDER BY 1")  # noqa: S608 - our own words
        for table in TABLES
        for each in ("true" if table == "experiments" else mine,)
    }


async def walked(stage: Stage, visitor: Visitor, theirs: World) -> tuple[dict[str, int], dict[str, str]]:
    """Try every door: the answers where an id of theirs is in the path, and the text of the others."""
    barred: dict[str, int] = {}
    texts: dict[str, str] = {}
    ids = {**theirs.ids, "queue": tuple(each.value for each in Queue), "name": (EXPERIMENT,)}
    token = await visitor.token("live")
    for method, route in doors(stage):
        for place in places(route, ids):
            if method == "POST":
                data = form(theirs) | {"csrf": token}
                answer = await visitor.client.post(f"/console/{place}", data=data)
            else:
                answer = await visitor.get(f"{place}?creditor={THEIRS}&who={theirs.person}")
                texts[f"{place} plain"] = (await visitor.get(place)).text
            texts[f"{method} {place}"] = answer.content.decode("utf-8", "replace")
            if set(route.param_convertors) - {"queue"}:
                barred[f"{method} {place}"] = answer.status_code
    return barred, texts


@pytest.mark.parametrize("role", list(Role))
async def test_attack_14_no_door_gives_or_changes_what_is_anothers(whole: Stage, role: Role) -> None:
    _, theirs = await two_worlds(whole)
    visitor = await whole.signed_in(role, creditors=(OURS,))
    before = await belongings(whole, theirs)
    barred, texts = await walked(whole, visitor, theirs)
    assert {place: status for place, status in barred.items() if status not in BARRED} == {}
    seen = {(place, mark) for place, text in texts.items() for mark in theirs.marks if mark in text}
    assert seen == set()
    assert await belongings(whole, theirs) == before
    trail = await whole.rows(f"SELECT action FROM console_audit WHERE user_id = {visitor.person_id}")  # noqa: S608
    assert {row["action"] for row in trail} <= {"signed_in", "exported", "round_opened"}
    assert len(barred) > A_WALK
    # What is theirs to see is there: a console that shows nothing would pass all of the above.
    assert OURS in texts["GET live"]


async def test_attack_14_the_walk_finds_what_it_looks_for(whole: Stage) -> None:
    """Somebody who may see everything finds every mark on the same way: the walk is not blind."""
    _, theirs = await two_worlds(whole)
    # An open round hides what colleagues noted on its calls from whoever is to judge them.
    await PostgresRounds(whole.database).close(theirs.open_round, creditors=None, at=NOW)
    visitor = await whole.signed_in(Role.ADMIN)
    ids = {**theirs.ids, "queue": ("all",), "name": (EXPERIMENT,)}
    found: set[str] = set()
    for method, route in doors(whole):
        for place in places(route, ids) if method == "GET" else ():
            text = (await visitor.get(place)).content.decode("utf-8", "replace")
            found |= {f"{mark} at {route.path}" for mark in theirs.marks if mark in text}
    assert {each.partition(" at ")[0] for each in found} == theirs.marks
    for place in ("/live", "/clips", "/rounds", "/handovers", "/audit", "/export.csv", "/export.parquet"):
        assert any(each.endswith(f" at {place}") for each in found), place


@pytest.mark.parametrize("creditors", [(OURS,), ()], ids=["one creditor", "none at all"])
async def test_attack_14_a_round_of_several_creditors_is_not_for_who_sees_one(
    whole: Stage, creditors: tuple[str, ...]
) -> None:
    ours, theirs = await two_worlds(whole)
    leader = await whole.signed_in(Role.ADMIN)
    answer = await leader.post("rounds", {"name": "de todos", "calls": "50"}, seen_at="rounds")
    mixed = answer.headers["location"].removeprefix("/console/")
    visitor = await whole.signed_in(Role.SUPERVISOR, creditors=creditors)
    assert "de todos" not in (await visitor.get("rounds")).text
    assert (await visitor.get(mixed)).status_code == 404
    assert (await visitor.get(f"{mixed}/calls/{ours.call}")).status_code == 404
    assert (await visitor.post(f"{mixed}/calls/{ours.call}", {}, seen_at="live")).status_code == 404
    assert (await visitor.post(f"{mixed}/close", {"anyway": "on"}, seen_at="live")).status_code == 404
    assert THEIRS not in (await visitor.get("queues/all")).text
    assert THEIRS not in (await visitor.get("dashboard")).text
    assert THEIRS not in (await visitor.get("reports")).text
    assert theirs.call not in (await visitor.get("rounds")).text


async def test_attack_14_who_is_kept_to_a_creditor_cannot_run_experiments_of_all(whole: Stage) -> None:
    visitor = await whole.signed_in(Role.SUPERVISOR, creditors=(OURS,))
    page = (await visitor.get("experiments")).text
    assert "Começar" not in page
    opened = await visitor.post("experiments", {"name": "nova", "percent": "10"}, seen_at="live")
    assert opened.status_code == 403
    assert await whole.rows("SELECT name FROM experiments") == []
