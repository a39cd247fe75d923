from __future__ import annotations

from datetime import date

import pytest

from voicebot.bootstrap.text import day_of


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param("2026-11-23T10:00", date(2026, 11, 23), id="the debtor's local time"),
        pytest.param("2026-11-23T23:30-05:00", date(2026, 11, 23), id="another zone keeps its own day"),
        pytest.param("2026-11-23", date(2026, 11, 23), id="a day alone"),
    ],
)
def test_a_chat_is_about_the_day_it_names(at: str, day: date) -> None:
    assert day_of(at) == day


@pytest.mark.parametrize("at", [None, "segunda-feira"])
def test_without_an_instant_it_is_today(at: str | None) -> None:
    assert day_of(at) >= date(2026, 11, 22)
