"""Whoever judges a call in an open round learns of no mark on it, by whatever page or file."""

from __future__ import annotations

import base64
import csv
import io
import re
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.voicebot.console.stage import NOW, Stage, Visitor, card, marks
from voicebot.application.qa.people import Role
from voicebot.application.qa.queues import PAGE, TELLING, Queue
from voicebot.console.figures import MARKS
from voicebot.console.words import QUEUES
from voicebot.persistence.console_queues import PostgresQueues

GRAVE = card("empathy", fatal={"false_claim": [4]}, confidence=0.5)
LOW = card("empathy", "greeting", confidence=0.5)
SECRET = "opinião alheia"
FROM = f"fila {QUEUES[Queue.FATAL][0]}"


async def open_round(leader: Visitor) -> str:
    answer = await leader.post("rounds", {"name": "R", "calls": "50"}, seen_at="rounds")
    return answer.headers["location"].removeprefix("/console/")


async def exported(visitor: Visitor) -> dict[str, dict[str, str]]:
    answer = await visitor.get("export.csv")
    return {row["call_id"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}


async def test_an_export_leaves_the_marks_of_blind_calls_empty(stage: Stage) -> None:
    call = await stage.call(card=LOW)
    leader, colleague = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    await colleague.post(f"calls/{call}/review", marks() | {"comment": SECRET}, seen_at=f"calls/{call}")
    place = await open_round(leader)
    other = await stage.call(card=LOW)
    rows = await exported(leader)
    assert {name: rows[call][name] for name in MARKS} == dict.fromkeys(MARKS, "")
    assert rows[call]["disposition"] == "refused"
    assert rows[other]["score"] == "50", "a call of no round"
    assert SECRET.encode() not in (await leader.get("export.parquet")).content
    await leader.post(f"{place}/close", {"anyway": "on"}, seen_at="rounds")
    assert (await exported(leader))[call]["review_comment"] == SECRET
    assert SECRET.encode() in (await leader.get("export.parquet")).content


async def test_a_blind_page_says_who_holds_the_call_but_not_from_which_queue(stage: Stage) -> None:
    call = await stage.call(card=GRAVE)
    leader, rater = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    await leader.post("queues/fatal/next", {}, seen_at="queues/fatal")
    assert FROM in (await rater.get(f"calls/{call}")).text
    await open_round(leader)
    page = (await rater.get(f"calls/{call}")).text
    assert "Pessoa supervisor está com esta ligação" in page
    assert FROM not in page


@pytest.mark.parametrize("queue", sorted(TELLING))
async def test_no_list_that_tells_of_marks_holds_a_blind_call(stage: Stage, queue: Queue) -> None:
    call = await stage.call(card=GRAVE if queue is Queue.FATAL else LOW)
    leader, rater = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    dispute = {"kind": "dispute", "text": SECRET}
    await leader.post(f"calls/{call}/notes", dispute, seen_at=f"calls/{call}")
    place = await open_round(leader)
    page = (await rater.get(f"queues/{queue.value}")).text
    assert call not in page
    assert re.findall(rf'class="q-{queue.value}"><span>[^<]+</span><b>(\d+)', page) == ["0"]
    claimed = await rater.post(f"queues/{queue.value}/next", {}, seen_at="rounds")
    assert claimed.headers["location"].endswith("?empty=true")
    await leader.post(f"{place}/close", {"anyway": "on"}, seen_at="rounds")
    assert call in (await rater.get(f"queues/{queue.value}")).text


async def test_lists_that_tell_nothing_show_a_blind_call_and_claim_another(stage: Stage) -> None:
    blind = await stage.call(card=LOW)
    leader = await stage.signed_in(Role.SUPERVISOR)
    await open_round(leader)
    other = await stage.call(card=LOW)
    assert blind in (await leader.get("queues/all")).text
    assert await PostgresQueues(stage.database).counts(None, blind=[UUID(blind)]) == {
        **{each: 0 for each in Queue if each is not Queue.ALL},
        Queue.LOW_SCORE: 1,
        Queue.LOW_CONFIDENCE: 1,
        Queue.SAMPLE: len(await stage.rows("SELECT call_id FROM call_quality WHERE sampled")),
    }
    claimed = [await leader.post("queues/all/next", {}, seen_at="queues/all") for _ in range(2)]
    places = [each.headers["location"].removeprefix("/console/") for each in claimed]
    assert places == [f"calls/{other}?queue=all", "queues/all?empty=true"]


async def test_the_link_to_the_next_page_carries_no_score(stage: Stage) -> None:
    await stage.call(card=LOW)
    async with stage.database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO calls (id, direction, language, provider, status, started_at, closed_at) SELECT"
                " gen_random_uuid(), 'outbound', 'pt-BR', 'simulator', 'closed', :at, :at FROM generate_series(1, :n)"
            ),
            {"at": NOW, "n": PAGE},
        )
        await connection.execute(
            text(
                "INSERT INTO call_quality (call_id, started_at, creditor, direction, disposition, duration_s,"
                " contacted, right_party, promised, distress, sampled, score, fatal, confidence, disputed)"
                " SELECT id, started_at, 'Loja', 'outbound', 'refused', 1, true, true, false, false, false, 63, '{}',"
                " 0.5, false FROM calls WHERE id NOT IN (SELECT call_id FROM call_quality)"
            )
        )
    page = (await (await stage.signed_in()).get("queues/all")).text
    following = re.search(r"after=([^&\"]+)", page)
    assert following is not None
    assert base64.urlsafe_b64decode(following[1].replace("%3D", "=")).startswith(b"|")


async def test_what_colleagues_marked_in_the_sound_of_a_blind_call_is_not_listed(stage: Stage) -> None:
    call = await stage.call(card=LOW)
    leader, rater = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    clip = {"kind": "bookmark", "text": SECRET, "at_s": "2"}
    await leader.post(f"calls/{call}/notes", clip, seen_at=f"calls/{call}")
    assert SECRET in (await rater.get("clips")).text
    place = await open_round(leader)
    assert SECRET not in (await rater.get("clips")).text
    await leader.post(f"{place}/close", {"anyway": "on"}, seen_at="rounds")
    assert SECRET in (await rater.get("clips")).text
