"""A few chaos runs in the suite; the full 500 are `python -m voicebot bench dial --runs 500`."""

from __future__ import annotations

import pytest

from evaluation.benchmarks import dial
from evaluation.cli import dial_table

pytestmark = pytest.mark.postgres


def test_nobody_is_dialled_twice_or_forgotten_whatever_dies() -> None:
    result = dial.measure(runs=6, seed=7, claims=40)
    assert set(result["claims_per_s"]) == {"1", "2", "4"}
    assert all(rate > 0 for rate in result["claims_per_s"].values())
    assert (result["chaos_runs"], result["people"], result["database_restarts"]) == (6, 12, 1)
    assert result["workers_killed"] >= 1
    assert (result["double_dials"], result["lost_outcomes"]) == (0, 0)
    assert (result["never_dialled"], result["double_outcomes"]) == (0, 0)
    assert dial_table(result).row_count >= len(result["claims_per_s"]) + 8
