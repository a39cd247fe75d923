from __future__ import annotations

import pytest

from tests.voicebot.console.stage import NOW, Stage, Visitor, card
from voicebot.application.qa.people import Role
from voicebot.console.judging import read_judgement, score_of
from voicebot.console.words import CRITERIA

FATAL = {"threat_or_ridicule": [4]}


async def queue(visitor: Visitor, name: str, call: str) -> bool:
    return call in (await visitor.get(f"queues/{name}")).text


async def test_a_review_stands_beside_the_machines_score_and_never_over_it(stage: Stage) -> None:
    given = card(fatal=FATAL)
    call = await stage.call(card=given)
    visitor = await stage.signed_in(Role.QA)
    assert await queue(visitor, "fatal", call)

    marks = {f"result_{name}": "pass" for name in CRITERIA} | {"result_empathy": "fail", "comment": "não foi ameaça"}
    assert (await visitor.post(f"calls/{call}/review", marks, seen_at=f"calls/{call}")).status_code == 303

    (row,) = await stage.rows("SELECT score, fatal, scorecard, human_score FROM call_quality")
    assert (row["score"], row["fatal"], row["human_score"]) == (0, ["threat_or_ridicule"], 90)
    assert row["scorecard"] == given
    assert not await queue(visitor, "fatal", call)
    assert await queue(visitor, "fatal?reviewed=true", call)
    page = (await visitor.get(f"calls/{call}")).text
    assert "não foi ameaça" in page
    assert "Ameaça ou ridículo" in page


async def test_a_dispute_waits_for_the_supervisor_and_is_settled_with_a_word(stage: Stage) -> None:
    call = await stage.call(card=card())
    agent, leader = await stage.signed_in(Role.AGENT), await stage.signed_in(Role.SUPERVISOR)
    await agent.post(f"calls/{call}/notes", {"kind": "dispute", "text": "a nota está baixa"}, seen_at=f"calls/{call}")
    assert await queue(leader, "disputed", call)

    (note,) = await stage.rows("SELECT id FROM call_notes")
    settle = f"calls/{call}/notes/{note['id']}/settle"
    assert (await agent.post(settle, {"settlement": "eu mesmo"}, seen_at=f"calls/{call}")).status_code == 403
    await leader.post(settle, {"settlement": "nota revista"}, seen_at=f"calls/{call}")
    assert not await queue(leader, "disputed", call)
    assert "nota revista" in (await agent.get(f"calls/{call}")).text


async def test_one_dispute_of_two_settled_leaves_the_call_disputed(stage: Stage) -> None:
    call = await stage.call(card=card())
    leader = await stage.signed_in()
    for words in ("uma", "outra"):
        await leader.post(f"calls/{call}/notes", {"kind": "dispute", "text": words}, seen_at=f"calls/{call}")
    first, second = await stage.rows("SELECT id FROM call_notes ORDER BY id")
    for note, still in ((first, True), (second, False)):
        await leader.post(f"calls/{call}/notes/{note['id']}/settle", {"settlement": "ok"}, seen_at=f"calls/{call}")
        assert await queue(leader, "disputed", call) is still


@pytest.mark.parametrize("at_s", ["", "abc", "-1", "nan", "1e99"])
async def test_a_comment_at_no_second_is_a_comment_on_the_call(stage: Stage, at_s: str) -> None:
    call = await stage.call()
    visitor = await stage.signed_in()
    form = {"kind": "bookmark", "text": "ouvir", "at_s": at_s}
    await visitor.post(f"calls/{call}/notes", form, seen_at=f"calls/{call}")
    assert await stage.rows("SELECT kind, at_s FROM call_notes") == [{"kind": "bookmark", "at_s": None}]


async def test_a_calibration_is_blind_until_it_closes_and_then_says_how_far_people_agree(stage: Stage) -> None:
    talk_of_debt = await stage.call(card=card("empathy"))
    leader, rater = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    opened = await leader.post("rounds", {"name": "Semana 47", "calls": "5"}, seen_at="rounds")
    place = opened.headers["location"].removeprefix("/console/")
    rating = f"{place}/calls/{talk_of_debt}"

    marks = {f"result_{name}": "pass" for name in CRITERIA}
    await leader.post(rating, marks | {"comment": "segredo do líder"}, seen_at=rating)
    blind = (await rater.get(rating)).text
    assert "segredo" not in blind
    assert "motivo de empathy" not in blind
    assert not (await rater.get(place)).text.count("Kappa")

    await rater.post(rating, marks | {"result_empathy": "fail", "result_record": "fail"}, seen_at=rating)
    await rater.post(rating, marks | {"result_empathy": "fail"}, seen_at=rating)
    assert len(await stage.rows("SELECT id FROM call_reviews")) == 2
    (row,) = await stage.rows("SELECT human_score, reviewed_at FROM call_quality")
    assert row == {"human_score": None, "reviewed_at": None}

    assert (await rater.post(f"{place}/close", {}, seen_at="rounds")).status_code == 403
    await leader.post(f"{place}/close", {}, seen_at="rounds")
    shown = (await rater.get(place)).text
    assert "Kappa entre pessoas" in shown
    assert "máquina" in shown
    await rater.post(rating, marks, seen_at="rounds")
    assert len(await stage.rows("SELECT id FROM call_reviews WHERE results ->> 'empathy' = 'fail'")) == 1


async def test_a_call_outside_the_round_cannot_be_rated_in_it(stage: Stage) -> None:
    await stage.call(card=card())
    leader = await stage.signed_in()
    opened = await leader.post("rounds", {"name": "R", "calls": "1"}, seen_at="rounds")
    place = opened.headers["location"].removeprefix("/console/")
    other = await stage.call(card=card())
    assert (await leader.get(f"{place}/calls/{other}")).status_code == 404
    await leader.post(f"{place}/calls/{other}", {}, seen_at="rounds")
    assert await stage.rows("SELECT id FROM call_reviews") == []


async def test_a_handover_is_taken_once(stage: Stage) -> None:
    call = await stage.call()
    async with stage.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO escalations (call_id, op_id, reason, urgency, summary, at)"
            " VALUES (%s, gen_random_uuid(), 'distress', 'immediate', 'Ana chorou, CPF 529.982.247-25', %s)",
            (call, NOW),
        )
    agent, other = await stage.signed_in(Role.AGENT), await stage.signed_in(Role.SUPERVISOR)
    page = (await agent.get("handovers")).text
    assert "Sofrimento" in page
    assert "529" not in page
    assert "Ana" not in page
    (row,) = await stage.rows("SELECT id FROM escalations")
    first = await agent.post(f"handovers/{row['id']}/take", {}, seen_at="handovers")
    second = await other.post(f"handovers/{row['id']}/take", {}, seen_at="handovers")
    assert first.headers["location"] == f"/console/calls/{call}"
    assert second.headers["location"] == "/console/handovers"


@pytest.mark.parametrize(
    ("results", "score"),
    [
        pytest.param({"verification": "pass", "negotiation": "pass"}, 100, id="all of what applies"),
        pytest.param({"verification": "pass", "greeting": "fail"}, 75, id="15 of 20"),
        pytest.param({"greeting": "na"}, 100, id="nothing applies"),
        pytest.param({"greeting": "fail"}, 0, id="nothing passes"),
    ],
)
def test_a_persons_score_is_the_passed_weight_of_what_applies(results: dict[str, str], score: int) -> None:
    assert score_of(results) == score


def test_a_fatal_error_makes_the_score_nought_and_strange_fields_are_left_out() -> None:
    form = {f"result_{name}": "pass" for name in CRITERIA} | {"fatal_false_claim": "on", "fatal_made_up": "on"}
    judgement = read_judgement(form | {"result_greeting": "perfect", "result_more": "pass"})
    assert (judgement.score, judgement.fatal) == (0, ("false_claim",))
    assert set(judgement.results) == set(CRITERIA)
    assert judgement.results["greeting"] == "na"
