"""The names of money: reais and what they are called in the street, and foreign units, which are to be confirmed."""

from __future__ import annotations

from typing import Final

REAL: Final = (
    r"reais|real|reau|reaus|reai|reals|conto|contos|pila|pilas|pau|paus|mango|mangos|mangas|prata|pratas|"
    r"contos? de reis|mil reis|merreis|merrel|dinheiros|brl|r\$(?! §)"
)
_COINS: Final = (
    r"dolar(?:es)?|euros?|francos?|marcos(?= (?:alem\w+|finlandes\w+))|(?<=milhoes de )marcos|iene?s?|yen(?:es|s)?|"
    r"florins?|"
    r"pesos?|escudos?|rublos?|rupias?|wons?|yuans?|renminbis?|pesetas?|dinar(?:es)?|dirhams?|riyals?|bolivares|"
    r"guaranis|bitcoins?|cruzeiros?|cruzados?|libras?(?: esterlinas?)?|liras?|coroas? \w+(?:as?|ega|ana)|rands?|bahts?|"
    r"shekels?|zlotys?|forints?|lempiras?|quetzais|soles|sucres?|balboas?|colons|xelins"
)
_CODES: Final = r"usd|eur|gbp|cad|aud|nzd|jpy|chf|cny|mxn|ars|clp|inr|krw|rub|btc|hkd|sgd|sek|nok|dkk|zar"
_SIGNS: Final = r"(?:[a-z]{1,3})?\$|[€£¥₤₩₹]"
_OF: Final = (
    r"(?: (?:american|canadens|australian|neozeland|estadunidens|mexican|argentin|chilen|colombian|cuban|uruguai|"
    r"finlandes|aleman|alema|frances|suic|belg|holandes|esterlin|sue|noruegu|dinamarques|japones|chines|russ|indian)\w*)?"
)
FOREIGN: Final = rf"(?:(?:{_COINS}){_OF}|{_CODES}|€|£|¥|us\$|\$(?! ?§))"
UNIT: Final = rf"(?:de )?(?:{REAL}|{FOREIGN})"
"""After a number."""
MARK: Final = rf"(?:{_SIGNS}|(?:{_CODES})(?: ?\$)?|dolar(?:es)?|euros?)"
"""Before a number."""
SCALE: Final = r"(?P<scale>mil|milhao|milhoes|bilhao|bilhoes|trilhao|trilhoes)"
"""After a unit: "75 USD milhões"."""


def is_foreign(words: str | None) -> bool:
    """Whether a unit or mark of a match names anything but reais; the caller owes reais, so it is to be confirmed."""
    plain = (words or "").strip().removeprefix("de ").strip()
    return bool(plain) and plain not in _REAL_WORDS


_REAL_WORDS: Final = frozenset(
    "r$ reais real reau reaus reai reals conto contos pila pilas pau paus mango mangos mangas prata pratas merreis "
    "merrel dinheiros brl".split()
) | {"mil reis", "conto de reis", "contos de reis"}
