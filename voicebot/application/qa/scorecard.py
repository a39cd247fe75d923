"""The scorecard as the console keeps it, and the port of whoever makes it.

It reads the JSON that `python -m voicebot score` writes a line; what the scorer itself is like is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from voicebot.domain.portfolio import Creditor


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    result: str
    """pass, fail or na."""
    weight: float
    evidence: tuple[int, ...]
    """Indexes of turns in the transcript, from 0."""
    reason: str
    """One line in pt-BR."""
    confidence: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The machine's word on one call; people write theirs beside it and never over it."""

    score: int
    """0 to 100; 0 where anything is fatal."""
    fatal: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    fatal_evidence: Mapping[str, tuple[int, ...]]
    """Turns that show each fatal error, where the scorer names them."""
    fatal_reasons: Mapping[str, str]
    measures: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was counted besides, as the scorer gave it; empty where it counts nothing."""

    @property
    def confidence(self) -> float:
        """The least sure criterion's; 1.0 where none applies."""
        return min((each.confidence for each in self.criteria if each.result != "na"), default=1.0)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Name why the caller fell behind, by the caller's own words."""
        return _kinds(self.measures, "reasons_for_default")

    @property
    def objections(self) -> tuple[str, ...]:
        return _kinds(self.measures, "objections")


class ScorecardInvalid(ValueError):
    """What a scorer gave is no scorecard; the message names the field."""

    retryable = False


class Scorer(Protocol):
    """Judges one call from its Transcript JSON."""

    def score(self, transcript: Mapping[str, Any], creditor: Creditor | None) -> Mapping[str, Any]:
        """Give `{"score", "fatal", "criteria": [...]}` as the contract has it, by the creditor's limits where known.

        Raises:
            ScorecardInvalid: there is nothing in this transcript that it can judge.
        """
        ...


def read_scorecard(data: Mapping[str, Any]) -> Scorecard:
    """Read the contract's JSON.

    Raises:
        ScorecardInvalid: a field is missing or of the wrong kind.
    """
    try:
        fatal, evidence = _fatals(data.get("fatal", ()))
        return Scorecard(
            score=min(max(round(float(data["score"])), 0), 100),
            fatal=fatal,
            criteria=tuple(_criterion(each) for each in data["criteria"]),
            fatal_evidence=evidence | _found(data.get("fatal_findings")),
            fatal_reasons={str(each["id"]): str(each.get("reason", "")) for each in data.get("fatal_findings", ())},
            measures=dict(data.get("measures") or {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ScorecardInvalid(f"no scorecard: {type(error).__name__} at {error}") from None


def _fatals(data: Any) -> tuple[tuple[str, ...], dict[str, tuple[int, ...]]]:
    """Take ids alone, or objects with an id and evidence."""
    ids: list[str] = []
    evidence: dict[str, tuple[int, ...]] = {}
    for each in data:
        if isinstance(each, Mapping):
            ids.append(str(each["id"]))
            evidence[str(each["id"])] = tuple(int(turn) for turn in each.get("evidence", ()))
        else:
            ids.append(str(each))
    return tuple(ids), evidence


def _found(data: Any) -> dict[str, tuple[int, ...]]:
    """Read what the scorer gives beside the contract: the fatal errors as findings."""
    return {str(each["id"]): tuple(int(turn) for turn in each.get("evidence", ())) for each in data or ()}


def _criterion(data: Mapping[str, Any]) -> Criterion:
    result = str(data["result"])
    if result not in {"pass", "fail", "na"}:
        raise ValueError("result")
    return Criterion(
        id=str(data["id"]),
        result=result,
        weight=float(data["weight"]),
        evidence=tuple(int(turn) for turn in data.get("evidence", ())),
        reason=str(data.get("reason", "")),
        confidence=float(data.get("confidence", 1.0)),
    )


def _kinds(measures: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Read `[{"kind": ..., "turns": [...]}]`."""
    found = measures.get(name)
    kinds = [each.get("kind") for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return tuple(kind for kind in kinds if isinstance(kind, str))
