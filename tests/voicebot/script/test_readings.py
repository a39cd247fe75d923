"""Numbers read aloud: a golden table, an oracle for cardinals, and readings that can be read back."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from voicebot.domain.compliance.figure import DateFigure, DigitsFigure, MoneyFigure, TimeFigure
from voicebot.domain.compliance.figures import figures
from voicebot.domain.money import Money
from voicebot.script import codes
from voicebot.script.amounts import money, money_short
from voicebot.script.moments import at_time, by_date, date_full, date_spoken, on_date, time_spoken
from voicebot.script.numerals import LARGEST, cardinal, ordinal, percent
from voicebot.script.readings import read_aloud

TODAY = date(2026, 11, 23)
KINDS: dict[str, Callable[[str], str]] = {
    "cardinal": lambda text: cardinal(int(text)),
    "cardinal_feminine": lambda text: cardinal(int(text), feminine=True),
    "ordinal": lambda text: ordinal(int(text)),
    "ordinal_feminine": lambda text: ordinal(int(text), feminine=True),
    "money": lambda text: money(Money.of(text)),
    "money_short": lambda text: money_short(Money.of(text)),
    "date": lambda text: date_spoken(date.fromisoformat(text), today=TODAY),
    "date_without_weekday": lambda text: date_spoken(date.fromisoformat(text), today=TODAY, weekday=False),
    "deadline": lambda text: by_date(date.fromisoformat(text), today=TODAY),
    "on_date": lambda text: on_date(date.fromisoformat(text), today=TODAY),
    "time": lambda text: time_spoken(time.fromisoformat(text)),
    "at_time": lambda text: at_time(time.fromisoformat(text)),
    "percent": lambda text: percent(Decimal(text)),
    "digits": codes.digits,
    "cpf": codes.cpf,
    "cnpj": codes.cnpj,
    "phone": codes.phone,
    "protocol": codes.protocol,
    "address": codes.address_spoken,
    "text": read_aloud,
}
_LINES = (Path(__file__).parent / "readings.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [tuple(line.split("\t")) for line in _LINES if line and not line.startswith("#")]


def test_the_table_is_large_and_covers_every_kind() -> None:
    assert len(ROWS) >= 200
    assert {row[0] for row in ROWS} == set(KINDS)


@pytest.mark.parametrize(("kind", "written", "spoken"), ROWS, ids=[f"{kind} {written}" for kind, written, _ in ROWS])
def test_reads_as_a_brazilian_would(kind: str, written: str, spoken: str) -> None:
    assert KINDS[kind](written) == spoken


@given(st.integers(0, 10**6))
def test_cardinals_agree_with_the_oracle(n: int) -> None:
    assert cardinal(n) == num2words(n, lang="pt_BR").replace(",", "")


@given(st.integers(10**6, LARGEST))
def test_large_cardinals_agree_with_the_oracle_but_for_its_joints(n: int) -> None:
    # Above a million the oracle also joins inner groups ("nove milhões e mil e um"); the words must be the same.
    def words(text: str) -> list[str]:
        return [word for word in text.replace(",", "").split() if word != "e"]

    assert words(cardinal(n)) == words(num2words(n, lang="pt_BR"))


@given(st.integers(1, 10**8))
def test_an_amount_can_be_read_back(cents: int) -> None:
    heard = figures(money(Money(cents)))

    assert [figure.cents for figure in heard if isinstance(figure, MoneyFigure)] == [cents]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_full_date_can_be_read_back(day: date) -> None:
    heard = [figure for figure in figures(date_full(day)) if isinstance(figure, DateFigure)]

    assert [(each.day, each.month, each.year) for each in heard] == [(day.day, day.month, day.year)]


@given(st.times().filter(lambda at: 6 <= at.hour and at.minute not in (0, 30)))
def test_an_hour_can_be_read_back(at: time) -> None:
    heard = [figure for figure in figures(f"Eu ligo {at_time(at)}.") if isinstance(figure, TimeFigure)]

    assert [(each.hour, each.minute) for each in heard] == [(at.hour, at.minute)]


@given(st.text("0123456789", min_size=3, max_size=12))
def test_dictated_digits_can_be_read_back(digits: str) -> None:
    heard = [figure for figure in figures(codes.digits(digits)) if isinstance(figure, DigitsFigure)]

    assert [each.digits for each in heard] == [digits]


@given(st.integers(1, 10**9))
def test_written_and_typed_amounts_are_said_alike(cents: int) -> None:
    whole, part = divmod(cents, 100)
    written = f"R$ {whole:,}".replace(",", ".") + f",{part:02d}"

    assert read_aloud(written) == money(Money(cents))


@given(st.text(alphabet="abcãé ,.?!", max_size=80))
def test_text_without_figures_is_left_alone(text: str) -> None:
    tidy = " ".join(text.split(" ")).strip()

    assert read_aloud(text).replace(" ", "") == tidy.replace(" ", "")


@given(st.sampled_from([row[2] for row in ROWS if row[0] == "text"]))
def test_what_is_already_said_stays_said(spoken: str) -> None:
    assert read_aloud(spoken) == spoken


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param(lambda: cardinal(LARGEST + 1), id="a number too large"),
        pytest.param(lambda: ordinal(0), id="no zeroth"),
        pytest.param(lambda: ordinal(100), id="ranks are said up to 99"),
        pytest.param(lambda: codes.digits("12a"), id="a letter among digits"),
        pytest.param(lambda: money(Money(1, "XYZ")), id="a currency without a name"),
    ],
)
def test_what_cannot_be_said_is_refused(refused: Callable[[], str]) -> None:
    with pytest.raises(ValueError, match=r"said|dictated|spoken"):
        refused()
