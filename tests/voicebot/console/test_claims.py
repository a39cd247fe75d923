"""The next call, held for whoever asked, and what takes a call out of which list."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from tests.voicebot.console.stage import NOW, Stage, Visitor, card, marks
from voicebot.application.qa.people import Role
from voicebot.application.qa.queues import CLAIMED_FOR, SAMPLE_PER_MILLE, Filter, Queue
from voicebot.bootstrap.console_scores import EVER
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.console_quality import PostgresQuality
from voicebot.persistence.console_queues import PostgresQueues

LOW = ("empathy", "greeting")
CALLS = 6000


async def listed(stage: Stage, queue: Queue) -> list[str]:
    page = await PostgresQueues(stage.database).page(queue, creditors=None, only=Filter(), after=None)
    return [str(entry.call_id) for entry in page.entries]


async def opened(visitor: Visitor, queue: str) -> str:
    """Ask for the next call; gives where it leads."""
    answer = await visitor.post(f"queues/{queue}/next", {}, seen_at=f"queues/{queue}")
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix("/console/")


async def test_the_least_sure_comes_first_and_what_is_sure_enough_is_not_listed(stage: Stage) -> None:
    calls = [await stage.call(card=card(confidence=sure)) for sure in (0.65, 0.5, 0.7, 0.58, 0.9)]
    assert await listed(stage, Queue.LOW_CONFIDENCE) == [calls[1], calls[3], calls[0]]


async def test_two_reviewers_get_two_calls_and_a_third_nothing(stage: Stage) -> None:
    calls = {await stage.call(card=card(*LOW)) for _ in range(2)}
    people = [await stage.signed_in(Role.QA, login=f"qa-{n}") for n in range(3)]
    got = [await opened(each, "low_score") for each in people]
    assert {place[6:42] for place in got[:2]} == calls
    assert got[0].endswith("?queue=low_score")
    assert got[2] == "queues/low_score?empty=true"
    assert "Nenhuma ligação livre" in (await people[2].get(got[2])).text
    shown = (await people[2].get("queues/low_score")).text
    assert shown.count("Com Pessoa qa-") == 2
    assert "Pessoa qa-0 está com esta ligação" in (await people[2].get(got[0])).text
    assert "Reservada para você" in (await people[0].get(got[0])).text


async def test_many_who_ask_at_once_never_get_the_same_call(stage: Stage) -> None:
    for _ in range(6):
        await stage.call(card=card(*LOW))
    queues = PostgresQueues(stage.database)
    people = [await stage.person(Role.QA, login=f"qa-{n}") for n in range(4)]
    got: Sequence[uuid.UUID | None] = await asyncio.gather(
        *(queues.claim_next(Queue.LOW_SCORE, creditors=None, by=people[n % 4], at=NOW) for n in range(6))
    )
    assert len(set(got)) == 6
    assert None not in got


async def test_a_claim_lapses_and_a_review_ends_it(stage: Stage) -> None:
    call = await stage.call(card=card(*LOW))
    queues = PostgresQueues(stage.database)
    one, other = [await stage.person(Role.QA, login=f"qa-{n}") for n in range(2)]
    assert str(await queues.claim_next(Queue.LOW_SCORE, creditors=None, by=one, at=NOW)) == call
    assert await queues.claim_next(Queue.LOW_SCORE, creditors=None, by=other, at=NOW + CLAIMED_FOR / 2) is None
    later = NOW + CLAIMED_FOR + timedelta(seconds=1)
    assert str(await queues.claim_next(Queue.LOW_SCORE, creditors=None, by=other, at=later)) == call
    visitor = await stage.signed_in(Role.QA, login="third")
    await visitor.post(f"calls/{call}/review", marks(), seen_at=f"calls/{call}")
    assert await queues.claims([uuid.UUID(call)], at=later) == {}


async def test_saving_goes_on_to_the_next_where_asked(stage: Stage) -> None:
    calls = {await stage.call(card=card(*LOW)) for _ in range(2)}
    visitor = await stage.signed_in(Role.QA)
    first = await opened(visitor, "low_score")
    answer = await visitor.post(f"{first.partition('?')[0]}/review", marks() | {"next": "low_score"}, seen_at=first)
    second = answer.headers["location"]
    assert {first[6:42], re.findall(r"calls/([0-9a-f-]{36})\?queue=low_score", second)[0]} == calls


async def test_a_judgement_with_gaps_keeps_the_queue_and_the_word_on_care(stage: Stage) -> None:
    call = await stage.call(card=card(), disposition=Disposition.VULNERABLE_HOLD)
    visitor = await stage.signed_in(Role.QA)
    seen_at = await opened(visitor, "distress")
    for ticked in ({"care_checked": "on"}, {}):
        form = {"result_greeting": "fail", "queue": "distress", **ticked}
        answer = await visitor.post(f"calls/{call}/review", form, seen_at=seen_at)
        assert answer.status_code == 422
        assert ('name="care_checked" checked' in answer.text) is bool(ticked)
        assert 'name="next" value="distress"' in answer.text
        assert 'name="queue" value="distress"' in answer.text
    await visitor.post(f"calls/{call}/review", marks() | {"care_checked": "on"}, seen_at=seen_at)
    assert await listed(stage, Queue.DISTRESS) == []


async def test_the_next_call_is_never_the_one_just_judged(stage: Stage) -> None:
    call = await stage.call(card=card(), disposition=Disposition.VULNERABLE_HOLD)
    visitor = await stage.signed_in(Role.QA)
    seen_at = await opened(visitor, "distress")
    assert seen_at == f"calls/{call}?queue=distress"
    form = marks() | {"next": "distress", "queue": "distress"}
    answer = await visitor.post(f"calls/{call}/review", form, seen_at=seen_at)
    assert answer.headers["location"].endswith("queues/distress?empty=true")
    assert await listed(stage, Queue.DISTRESS) == [call], "nobody said to have looked at the care"
    await visitor.post(f"calls/{call}/review", marks() | {"care_checked": "on"}, seen_at=seen_at)
    assert await PostgresQueues(stage.database).claims([uuid.UUID(call)], at=NOW) == {}


async def test_nobody_claims_a_call_they_may_not_see_or_may_not_judge(stage: Stage) -> None:
    await stage.call(card=card(*LOW))
    elsewhere = await stage.signed_in(Role.QA, creditors=("Banco Ipê S.A.",))
    assert await opened(elsewhere, "low_score") == "queues/low_score?empty=true"
    agent = await stage.signed_in(Role.AGENT)
    answer = await agent.post("queues/low_score/next", {}, seen_at="handovers")
    assert answer.status_code == 403
    forged = await elsewhere.client.post("/console/queues/low_score/next", data={"csrf": "0"})
    assert forged.status_code == 403


async def test_a_review_ends_the_lists_about_the_score_and_distress_ends_when_care_was_looked_at(stage: Stage) -> None:
    call = await stage.call(card=card(*LOW, confidence=0.5), disposition=Disposition.VULNERABLE_HOLD)
    visitor = await stage.signed_in(Role.QA)
    about_score = (Queue.LOW_SCORE, Queue.LOW_CONFIDENCE)
    for queue in (*about_score, Queue.DISTRESS):
        assert await listed(stage, queue) == [call]
    await visitor.post(f"calls/{call}/review", marks(), seen_at=f"calls/{call}")
    assert [await listed(stage, queue) for queue in about_score] == [[], []]
    assert await listed(stage, Queue.DISTRESS) == [call]
    assert 'name="care_checked" checked' in (await visitor.get(f"calls/{call}?queue=distress")).text
    await visitor.post(f"calls/{call}/review", marks() | {"care_checked": "on"}, seen_at=f"calls/{call}")
    assert await listed(stage, Queue.DISTRESS) == []


async def test_the_sample_is_some_two_percent_drawn_by_the_id_alone(stage: Stage) -> None:
    async with stage.database.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO calls (id, direction, language, provider, status, disposition, started_at, closed_at)"
                " SELECT md5(n::text)::uuid, 'outbound', 'pt-BR', 'simulator', 'closed', 'refused', :at, :at"
                " FROM generate_series(1, :calls) n"
            ),
            {"at": NOW, "calls": CALLS},
        )
    quality = PostgresQuality(stage.database)
    await quality.enter_closed(EVER)
    drawn = {row["call_id"] for row in await stage.rows("SELECT call_id FROM call_quality WHERE sampled")}
    expected = CALLS * SAMPLE_PER_MILLE / 1024
    assert abs(len(drawn) - expected) < 4 * expected**0.5, "four deviations of a binomial"
    # What a call is like has no say: the same ids are drawn again whatever their score and disposition.
    async with stage.database.transaction() as connection:
        await connection.execute(text("DELETE FROM call_quality"))
        await connection.execute(text("UPDATE calls SET disposition = 'agreement', creditor_name = 'Loja'"))
    await quality.enter_closed(EVER)
    assert {row["call_id"] for row in await stage.rows("SELECT call_id FROM call_quality WHERE sampled")} == drawn
    waiting = await PostgresQueues(stage.database).counts(None)
    assert waiting[Queue.SAMPLE] == len(drawn)
