"""What a dialler worker counts, for Prometheus. Labels hold campaigns' names and the code's own words: no person's."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""A round asks the provider for a few calls: above 10 s it or the database is slow."""


class DialMetrics:
    """One worker process's instruments, in a registry of its own."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.steps: Final = Counter(
            "voicebot_dial_steps", "What became of intents in this worker's hands.", ["step"], registry=self.registry
        )
        self.rounds: Final = Histogram(
            "voicebot_dial_round_seconds", "One round of a worker.", registry=self.registry, buckets=SECONDS
        )
        self.last_round: Final = self._gauge("last_round_timestamp_seconds", "When the last round ended well.")
        self.waits: Final = Counter(
            "voicebot_dial_database_waits", "Rounds given up since the database was away.", registry=self.registry
        )
        self.stopped: Final = self._gauge("stopped", "1 while the kill switch is thrown, for all workers.")
        self.lines: Final = self._gauge("lines", "Calls that running gateways hold together.")
        self.agents: Final = self._gauge("agents_on_duty", "Humans who take calls now.")
        self.running: Final = self._gauge("campaign_running", "1 while the campaign runs, 0 while paused.", "campaign")
        self.intents: Final = self._gauge("intents", "Intents of all workers, now.", "campaign", "state")
        self.attempts: Final = self._gauge("attempts", "Attempts of all workers so far.", "campaign", "outcome")
        self.database_up: Final = self._gauge("database_up", "1 if the database answered this scrape.")

    def round_over(self, counts: Tally[str], *, took_s: float, at: datetime) -> None:
        """Enter a round and what it did."""
        self.rounds.observe(took_s)
        self.last_round.set(at.timestamp())
        for step, count in counts.items():
            self.steps.labels(step).inc(count)

    def campaign(self, name: str, state: str, intents: Mapping[str, int], attempts: Mapping[str, int]) -> None:
        """Set how one campaign stands."""
        self.running.labels(name).set(int(state == "running"))
        for each, count in intents.items():
            self.intents.labels(name, each).set(count)
        for each, count in attempts.items():
            self.attempts.labels(name, each).set(count)

    def forget_campaigns(self) -> None:
        """Drop what was set: a state that nobody is in any more has no figure of its own."""
        for gauge in (self.running, self.intents, self.attempts):
            gauge.clear()

    def text(self) -> bytes:
        """Give everything in Prometheus's text format."""
        return generate_latest(self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"voicebot_dial_{name}", what, labels, registry=self.registry)
