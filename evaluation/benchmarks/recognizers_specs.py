"""Cases of Microsoft Recognizers-Text for Portuguese, read from the folder that VOICEBOT_TEST_DATA names.

What is out of scope is decided by rule on the case itself, before anything is scored, and every case is counted in the
figure beside it. A case is right when the values that were read are the wanted ones, all of them and in their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from evaluation.benchmarks.distribution import rate

_TOLERANCE: Final = 1e-9
_HALF_A_CENT: Final = 0.005
_CRYPTO: Final = ("bitcoin", "btc", "ethereum")


class Suite(StrEnum):
    """The specs that have a Portuguese set and concern a debtor's call."""

    NUMBER = "number"
    PERCENT = "percent"
    CURRENCY = "currency"


_FILES: Final = {
    Suite.NUMBER: "Number/Portuguese/NumberModel.json",
    Suite.PERCENT: "Number/Portuguese/PercentModel.json",
    Suite.CURRENCY: "NumberWithUnit/Portuguese/CurrencyModel.json",
}
EXCLUSIONS: Final = {
    "unit alone": "a currency is named without an amount, so that there is no value to read",
    "cryptocurrency": "no debt in Brazil is collected in one",
}

Read = Callable[[str], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Case:
    """One input with its wanted values; `excluded` names the rule that puts it out of scope."""

    text: str
    wanted: tuple[float, ...]
    excluded: str | None


@dataclass(frozen=True, slots=True)
class SpecScore:
    """The rate in scope, over all cases, and the inputs in scope that went wrong."""

    in_scope: dict[str, float] | None
    all_cases: dict[str, float] | None
    wrong: tuple[str, ...]


def read_cases(data: Path, suite: Suite) -> tuple[Case, ...]:
    """Read a suite.

    Raises:
        OSError: the file is missing.
        ValueError: the file is no JSON list of cases.
    """
    rows = json.loads((data / "recognizers_pt" / _FILES[suite]).read_text(encoding="utf-8-sig"))
    return tuple(_case(row) for row in rows)


def score(cases: Iterable[Case], suite: Suite, read: Read) -> SpecScore:
    """Read every case and count."""
    slack = _HALF_A_CENT if suite is Suite.CURRENCY else 0.0
    judged = [(case, agrees(case.wanted, read(case.text), slack)) for case in cases]
    inside = [(case, right) for case, right in judged if case.excluded is None]
    return SpecScore(
        rate(sum(right for _, right in inside), len(inside)),
        rate(sum(right for _, right in judged), len(judged)),
        tuple(case.text for case, right in inside if not right),
    )


def agrees(wanted: Sequence[float], given: Sequence[float], slack: float = 0.0) -> bool:
    """Whether both give the same values; `slack` is absolute, for amounts that are rounded to the cent."""
    if len(wanted) != len(given):
        return False
    return all(abs(one - two) <= slack + _TOLERANCE * abs(one) for one, two in zip(wanted, given, strict=True))


def spec_value(text: str) -> float:
    """Read a value as the specs write it: "1234,5", "84%", "1E-09"."""
    return float(text.removesuffix("%").replace(".", "").replace(",", "."))


def _case(row: dict[str, Any]) -> Case:
    text = row["Input"]
    wanted = []
    unit_alone = False
    for result in row["Results"]:
        resolution = result["Resolution"]
        value = resolution.get("value")
        unit_alone = unit_alone or (value is None and "unit" in resolution)
        if value is not None:
            # The specs give a sum of coins in coins; a bare coin is a hundredth of what it belongs to.
            coins = resolution.get("unit") in {"Centavo", "Cêntimo"}
            wanted.append(spec_value(value) / 100 if coins else spec_value(value))
    crypto = any(name in text.lower() for name in _CRYPTO)
    excluded = "unit alone" if unit_alone else "cryptocurrency" if crypto else None
    return Case(text, tuple(wanted), excluded)
