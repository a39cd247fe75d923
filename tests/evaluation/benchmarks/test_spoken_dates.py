from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from evaluation.benchmarks.spoken_dates import DateListInvalid, read_rows, score
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Entity, EntityType

NOW = "2026-11-23T10:00-03:00"
DAY, HOUR = EntityType.DATE, EntityType.TIME


def judged(tmp_path: Path, cells: str, *given: Entity) -> tuple[float | None, float | None]:
    """Score one row against what a reader gives: the share right of agreed and of disputed rows."""
    path = tmp_path / "list.tsv"
    path.write_text(f"# a note\n{NOW}\t-\tfala\t{cells}\n", encoding="utf-8")

    def read(text: str, expecting: Asks | Phase | None, at: datetime) -> Sequence[Entity]:
        return given

    result = score(read_rows(path), read)
    return (
        result.agreed["value"] if result.agreed else None,
        result.disputed["value"] if result.disputed else None,
    )


@pytest.mark.parametrize(
    ("cells", "given", "right"),
    [
        pytest.param("date\t2026-12-05\t\t", Entity(DAY, "x", "2026-12-05"), 1, id="the same day"),
        pytest.param("date\t2026-12-05\t\t", Entity(DAY, "x", "2026-12-06"), 0, id="a day off"),
        pytest.param("date\t2026-12-05\t\t", Entity(HOUR, "x", "2026-12-05"), 0, id="another type"),
        pytest.param(
            "date\t\t2026-11-23\t2026-12-05", Entity(DAY, "x", "2026-12-05"), 1, id="until a day, given as that day"
        ),
        pytest.param(
            "date\t2026-12-05\t\t", Entity(DAY, "x", None, "2026-11-23", "2026-12-05"), 1, id="and the other way round"
        ),
        pytest.param(
            "date\t\t2026-11-24\t2026-12-05", Entity(DAY, "x", "2026-12-05"), 0, id="a range that starts later"
        ),
        pytest.param("date\t\t2026-12-10\t", Entity(DAY, "x", None, "2026-12-11"), 1, id="an open bound a day off"),
        pytest.param("date\t\t2026-12-10\t", Entity(DAY, "x", None, "2026-12-12"), 0, id="an open bound two days off"),
        pytest.param("date\t\t\t2026-12-10", Entity(DAY, "x", None, None, "2026-12-09"), 1, id="open below"),
        pytest.param("date\t\t2026-12-10\t", Entity(DAY, "x", None, None, "2026-12-10"), 0, id="the other bound"),
        pytest.param(
            "date\t\t2026-12-01\t2026-12-10", Entity(DAY, "x", None, "2026-12-02", "2026-12-10"), 0, id="a closed bound"
        ),
        pytest.param("date\t\t\t", Entity(DAY, "x", None, approx=True), 1, id="a day only an event knows"),
        pytest.param("date\t\t\t", Entity(DAY, "x", "2026-12-05"), 0, id="and one made up for it"),
        pytest.param("time\t\t18:00\t", Entity(HOUR, "x", None, "18:00"), 1, id="an hour's bound"),
        pytest.param("time\t\t18:00\t", Entity(HOUR, "x", None, "19:00"), 0, id="an hour's bound is exact"),
        pytest.param("-\t\t\t", Entity(HOUR, "x", "18:00"), 0, id="an hour where nothing is"),
    ],
)
def test_a_row_is_judged(tmp_path: Path, cells: str, given: Entity, right: float) -> None:
    assert judged(tmp_path, cells, given) == (right, None)


def test_a_second_day_makes_a_row_wrong(tmp_path: Path) -> None:
    days = (Entity(DAY, "x", "2026-12-05"), Entity(DAY, "y", "2026-12-06"))
    assert judged(tmp_path, "date\t2026-12-05\t\t", *days) == (0, None)


def test_the_same_day_twice_is_one_reading(tmp_path: Path) -> None:
    days = (Entity(DAY, "x", "2026-12-05"), Entity(DAY, "y", "2026-12-05", approx=True))
    assert judged(tmp_path, "date\t2026-12-05\t\t", *days) == (1, None)


def test_a_marked_row_is_counted_apart(tmp_path: Path) -> None:
    assert judged(tmp_path, "date\t2026-12-05\t\t\tdisputed", Entity(DAY, "x", "2026-12-05")) == (None, 1)


def test_a_row_that_cannot_be_read_names_its_place(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text(f"# a note\n{NOW}\tsomething\tfala\tdate\t2026-12-05\n", encoding="utf-8")
    with pytest.raises(DateListInvalid, match=r"list\.tsv, line 2"):
        read_rows(path)
