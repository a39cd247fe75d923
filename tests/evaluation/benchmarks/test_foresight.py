"""What is foreseen covers most answers, in a small run."""

from __future__ import annotations

from evaluation.benchmarks import foresight


def test_most_first_lines_are_foreseen() -> None:
    result = foresight.measure(turns=60, seed=3)
    found = result["first_line_foreseen"]
    assert found["n"] >= 60
    assert found["high"] > 0.8, "0.9 in a run of 400"
    assert result["line_foreseen"]["value"] > 0.7
