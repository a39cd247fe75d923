"""Pix codes ("copia e cola"): the BR Code of Banco Central's manual, which is EMV's merchant-presented QR payload.

A static code carries a key and, where wanted, the amount; it has no expiry of its own. A dynamic code carries the
address of a charge at the payee's bank, which knows amount, due date and expiry.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from stdnum.br import cnpj as cnpj_number
from stdnum.br import cpf as cpf_number

from voicebot.domain.money import Money
from voicebot.domain.payments import tlv
from voicebot.domain.payments.errors import (
    NotPix,
    PixCharacterInvalid,
    PixCountryWrong,
    PixCurrencyWrong,
    PixFieldInvalid,
    PixFieldMissing,
    PixFieldTooLong,
    PixKeyInvalid,
)

MAX_CODE: Final = 512
MAX_KEY: Final = 77
MAX_URL: Final = 77
MAX_NAME: Final = 25
MAX_CITY: Final = 15
MAX_TXID: Final = 25
MAX_AMOUNT: Final = 13
"""Characters of the amount, EMV field 54."""
_MAX_ACCOUNT: Final = 99
_GUI: Final = "br.gov.bcb.pix"
_NO_TXID: Final = "***"
_REAIS: Final = "986"
_ACCOUNTS: Final = tuple(str(tag) for tag in range(26, 52))
_TXID: Final = re.compile(r"[A-Za-z0-9]+")
_AMOUNT: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_CATEGORY: Final = re.compile(r"[0-9]{4}")
_URL: Final = re.compile(r"[A-Za-z0-9.-]+\.[A-Za-z0-9-]+(:[0-9]+)?/[!-~]+")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_EMAIL: Final = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_RANDOM: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class StaticPix:
    """Pay this key; name and city are cut to 25 and 15 characters and lose their accents when written."""

    key: str = field(repr=False)
    name: str
    city: str
    amount: Money | None = None
    """None leaves it to the payer."""
    txid: str | None = None
    """Up to 25 letters and digits, which come back with the payment."""
    description: str | None = None


@dataclass(frozen=True, slots=True)
class DynamicPix:
    """Pay the charge at this address; where it and the code differ, the charge is right."""

    url: str = field(repr=False)
    """Without https://."""
    name: str
    city: str
    amount: Money | None = None
    txid: str | None = None


def build(pix: StaticPix | DynamicPix) -> str:
    """Write the code.

    Raises:
        PixKeyInvalid: the key is none of the five kinds.
        PixFieldTooLong: key, address, txid, description or amount does not fit.
        PixFieldInvalid: anything else that a code cannot hold.
    """
    once = tlv.field("01", "12") if isinstance(pix, DynamicPix) else ""
    body = "".join(
        (
            tlv.field("00", "01"),
            once,
            tlv.field("26", _account(pix)),
            tlv.field("52", "0000"),
            tlv.field("53", _REAIS),
            "" if pix.amount is None else tlv.field("54", _written(pix.amount)),
            tlv.field("58", "BR"),
            tlv.field("59", _cut(pix.name, MAX_NAME, "name")),
            tlv.field("60", _cut(pix.city, MAX_CITY, "city")),
            tlv.field("62", tlv.field("05", _NO_TXID if pix.txid is None else _checked_txid(pix.txid))),
        )
    )
    return tlv.sealed(body)


def parse(code: str) -> StaticPix | DynamicPix:
    """Read a code strictly: what a bank might refuse or misread is refused here.

    Raises:
        PixError: one of its leaves says what is wrong.
    """
    if len(code) > MAX_CODE:
        raise PixFieldTooLong(f"the code has {len(code)} characters, {MAX_CODE} are possible")
    if any(not " " <= character <= "~" for character in code):
        raise PixCharacterInvalid("the code has a character outside printable ASCII, such as a line break or an accent")
    found = tlv.fields(tlv.opened(code), "the code")
    if next(iter(found.items()), None) != ("00", "01"):
        raise PixFieldInvalid("the code does not begin with format indicator 01 (000201)")
    _check_constants(found)
    account = _pix_account(found)
    name, city = _required(found, "59", MAX_NAME), _required(found, "60", MAX_CITY)
    amount, txid = _read_amount(found.get("54")), _read_txid(found.get("62"))
    if "25" in account:
        if "01" in account:
            raise PixFieldInvalid("the Pix account has both a key (01) and an address (25)")
        return DynamicPix(_checked_url(_required(account, "25", MAX_URL)), name, city, amount, txid)
    return StaticPix(_required(account, "01", MAX_KEY), name, city, amount, txid, account.get("02"))


def normalise_key(key: str) -> str:
    """Give a key as the directory keeps it: digits of CPF and CNPJ, +55... phones, lower-case e-mail and random key.

    Raises:
        PixKeyInvalid: none of the five kinds.
    """
    plain = key.strip()
    lower = plain.lower()
    if _RANDOM.fullmatch(lower):
        return lower
    if "@" in plain:
        if _EMAIL.fullmatch(lower) and len(lower) <= MAX_KEY:
            return lower
        raise PixKeyInvalid(f"the Pix key is no e-mail address of at most {MAX_KEY} characters")
    if plain.startswith("+"):
        phone = re.sub(r"[ ()-]", "", plain)
        if _PHONE.fullmatch(phone):
            return phone
        raise PixKeyInvalid("the Pix key is no phone number: write it as +5511930000000")
    for number in (cpf_number, cnpj_number):
        if number.is_valid(plain):
            return str(number.compact(plain)).upper()
    raise PixKeyInvalid(
        "the Pix key is no valid CPF, CNPJ, phone (with +55), e-mail or random key: check the creditor's pix_key"
    )


def plain_ascii(text: str) -> str:
    """Strip accents and whatever else ASCII cannot write, and collapse spaces."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join("".join(character if character.isprintable() else " " for character in bare).split())


def _account(pix: StaticPix | DynamicPix) -> str:
    gui = tlv.field("00", _GUI)
    if isinstance(pix, DynamicPix):
        return gui + tlv.field("25", _checked_url(pix.url))
    account = gui + tlv.field("01", normalise_key(pix.key))
    if pix.description is not None and plain_ascii(pix.description):
        account += tlv.field("02", plain_ascii(pix.description))
    if len(account) > _MAX_ACCOUNT:
        raise PixFieldTooLong(f"key and description together are {len(account) - _MAX_ACCOUNT} characters too long")
    return account


def _written(amount: Money) -> str:
    if amount.currency != "BRL" or amount.cents <= 0:
        raise PixFieldInvalid(
            "the amount of a Pix code is in reais and above zero; leave it out for the payer's choice"
        )
    if len(str(amount)) > MAX_AMOUNT:
        raise PixFieldTooLong(f"the amount has more than {MAX_AMOUNT} characters")
    return str(amount)


def _cut(text: str, most: int, what: str) -> str:
    written = plain_ascii(text)[:most].rstrip()
    if not written:
        raise PixFieldInvalid(f"the payee's {what} has no letter that a Pix code can hold")
    return written


def _checked_txid(txid: str) -> str:
    if len(txid) > MAX_TXID:
        raise PixFieldTooLong(f"the txid has {len(txid)} characters, {MAX_TXID} are possible")
    if not _TXID.fullmatch(txid):
        raise PixFieldInvalid("the txid holds something besides letters a to z and digits")
    return txid


def _checked_url(url: str) -> str:
    if len(url) > MAX_URL:
        raise PixFieldTooLong(f"the charge's address has {len(url)} characters, {MAX_URL} are possible")
    if not _URL.fullmatch(url):
        raise PixFieldInvalid("the charge's address is not host/path without https://")
    return url


def _check_constants(found: dict[str, str]) -> None:
    if found.get("01", "11") not in {"11", "12"}:
        raise PixFieldInvalid("field 01 is neither 11 (reusable) nor 12 (once)")
    if not _CATEGORY.fullmatch(_required(found, "52", 4)):
        raise PixFieldInvalid("field 52, the merchant category, is not four digits")
    if _required(found, "53", 3) != _REAIS:
        raise PixCurrencyWrong(f"the code is not in reais (field 53 is not {_REAIS})")
    if _required(found, "58", 2) != "BR":
        raise PixCountryWrong("the code is not for Brazil (field 58 is not BR)")


def _pix_account(found: dict[str, str]) -> dict[str, str]:
    for tag in _ACCOUNTS:
        # Another arrangement's account may hold anything, so it is not read unless it names Pix.
        if found.get(tag, "").lower().startswith(tlv.field("00", _GUI)):
            return tlv.fields(found[tag], f"field {tag}")
    raise NotPix(f"the code has no account of {_GUI}")


def _required(found: dict[str, str], tag: str, most: int) -> str:
    value = found.get(tag, "")
    if not value.strip():
        raise PixFieldMissing(f"field {tag} is missing or empty")
    if len(value) > most:
        raise PixFieldTooLong(f"field {tag} has {len(value)} characters, {most} are possible")
    return value


def _read_amount(value: str | None) -> Money | None:
    if value is None:
        return None
    if len(value) > MAX_AMOUNT:
        raise PixFieldTooLong(f"field 54, the amount, has {len(value)} characters, {MAX_AMOUNT} are possible")
    if not _AMOUNT.fullmatch(value):
        raise PixFieldInvalid("field 54, the amount, is not written as 123.45")
    return Money.of(value) or None


def _read_txid(value: str | None) -> str | None:
    txid = _NO_TXID if value is None else tlv.fields(value, "field 62").get("05", _NO_TXID)
    return None if txid == _NO_TXID else _checked_txid(txid)
