from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from evaluation.benchmarks.entities import TARGET_MS, entities, table
from evaluation.benchmarks.recognizers_specs import Suite, agrees, read_cases, score, spec_value

SPECS = {
    "Number/Portuguese/NumberModel.json": [
        {"Input": "mil e duzentos", "Results": [{"Resolution": {"value": "1200"}}]},
        {"Input": "dois", "Results": [{"Resolution": {"value": "3"}}]},
    ],
    "Number/Portuguese/PercentModel.json": [
        {"Input": "dez por cento", "Results": [{"Resolution": {"value": "10%"}}]},
    ],
    "NumberWithUnit/Portuguese/CurrencyModel.json": [
        {"Input": "quinze centavos", "Results": [{"Resolution": {"value": "15", "unit": "Centavo"}}]},
        {"Input": "contei os reais", "Results": [{"Resolution": {"unit": "Real"}}]},
        {"Input": "dois bitcoins", "Results": [{"Resolution": {"value": "2", "unit": "Bitcoin"}}]},
    ],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, rows in SPECS.items():
        path = tmp_path / "recognizers_pt" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rows), encoding="utf-8")
    return tmp_path


def test_rates_and_exclusions(data: Path) -> None:
    result = entities(data)
    assert (result["number"]["value"], result["number"]["n"]) == (0.5, 2)
    assert (result["percent"]["value"], result["currency"]["value"]) == (1, 1)
    assert (result["currency"]["n"], result["all_cases"]["currency"]["n"]) == (1, 3)
    assert result["excluded"] == {"unit alone": 1, "cryptocurrency": 1}
    assert result["dates"]["n"] >= 400
    assert table(result).row_count == 1 + len(result["peers"])


def test_without_the_specs_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICEBOT_TEST_DATA", raising=False)
    result = entities()
    assert result["number"] is None
    assert "VOICEBOT_TEST_DATA" in result["skipped"][0]


def test_an_empty_folder_is_told_by_suite(tmp_path: Path) -> None:
    assert len(entities(tmp_path, tmp_path / "none.tsv")["skipped"]) == len(Suite) + 1


@pytest.mark.parametrize(("text", "value"), [("1234,5", 1234.5), ("84%", 84.0), ("1E-09", 1e-9), ("-4", -4.0)])
def test_values_as_the_specs_write_them(text: str, value: float) -> None:
    assert spec_value(text) == value


def test_all_values_in_their_order_must_agree() -> None:
    assert agrees([1.0, 2.0], [1.0, 2.0])
    assert not agrees([1.0, 2.0], [2.0, 1.0])
    assert not agrees([1.0], [1.0, 2.0])


def test_a_wrong_reading_is_listed(data: Path) -> None:
    assert score(read_cases(data, Suite.NUMBER), Suite.NUMBER, lambda text: [1200.0]).wrong == ("dois",)


@pytest.mark.test_data
@pytest.mark.skipif(not os.environ.get("VOICEBOT_TEST_DATA"), reason="no test data: VOICEBOT_TEST_DATA is not set")
def test_the_bars() -> None:
    result = entities()
    assert result["number"]["value"] >= 0.97
    assert result["currency"]["value"] >= 0.92
    assert result["percent"]["value"] >= 0.97
    assert result["entities_ms"]["median"] <= TARGET_MS
