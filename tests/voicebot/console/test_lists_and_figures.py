from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import date, timedelta

from sqlalchemy import text

from tests.voicebot.console.stage import NOW, TALK, Stage, card, marks
from voicebot.application.qa.people import Role
from voicebot.application.qa.queues import PAGE, Cursor, Filter, Queue
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_queues import PostgresQueues

_FILL = text("""
INSERT INTO calls (id, direction, language, provider, status, started_at, closed_at)
SELECT gen_random_uuid(), 'outbound', 'pt-BR', 'simulator', 'closed', :at, :at FROM generate_series(1, :calls);
""")
_RATE = text("""
INSERT INTO call_quality (call_id, started_at, creditor, direction, disposition, duration_s, contacted, right_party,
                          promised, distress, sampled, score, fatal, confidence, disputed)
SELECT id, started_at, 'Loja', 'outbound', 'refused', 1, true, true, false, false, false,
       60 + (row_number() OVER (ORDER BY id) % 3)::int, '{}', 0.5, false FROM calls
""")


async def test_paging_meets_every_call_once_even_where_scores_and_times_are_the_same(stage: Stage) -> None:
    async with stage.database.transaction() as connection:
        await connection.execute(_FILL, {"at": NOW, "calls": 3 * PAGE + 7})
        await connection.execute(_RATE)
    queues = PostgresQueues(stage.database)
    for queue in (Queue.LOW_SCORE, Queue.LOW_CONFIDENCE, Queue.ALL):
        met: list[uuid.UUID] = []
        scores: list[int | None] = []
        after: Cursor | None = None
        while True:
            page = await queues.page(queue, creditors=None, only=Filter(), after=after)
            met += [entry.call_id for entry in page.entries]
            scores += [entry.score for entry in page.entries]
            if page.following is None:
                break
            after = page.following
        assert len(met) == len(set(met)) == 3 * PAGE + 7
        if queue is Queue.LOW_SCORE:
            assert scores == sorted(scores, key=lambda score: score or 0)


async def test_each_list_holds_what_its_name_says(stage: Stage) -> None:
    low = await stage.call(card=card("empathy", "greeting"))
    fatal = await stage.call(card=card(fatal={"false_claim": [4]}))
    unsure = await stage.call(card=card(confidence=0.5))
    hurt = await stage.call(card=card(), disposition=Disposition.VULNERABLE_HOLD)
    fine = await stage.call(card=card())
    visitor = await stage.signed_in(Role.QA)
    held = {}
    for queue in Queue:
        page = (await visitor.get(f"queues/{queue.value}")).text
        held[queue] = set(re.findall(r'href="/console/calls/([0-9a-f-]{36})"', page))
    assert held[Queue.FATAL] == {fatal}
    assert held[Queue.LOW_SCORE] == {low}
    assert held[Queue.LOW_CONFIDENCE] == {unsure}
    assert held[Queue.DISTRESS] == {hurt}
    assert held[Queue.DISPUTED] == set()
    assert held[Queue.ALL] == {low, fatal, unsure, hurt, fine}


async def test_the_next_page_is_a_link_and_a_broken_one_begins_anew(stage: Stage) -> None:
    async with stage.database.transaction() as connection:
        await connection.execute(_FILL, {"at": NOW, "calls": PAGE + 1})
        await connection.execute(_RATE)
    visitor = await stage.signed_in(Role.QA)
    first = await visitor.get("queues/all?creditor=Loja")
    following = re.search(r'href="(\?[^"]+)" rel="next"', first.text)
    assert following is not None
    second = await visitor.get("queues/all" + following[1].replace("&amp;", "&"))
    assert len(re.findall(r'class="open"', second.text)) == 1
    assert len(re.findall(r'class="open"', (await visitor.get("queues/all?after=bm9wZQ==")).text)) == PAGE


async def test_attack_13_a_formula_in_the_export_is_text(stage: Stage) -> None:
    call = await stage.call(creditor="=cmd|' /C calc'!A0", card=card("empathy"))
    visitor = await stage.signed_in()
    review = {"comment": '@SUM(1+1)*cmd|" /C calc"!A0'}
    await visitor.post(f"calls/{call}/review", marks() | review, seen_at=f"calls/{call}")
    answer = await visitor.get("export.csv")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["call_id"] == call
    assert row["creditor"] == "'=cmd|' /C calc'!A0"
    assert row["review_comment"] == "'" + review["comment"]
    assert row["score"] == "75"
    (entry,) = await stage.rows("SELECT detail FROM console_audit WHERE action = 'exported'")
    assert entry["detail"] == "2026-10-25 a 2026-11-23"


async def test_the_export_holds_no_personal_data(stage: Stage) -> None:
    await stage.call(card=card())
    exported = (await (await stage.signed_in()).get("export.csv")).text
    assert [each for each in ("Ana", "Souza", "98888", "529") if each in exported] == []


async def test_the_figures_are_those_of_the_calls(stage: Stage) -> None:
    promised = await stage.call(card=card())
    await stage.call(card=card(fatal={"false_claim": [4]}), disposition=Disposition.VULNERABLE_HOLD)
    await stage.call((), disposition=Disposition.NO_ANSWER)
    await stage.call(TALK[:2], disposition=Disposition.THIRD_PARTY, creditor="Banco Ipê S.A.")
    await stage.call(card=card(), at=NOW - timedelta(days=90))
    async with stage.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO agreements (call_id, agreement, confirmed, teach_back, state, agreed_at)"
            " VALUES (%s, '{}', true, true, 'kept', %s)",
            (promised, NOW),
        )
        await connection.exec_driver_sql("UPDATE call_quality SET promised = true WHERE call_id = %s", (promised,))
    figures = PostgresFigures(stage.database)
    await figures.refresh()
    period = {"since": date(2026, 11, 1), "until": date(2026, 11, 23)}
    book = await figures.dashboard(**period, creditors=None, creditor=None)
    total = book.total
    assert (total.calls, total.contacts, total.right_parties, total.promises) == (4, 3, 2, 1)
    assert (total.matured, total.kept, total.distress, total.fatal) == (1, 1, 1, 1)
    assert (total.scored, total.score_sum, total.reviewed) == (2, 100, 0)
    assert [(day.isoformat(), each.calls) for day, each in book.by_day] == [("2026-11-23", 4)]
    assert [(hour, each.calls) for hour, each in book.by_hour] == [(12, 4)]
    assert [name for name, _ in book.by_creditor] == ["Banco Ipê S.A.", "Lojas Aurora S.A."]
    assert ("empathy", 0, 2) in book.failing
    mine = await figures.dashboard(**period, creditors=("Banco Ipê S.A.",), creditor=None)
    assert mine.total.calls == 1


async def test_a_dashboard_without_calls_shows_dashes(stage: Stage) -> None:
    await PostgresFigures(stage.database).refresh()
    answer = await (await stage.signed_in()).get("dashboard?since=2026-12-31&until=2026-01-01")
    assert answer.status_code == 200
    assert "–" in answer.text


async def test_an_hour_past_midnight_in_greenwich_is_still_todays_evening_in_brasilia(stage: Stage) -> None:
    await stage.call(card=card(), at=NOW.replace(hour=22, minute=30) - timedelta(days=1))
    figures = PostgresFigures(stage.database)
    await figures.refresh()
    book = await figures.dashboard(since=date(2026, 11, 22), until=date(2026, 11, 22), creditors=None, creditor=None)
    assert [(hour, each.calls) for hour, each in book.by_hour] == [(22, 1)]
