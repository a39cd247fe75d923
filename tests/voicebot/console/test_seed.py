from __future__ import annotations

from datetime import date
from typing import Final

from tests.voicebot.console.stage import NOW, Stage
from voicebot.application.qa.reports import Group
from voicebot.bootstrap.console_scores import EVER
from voicebot.persistence import creditor_json
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_quality import PostgresQuality
from voicebot.persistence.console_reports import PostgresReports
from voicebot.persistence.console_seed import score, seed

CALLS: Final = 300


async def test_made_up_calls_fill_every_report(stage: Stage) -> None:
    url = stage.database.url.render_as_string(hide_password=False)
    made = [*seed(url, CALLS, until=NOW), *seed(url, CALLS, until=NOW, seed_number=2)]
    await PostgresQuality(stage.database).enter_closed(EVER)
    score(url, made, at=NOW)
    await PostgresFigures(stage.database).refresh()
    report = await PostgresReports(stage.database).report(
        since=date(2026, 9, 1), until=NOW.date(), creditors=None, creditor=None
    )
    total = report.total
    assert total.calls == 2 * CALLS
    assert min(total.accounts, total.received_cents, total.cured, total.asked, total.kept) > 0
    assert {name for name, _ in report.groups[Group.SCRIPT]} == {"2026.10", "2026.11"}
    assert len(report.groups[Group.SEGMENT]) == 4
    assert 0 < total.reviewed < total.judged
    whole, *_ = await PostgresReports(stage.database).agreement(
        since=date(2026, 9, 1), until=NOW.date(), creditors=None, creditor=None
    )
    assert whole.calls == total.reviewed
    assert whole.kappa is not None
    assert 0.5 < whole.kappa < 1
    (outcome,) = await PostgresExperiments(stage.database).outcomes(creditors=None)
    assert min(outcome.champion.debtors, outcome.challenger.debtors) > 0
    for row in await stage.rows("SELECT settings FROM creditors"):
        assert creditor_json.from_json(row["settings"]).sample


async def test_a_made_up_fatal_call_says_why_and_how_the_person_felt(stage: Stage) -> None:
    url = stage.database.url.render_as_string(hide_password=False)
    made = list(seed(url, CALLS, until=NOW))
    await PostgresQuality(stage.database).enter_closed(EVER)
    score(url, made, at=NOW)
    cards = await stage.rows("SELECT scorecard FROM call_quality WHERE fatal <> '{}'")
    assert cards
    for row in cards:
        assert all(each["reason"] and each["evidence"] for each in row["scorecard"]["fatal_findings"])
        assert any(each["value"] for each in row["scorecard"]["measures"]["sentiment"]["by_turn"])
    call = (await stage.rows("SELECT call_id FROM call_quality WHERE reasons @> '{job_loss,company_closed}'"))[0]
    page = (await (await stage.signed_in()).get(f"calls/{call['call_id']}")).text
    told = page[page.index("O que a pessoa trouxe") :]
    assert "Causa, e o que há por trás" in told
    assert "<dt>Sentimento</dt>" in told
