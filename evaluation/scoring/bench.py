"""How well the scorer agrees with calls whose faults are known by construction, how it bears errors, how fast it is.

What is compared is agreement with constructed labels, not with people.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from time import process_time
from typing import Any, Final, NamedTuple

import numpy as np

from evaluation.benchmarks.distribution import load, machine, rate
from evaluation.scoring.findings import Result
from evaluation.scoring.limits import Granted, read_limits
from evaluation.scoring.score import Scored, score
from evaluation.scoring.targets import verdicts
from evaluation.scoring.transcript import parse
from evaluation.scoring.truth.facts import CREDITOR
from evaluation.scoring.truth.machines import held, spoiled
from evaluation.scoring.truth.noise import misheard
from evaluation.scoring.truth.people import CRITERIA, FATAL, FAULTS, Made, make
from evaluation.scoring.truth.wordings import HALVES, Half, halves, hard_middles

RATES: Final = (0.0, 0.05, 0.10, 0.15)
_BOT_SHARE: Final = 3
_CLEAN_EVERY: Final = 4
_HUNDRED: Final = 100.0
_HARD_CALLS: Final = 30
_SPEED_CALLS: Final = 150
_NEAR: Final = 2
"""Points that acts may make."""
_RESAMPLES: Final = 2000


class _Cells(NamedTuple):
    """Calls by what is true and what was found."""

    both: int
    missed: int
    wrong: int
    neither: int


@dataclass(frozen=True, slots=True)
class Judged:
    made: Made
    noise: float
    found: Scored

    @property
    def fails(self) -> frozenset[str]:
        return frozenset(each.id for _, each in self.found.criteria if each.result is Result.FAIL)


def measure(
    *, calls: int = 240, seed: int = 0, wordings: str | None = None, say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Make calls, score and compare them: `calls` by people, a third as many by the bot, each heard at four rates.

    Raises:
        KeyError: there are no `wordings` of that name.
    """
    granted = read_limits(CREDITOR)
    before = load()
    there = halves(wordings)
    people = list(_people(calls, seed, [half.id for half in there]))
    bots = held(calls // _BOT_SHARE, seed)
    say(f"{len(people)} calls by people, {len(bots)} by the bot")
    clean_bots = [Made(data, set(), set(), there[at % len(there)].id, kind="bot") for at, data in enumerate(bots)]
    bad_bots = [
        made for at, data in enumerate(bots) if (made := spoiled(data, at, Random(f"{seed}-{at}"), there)) is not None
    ]
    judged = [
        Judged(made, noise, score(parse(_heard(made, noise, seed)), _of(granted, made), measured=False))
        for noise in RATES
        for made in (*people, *clean_bots, *bad_bots)
    ]
    say(f"{len(judged)} transcripts scored")
    result = {
        "machine": machine(),
        "load": before,
        "transcripts": len(judged),
        "labels": {
            "truth": "by construction, not by people who listened",
            **{half.id: half.seen for half in there},
        },
        **_compared(judged, there),
        "noise": _noise(judged),
        "hard_calls": _hard(seed, granted),
        "acts": _acts(bots),
        "per_minute": _speed([made.data for made in people]),
    }
    return {**result, "targets": verdicts(result)}


def _compared(judged: Sequence[Judged], there: Sequence[Half]) -> dict[str, Any]:
    """Agreement by criterion and by fatal error, over all, by author and by half."""
    authors = {half.id: half.author for half in HALVES}
    return {
        "criteria": {
            name: _agreement([(name in each.made.fails, name in each.fails) for each in judged]) for name in CRITERIA
        },
        "fatals": {
            name: _agreement([(name in each.made.fatals, name in each.found.fatal) for each in judged])
            for name in FATAL
        },
        "macro": _macro(judged),
        "authors": {
            name: _macro([each for each in judged if authors[each.made.half] == name])
            for name in dict.fromkeys(half.author for half in there)
        },
        "halves": {half.id: _macro([each for each in judged if each.made.half == half.id]) for half in there},
    }


def _people(calls: int, seed: int, there: Sequence[str]) -> Iterable[Made]:
    """Every fault once in each round, worded by another half than in the round before; clean calls between them."""
    faults = list(FAULTS)
    for index in range(calls):
        rounds, which = divmod(index - index // _CLEAN_EVERY - 1, len(faults))
        if index % _CLEAN_EVERY == 0:
            yield make(index, seed, None, half=there[index // _CLEAN_EVERY % len(there)])
        else:
            yield make(index, seed, faults[which], half=there[(which + rounds) % len(there)])


def _of(granted: Granted, made: Made) -> Granted | None:
    """The simulated creditors of the bot's calls differ: their files are not the sample's."""
    return granted if made.kind == "human" else None


def _heard(made: Made, noise: float, seed: int) -> dict[str, Any]:
    rng = Random(f"{seed}-{made.data['call_id']}-{noise}")
    turns = [{**turn, "text": misheard(turn["text"], noise, rng)} for turn in made.data["turns"]]
    return {**made.data, "turns": turns}


def _agreement(pairs: Sequence[tuple[bool, bool]]) -> dict[str, Any]:
    """Precision and recall with Wilson intervals, F1 and kappa with bootstrap ones; a fault is the positive."""
    cells = _cells(pairs)
    return {
        "n": len(pairs),
        "positives": cells.both + cells.missed,
        "precision": rate(cells.both, cells.both + cells.wrong),
        "recall": rate(cells.both, cells.both + cells.missed),
        "f1": _with_interval(cells, _f1),
        "kappa": _with_interval(cells, _kappa),
    }


def f1(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    return _f1(_cells(pairs))


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of two yes-or-no judges; None where both always say the same one thing."""
    return _kappa(_cells(pairs))


def _cells(pairs: Sequence[tuple[bool, bool]]) -> _Cells:
    counted = Counter(pairs)
    return _Cells(*(counted[pair] for pair in ((True, True), (True, False), (False, True), (False, False))))


def _f1(cells: _Cells) -> float | None:
    marked = 2 * cells.both + cells.missed + cells.wrong
    return 2 * cells.both / marked if marked else None


def _kappa(cells: _Cells) -> float | None:
    count = sum(cells)
    if not count:
        return None
    same = (cells.both + cells.neither) / count
    ones, others = (cells.both + cells.missed) / count, (cells.both + cells.wrong) / count
    chance = ones * others + (1 - ones) * (1 - others)
    return None if math.isclose(chance, 1.0) else (same - chance) / (1 - chance)


def _with_interval(cells: _Cells, of: Callable[[_Cells], float | None]) -> dict[str, float] | None:
    """Give the value with its bootstrap interval; drawing pairs anew is drawing the four counts anew."""
    value, count = of(cells), sum(cells)
    if value is None:
        return None
    draw = np.random.default_rng(count).multinomial(count, [each / count for each in cells], _RESAMPLES)
    draws = sorted(found for row in draw.tolist() if (found := of(_Cells(*row))) is not None)
    low, high = draws[int(0.025 * len(draws))], draws[min(len(draws) - 1, int(0.975 * len(draws)))]
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def _macro(judged: Sequence[Judged]) -> dict[str, Any]:
    rows = [[(name in each.made.fails, name in each.fails) for each in judged] for name in CRITERIA]
    fatal = [[(name in each.made.fatals, name in each.found.fatal) for each in judged] for name in FATAL]
    clean = [each for each in judged if not each.made.fatals]
    every = [pair for row in fatal for pair in row]
    hit = sum(true and found for true, found in every)
    return {
        "criteria_f1": _mean([f1(row) for row in rows]),
        "criteria_kappa": _mean([kappa(row) for row in rows]),
        "fatal_f1": _mean([f1(row) for row in fatal]),
        "fatal_kappa": _mean([kappa(row) for row in fatal]),
        "fatal_recall": rate(hit, sum(true for true, _ in every)),
        "fatal_precision": rate(hit, sum(found for _, found in every)),
        "calls_wrongly_fatal": rate(sum(bool(each.found.fatal) for each in clean), len(clean)),
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def _noise(judged: Sequence[Judged]) -> dict[str, Any]:
    """By error rate: agreement, and the points that calls without a fatal error lose against the same ones unharmed."""
    unharmed = {each.found.transcript.call_id: each.found.score for each in judged if each.noise == 0}
    rows = {}
    for noise in RATES:
        part = [each for each in judged if each.noise == noise]
        clean = [each for each in part if not each.made.fatals]
        lost = [unharmed[each.found.transcript.call_id] - each.found.score for each in clean]
        rows[f"{noise:.0%}"] = {**_macro(part), "points_lost": round(sum(lost) / len(lost), 2) if lost else None}
    return rows


def _hard(seed: int, granted: Granted) -> dict[str, Any]:
    """Score harsh but lawful calls: how many there are, and those with a fatal error, which are all wrong."""
    passages = sorted(Random(f"{seed}-hard").sample(range(len(hard_middles())), _HARD_CALLS))
    made = [make(at, seed, None, ending=("no_deal", "deal")[at % 2], middle=at) for at in passages]
    found = [score(parse(each.data), granted, measured=False) for each in made]
    wrong = [{"passage": at, "fatal": list(each.fatal)} for at, each in zip(passages, found, strict=True) if each.fatal]
    return {"calls": len(found), "passages": len(hard_middles()), "with_fatal": len(wrong), "which": wrong}


def _acts(bots: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Compare the bot's own calls as they stand with the same calls without their acts."""
    apart, moved = [], Counter[str]()
    for data in bots:
        call = parse(data)
        bare = replace(call, turns=tuple(replace(turn, acts=()) for turn in call.turns))
        one, other = score(call, measured=False), score(bare, measured=False)
        apart.append(abs(one.score - other.score))
        moved.update(
            each.id for (each, with_acts), (_, without) in zip(one.criteria, other.criteria, strict=True)
            if with_acts.result is not without.result
        )  # fmt: skip
    return {
        "calls": len(apart),
        "mean_points": _mean(list(map(float, apart))),
        "max_points": max(apart, default=0),
        "over_2_points": sum(each > _NEAR for each in apart),
        "criteria": dict(moved),
    }


def _speed(calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Transcripts scored in a minute of one core's time, measures and reading of JSON included, the start not."""
    rng = Random("speed")
    fresh = [
        {**data, "turns": [{**turn, "text": misheard(turn["text"], 0.08, rng)} for turn in data["turns"]]}
        for data in calls
    ]
    fresh = (fresh * (_SPEED_CALLS // max(1, len(fresh)) + 1))[:_SPEED_CALLS]
    score(parse(calls[0]))
    start = process_time()
    for data in fresh:
        score(parse(data))
    spent = process_time() - start
    return {
        "value": round(len(fresh) / spent * 60),
        "n": len(fresh),
        "cpu_ms_each": round(spent / len(fresh) * 1000, 1),
    }
