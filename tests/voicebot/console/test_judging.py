from __future__ import annotations

import pytest

from tests.voicebot.console.stage import NOW, Stage, Visitor, card, marks
from voicebot.application.qa.people import Role
from voicebot.console.judging import JudgementIncomplete, read_judgement, score_of
from voicebot.console.words import CRITERIA

FATAL = {"threat_or_ridicule": [4]}


async def queue(visitor: Visitor, name: str, call: str) -> bool:
    return call in (await visitor.get(f"queues/{name}")).text


async def test_a_review_stands_beside_the_machines_score_and_never_over_it(stage: Stage) -> None:
    given = card(fatal=FATAL)
    call = await stage.call(card=given)
    visitor = await stage.signed_in(Role.QA)
    assert await queue(visitor, "fatal", call)

    given_by_a_person = marks("empathy") | {"comment": "não foi ameaça"}
    assert (await visitor.post(f"calls/{call}/review", given_by_a_person, seen_at=f"calls/{call}")).status_code == 303

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
    judgement = read_judgement(marks(fatal="false_claim") | {"fatal_made_up": "on", "result_more": "pass"})
    assert (judgement.score, judgement.fatal) == (0, ("false_claim",))
    assert set(judgement.results) == set(CRITERIA)


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        pytest.param({}, CRITERIA, id="nothing at all"),
        pytest.param({"fatal_false_claim": "on", "comment": "c"}, CRITERIA, id="a fatal error alone"),
        pytest.param(marks() | {"result_empathy": "perfect"}, ("empathy",), id="a mark that is none"),
        pytest.param({k: v for k, v in marks().items() if k != "result_record"}, ("record",), id="one left out"),
    ],
)
def test_what_was_not_judged_is_no_verdict(form: dict[str, str], missing: tuple[str, ...]) -> None:
    with pytest.raises(JudgementIncomplete) as gaps:
        read_judgement(form)
    assert gaps.value.missing == missing


async def test_a_review_without_marks_is_sent_back_with_what_is_missing_and_what_was_there(stage: Stage) -> None:
    call = await stage.call(card=card())
    visitor = await stage.signed_in(Role.QA)
    form = {"result_empathy": "fail", "comment": "quase pronta"}
    answer = await visitor.post(f"calls/{call}/review", form, seen_at=f"calls/{call}")
    assert answer.status_code == 422
    said = answer.text[answer.text.index("Nada foi salvo") :]
    assert said.startswith("Nada foi salvo. Falta avaliar: Saudação, Aviso de gravação")
    assert "Empatia," not in said.partition("</p>")[0]
    assert "quase pronta" in said
    assert await stage.rows("SELECT id FROM call_reviews") == []
