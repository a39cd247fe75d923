"""Which words a call is held with: the house's, or a challenger's where an experiment and the draw say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from voicebot.application.ports import Script
from voicebot.application.qa.experiments import EXPERIMENT, Arm, Experiment, arm_of
from voicebot.application.qa.reports import SCRIPT


@dataclass(frozen=True, slots=True)
class Edition:
    """A script, and the short hash of its text that tells it from every other."""

    script: Script
    version: str


class Editions(Protocol):
    def edition(self, experiments: frozenset[str]) -> Edition:
        """Give the house's script with what the challengers of these experiments say otherwise.

        An experiment that has no script of its own changes nothing.
        """
        ...


class Running(Protocol):
    async def running(self) -> tuple[Experiment, ...]:
        """Give the experiments that a new call takes part in; never raises, and answers at once."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one call is held with, and why."""

    edition: Edition
    arms: Mapping[str, Arm] = field(default_factory=dict)
    """Experiment to arm."""

    def events(self) -> tuple[tuple[str, dict[str, str]], ...]:
        """Give what goes on record as the call begins: the script's version, and the arm in each experiment."""
        arms = ((EXPERIMENT, {"experiment": name, "arm": arm.value}) for name, arm in sorted(self.arms.items()))
        return ((SCRIPT, {"version": self.edition.version}), *arms)


@dataclass(frozen=True, slots=True)
class Scripts:
    """Chooses for each debtor; the same one gets the same words for as long as an experiment runs."""

    editions: Editions
    experiments: Running

    async def chosen(self, debtor_ref: str) -> Chosen:
        arms = {
            each.name: arm_of(each.name, debtor_ref, each.challenger_percent)
            for each in await self.experiments.running()
        }
        changed = frozenset(name for name, arm in arms.items() if arm is Arm.CHALLENGER)
        return Chosen(self.editions.edition(changed), arms)
