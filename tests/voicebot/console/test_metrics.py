from __future__ import annotations

from prometheus_client import CollectorRegistry

from tests.voicebot.console.stage import NOW, Stage, card
from voicebot.application.ports import RecordsUnavailable
from voicebot.application.qa.reports import Agreement, Group, Report
from voicebot.bootstrap.console_metrics import FigureGauges
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_reports import PostgresReports


class Away:
    async def report(self, **_: object) -> Report:
        raise RecordsUnavailable("as the test wants it")

    async def agreement(self, **_: object) -> tuple[Agreement, ...]:
        raise RecordsUnavailable("as the test wants it")


async def test_the_reports_counts_are_at_metrics_by_creditor(stage: Stage) -> None:
    await stage.call(card=card(fatal={"false_claim": [4]}), creditor="Banco Ipê S.A.")
    await stage.call(card=card(), creditor="Lojas Aurora S.A.")
    await PostgresFigures(stage.database).refresh()
    registry = CollectorRegistry()
    gauges = FigureGauges(registry, PostgresReports(stage.database), stage.clock)
    order: list[str] = []

    async def before() -> None:
        order.append("before")

    await gauges.after(before)()
    assert order == ["before"]

    def value(creditor: str, measure: str) -> float | None:
        return registry.get_sample_value("voicebot_results", {"creditor": creditor, "measure": measure})

    assert (value("Banco Ipê S.A.", "fatal"), value("Lojas Aurora S.A.", "fatal")) == (1, 0)
    assert value("Banco Ipê S.A.", "contacts") == 1
    report = await PostgresReports(stage.database).report(
        since=NOW.date(), until=NOW.date(), creditors=None, creditor=None, by=Group.CREDITOR
    )
    assert value("Lojas Aurora S.A.", "score_sum") == dict(report.groups[Group.CREDITOR])["Lojas Aurora S.A."].score_sum


async def test_a_database_that_is_away_spoils_no_scrape(stage: Stage) -> None:
    registry = CollectorRegistry()
    gauges = FigureGauges(registry, Away(), stage.clock)
    await gauges.refresh()
    assert next(iter(registry.collect())).samples == []
