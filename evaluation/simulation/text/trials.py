"""pass^k: the share of scenarios of which every one of k trials goes well."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from evaluation.simulation.text import runner
from evaluation.simulation.text.characters import Character
from evaluation.simulation.text.stage import Scenario

TRIALS: Final = 8


def pass_hat(scenarios: int, seed: int, persona: Character | None, processes: int) -> dict[str, Any]:
    """Hold each scenario eight times, wording, order, mood and noise drawn anew; who and what stay."""
    work = [
        Scenario(one.seed, one.character, trial)
        for one in runner.scenarios(scenarios, seed, persona)
        for trial in range(1, TRIALS + 1)
    ]
    passed: dict[str, list[bool]] = defaultdict(list)
    who: dict[str, str] = {}
    for result in runner.run(work, processes):
        passed[result.seed].append(result.passed)
        who[result.seed] = result.character
    every = [all(trials) for trials in passed.values()]
    failing = sorted({who[one] for one, trials in passed.items() if not all(trials)})
    singles = [trial for trials in passed.values() for trial in trials]
    return {
        "scenarios": len(every),
        "trials": TRIALS,
        "value": round(sum(every) / len(every), 4) if every else None,
        "single": round(sum(singles) / len(singles), 4) if singles else None,
        "failing_personas": failing,
    }
