from __future__ import annotations

import re

import pytest

from tests.voicebot.console.stage import Stage
from voicebot.application.qa.people import Role


async def test_a_stretch_is_kept_and_listed_with_its_sound(stage: Stage) -> None:
    call = await stage.call(recorded=True)
    visitor = await stage.signed_in(Role.QA)
    clip = {"kind": "clip", "text": "boa escuta", "at_s": "1.5", "until_s": "4"}
    await visitor.post(f"calls/{call}/notes", clip, seen_at=f"calls/{call}")
    await visitor.post(f"calls/{call}/notes", {"kind": "bookmark", "text": "aqui", "at_s": "2"}, seen_at="clips")
    page = (await visitor.get("clips")).text
    assert f"calls/{call}/audio.wav#t=1.5,4.0" in page
    assert f"calls/{call}/audio.wav#t=2.0&#34;" not in page
    assert page.index("aqui") < page.index("boa escuta")
    assert "0:01 a 0:04" in (await visitor.get(f"calls/{call}")).text


@pytest.mark.parametrize(
    ("at_s", "until_s"),
    [("4", "4"), ("4", "1"), ("", "4"), ("1", ""), ("-1", "4"), ("nan", "4")],
    ids=["empty", "backwards", "no start", "no end", "before the call", "no number"],
)
async def test_a_stretch_that_is_none_is_not_kept(stage: Stage, at_s: str, until_s: str) -> None:
    call = await stage.call()
    visitor = await stage.signed_in(Role.QA)
    form = {"kind": "clip", "text": "x", "at_s": at_s, "until_s": until_s}
    await visitor.post(f"calls/{call}/notes", form, seen_at=f"calls/{call}")
    assert await stage.rows("SELECT id FROM call_notes") == []


async def test_nobody_lists_what_they_may_not_hear(stage: Stage) -> None:
    call = await stage.call()
    author = await stage.signed_in(Role.QA)
    form = {"kind": "clip", "text": "segredo de treino", "at_s": "1", "until_s": "4"}
    await author.post(f"calls/{call}/notes", form, seen_at=f"calls/{call}")
    other = await stage.signed_in(Role.QA, login="other", creditors=("Outra",))
    assert "segredo" not in (await other.get("clips")).text
    agent = await stage.signed_in(Role.AGENT)
    assert (await agent.get("clips")).status_code == 403
    refused = await agent.post(f"calls/{call}/notes", form, seen_at=f"calls/{call}")
    assert refused.status_code == 403


async def test_the_list_goes_on_where_it_ended(stage: Stage) -> None:
    call = await stage.call()
    visitor = await stage.signed_in(Role.QA)
    async with stage.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO call_notes (call_id, user_id, kind, text, at_s, until_s, at)"
            " SELECT %s, %s, 'clip', 'n' || g || '.', 1, 2, now() FROM generate_series(1, 31) g",
            (call, visitor.person_id),
        )
    first = (await visitor.get("clips")).text
    assert "n31." in first
    assert "<p>n1.</p>" not in first
    following = re.search(r"/console/(clips\?before=\d+)", first)
    assert following is not None
    assert "<p>n1.</p>" in (await visitor.get(following[1])).text
