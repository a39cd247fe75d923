"""The console's figures at `/metrics`, by creditor, over the last thirty days: counts, for whoever reads to divide."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import CollectorRegistry, Gauge

from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.application.qa.reports import Group, ReportBook, Results

log = structlog.get_logger(__name__)
DAYS: Final = 30
ASK_EVERY_S: Final = 60.0
"""The figures are counted anew once a minute at most."""
_ZONE: Final = ZoneInfo("America/Sao_Paulo")
_FIELDS: Final = tuple(Results.__dataclass_fields__)


@dataclass(slots=True)
class FigureGauges:
    """Sets the gauges from the reports, as a scrape comes."""

    registry: CollectorRegistry
    reports: ReportBook
    clock: Clock
    figures: Gauge = field(init=False)
    _due: float = 0.0

    def __post_init__(self) -> None:
        self.figures = Gauge(
            "voicebot_results",
            f"What came of the last {DAYS} days' calls, as the console counts it; money in cents.",
            ("creditor", "measure"),
            registry=self.registry,
        )

    def after(self, refresh: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Give a refresh that does the other's work and then this."""

        async def both() -> None:
            await refresh()
            await self.refresh()

        return both

    async def refresh(self) -> None:
        """Ask where it is due; a database that is away leaves what was known."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + ASK_EVERY_S
        until = self.clock.now().astimezone(_ZONE).date()
        try:
            report = await self.reports.report(
                since=until - timedelta(days=DAYS - 1), until=until, creditors=None, creditor=None, by=Group.CREDITOR
            )
        except RecordsUnavailable:
            log.warning("figures_not_asked", why="database away")
            return
        self.figures.clear()
        for creditor, results in report.groups[Group.CREDITOR]:
            for name in _FIELDS:
                self.figures.labels(creditor, name).set(getattr(results, name))
