"""How far raters agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Give Cohen's kappa of two raters' answers to the same questions; None where it is not defined.

    It is not defined without answers, or where both raters gave one and the same answer throughout (Cohen 1960).
    """
    return counted_kappa(Counter(pairs))


def counted_kappa(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Give the same where each pair of answers comes with how often it was given."""
    n = sum(pairs.values())
    if not n:
        return None
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), times in pairs.items():
        first[one] += times
        second[other] += times
    observed = sum(times for (one, other), times in pairs.items() if one == other) / n
    expected = sum(first[label] * second[label] for label in first) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Give Krippendorff's alpha for nominal answers, any number of raters, missing ones left out (2011, section A).

    Args:
        units: For each question the answers given to it; units with fewer than two say nothing.
    """
    coincidences: Counter[tuple[str, str]] = Counter()
    weights: dict[tuple[str, str], float] = {}
    for answers in units:
        if len(answers) < 2:
            continue
        pairs = Counter((one, other) for i, one in enumerate(answers) for j, other in enumerate(answers) if i != j)
        for pair, count in pairs.items():
            weights[pair] = weights.get(pair, 0.0) + count / (len(answers) - 1)
            coincidences[pair] += count
    total = sum(weights.values())
    if total <= 1:
        return None
    margins: dict[str, float] = {}
    for (one, _), weight in weights.items():
        margins[one] = margins.get(one, 0.0) + weight
    observed = sum(weight for (one, other), weight in weights.items() if one != other)
    expected = sum(a * b for (x, a), (y, b) in combinations(margins.items(), 2) if x != y) * 2 / (total - 1)
    return None if expected == 0 else 1 - observed / expected


def mean_pairwise_kappa(answers: Mapping[str, Mapping[str, str]]) -> float | None:
    """Give the mean of Cohen's kappa over all pairs of raters, on the questions both answered.

    Args:
        answers: For each rater, the answer to each question.
    """
    found = [
        kappa
        for one, other in combinations(sorted(answers), 2)
        if (kappa := cohen_kappa([(answers[one][q], answers[other][q]) for q in answers[one] if q in answers[other]]))
        is not None
    ]
    return sum(found) / len(found) if found else None
