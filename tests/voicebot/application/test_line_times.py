from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from voicebot.application.line_times import Noted, line_times

BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC)


def bot(decided: float, marked: float | None) -> Noted:
    heard = None if marked is None else BEGAN + timedelta(seconds=marked)
    return Noted(is_agent=True, at=BEGAN + timedelta(seconds=decided), heard_at=heard, start_s=None, end_s=None)


def caller(start: float, end: float) -> Noted:
    return Noted(False, BEGAN + timedelta(seconds=end + 0.4), None, start, end)


def test_a_bots_line_ends_at_its_mark_and_begins_after_the_one_before() -> None:
    said = [bot(0.2, 1.5), bot(0.2, 4.0), caller(4.3, 5.0), bot(5.4, 8.0), bot(5.4, 6.0)]
    assert line_times(said, BEGAN) == [(0.2, 1.5), (1.5, 4.0), (4.3, 5.0), (5.4, 8.0), (6.0, 6.0)]


@pytest.mark.parametrize(
    ("line", "began", "times"),
    [
        pytest.param(bot(1, None), BEGAN, (None, None), id="no mark came back"),
        pytest.param(bot(1, 2), None, (None, None), id="a text call"),
        pytest.param(Noted(True, BEGAN, BEGAN, 3.0, 4.0), BEGAN, (3.0, 4.0), id="times of its own"),
        pytest.param(bot(-5, -1), BEGAN, (0.0, 0.0), id="a clock set back"),
    ],
)
def test_what_nothing_tells_stays_unknown(
    line: Noted, began: datetime | None, times: tuple[float | None, float | None]
) -> None:
    assert line_times([line], began) == [times]
