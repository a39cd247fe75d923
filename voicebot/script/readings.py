"""Written Brazilian Portuguese turned into what is said: amounts, dates, hours, documents, phones, acronyms.

The single readings live beside this file (`amounts`, `numerals`, `moments`, `codes`); here is the way through a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from voicebot.domain.money import Money
from voicebot.script import codes
from voicebot.script.amounts import money, money_short
from voicebot.script.moments import MONTHS, clock_spoken, date_spoken, day_spoken, month_day, time_spoken
from voicebot.script.numerals import LARGEST, cardinal, decimal_number, of_scale, ordinal, percent

__all__ = ["cardinal", "date_spoken", "money", "money_short", "ordinal", "percent", "read_aloud", "time_spoken"]

_LETTERS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "á bê cê dê é éfe gê agá i jota cá éle ême êne ó pê quê érre ésse tê u vê dáblio xis ípsilon zê".split(),
        strict=True,
    )
)
_ACRONYMS: Final = frozenset(
    "CPF CNPJ RG SMS CVV SPC TV PF PJ DDD INSS FGTS IPTU IPVA ATM QR CNH NF IP URL PDF".split()
)
"""Said letter by letter; others (SAMU, Procon, CEP, PIN) are words to the ear."""
_ABBREVIATIONS: Final = {
    "sr.": "senhor",
    "sra.": "senhora",
    "srs.": "senhores",
    "dr.": "doutor",
    "dra.": "doutora",
    "av.": "avenida",
    "tel.": "telefone",
    "ref.": "referência",
    "venc.": "vencimento",
    "parc.": "parcela",
    "apto.": "apartamento",
    "seg.": "segundo",
    "min.": "minutos",
    "etc.": "etcétera",
}
_FEMININE_NOUNS: Final = re.compile(
    r"\s+(?:parcelas?|vezes|vez|contas?|faturas?|horas?|semanas?|pessoas?|mensage[mn]s?|ligaç(?:ão|ões)|compras?|"
    r"prestaç(?:ão|ões)|vias?|cópias?|dúvidas?|opç(?:ão|ões)|formas?|noites?|manhãs|tardes|tentativas?|filhas?|"
    r"lojas?|cotas?|entradas?|propostas?|letras?)\b",
    re.IGNORECASE,
)
_MULTIPLES: Final = {"mil": 10**3, "milhão": 10**6, "milhões": 10**6, "bilhão": 10**9, "bilhões": 10**9}
_NUMBER: Final = r"\d{1,3}(?:\.\d{3})+|\d+"
_SHORT_YEAR: Final = 2
_DICTATED_FROM: Final = 7
"""A bare run of so many digits is a code, not a quantity."""

_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def read_aloud(text: str) -> str:
    """Write out everything in `text` that is not said as it is written; what it does not know is left alone.

    Pure, idempotent on text that is already words, and silent about taste: names such as "WhatsApp" keep their
    spelling, since how a voice says them is the speech side's own table.
    """
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def spell(letters: str) -> str:
    """Say letters by their names: "cê pê éfe"."""
    return " ".join(_LETTERS[letter] for letter in letters.upper())


def _amount(found: re.Match[str]) -> str:
    sign = "menos " if found["sign"] else ""
    if found["scale"]:
        return sign + _scaled_amount(found["whole"], found["cents"], found["scale"].lower())
    cents = (found["cents"] or "0").ljust(2, "0")
    return sign + money(Money(_integer(found["whole"]) * 100 + int(cents)))


def _scaled_amount(whole: str, fraction: str | None, scale: str) -> str:
    exact = Decimal(f"{_integer(whole)}.{fraction or 0}") * _MULTIPLES[scale]
    return money(Money(int(exact * 100)))


def _date(found: re.Match[str]) -> str:
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if not (1 <= day <= 31 and 1 <= month <= len(MONTHS)):
        return found[0]
    said = month_day(day, month)
    if not year:
        return said
    return f"{said} de {cardinal(2000 + int(year) if len(year) == _SHORT_YEAR else int(year))}"


def _iso_date(found: re.Match[str]) -> str:
    day, month = int(found["day"]), int(found["month"])
    if not (1 <= day <= 31 and 1 <= month <= len(MONTHS)):
        return found[0]
    return f"{month_day(day, month)} de {cardinal(int(found['year']))}"


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return clock_spoken(hour, minute) if hour <= 24 and minute < 60 else found[0]


def _range(found: re.Match[str]) -> str:
    return f"{found['low']} a {found['high']}"


def _times(found: re.Match[str]) -> str:
    count = int(found["count"])
    return f"{cardinal(count, feminine=True)} {'vez' if count == 1 else 'vezes'}"


def _rank(found: re.Match[str]) -> str:
    rank = int(found["rank"])
    feminine = found["mark"] in "ªa"
    return ordinal(rank, feminine=feminine) if 1 <= rank <= 99 else cardinal(rank, feminine=feminine)


def _first_of_month(found: re.Match[str]) -> str:
    return f"{found['dia']} {day_spoken(int(found['day']))}"


def _plain_number(found: re.Match[str]) -> str:
    written = found["number"]
    if found["fraction"]:
        return decimal_number(Decimal(f"{_integer(written)}.{found['fraction']}"))
    dictated = "." not in written and (len(written) >= _DICTATED_FROM or (written[0] == "0" and len(written) > 1))
    value = _integer(written)
    if dictated or value > LARGEST:
        return codes.protocol(written)
    after = found.string[found.end() :]
    feminine = _FEMININE_NOUNS.match(after) is not None
    link = " de" if of_scale(value) and re.match(r"\s+[^\W\d_]", after) else ""
    return cardinal(value, feminine=feminine) + link


def _percentage(found: re.Match[str]) -> str:
    return percent(Decimal(f"{_integer(found['whole'])}.{found['fraction'] or 0}"))


def _expand(found: re.Match[str]) -> str:
    return _ABBREVIATIONS[found[0].lower()]


def _integer(written: str) -> int:
    return int(written.replace(".", ""))


def _rule(pattern: str, say: Callable[[re.Match[str]], str]) -> _Rule:
    return re.compile(pattern, re.IGNORECASE), say


_RULES: Final[tuple[_Rule, ...]] = (
    _rule(r"\b[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+", lambda m: codes.address_spoken(m[0])),
    _rule(
        r"\b(?:https?://)?(?:www\.)?[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|gov|br|app)(?:\.br)?\b(?:/[\w/-]*)?",
        lambda m: codes.address_spoken(m[0]),
    ),
    _rule(
        rf"(?P<sign>-\s?)?R\$\s*(?P<whole>{_NUMBER})(?:,(?P<cents>\d{{1,2}}))?(?:\s+(?P<scale>mil\b|milhão|milhões|"
        r"bilhão|bilhões))?(?:\s+(?:de\s+)?reais\b)?(?!\d)",
        _amount,
    ),
    _rule(r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b", lambda m: codes.cnpj(m[0])),
    _rule(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", lambda m: codes.cpf(m[0])),
    _rule(r"\b0800[ -]?\d{3}[ -]?\d{4}\b", lambda m: codes.phone(m[0])),
    _rule(r"(?:\+55 ?)?\(\d{2}\) ?9?\d{4}[- ]?\d{4}\b", lambda m: codes.phone(m[0])),
    _rule(r"\+55 ?\d{2} ?9?\d{4}[- ]?\d{4}\b", lambda m: codes.phone(m[0])),
    _rule(r"\b(?:\d{2} )?9?\d{4}-\d{4}\b", lambda m: codes.phone(m[0])),
    _rule(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b", _iso_date),
    _rule(r"\b(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4}|\d{2})\b", _date),
    _rule(r"\b(?P<day>\d{1,2})/(?P<month>\d{2})(?P<year>)\b(?!/)", _date),
    _rule(r"\b(?P<low>\d{1,2}h?)\s?[-–]\s?(?P<high>\d{1,2}h)\b", _range),
    _rule(r"\b(?P<hour>\d{1,2})\s?h(?P<minute>\d{2})?(?:min)?\b", _clock),
    _rule(r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})\b(?::\d{2})?", _clock),
    _rule(rf"(?<![\d.,])(?P<whole>{_NUMBER})(?:,(?P<fraction>\d+))?\s?%", _percentage),
    _rule(r"\b(?P<count>\d{1,3})\s?x\b", _times),
    _rule(r"\b(?P<low>\d{1,4})\s?[-–]\s?(?P<high>\d{1,4})\b(?![-–])", _range),
    _rule(
        r"(?P<lead>\b(?:no|ligue|disque|número)\s+)(?P<number>18[08]|19[0-3])\b(?![.,]\d)",
        lambda m: m["lead"] + codes.service_number(m["number"]),
    ),
    _rule(r"\bn[º°]\s?s?", lambda m: "número "),
    _rule(r"\b(?P<rank>\d{1,3})(?P<mark>[ºª°])", _rank),
    _rule(r"\b(?P<dia>dia)\s+0?(?P<day>[1-9])\b(?!\d|[.,]\d)", _first_of_month),
    _rule(r"(?<!\w)(?:" + "|".join(re.escape(short) for short in _ABBREVIATIONS) + ")", _expand),
    _rule(r"\s?&\s?", lambda m: " e "),
    _rule(rf"(?P<number>{_NUMBER})(?:,(?P<fraction>\d+))?", _plain_number),
    (re.compile(r"\b(?:" + "|".join(sorted(_ACRONYMS, key=len, reverse=True)) + r")\b"), lambda m: spell(m[0])),
)
