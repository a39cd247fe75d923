"""Boletos: published vectors in both forms, both due-date cycles, and digits that must be refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.domain.money import Money
from voicebot.domain.payments import boleto
from voicebot.domain.payments.boleto import BankSlip, UtilityBill
from voicebot.domain.payments.errors import BoletoDigitWrong, BoletoError, BoletoFieldInvalid, BoletoLengthWrong

TODAY = date(2026, 11, 23)
SLIPS = [
    pytest.param(
        "00193373700000001000500940144816060680935031",
        "00190500954014481606906809350314337370000000100",
        date(2007, 12, 30),
        BankSlip("001", date(2007, 12, 31), Money(100), "0500940144816060680935031"),
        id="factor 3737",
    ),
    pytest.param(
        "10499898100000214032006561000100040099726390",
        "10492006506100010004200997263900989810000021403",
        date(2022, 5, 1),
        BankSlip("104", date(2022, 5, 10), Money(21403), "2006561000100040099726390"),
        id="factor 8981 in the first cycle",
    ),
    pytest.param(
        "10499898100000214032006561000100040099726390",
        "10492006506100010004200997263900989810000021403",
        date(2046, 11, 1),
        BankSlip("104", date(2046, 12, 30), Money(21403), "2006561000100040099726390"),
        id="factor 8981 in the second",
    ),
    pytest.param(
        "23797000000000000004150090019801673500021140",
        "23794150099001980167035000211405700000000000000",
        TODAY,
        BankSlip("237", None, None, "4150090019801673500021140"),
        id="neither date nor amount",
    ),
    pytest.param(
        "00194163800000150000000001234567000000000117",
        "00190000090123456700400000001172416380000015000",
        TODAY,
        BankSlip("001", date(2026, 11, 22), Money(15000), "0000001234567000000000117"),
        id="the cycle of 2025",
    ),
]
BILLS = [
    pytest.param(
        "83860000005096000190000008017823000034306271",
        "838600000050096000190009000801782309000343062712",
        UtilityBill("3", Money(50960), "00190000008017823000034306271"),
        id="mod 10",
    ),
    pytest.param(
        "85820000000572503282035607082021053959190446",
        "858200000007572503282030560708202107539591904460",
        UtilityBill("5", Money(5725), "03282035607082021053959190446"),
        id="mod 11",
    ),
]


@pytest.mark.parametrize(("barcode", "line", "near", "slip"), SLIPS)
def test_a_bank_slip_in_both_forms(barcode: str, line: str, near: date, slip: BankSlip) -> None:
    assert boleto.as_line(barcode) == line
    assert boleto.as_barcode(line) == barcode
    assert boleto.read(line, near) == boleto.read(barcode, near) == slip
    assert boleto.build(slip) == barcode


@pytest.mark.parametrize(("barcode", "line", "bill"), BILLS)
def test_a_utility_bill_in_both_forms(barcode: str, line: str, bill: UtilityBill) -> None:
    assert boleto.as_line(barcode) == line
    assert boleto.as_barcode(line) == barcode
    assert boleto.read_utility(line) == boleto.read_utility(barcode) == bill


def test_a_line_may_be_typed_as_it_is_printed() -> None:
    line = "00190000090123456700400000001172416380000015000"
    printed = "00190.00009 01234.567004 00000.001172 4 16380000015000"
    assert boleto.spaced(line) == printed
    assert boleto.read(printed, TODAY) == boleto.read(line, TODAY)
    bill = "838600000050096000190009000801782309000343062712"
    assert boleto.spaced(bill) == "83860000005-0 09600019000-9 00080178230-9 00034306271-2"
    assert boleto.as_barcode(boleto.spaced(bill)) == boleto.as_barcode(bill)


@pytest.mark.parametrize(
    ("factor", "near", "due"),
    [
        ("9999", date(2025, 2, 1), date(2025, 2, 21)),  # the last day of the first cycle
        ("1000", date(2025, 2, 1), date(2025, 2, 22)),  # and the first of the second
        ("1000", date(2001, 1, 1), date(2000, 7, 3)),
        ("9999", date(2001, 1, 1), date(2025, 2, 21)),  # beyond the window, but there is no earlier cycle
        ("9999", date(2049, 10, 1), date(2049, 10, 13)),
        ("1000", date(2049, 10, 1), date(2049, 10, 14)),
        ("0000", TODAY, None),
    ],
)
def test_a_due_factor_is_read_near_a_date(factor: str, near: date, due: date | None) -> None:
    assert boleto.due_date(factor, near) == due
    assert boleto.due_factor(due) == factor


@given(near=st.dates(date(2010, 1, 1), date(2060, 1, 1)), days=st.integers(-3000, 5999))
def test_every_date_in_the_window_reads_back(near: date, days: int) -> None:
    due = max(near + timedelta(days), date(2000, 7, 3))
    assert boleto.due_date(boleto.due_factor(due), near) == due


BANK_SLIPS = st.builds(
    BankSlip,
    bank=st.from_regex(r"[0-79][0-9]{2}", fullmatch=True).filter(str.isascii),
    due=st.none() | st.dates(date(2019, 1, 1), date(2042, 1, 1)),
    amount=st.none() | st.integers(1, 10**10 - 1).map(Money),
    free=st.text("0123456789", min_size=25, max_size=25),
)


@given(BANK_SLIPS)
def test_what_is_built_reads_back_the_same_in_both_forms(slip: BankSlip) -> None:
    barcode = boleto.build(slip)
    line = boleto.as_line(barcode)
    assert (len(barcode), len(line)) == (44, 47)
    assert boleto.read(barcode, TODAY) == boleto.read(line, TODAY) == slip


@given(BANK_SLIPS, st.integers(0, 31), st.integers(1, 9))
def test_one_mistyped_digit_in_the_three_fields_is_always_refused(slip: BankSlip, at: int, shift: int) -> None:
    line = boleto.as_line(boleto.build(slip))
    wrong = line[:at] + str((int(line[at]) + shift) % 10) + line[at + 1 :]
    with pytest.raises(BoletoError):
        boleto.read(wrong, TODAY)


MOD_10_BILL = "838600000050096000190009000801782309000343062712"


@given(st.integers(0, 47).filter(lambda at: at != 2), st.integers(1, 9))
def test_one_mistyped_digit_of_a_mod_10_bill_is_always_refused(at: int, shift: int) -> None:
    """All but the third digit, which chooses the modulus itself."""
    wrong = MOD_10_BILL[:at] + str((int(MOD_10_BILL[at]) + shift) % 10) + MOD_10_BILL[at + 1 :]
    with pytest.raises(BoletoError):
        boleto.read_utility(wrong)


SLIP = "00194163800000150000000001234567000000000117"
SLIP_LINE = "00190000090123456700400000001172416380000015000"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param("", BoletoLengthWrong, id="nothing"),
        pytest.param(SLIP[:-1], BoletoLengthWrong, id="43 digits"),
        pytest.param(SLIP[:-1] + "x", BoletoLengthWrong, id="a letter"),
        pytest.param(SLIP[:-1] + "٧", BoletoLengthWrong, id="an Arabic digit"),
        pytest.param(SLIP[:4] + "5" + SLIP[5:], BoletoDigitWrong, id="general digit"),
        pytest.param(SLIP[:10] + "1" + SLIP[11:], BoletoDigitWrong, id="amount changed"),
        pytest.param(SLIP[:3] + "8" + SLIP[4:], BoletoFieldInvalid, id="not in reais"),
        pytest.param(SLIP_LINE[:9] + "1" + SLIP_LINE[10:], BoletoDigitWrong, id="first field"),
        pytest.param(SLIP_LINE[:20] + "5" + SLIP_LINE[21:], BoletoDigitWrong, id="second field"),
        pytest.param(SLIP_LINE[:31] + "3" + SLIP_LINE[32:], BoletoDigitWrong, id="third field"),
        pytest.param(SLIP_LINE[:46] + "1", BoletoDigitWrong, id="last digit of the amount"),
        pytest.param(f"{SLIP_LINE}0", BoletoFieldInvalid, id="48 digits that are no bill"),
        pytest.param("83860000005096000190000008017823000034306271", BoletoFieldInvalid, id="a utility bill"),
    ],
)
def test_a_bad_slip_is_refused_for_what_is_wrong(code: str, error: type[BoletoError]) -> None:
    with pytest.raises(error) as raised:
        boleto.read(code, TODAY)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param(SLIP, BoletoFieldInvalid, id="a bank slip"),
        pytest.param("83560000005096000190000008017823000034306271", BoletoFieldInvalid, id="no such modulus"),
        pytest.param("83870000005096000190000008017823000034306271", BoletoDigitWrong, id="general digit"),
        pytest.param("838600000051096000190009000801782309000343062712", BoletoDigitWrong, id="first block"),
    ],
)
def test_a_bad_bill_is_refused_for_what_is_wrong(code: str, error: type[BoletoError]) -> None:
    with pytest.raises(error) as raised:
        boleto.read_utility(code)
    assert type(raised.value) is error


def test_a_bill_that_states_a_quantity_has_no_amount() -> None:
    body = "837" + "00000050960" + "00190000008017823000034306271"
    bill = next(f"{body[:3]}{digit}{body[3:]}" for digit in "0123456789" if _reads(f"{body[:3]}{digit}{body[3:]}"))
    assert boleto.read_utility(bill).amount is None


def _reads(barcode: str) -> bool:
    try:
        boleto.as_barcode(barcode)
    except BoletoDigitWrong:
        return False
    return True


@pytest.mark.parametrize(
    "slip",
    [
        BankSlip("01", None, None, "0" * 25),
        BankSlip("801", None, None, "0" * 25),
        BankSlip("001", None, None, "0" * 24),
        BankSlip("001", date(2000, 7, 2), None, "0" * 25),
        BankSlip("001", None, Money(0), "0" * 25),
        BankSlip("001", None, Money(10**10), "0" * 25),
        BankSlip("001", None, Money(1, "USD"), "0" * 25),
    ],
    ids=["bank of 2", "bank with 8", "free of 24", "before factor 1000", "zero", "too much", "dollars"],
)
def test_what_a_slip_cannot_hold_is_refused(slip: BankSlip) -> None:
    with pytest.raises(BoletoFieldInvalid):
        boleto.build(slip)


def test_a_factor_below_1000_is_refused() -> None:
    with pytest.raises(BoletoFieldInvalid):
        boleto.due_date("0999", TODAY)


def test_only_a_barcode_has_a_line() -> None:
    with pytest.raises(BoletoLengthWrong):
        boleto.as_line(SLIP_LINE)
