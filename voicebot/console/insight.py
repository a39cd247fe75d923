"""What the reports, the experiments, the live view and the clips work with."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from fastapi import Request

from voicebot.application.qa.calls import Clips
from voicebot.application.qa.experiments import Experiments
from voicebot.application.qa.live import LiveCalls
from voicebot.application.qa.reports import ReportBook


@dataclass(frozen=True, slots=True)
class Insight:
    """Ports beside those of the `Desk`."""

    reports: ReportBook
    experiments: Experiments
    live: LiveCalls
    clips: Clips
    challengers: Callable[[], Collection[str]] | None = None
    """Names the challengers whose words are there to be spoken; None where nothing tells."""


def insight_of(request: Request) -> Insight:
    insight: Insight = request.app.state.insight
    return insight
