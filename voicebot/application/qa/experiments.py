"""Champion and challenger: who gets which script, and whether the challenger is better without doing harm.

The unit is the debtor, who keeps the arm for as long as the experiment lasts: calls of one person are not independent.
A call tells its arm by an event `experiment` with `experiment` and `arm`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from voicebot.application.qa.proportions import Share, difference, p_of_share, p_value

EXPERIMENT: Final = "experiment"
LEAST_EACH: Final = 100
"""Debtors spoken to in each arm before anything is concluded."""
LEAST_HARMED: Final = 50
"""Debtors reached in each arm before harm is spoken of: below it one person more or less makes the difference."""
SIGNIFICANT: Final = 0.05
UNEVEN: Final = 0.001
"""Below this the arms are not filled as the draw says, and no difference between them may be trusted."""
_BUCKETS: Final = 10_000


class Arm(StrEnum):
    CHAMPION = "champion"
    CHALLENGER = "challenger"


@dataclass(frozen=True, slots=True)
class Experiment:
    name: str
    challenger_percent: int
    """Of the debtors, 1 to 50."""
    opened_at: datetime
    closed_at: datetime | None


def arm_of(experiment: str, debtor_ref: str, challenger_percent: int) -> Arm:
    """Give the debtor's arm: the same on every machine and day, and unrelated to that of another experiment."""
    digest = hashlib.sha256(f"{experiment}\x00{debtor_ref}".encode()).digest()
    bucket = int.from_bytes(digest[:8]) % _BUCKETS
    return Arm.CHALLENGER if bucket < challenger_percent * _BUCKETS // 100 else Arm.CHAMPION


@dataclass(frozen=True, slots=True)
class Tally:
    """Debtors of one arm."""

    debtors: int
    reached: int
    """A person spoke at least once."""
    spoken_to: int
    """The right party was reached at least once."""
    promised: int
    matured: int
    kept: int
    distress: int
    stopped: int
    """Asked not to be called, or complained by a dispute of the debt or for their privacy."""
    fatal: int


class Verdict(StrEnum):
    TOO_EARLY = "too_early"
    UNEVEN = "uneven"
    HARMFUL = "harmful"
    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure in both arms."""

    measure: str
    champion: Share
    challenger: Share

    @property
    def difference(self) -> tuple[float, float, float] | None:
        """Challenger less champion, with its 95 % interval."""
        return difference(self.champion, self.challenger)

    @property
    def p(self) -> float | None:
        return p_value(self.champion, self.challenger)

    @property
    def is_harmed(self) -> bool:
        """For a guardrail: the challenger's rate is higher beyond chance, among enough people to say so."""
        found = self.difference
        enough = min(self.champion.whole, self.challenger.whole) >= LEAST_HARMED
        return enough and found is not None and found[1] > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    experiment: Experiment
    champion: Tally
    challenger: Tally

    @property
    def main(self) -> Comparison:
        """Promises of those spoken to: the measure that decides, named before anything is seen."""
        return self._compared("promised", "spoken_to")

    @property
    def kept(self) -> Comparison:
        return self._compared("kept", "matured")

    @property
    def guardrails(self) -> tuple[Comparison, ...]:
        return tuple(self._compared(name, "reached") for name in ("distress", "stopped", "fatal"))

    @property
    def draw_p(self) -> float:
        """How likely arms this uneven are if the draw is what it says."""
        whole = self.champion.debtors + self.challenger.debtors
        return p_of_share(self.challenger.debtors, whole, self.experiment.challenger_percent / 100)

    @property
    def verdict(self) -> Verdict:
        """Say what may be concluded; harm is told as soon as it shows."""
        if self.draw_p < UNEVEN:
            return Verdict.UNEVEN
        if any(each.is_harmed for each in self.guardrails):
            return Verdict.HARMFUL
        if min(self.champion.spoken_to, self.challenger.spoken_to) < LEAST_EACH:
            return Verdict.TOO_EARLY
        found, p = self.main.difference, self.main.p
        if found is None or p is None or p >= SIGNIFICANT:
            return Verdict.UNDECIDED
        return Verdict.BETTER if found[0] > 0 else Verdict.WORSE

    def _compared(self, part: str, whole: str) -> Comparison:
        one, other = (Share(getattr(each, part), getattr(each, whole)) for each in (self.champion, self.challenger))
        return Comparison(part, one, other)


class Experiments(Protocol):
    async def open(self, name: str, *, challenger_percent: int, by: int | None, at: datetime) -> bool:
        """Begin an experiment; False where there has been one of that name."""
        ...

    async def close(self, name: str, *, at: datetime) -> None: ...

    async def outcomes(self, *, creditors: tuple[str, ...] | None) -> tuple[Outcome, ...]:
        """Give every experiment with what came of it so far, newest first."""
        ...
