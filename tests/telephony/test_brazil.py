"""The numbers that may be dialled, against an independent list: Google's libphonenumber metadata."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from telephony.brazil import AREA_CODES, DIALLABLE
from telephony.call import check_destination
from telephony.errors import DestinationRefused

ALLOWED = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.UNKNOWN,  # a block that no carrier has taken yet
}


def test_the_area_codes_are_all_that_exist() -> None:
    known = {
        f"{code}" for code in range(10, 100) if phonenumbers.is_valid_number(phonenumbers.parse(f"+55{code}987654321"))
    }
    assert set(AREA_CODES) == known
    assert len(AREA_CODES) == 67
    assert len(set(AREA_CODES.values())) == 27, "26 states and the Federal District"


@given(st.from_regex(DIALLABLE, fullmatch=True))
def test_no_number_that_may_be_dialled_is_premium_shared_or_a_service(number: str) -> None:
    assert phonenumbers.number_type(phonenumbers.parse(number)) in ALLOWED


@given(st.from_regex(r"\+[1-9][0-9]{2,14}", fullmatch=True).filter(lambda each: not each.startswith("+55")))
def test_no_number_abroad_may_be_dialled(number: str) -> None:
    with pytest.raises(DestinationRefused):
        check_destination(number)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("+5520987654321", id="area code 20, which nobody has"),
        pytest.param("+5523987654321", id="area code 23"),
        pytest.param("+5552987654321", id="area code 52"),
        pytest.param("+5503001234567", id="0300"),
        pytest.param("+553003123456", id="0300 without its zero"),
        pytest.param("+555001234567", id="0500"),
        pytest.param("+558001234567", id="0800"),
        pytest.param("+559001234567", id="0900"),
        pytest.param("+5511190", id="police"),
        pytest.param("+5511103", id="a carrier's service"),
        pytest.param("+55110303123456", id="0303"),
        pytest.param("+551161234567", id="eight digits that begin with 6"),
        pytest.param("+551171234567", id="trunked radio"),
        pytest.param("+551181234567", id="a mobile before the ninth digit"),
    ],
)
def test_services_and_numbers_of_no_place_are_refused(number: str) -> None:
    with pytest.raises(DestinationRefused):
        check_destination(number)
