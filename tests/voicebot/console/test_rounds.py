"""Calibration: blind while it runs, nothing counted that nobody said, and no figure where none can be reckoned."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.voicebot.console.stage import Stage, Visitor, card, marks
from voicebot.application.qa.desk import Rating
from voicebot.application.qa.people import Role
from voicebot.console.rounds import FATAL_ERRORS, agreement_of
from voicebot.console.words import CRITERIA

A, B = "Lojas Aurora S.A.", "Banco Ipê S.A."


async def opened(leader: Visitor, **form: str) -> str:
    answer = await leader.post("rounds", {"name": "Semana 47", "calls": "5", **form}, seen_at="rounds")
    return answer.headers["location"].removeprefix("/console/")


async def test_a_calibration_is_blind_until_it_closes_and_then_says_how_far_people_agree(stage: Stage) -> None:
    call = await stage.call(card=card("empathy"))
    leader, rater = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    place = await opened(leader)
    rating = f"{place}/calls/{call}"

    await leader.post(rating, marks() | {"comment": "segredo do líder"}, seen_at=rating)
    blind = (await rater.get(rating)).text
    assert "segredo" not in blind
    assert "motivo de empathy" not in blind
    assert " checked" not in blind
    assert not (await rater.get(place)).text.count("Kappa")

    await rater.post(rating, marks("empathy", "record"), seen_at=rating)
    await rater.post(rating, marks("empathy"), seen_at=rating)
    assert len(await stage.rows("SELECT id FROM call_reviews")) == 2
    (row,) = await stage.rows("SELECT human_score, reviewed_at FROM call_quality")
    assert row == {"human_score": None, "reviewed_at": None}

    assert (await rater.post(f"{place}/close", {}, seen_at="rounds")).status_code == 403
    await leader.post(f"{place}/close", {}, seen_at="rounds")
    shown = (await rater.get(place)).text
    assert "Kappa entre pessoas" in shown
    assert "máquina" in shown
    assert "Erros fatais" in shown
    await rater.post(rating, marks(), seen_at="rounds")
    assert len(await stage.rows("SELECT id FROM call_reviews WHERE results ->> 'empathy' = 'fail'")) == 1


async def test_whoever_judges_a_call_sees_nobodys_marks_of_it_anywhere_until_the_round_ends(stage: Stage) -> None:
    call = await stage.call(card=card("empathy", fatal={"false_claim": [4]}))
    leader, rater = await stage.signed_in(Role.SUPERVISOR), await stage.signed_in(Role.QA)
    agent = await stage.signed_in(Role.AGENT)
    review = marks("greeting") | {"comment": "opinião alheia"}
    await leader.post(f"calls/{call}/review", review, seen_at=f"calls/{call}")
    note = {"kind": "dispute", "text": "a nota é injusta"}
    await leader.post(f"calls/{call}/notes", note, seen_at=f"calls/{call}")
    told = ("motivo de empathy", "opinião alheia", "a nota é injusta", "Afirmação falsa", 'class="score', "checked")
    place = await opened(leader)

    page = (await rater.get(f"calls/{call}")).text
    assert [each for each in told if each in page] == []
    assert f"{place}/calls/{call}" in page
    listed = (await rater.get("queues/all")).text
    assert call in listed
    assert "score fatal" not in listed
    answer = await rater.post(f"calls/{call}/review", marks(), seen_at=f"calls/{call}")
    assert answer.headers["location"].endswith(f"{place}/calls/{call}")
    assert len(await stage.rows("SELECT id FROM call_reviews")) == 1
    # An agent judges no rounds, and disputes what they can read.
    assert "opinião alheia" in (await agent.get(f"calls/{call}")).text

    await leader.post(f"{place}/close", {"anyway": "on"}, seen_at="rounds")
    page = (await rater.get(f"calls/{call}")).text
    assert [each for each in told if each not in page] == []


async def test_submitting_nothing_is_an_error_that_names_what_is_missing(stage: Stage) -> None:
    call = await stage.call(card=card())
    leader = await stage.signed_in()
    rating = f"{await opened(leader)}/calls/{call}"
    answer = await leader.post(rating, {"result_greeting": "fail"}, seen_at=rating)
    assert answer.status_code == 422
    assert "Falta avaliar: Aviso de gravação" in answer.text
    assert 'name="result_greeting" value="fail" checked' in answer.text
    assert await stage.rows("SELECT id FROM call_reviews") == []


@pytest.mark.parametrize("raters", [0, 1])
async def test_a_round_without_two_raters_is_closed_only_by_who_says_that_they_know(stage: Stage, raters: int) -> None:
    call = await stage.call(card=card())
    leader = await stage.signed_in()
    place = await opened(leader)
    if raters:
        await leader.post(f"{place}/calls/{call}", marks(), seen_at=place)
    refused = await leader.post(f"{place}/close", {}, seen_at=place)
    assert refused.headers["location"].endswith("?problem=few")
    assert "não terá kappa nem alfa" in (await leader.get(f"{place}?problem=few")).text
    assert await stage.rows("SELECT id FROM calibration_rounds WHERE closed_at IS NOT NULL") == []
    await leader.post(f"{place}/close", {"anyway": "on"}, seen_at=place)
    page = (await leader.get(place)).text
    assert "kappa e alfa entre pessoas não são calculáveis" in page
    assert page.count("não calculável") >= 2 + len(CRITERIA)
    (entry,) = await stage.rows("SELECT detail FROM console_audit WHERE action = 'round_closed'")
    assert entry["detail"].endswith(f"avaliadores: {raters}")


async def test_who_is_assigned_judges_and_nobody_else(stage: Stage) -> None:
    call = await stage.call(card=card("empathy"))
    leader = await stage.signed_in(Role.SUPERVISOR)
    one, two = await stage.signed_in(Role.QA, login="one"), await stage.signed_in(Role.QA, login="two")
    form = {"name": "R", "calls": "1", "csrf": await leader.token("rounds")}
    people = [("rater", str(each.person_id)) for each in (leader, one)]
    body = "&".join(f"{key}={value}" for key, value in [*form.items(), *people])
    answer = await leader.client.post(
        "/console/rounds", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    place = answer.headers["location"].removeprefix("/console/")
    rating = f"{place}/calls/{call}"
    assert (await one.get(rating)).status_code == 200
    assert (await two.get(rating)).status_code == 404
    assert (await two.post(rating, marks(), seen_at="rounds")).status_code == 404
    assert "motivo de empathy" in (await two.get(f"calls/{call}")).text
    await one.post(rating, marks(), seen_at="rounds")
    assert "Pessoa one: 1 de 1" in (await leader.get(place)).text
    assert "Pessoa supervisor: 0 de 1" in (await leader.get(place)).text


async def test_nobody_is_assigned_who_may_not_see_every_call_of_the_round(stage: Stage) -> None:
    await stage.call(card=card(), creditor=A)
    await stage.call(card=card(), creditor=B)
    leader = await stage.signed_in()
    kept = await stage.person(Role.QA, login="kept", creditors=(A,))
    agent = await stage.person(Role.AGENT)
    for rater in (kept, agent, 10_000):
        assert await opened(leader, rater=str(rater)) == "rounds?problem=raters"
    assert await opened(leader, rater=str(leader.person_id)) == "rounds?problem=one"
    assert await stage.rows("SELECT id FROM calibration_rounds") == []
    body = f"name=R&creditor={A}&rater={kept}&rater={leader.person_id}&csrf={await leader.token('rounds')}"
    answer = await leader.client.post(
        "/console/rounds", content=body.encode(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert "problem" not in answer.headers["location"]
    (drawn,) = await stage.rows("SELECT creditor FROM calibration_calls JOIN call_quality USING (call_id)")
    assert drawn["creditor"] == A


async def test_there_is_no_round_without_calls(stage: Stage) -> None:
    assert await opened(await stage.signed_in()) == "rounds?problem=none"


async def test_a_call_outside_the_round_cannot_be_rated_in_it(stage: Stage) -> None:
    await stage.call(card=card())
    leader = await stage.signed_in()
    place = await opened(leader, calls="1")
    other = await stage.call(card=card())
    assert (await leader.get(f"{place}/calls/{other}")).status_code == 404
    assert (await leader.post(f"{place}/calls/{other}", marks(), seen_at="rounds")).status_code == 404
    assert await stage.rows("SELECT id FROM call_reviews") == []


def test_people_who_differ_only_in_a_fatal_error_do_not_agree() -> None:
    calls = [uuid4() for _ in range(4)]
    same = {name: "pass" for name in CRITERIA} | {"greeting": "fail"}

    def ratings(rater: str, *fatal: UUID) -> list[Rating]:
        return [Rating(each, rater, 0, same, ("false_claim",) if each in fatal else ()) for each in calls]

    agreed = agreement_of([*ratings("a", calls[0]), *ratings("b", calls[0])])
    apart = agreement_of([*ratings("a", calls[0]), *ratings("b", calls[1])])
    assert (agreed.kappa, agreed.alpha, dict(agreed.by_criterion)[FATAL_ERRORS]) == (1.0, 1.0, 1.0)
    assert apart.kappa is not None
    assert apart.alpha is not None
    assert apart.kappa < 1
    assert apart.alpha < 1
    worst = dict(apart.by_criterion)[FATAL_ERRORS]
    assert worst is not None
    assert worst <= 0


def test_one_rater_agrees_with_nobody() -> None:
    alone = agreement_of([Rating(uuid4(), "a", 100, {"greeting": "pass", "empathy": "fail"})])
    assert (alone.kappa, alone.alpha) == (None, None)
