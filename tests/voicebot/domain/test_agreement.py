from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.voicebot.domain.bargaining_cases import ANA, MONDAY, case, money
from voicebot.domain.agreement import Agreement, as_contract, offer_as_contract
from voicebot.domain.limits import Level
from voicebot.domain.negotiation import plan, settlement
from voicebot.domain.offers import Offer

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


def built(offer: Offer | None) -> Offer:
    assert offer is not None
    return offer


SETTLED = built(settlement(case(ANA), MONDAY, Level.FIRST, due=MONDAY))
PLANNED = built(plan(case(ANA), MONDAY, Level.FIRST, instalments=2))
AGREED = Agreement(SETTLED, "pix", "whatsapp", confirmed=True, teach_back=True, agreed_at=AT)


@pytest.mark.parametrize(
    ("agreement", "complete"),
    [
        pytest.param(AGREED, True, id="everything"),
        pytest.param(replace(AGREED, method=None), False, id="no method"),
        pytest.param(replace(AGREED, channel=None), False, id="no channel"),
        pytest.param(replace(AGREED, confirmed=False), False, id="not confirmed"),
        pytest.param(replace(AGREED, teach_back=False), False, id="not read back"),
        pytest.param(replace(AGREED, offer=replace(SETTLED, instalments=())), False, id="no date"),
        pytest.param(replace(AGREED, offer=replace(SETTLED, total=money("0"))), False, id="no amount"),
    ],
)
def test_a_promise_is_complete_only_with_every_part(agreement: Agreement, complete: bool) -> None:
    assert agreement.complete is complete


def test_an_instant_has_an_offset() -> None:
    with pytest.raises(ValueError, match="no offset"):
        replace(AGREED, agreed_at=AT.replace(tzinfo=None))


def test_a_settlement_as_the_outside_reads_it() -> None:
    assert offer_as_contract(SETTLED, new=True) == {
        "id": SETTLED.id,
        "kind": "settlement",
        "contracts": ["C-1001"],
        "debt_total": "1331.67",
        "total": "1065.34",
        "discount_percent": "20.00",
        "entry": None,
        "instalments": [{"due": "2026-11-23", "amount": "1065.34"}],
        "new": True,
    }


def test_a_plan_has_its_entry_and_its_instalments() -> None:
    shape = offer_as_contract(PLANNED)
    assert shape["entry"] == {"due": "2026-11-26", "amount": "120.00"}
    assert shape["instalments"] == [
        {"due": "2026-12-10", "amount": "539.25"},
        {"due": "2027-01-10", "amount": "539.25"},
    ]
    assert "new" not in shape


def test_an_agreement_is_its_offer_and_how_it_was_agreed() -> None:
    shape = as_contract(AGREED)
    assert shape == {
        **offer_as_contract(SETTLED),
        "method": "pix",
        "channel": "whatsapp",
        "confirmed": True,
        "teach_back": True,
    }
    assert json.loads(json.dumps(shape)) == shape
