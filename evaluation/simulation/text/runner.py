"""Many calls on a few processes, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from multiprocessing import get_context
from typing import Any, Final

import structlog

from evaluation.simulation.text import commits
from evaluation.simulation.text.characters import Character, load
from evaluation.simulation.text.log import CallLog, Violation
from evaluation.simulation.text.oracle import offers, verdict
from evaluation.simulation.text.score import understood
from evaluation.simulation.text.stage import Scenario, play
from voicebot import logs

log = structlog.get_logger(__name__)

PROCESSES: Final = 2
EXAMPLES: Final = 20
_CHUNK: Final = 25


@dataclass(frozen=True, slots=True)
class Misheard:
    meant: str
    text: str
    intent: str
    asks: str
    clean: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What is kept of one call."""

    seed: str
    trial: int
    character: str
    turns: int
    disposition: str
    violations: tuple[Violation, ...]
    lines: tuple[str, ...]
    misheard: tuple[Misheard, ...]
    scored: int
    complete: bool | None
    """Whether the promise has all its terms; None where there is none."""
    concessions: int
    discount: float | None
    inbound: bool
    noisy: bool
    ended_well: bool
    wrong_commit: bool | None = None
    """Whether the agreement on record is one the caller did not say yes to; None where there is none."""
    transcript: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self) -> bool:
        return self.ended_well and not self.violations


@dataclass(slots=True)
class Tally:
    results: int = 0
    turns: int = 0
    scored: int = 0
    understood: int = 0
    promises: int = 0
    complete: int = 0
    ended_well: int = 0
    wrong_commits: int = 0
    lines: set[str] = field(default_factory=set)
    rules: Counter[str] = field(default_factory=Counter)
    dispositions: Counter[str] = field(default_factory=Counter)
    by_character: dict[str, Counter[str]] = field(default_factory=dict)
    concessions: Counter[int] = field(default_factory=Counter)
    misheard: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[str, list[Violation]] = field(default_factory=dict)
    discounts: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.results += 1
        self.turns += result.turns
        self.scored += result.scored
        self.understood += result.scored - len(result.misheard)
        self.lines |= set(result.lines)
        self.dispositions[result.disposition] += 1
        self.by_character.setdefault(result.character, Counter())[result.disposition] += 1
        self.ended_well += result.ended_well
        self.wrong_commits += bool(result.wrong_commit)
        self.misheard.update((each.meant, each.intent) for each in result.misheard)
        for violation in result.violations:
            self.rules[violation.rule] += 1
            self.examples.setdefault(violation.rule, []).append(violation)
        if result.complete is not None:
            self.promises += 1
            self.complete += result.complete
            self.concessions[result.concessions] += 1
        if result.discount is not None:
            self.discounts.append(result.discount)


def scenarios(calls: int, seed: int, persona: Character | None) -> Iterator[Scenario]:
    """Give `calls` scenarios, every character in turn, or one alone."""
    everyone: Sequence[Character] = [persona] if persona else list(load().values())
    for index in range(calls):
        yield Scenario(f"{seed}-{index}", everyone[index % len(everyone)])


def one(scenario: Scenario) -> Result:
    """Hold and judge one call; a call that breaks is a violation, not the end of the run."""
    try:
        call = play(scenario)
    except Exception as error:
        log.exception("a simulated call broke", seed=scenario.seed, trial=scenario.trial)
        broken = Violation("crashed", scenario.seed, scenario.character.name, 0, "", "", repr(error))
        return Result(
            scenario.seed, scenario.trial, scenario.character.name, 0, "failed",
            (broken,), (), (), 0, None, 0, None, False, False, False,
        )  # fmt: skip
    return _result(call, scenario)


def _result(call: CallLog, scenario: Scenario) -> Result:
    misheard, scored = _misheard(call)
    out = call.last
    agreement = out["agreement"]
    said = [each.said for each in call.exchanges if each.said is not None]
    discounts = [Decimal(offer["discount_percent"]) for each in call.exchanges for offer in each.out["offers"]]
    promised = out["disposition"] in ("agreement", "promise_to_pay")
    violations = verdict.judge(call)
    well = out["disposition"] in scenario.character.ends_well or _only_reminded(call)
    return Result(
        seed=scenario.seed,
        trial=scenario.trial,
        character=call.character,
        turns=len(said),
        disposition=str(out["disposition"]),
        violations=violations,
        lines=tuple(each.text for each in said if each.text),
        misheard=misheard,
        scored=scored,
        complete=offers.complete(agreement) if promised and agreement else (False if promised else None),
        concessions=max(len(set(discounts)) - 1, 0),
        discount=float(agreement["discount_percent"]) if promised and agreement else None,
        inbound=call.inbound,
        noisy=any(not each.clean for each in said),
        ended_well=well,
        wrong_commit=commits.wrong(call),
        transcript=() if well and not violations else _transcript(call),
    )


def _only_reminded(call: CallLog) -> bool:
    """Nothing is late: a reminder is all that there is to say."""
    today = call.drawn.at.date()
    return call.last["disposition"] == "reminder_delivered" and all(due >= today for _, _, due, _ in call.drawn.debts)


def _misheard(call: CallLog) -> tuple[tuple[Misheard, ...], int]:
    misses, scored = [], 0
    asks = "None"
    for each in call.exchanges:
        if each.said is not None:
            caught = understood(each.said, each.out["heard"])
            scored += caught is not None
            if caught is False:
                heard = each.out["heard"]["intent"]
                misses.append(Misheard(each.said.meant, each.said.text, heard, asks, each.said.clean))
        asks = str(each.out["asks"])
    return tuple(misses), scored


def _transcript(call: CallLog) -> tuple[tuple[str, str], ...]:
    lines: list[tuple[str, str]] = []
    for each in call.exchanges:
        if each.said is not None:
            heard = each.out["heard"]
            read = ",".join([heard["intent"], *heard["also"]]) if heard else "-"
            lines.append(("caller", f"[{each.said.key}] {each.said.text} -> {read}"))
        lines.append(("bot", each.out["say"]))
    return tuple(lines)


def run(work: Iterable[Scenario], processes: int = PROCESSES) -> Iterator[Result]:
    """Hold all calls, in any number of processes, results in order."""
    if processes <= 1:
        yield from map(one, work)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=logs.set_up) as pool:
        yield from pool.map(one, work, chunksize=_CHUNK)


def summary(tally: Tally) -> dict[str, Any]:
    """The contract's object, and more beside it."""
    violations = sum(tally.rules.values())
    examples = [asdict(each) for found in tally.examples.values() for each in found[:3]]
    return {
        "calls": tally.results,
        "turns": tally.turns,
        "distinct_utterances": len(tally.lines),
        "understood_as_meant": round(tally.understood / tally.scored, 4) if tally.scored else None,
        "violations": violations,
        "violation_examples": examples[:EXAMPLES],
        "violations_by_rule": dict(tally.rules.most_common()),
        "dispositions": dict(tally.dispositions.most_common()),
        "outcomes": {name: dict(found.most_common()) for name, found in sorted(tally.by_character.items())},
        "ended_well": tally.ended_well,
        "promises": tally.promises,
        "promises_complete": tally.complete,
        "wrong_commits": tally.wrong_commits,
        "concessions": _sorted(tally.concessions),
        "mean_discount_percent": round(sum(tally.discounts) / len(tally.discounts), 2) if tally.discounts else None,
        "misunderstood": [[meant, heard, count] for (meant, heard), count in tally.misheard.most_common(20)],
        "upper_bound": 3 / tally.results if tally.results and not violations else None,
    }


def _sorted(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(key): counts[key] for key in sorted(counts)}
