from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.voicebot.console.stage import NOW, TALK, Stage
from voicebot.application.qa.experiments import EXPERIMENT
from voicebot.application.qa.people import Role
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.records import PostgresRecords
from voicebot.script.editions import challengers_in


async def armed_call(
    stage: Stage, arm: str, ref: str, *, disposition: Disposition = Disposition.REFUSED, later: float = 0
) -> str:
    records = PostgresRecords(stage.database)
    at = NOW - timedelta(hours=3) + timedelta(minutes=later)
    call = await records.begin(
        stage.new_id(), direction=stage.outbound, provider="simulator", at=at, debtor_ref=ref, creditor_name="Loja"
    )
    await records.record_event(call, EXPERIMENT, {"experiment": "curta", "arm": arm}, at)
    for line in stage.lines(TALK, at):
        await records.add_line(call, line)
    await records.close(call, disposition, at)
    await stage.entered(call, None)
    return call


async def test_the_unit_is_the_debtor_who_stays_with_the_first_arm(stage: Stage) -> None:
    await armed_call(stage, "champion", "D1")
    await armed_call(stage, "champion", "D1", later=5, disposition=Disposition.STOP_CALLING)
    await armed_call(stage, "challenger", "D1", later=9)
    await armed_call(stage, "challenger", "D2")
    await armed_call(stage, "neither", "D3")
    book = PostgresExperiments(stage.database)
    assert await book.open("curta", challenger_percent=50, by=None, at=NOW)
    assert not await book.open("curta", challenger_percent=20, by=None, at=NOW)
    await PostgresFigures(stage.database).refresh()
    (outcome,) = await book.outcomes(creditors=None)
    assert (outcome.champion.debtors, outcome.champion.spoken_to, outcome.champion.stopped) == (1, 1, 1)
    assert (outcome.challenger.debtors, outcome.challenger.stopped) == (1, 0)
    (others,) = await book.outcomes(creditors=("Outra",))
    assert (others.champion.debtors, others.challenger.debtors) == (0, 0)


async def test_a_supervisor_opens_and_closes_and_the_page_tells(stage: Stage) -> None:
    visitor = await stage.signed_in(Role.SUPERVISOR)
    await visitor.post("experiments", {"name": "Curta", "percent": "30"}, seen_at="experiments")
    again = await visitor.post("experiments", {"name": "curta", "percent": "10"}, seen_at="experiments")
    assert again.headers["location"].endswith("?problem=name")
    odd = await visitor.post("experiments", {"name": "<b>", "percent": "10"}, seen_at="experiments")
    assert odd.headers["location"].endswith("?problem=name")
    page = (await visitor.get("experiments")).text
    assert "Cedo para concluir" in page
    assert "desafiante: 30 %" in page
    book = PostgresExperiments(stage.database)
    assert [each.name for each in await book.running()] == ["curta"]
    await visitor.post("experiments/curta/close", {}, seen_at="experiments")
    assert await book.running() == ()
    done = await stage.rows("SELECT action, detail FROM console_audit WHERE action LIKE 'experiment%' ORDER BY id")
    assert done == [
        {"action": "experiment_opened", "detail": "curta, 30 %"},
        {"action": "experiment_closed", "detail": "curta"},
    ]


async def test_an_experiment_whose_challenger_has_no_words_is_not_begun(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = stage.insight()
    monkeypatch.setattr(Stage, "insight", lambda _self: replace(plain, challengers=lambda: frozenset({"curta"})))
    visitor = await stage.signed_in(Role.SUPERVISOR)
    assert "<code>curta</code>" in (await visitor.get("experiments")).text
    answer = await visitor.post("experiments", {"name": "longa", "percent": "10"}, seen_at="experiments")
    assert answer.headers["location"].endswith("?problem=script")
    assert "Não há roteiro em challengers/NOME" in (await visitor.get("experiments?problem=script")).text
    assert await PostgresExperiments(stage.database).running() == ()
    await visitor.post("experiments", {"name": "curta", "percent": "10"}, seen_at="experiments")
    assert [each.name for each in await PostgresExperiments(stage.database).running()] == ["curta"]


def test_the_challengers_of_a_house_are_the_folders_beside_its_script(tmp_path: Path) -> None:
    (tmp_path / "challengers" / "curta").mkdir(parents=True)
    (tmp_path / "challengers" / "leia-me.md").write_text("", encoding="utf-8")
    assert challengers_in(tmp_path) == {"curta"}
    assert challengers_in(tmp_path / "elsewhere") == frozenset()
