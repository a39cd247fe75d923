"""A whole call scored: every criterion and fatal error of the scorecard, and the measures beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from evaluation.scoring import measures
from evaluation.scoring.criteria import debt, ending, manner, opening
from evaluation.scoring.fatals import amounts, disclosure, moment, policy, speech, wishes
from evaluation.scoring.findings import Finding, Result, absent
from evaluation.scoring.limits import Granted
from evaluation.scoring.reading import Reading
from evaluation.scoring.scorecard import Criterion, Fatal, Scorecard, scorecard
from evaluation.scoring.transcript import Transcript

_HUNDRED: Final = 100
CRITERIA: Final[Mapping[str, Callable[[Reading], Finding]]] = MappingProxyType(
    {
        "greeting": opening.greeting,
        "recording_notice": opening.recording_notice,
        "verification": opening.verification,
        "purpose_itemised": debt.purpose_itemised,
        "empathy": manner.empathy,
        "listening": manner.listening,
        "negotiation": debt.negotiation,
        "commitment": debt.commitment,
        "plain_language": manner.plain_language,
        "closing": ending.closing,
        "record": ending.record,
    }
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a fatal error is judged by besides the words."""

    reading: Reading
    granted: Granted | None
    jurisdiction: str


FATALS: Final[Mapping[str, Callable[[Context], Finding]]] = MappingProxyType(
    {
        "third_party_disclosure": lambda given: disclosure.third_party(given.reading),
        "unverified_disclosure": lambda given: disclosure.unverified(given.reading),
        "threat_or_ridicule": lambda given: speech.threat(given.reading),
        "wrong_amount": lambda given: amounts.wrong_amount(given.reading),
        "out_of_hours": lambda given: moment.out_of_hours(given.reading, given.jurisdiction),
        "no_recording_notice": lambda given: moment.no_notice(given.reading),
        "offer_outside_policy": lambda given: policy.outside(given.reading, given.granted),
        "ignored_stop_request": lambda given: wishes.stop(given.reading),
        "ignored_dispute": lambda given: wishes.dispute(given.reading),
        "mishandled_crisis": lambda given: wishes.crisis(given.reading),
        "denied_being_a_bot": lambda given: speech.denial(given.reading),
        "false_claim": lambda given: speech.claim(given.reading, given.granted),
    }
)


@dataclass(frozen=True, slots=True)
class Scored:
    transcript: Transcript
    score: int
    """0 to 100."""
    criteria: tuple[tuple[Criterion, Finding], ...]
    fatals: tuple[Finding, ...]
    """Every fatal error of the scorecard, found or not."""
    measures: Mapping[str, Any]

    @property
    def fatal(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.fatals if each.result is Result.FAIL)


def score(transcript: Transcript, granted: Granted | None = None, *, measured: bool = True) -> Scored:
    """Score one call by the scorecard of the creditor's jurisdiction, Brazil's where there is no creditor file.

    Raises:
        ScorecardInvalid: that jurisdiction has no scorecard.
    """
    jurisdiction = granted.jurisdiction if granted is not None else "BR"
    card = scorecard(jurisdiction)
    reading = Reading.of(transcript)
    given = Context(reading, granted, jurisdiction)
    fatals = tuple(_fatal(each, given) for each in card.fatals)
    reached = _reached(reading)
    criteria = tuple((each, _criterion(each, reading, reached)) for each in card.criteria)
    points = _points(criteria)
    fatal = any(each.result is Result.FAIL for each in fatals)
    return Scored(
        transcript,
        0 if fatal else points,
        criteria,
        fatals,
        measures.measure(reading) if measured else MappingProxyType({}),
    )


def check(card: Scorecard) -> tuple[str, ...]:
    """Name what a scorecard asks for and nobody judges."""
    asked = [each.id for each in card.criteria if each.id not in CRITERIA]
    return tuple(asked + [each.id for each in card.fatals if each.id not in FATALS])


def _reached(reading: Reading) -> frozenset[str]:
    phases = {"always"}
    if reading.verified_at is not None or any(line.has("asks_factor") for line in reading.agent):
        phases.add("subject")
    if reading.debt_told:
        phases.add("debt")
    return frozenset(phases)


def _criterion(criterion: Criterion, reading: Reading, reached: frozenset[str]) -> Finding:
    if not criterion.phases & reached:
        return absent(criterion.id, "a ligação não chegou a esta parte")
    return CRITERIA[criterion.id](reading)


def _fatal(fatal: Fatal, given: Context) -> Finding:
    if ("bot" if given.reading.is_bot else "human") not in fatal.agents:
        return absent(fatal.id, "não se aplica a quem atendeu")
    return FATALS[fatal.id](given)


def _points(criteria: tuple[tuple[Criterion, Finding], ...]) -> int:
    judged = [(each.weight, found.result) for each, found in criteria if found.result is not Result.NA]
    whole = sum(weight for weight, _ in judged)
    if not whole:
        return _HUNDRED
    return round(_HUNDRED * sum(weight for weight, result in judged if result is Result.PASS) / whole)


def as_json(scored: Scored) -> dict[str, Any]:
    """Give the contract's object; beside it the fatal errors found with their evidence, and the measures."""
    times = {turn.index: (turn.start_s, turn.end_s) for turn in scored.transcript.turns}
    found = [each for each in scored.fatals if each.result is Result.FAIL]
    return {
        "call_id": scored.transcript.call_id,
        "score": scored.score,
        "fatal": list(scored.fatal),
        "criteria": [
            {**_found(finding, times), "weight": criterion.weight, "title": criterion.title, "source": criterion.source}
            for criterion, finding in scored.criteria
        ],
        "fatal_findings": [_found(each, times) for each in found],
        "measures": dict(scored.measures),
    }


def _found(finding: Finding, times: Mapping[int, tuple[float | None, float | None]]) -> dict[str, Any]:
    return {
        "id": finding.id,
        "result": finding.result.value,
        "evidence": list(finding.evidence),
        "times": [{"turn": at, "start_s": times[at][0], "end_s": times[at][1]} for at in finding.evidence],
        "reason": finding.reason,
        "confidence": finding.confidence,
    }
