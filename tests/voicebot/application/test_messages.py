"""The texts that follow a call: what they must say, what they must not, and that they can be delivered."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.application.messages import (
    SMS_CHARACTERS,
    deliverable,
    good_until,
    official_contact_message,
    payment_message,
    payment_txid,
    reais,
)
from voicebot.application.portfolio_files import read_portfolio
from voicebot.domain.agreement import Agreement, as_contract
from voicebot.domain.money import Money
from voicebot.domain.offers import Offer, OfferKind, Payment
from voicebot.domain.payments import pix
from voicebot.domain.payments.pix import StaticPix
from voicebot.domain.portfolio import Case, Collector

CHANNELS: Final = ("sms", "whatsapp", "email")
CASE: Final = read_portfolio(Path(__file__).parents[3] / "samples").case("D001", on=date(2026, 11, 23))
GSM_7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def _plan(amounts: tuple[str, ...], entry: str | None) -> Offer:
    dues = [date(2026 + month // 12, month % 12 + 1, 10) for month in range(11, 11 + len(amounts))]
    return Offer(
        "plan",
        OfferKind.PLAN,
        ("C-1001",),
        Money.of("1331.67"),
        Money.of("1198.50"),
        Decimal(10),
        None if entry is None else Payment(date(2026, 11, 26), Money.of(entry)),
        tuple(Payment(due, Money.of(amount)) for due, amount in zip(dues, amounts, strict=True)),
    )


PLAN: Final = _plan(("107.85",) * 10, "120.00")
SETTLEMENT: Final = Offer(
    "cash",
    OfferKind.SETTLEMENT,
    ("C-1001",),
    Money.of("1331.67"),
    Money.of("1065.34"),
    Decimal(20),
    None,
    (Payment(date(2026, 11, 23), Money.of("1065.34")),),
)
FULL: Final = replace(
    SETTLEMENT,
    kind=OfferKind.FULL,
    total=Money.of("1331.67"),
    instalments=(Payment(date(2026, 11, 23), Money.of("1331.67")),),
)


def agreed(offer: Offer, method: str | None, channel: str | None) -> Agreement:
    return Agreement(offer, method, channel, True, True, datetime(2026, 11, 23, 13, tzinfo=UTC))


def words(channel: str, offer: Offer = PLAN, method: str = "pix", case: Case = CASE) -> str:
    """The message as one line, as its reader sees it."""
    found = deliverable(channel, payment_message(case, agreed(offer, method, channel)))
    return " ".join(" ".join(found.parts).split())


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_plan_says_what_was_agreed_what_follows_and_who_is_the_supplier(channel: str) -> None:
    said = words(channel)
    for fact in ("Ana", "R$ 1.331,67", "R$ 1.198,50", "R$ 120,00", "26/11/2026", "R$ 107,85", "10/12/2026", "7 dias"):
        assert fact in said
    for required in ("Lojas Aurora S.A.", "CNPJ 11.222.333/0001-81", "Rua das Ac", "100"):
        assert required in said, "CDC art. 42-A"


@pytest.mark.parametrize(("channel", "offer"), [*itertools.product(CHANNELS, (PLAN, SETTLEMENT, FULL))])
def test_the_pix_code_stands_alone_and_asks_for_the_first_payment(channel: str, offer: Offer) -> None:
    text = payment_message(CASE, agreed(offer, "pix", channel))
    (code,) = [part for part in text.split("\n\n") if part.startswith("000201")]
    first = offer.entry or offer.instalments[0]
    terms = as_contract(agreed(offer, "pix", channel))
    assert pix.parse(code) == StaticPix(
        "pix@aurora.example.com", "Lojas Aurora S.A.", "Sao Paulo", first.amount, payment_txid("D001", terms)
    )
    if channel != "email":
        assert code in deliverable(channel, text).parts


@pytest.mark.parametrize(("offer", "method"), [*itertools.product((PLAN, SETTLEMENT, FULL), ("pix", "boleto"))])
def test_every_sms_fits_one_and_needs_no_wide_alphabet(offer: Offer, method: str) -> None:
    parts = deliverable("sms", payment_message(CASE, agreed(offer, method, "sms"))).parts
    assert len(parts) <= 6
    for part in parts:
        assert len(part) <= SMS_CHARACTERS
        assert set(part) <= GSM_7


def test_a_long_address_and_a_long_key_still_make_readable_parts() -> None:
    creditor = replace(
        CASE.creditor,
        address=f"{'Rua Comprida ' * 14}, 1, São Paulo, SP",
        pix_key="7f6844d0-de89-47e5-9ef7-e0a35a681615",
    )
    case = replace(CASE, creditor=creditor)
    parts = deliverable("sms", payment_message(case, agreed(PLAN, "pix", "sms"))).parts
    assert all(len(part) <= SMS_CHARACTERS for part in parts if not part.startswith("000201"))
    assert "CNPJ 11.222.333/0001-81" in " ".join(parts)


def test_an_email_has_a_subject_that_names_no_debt_and_lists_every_instalment() -> None:
    mail = deliverable("email", payment_message(CASE, agreed(PLAN, "pix", "email")))
    assert mail.subject == "Lojas Aurora: o que combinamos por telefone"
    assert mail.parts[0].count("R$ 107,85") == len(PLAN.instalments)
    assert not mail.parts[0].startswith("Assunto")


def test_whatsapp_comes_in_three_so_that_the_code_copies() -> None:
    before, code, after = deliverable("whatsapp", payment_message(CASE, agreed(PLAN, "pix", "whatsapp"))).parts
    assert before.endswith(":") and code.startswith("000201") and after.startswith("Antes de pagar")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_boleto_is_announced_and_not_claimed_to_be_there(channel: str) -> None:
    said = words(channel, method="boleto")
    assert "Boleto da entrada: R$ 120,00, com vencimento em 26/11/2026" in said
    assert "Pix" not in said and "000201" not in said and "anexo" not in said
    assert "(11) 3000-0000" in said


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        pytest.param(SETTLEMENT, "De R$ 1.331,67 por R$ 1.065,34, em um pagamento.", id="settlement"),
        pytest.param(SETTLEMENT, "o desconto se perde", id="a discount can be lost"),
        pytest.param(FULL, "Total: R$ 1.331,67, em um pagamento.", id="full"),
        pytest.param(FULL, "a gente conversa de novo", id="no discount to lose"),
        pytest.param(PLAN, "Depois: 10 parcelas de R$ 107,85, todo dia 10, de 10/12/2026 a 10/09/2027.", id="plan"),
        pytest.param(_plan(("399.50", "399.50", "399.50"), None), "em 3 parcelas", id="no entry"),
        pytest.param(_plan(("399.50",) * 3, None), "Pix copia e cola da primeira parcela", id="no entry, first"),
        pytest.param(_plan(("399.50",) * 3, None), "Depois: 2 parcelas de R$ 399,50, todo dia 10", id="no entry, rest"),
        pytest.param(_plan(("100.00", "100.00", "100.02"), "898.48"), "(a última, de R$ 100,02)", id="odd cents"),
        pytest.param(_plan(("1078.50",), "120.00"), "Depois: R$ 1.078,50 em 10/12/2026.", id="one instalment"),
        pytest.param(_plan(("1.00", "2.00", "3.00"), "1192.50"), "- 10/01/2027: R$ 2,00", id="all different"),
    ],
)
def test_the_terms_are_said_as_they_are(offer: Offer, expected: str) -> None:
    assert expected in words("whatsapp", offer)


@pytest.mark.parametrize(
    ("channel", "method"), [*itertools.product((*CHANNELS, "voice", None), ("pix", "boleto", None))]
)
def test_nothing_of_the_debtor_but_the_first_name_is_in_it(channel: str | None, method: str | None) -> None:
    debtor = replace(CASE.debtor, email="ana.souza@example.com")
    text = payment_message(replace(CASE, debtor=debtor), agreed(PLAN, method, channel))
    for personal in ("Souza", "Beatriz", debtor.cpf, debtor.phone, "D001", "C-1001", "ana.souza", "1984"):
        assert personal not in text
    assert text


@pytest.mark.parametrize("key", ["not a key", "529.982.247-24", ""])
def test_a_bad_key_of_the_creditor_does_not_end_a_call(key: str) -> None:
    case = replace(CASE, creditor=replace(CASE.creditor, pix_key=key))
    said = words("whatsapp", case=case)
    assert f"Chave: {key}".strip() in said and "000201" not in said


def test_a_collector_is_named_beside_the_supplier() -> None:
    collector = Collector("Cobra Bem Ltda.", "Cobra Bem", "11.444.777/0001-61")
    said = words("email", case=replace(CASE, creditor=replace(CASE.creditor, collector=collector)))
    assert "Lojas Aurora S.A., CNPJ 11.222.333/0001-81" in said
    assert "Cobra Bem Ltda., CNPJ 11.444.777/0001-61" in said


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("Rua X, 1 - Centro - Belo Horizonte/MG - CEP 30110-000", "Belo Horizonte"),
        ("Av. Y, 2, Rio de Janeiro - RJ, 20000-000, Brasil", "Rio de Janeiro"),
        ("Rua das Acácias, 100", "BRASIL"),
        ("Salvador", "BRASIL"),
        ("", "BRASIL"),
    ],
)
def test_the_code_takes_its_city_from_the_address(address: str, city: str) -> None:
    case = replace(CASE, creditor=replace(CASE.creditor, address=address))
    (_, code, _) = deliverable("whatsapp", payment_message(case, agreed(PLAN, "pix", "whatsapp"))).parts
    assert pix.parse(code).city == city


def test_a_txid_names_debtor_and_terms_and_survives_the_database() -> None:
    terms = as_contract(agreed(PLAN, "pix", "sms"))
    name = payment_txid("D001", terms)
    assert len(name) == 16 and name.isalnum()
    assert payment_txid("D001", dict(reversed(terms.items()))) == name
    assert payment_txid("D001", {**terms, "id": "other", "channel": "email"}) == name
    assert payment_txid("D002", terms) != name
    assert payment_txid("D001", as_contract(agreed(SETTLEMENT, "pix", "sms"))) != name


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_contact_message_tells_who_called_and_where_to_find_them_and_no_more(channel: str) -> None:
    text = official_contact_message(CASE, channel, verified=False)
    assert text is not None
    for fact in ("Lojas Aurora", "(11) 3000-0000", "(11) 93000-0000", "aurora.example.com", "Ana"):
        assert fact in text
    lower = text.lower()
    for hint in (
        "dívida",
        "divida",
        "débito",
        "aberto",
        "fatura",
        "pagamento",
        "acordo",
        "cobran",
        "pend",
        "r$",
        "cartão",
    ):
        assert hint not in lower
    assert "Souza" not in text


def test_a_name_that_reveals_a_debt_is_sent_to_the_verified_only() -> None:
    case = replace(CASE, creditor=replace(CASE.creditor, name_reveals_debt=True, official_whatsapp=None))
    assert official_contact_message(case, "sms", verified=False) is None
    text = official_contact_message(case, "sms", verified=True)
    assert text is not None and "WhatsApp" not in text


@given(st.integers(0, 10**12))
def test_reais_are_written_as_in_brazil(cents: int) -> None:
    written = reais(Money(cents))
    whole, _, decimals = written.removeprefix("R$ ").partition(",")
    assert int(whole.replace(".", "")) * 100 + int(decimals) == cents
    assert all(len(group) == 3 for group in whole.split(".")[1:])


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("method", ["pix", "boleto"])
@pytest.mark.parametrize("key", ["pix@aurora.example.com", "no key at all"])
@given(
    days=st.integers(0, 400),
    name=st.text("abcdefghijklmno ", min_size=1, max_size=60).filter(str.strip),
    cents=st.integers(1, 10_000_000),
)
def test_a_text_says_until_when_its_payment_holds(
    channel: str, method: str, key: str, days: int, name: str, cents: int
) -> None:
    """However the lines of an SMS break."""
    due = date(2026, 11, 23) + timedelta(days=days)
    offer = replace(SETTLEMENT, total=Money(cents), instalments=(Payment(due, Money(cents)),))
    case = replace(CASE, creditor=replace(CASE.creditor, spoken_name=name.strip(), pix_key=key))
    agreed = Agreement(
        offer, method, channel, confirmed=True, teach_back=True, agreed_at=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert good_until(payment_message(case, agreed)) == due


def test_a_text_without_a_payment_holds_for_ever() -> None:
    contact = official_contact_message(CASE, "sms", verified=True)
    assert contact is not None
    assert good_until(contact) is None
