"""Pix codes: published vectors, codes that must be refused each for its own reason, and round trips."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.domain.money import Money
from voicebot.domain.payments import pix, tlv
from voicebot.domain.payments.errors import (
    NotPix,
    PixCharacterInvalid,
    PixChecksumWrong,
    PixCountryWrong,
    PixCurrencyWrong,
    PixError,
    PixFieldInvalid,
    PixFieldMissing,
    PixFieldRepeated,
    PixFieldTooLong,
    PixKeyInvalid,
    PixTruncated,
)
from voicebot.domain.payments.pix import DynamicPix, StaticPix

RANDOM_KEY = "123e4567-e12b-12d1-a456-426655440000"
BCB_STATIC = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
BCB_DYNAMIC = (
    "00020101021226700014br.gov.bcb.pix2548pix.example.com/8b3da2f39a4140d1a91abd93113bd4415204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***630464E4"
)
WITH_AMOUNT = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865406123.455802BR"
    "5913FULANO DE TAL6008BRASILIA62070503***6304488D"
)
BORROWED_CRC = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913KELLY FASHION6008BRASILIA62070503***63041D3D"
)
URL = "pix.example.com/8b3da2f39a4140d1a91abd93113bd441"
ACCOUNT = tlv.field("00", "br.gov.bcb.pix") + tlv.field("01", RANDOM_KEY)


def code(**changed: str | None) -> str:
    """A good code with fields changed or left out, and its checksum right."""
    fields: dict[str, str | None] = {
        "f00": "01",
        "f26": ACCOUNT,
        "f52": "0000",
        "f53": "986",
        "f58": "BR",
        "f59": "Fulano",
        "f60": "BRASILIA",
        "f62": "0503***",
    }
    return tlv.sealed(
        "".join(tlv.field(tag[1:], value) for tag, value in (fields | changed).items() if value is not None)
    )


def test_the_checksum_has_the_published_check_value() -> None:
    assert tlv.crc16("123456789") == "29B1"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param(BCB_STATIC, StaticPix(RANDOM_KEY, "Fulano de Tal", "BRASILIA"), id="the manual's static code"),
        pytest.param(BCB_DYNAMIC, DynamicPix(URL, "Fulano de Tal", "BRASILIA"), id="the manual's dynamic code"),
        pytest.param(
            WITH_AMOUNT, StaticPix(RANDOM_KEY, "FULANO DE TAL", "BRASILIA", Money(12345)), id="static with an amount"
        ),
    ],
)
def test_published_codes_are_read_and_written_as_published(text: str, meant: StaticPix | DynamicPix) -> None:
    assert pix.parse(text) == meant
    assert pix.build(meant) == text


def test_a_code_with_the_checksum_of_another_is_refused() -> None:
    with pytest.raises(PixChecksumWrong):
        pix.parse(BORROWED_CRC)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("", PixTruncated, id="nothing"),
        pytest.param(BCB_STATIC[:-1], PixTruncated, id="one character short"),
        pytest.param(BCB_STATIC[:-8], PixTruncated, id="no checksum"),
        pytest.param(BCB_STATIC[:-4] + "1d3d", PixChecksumWrong, id="checksum in small letters"),
        pytest.param(BCB_STATIC + "\n", PixCharacterInvalid, id="line break at the end"),
        pytest.param(BCB_STATIC.replace("Fulano", "Fuláno"), PixCharacterInvalid, id="accent"),
        pytest.param(tlv.sealed("000201" + "2699" + ACCOUNT), PixTruncated, id="length past the end"),
        pytest.param(tlv.sealed("000201" + "26"), PixTruncated, id="ends inside a header"),
        pytest.param(tlv.sealed("000201" + "2x02ab"), PixFieldInvalid, id="tag is no number"),
        pytest.param(code(f26=ACCOUNT[:-1]), PixTruncated, id="account cut inside"),
        pytest.param(code(f00="02"), PixFieldInvalid, id="another format"),
        pytest.param(tlv.sealed("5802BR000201"), PixFieldInvalid, id="format indicator not first"),
        pytest.param(code(f53="840"), PixCurrencyWrong, id="dollars"),
        pytest.param(code(f58="PT"), PixCountryWrong, id="Portugal"),
        pytest.param(code(f52="00A0"), PixFieldInvalid, id="category is no number"),
        pytest.param(code(f01="13"), PixFieldInvalid, id="unknown point of initiation"),
        pytest.param(code(f26=None), NotPix, id="no account"),
        pytest.param(code(f26=tlv.field("00", "com.example")), NotPix, id="another arrangement"),
        pytest.param(code(f26=tlv.field("00", "br.gov.bcb.pix")), PixFieldMissing, id="neither key nor address"),
        pytest.param(code(f26=ACCOUNT + tlv.field("25", "a.example/x")), PixFieldInvalid, id="key and address"),
        pytest.param(code(f26=ACCOUNT + tlv.field("01", "x")), PixFieldRepeated, id="key twice"),
        pytest.param(code(f52=None), PixFieldMissing, id="no category"),
        pytest.param(code(f53=None), PixFieldMissing, id="no currency"),
        pytest.param(code(f58=None), PixFieldMissing, id="no country"),
        pytest.param(code(f59=None), PixFieldMissing, id="no name"),
        pytest.param(code(f60=" "), PixFieldMissing, id="empty city"),
        pytest.param(code(f59="F" * 26), PixFieldTooLong, id="name of 26"),
        pytest.param(code(f60="B" * 16), PixFieldTooLong, id="city of 16"),
        pytest.param(code(f62=tlv.field("05", "a" * 26)), PixFieldTooLong, id="txid of 26"),
        pytest.param(code(f62=tlv.field("05", "a-b")), PixFieldInvalid, id="txid with a hyphen"),
        pytest.param(code(f54="12345678901.23"), PixFieldTooLong, id="amount of 14"),
        pytest.param(code(f54="1,50"), PixFieldInvalid, id="amount with a comma"),
        pytest.param(code(f54="-1.50"), PixFieldInvalid, id="negative amount"),
        pytest.param(code(f54="1.505"), PixFieldInvalid, id="amount with tenths of a cent"),
        pytest.param(code(f80="x" * 99, f81="x" * 99, f82="x" * 99, f83="x" * 99), PixFieldTooLong, id="over 512"),
    ],
)
def test_a_bad_code_is_refused_for_what_is_wrong(text: str, error: type[PixError]) -> None:
    with pytest.raises(error) as raised:
        pix.parse(text)
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (code(f54="10"), Money(1000)),
        (code(f54="10.5"), Money(1050)),
        (code(f54="0.00"), None),
        (code(f01="11"), None),
        (code(f62=None), None),
        (code(f80="anything"), None),
        (code(f26=ACCOUNT.replace("br.gov.bcb.pix", "BR.GOV.BCB.PIX")), None),
        (code(f26=tlv.field("00", "com.example"), f27=ACCOUNT), None),
    ],
    ids=[
        "whole",
        "one decimal",
        "zero is open",
        "reusable",
        "no txid",
        "unreserved field",
        "capitals",
        "account in 27",
    ],
)
def test_what_other_banks_write_is_read(text: str, meant: Money | None) -> None:
    found = pix.parse(text)
    assert isinstance(found, StaticPix)
    assert (found.key, found.amount, found.txid) == (RANDOM_KEY, meant, None)


@given(st.sampled_from([BCB_STATIC, BCB_DYNAMIC, WITH_AMOUNT]), st.data())
def test_one_changed_character_is_always_refused(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda character: character != text[at]))
    with pytest.raises(PixError):
        pix.parse(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize("text", [BCB_STATIC, BCB_DYNAMIC, WITH_AMOUNT], ids=["static", "dynamic", "amount"])
def test_every_printable_change_of_every_character_is_refused(text: str) -> None:
    for at, character in enumerate(text):
        for other in string.digits + string.ascii_letters + " .*-/":
            if other != character:
                with pytest.raises(PixError):
                    pix.parse(text[:at] + other + text[at + 1 :])


@given(st.text(max_size=120))
def test_anything_else_is_refused_with_a_typed_error(text: str) -> None:
    with pytest.raises(PixError):
        pix.parse(text)


PLAIN = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz0189", min_size=1)
AMOUNTS = st.none() | st.integers(1, 10**12 - 1).map(Money)
TXIDS = st.none() | st.text(string.ascii_letters + string.digits, min_size=1, max_size=25)
STATIC = st.builds(
    StaticPix,
    key=st.uuids().map(str) | st.sampled_from(["+5511930000000", "pix@aurora.example.com", "11222333000181"]),
    name=PLAIN.map(lambda text: text[:25]),
    city=PLAIN.map(lambda text: text[:15]),
    amount=AMOUNTS,
    txid=TXIDS,
    description=st.none()
    | st.text("abc 0123", min_size=1, max_size=20).map(str.strip).filter(bool).map(pix.plain_ascii),
)
DYNAMIC = st.builds(
    DynamicPix,
    url=st.uuids().map(lambda each: f"pix.example.com/qr/v2/{each}"),
    name=PLAIN.map(lambda text: text[:25]),
    city=PLAIN.map(lambda text: text[:15]),
    amount=AMOUNTS,
    txid=TXIDS,
)


@given(STATIC | DYNAMIC)
def test_what_is_built_reads_back_the_same(meant: StaticPix | DynamicPix) -> None:
    text = pix.build(meant)
    assert len(text) <= pix.MAX_CODE
    assert pix.parse(text) == meant


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_and_city_gives_a_code_that_a_strict_reader_takes_or_a_typed_error(name: str, city: str) -> None:
    try:
        text = pix.build(StaticPix(RANDOM_KEY, name, city))
    except PixFieldInvalid:
        assert not pix.plain_ascii(name) or not pix.plain_ascii(city)
        return
    found = pix.parse(text)
    assert pix.plain_ascii(name).startswith(found.name) and pix.plain_ascii(city).startswith(found.city)


def test_accents_are_stripped_and_long_names_cut() -> None:
    found = pix.parse(pix.build(StaticPix(RANDOM_KEY, "Açougue e Armarinho São João Ltda.", "São José dos Campos")))
    assert (found.name, found.city) == ("Acougue e Armarinho Sao J", "Sao Jose dos Ca")


@pytest.mark.parametrize(
    ("given_as", "kept_as"),
    [
        ("Pix@Aurora.example.com", "pix@aurora.example.com"),
        ("+55 (11) 93000-0000", "+5511930000000"),
        ("529.982.247-25", "52998224725"),
        ("11.222.333/0001-81", "11222333000181"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("123E4567-E12B-12D1-A456-426655440000", RANDOM_KEY),
    ],
    ids=["e-mail", "phone", "cpf", "cnpj", "cnpj with letters", "random"],
)
def test_keys_are_written_as_the_directory_keeps_them(given_as: str, kept_as: str) -> None:
    found = pix.parse(pix.build(StaticPix(given_as, "A", "B")))
    assert isinstance(found, StaticPix)
    assert found.key == kept_as


@pytest.mark.parametrize(
    "key",
    [
        "",
        "aurora",
        "52998224724",
        "11222333000180",
        "11930000000",
        "+55",
        "a@b",
        "a b@c.example",
        f"{'a' * 70}@b.example",
    ],
    ids=[
        "empty",
        "word",
        "cpf digit",
        "cnpj digit",
        "phone without +55",
        "country alone",
        "no dot",
        "space",
        "too long",
    ],
)
def test_what_is_no_key_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(PixKeyInvalid) as raised:
        pix.build(StaticPix(key, "A", "B"))
    assert len(key) < 6 or key not in str(raised.value)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (StaticPix(RANDOM_KEY, "A", "B", Money(0)), PixFieldInvalid),
        (StaticPix(RANDOM_KEY, "A", "B", Money(100, "USD")), PixFieldInvalid),
        (StaticPix(RANDOM_KEY, "A", "B", Money(10**13)), PixFieldTooLong),
        (StaticPix(RANDOM_KEY, "A", "B", txid="a" * 26), PixFieldTooLong),
        (StaticPix(RANDOM_KEY, "A", "B", txid="***"), PixFieldInvalid),
        (StaticPix(RANDOM_KEY, "A", "B", description="d" * 42), PixFieldTooLong),
        (DynamicPix("https://pix.example.com/a", "A", "B"), PixFieldInvalid),
        (DynamicPix(f"pix.example.com/{'a' * 70}", "A", "B"), PixFieldTooLong),
    ],
    ids=["zero", "dollars", "huge", "txid 26", "stars", "description", "scheme", "address 86"],
)
def test_what_a_code_cannot_hold_is_refused(bad: StaticPix | DynamicPix, error: type[PixError]) -> None:
    with pytest.raises(error):
        pix.build(bad)
