"""Amounts the agent said, each with the part it plays: original value, charge, total, price, instalment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from evaluation.scoring.line import Line
from evaluation.scoring.words import distance, fold, mend_numeral, numerals, repair
from voicebot.domain.compliance.figure import CountFigure, Figure, MoneyFigure, Unit
from voicebot.domain.money import Money
from voicebot.script.amounts import money

_NEAR: Final = 46
_ALIKE: Final = 0.5
_LEAST: Final = 3
"""Number words of which one may be lost."""
_IN_WORDS: Final = re.compile(r"\b(?:reais|real|centavos?|mil|cento)\b")
_SOUND_ALIKE: Final = frozenset(
    frozenset(pair.split("/"))
    for pair in "sessenta/setenta tres/treze seis/dezesseis sete/dezessete oito/dezoito nove/dezenove "
    "dois/doze tres/seis".split()
)
_HANGS: Final = re.compile(r"(?:[a-z]|[.,]?\d*[a-z])[\d.,a-z]*", re.IGNORECASE)
_TAIL: Final = re.compile(r"[a-z\d][.,]?$")
"""What stands before the digits that only end a broken figure."""
_STRAY: Final = re.compile(r"(?:e )?(?:que|a|ah|ne|e|o|de|da|eh)?(?: e)?")
_LEADS: Final = re.compile(
    r"(?:\b(?:mil|cem|cento|(?:d|tr|quatroc|quinh|seisc|setec|oitoc|novec)\w*entos|vinte|trinta|\w+enta)(?: e)? )+$",
    re.IGNORECASE,
)
"""Number words before an amount that was cut off from them."""
_REAL: Final = 100
_NO_NUMERAL: Final = frozenset({"e", "de", "reais", "real", "centavo", "centavos"})


class Role(StrEnum):
    PRINCIPAL = "principal"
    FINE = "fine"
    INTEREST = "interest"
    TOTAL = "total"
    FEE = "fee"
    ENTRY = "entry"
    INSTALMENT = "instalment"
    PLAN_TOTAL = "plan_total"
    AT_ONCE = "at_once"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Price:
    cents: int
    role: Role
    line: Line
    approx: bool
    """Said as roughly so much, or in whole reais."""
    count: int = 1
    """Of instalments."""
    start: int = 0
    heard: str = ""
    """The words or figures themselves."""
    around: str = ""
    """They with the words before them, as far as the amount before."""
    offer: bool = False
    """In a sentence that offers or agrees."""
    broken: bool = False
    """A letter stands among its digits."""


_AFTER: Final = (
    (Role.FINE, re.compile(r"^[^\w.?!]*(?:de|em|da|referentes? a|sao da) multa\b(?! (?:sao|vao|ficam?)\b)")),
    (Role.INTEREST, re.compile(r"^[^\w.?!]*(?:de|em|da|dos|referentes? a|sao de) juros\b(?! (?:sao|vao|ficam?)\b)")),
    (Role.FEE, re.compile(r"^\W*(?:de|em|dos|da) (?:honorarios|taxa|custas|despesas|comissao)\b")),
    (Role.ENTRY, re.compile(r"^\W*(?:de|na|como) entrada\b")),
    (Role.AT_ONCE, re.compile(
        r"^\W*(?:(?:no|pelo) (?:pix|boleto) )?(?:a vista|de uma vez|em uma vez|num pagamento so)\b")),
    (Role.PRINCIPAL, re.compile(r"^\W*(?:de|do) (?:valor )?(?:principal|original)\b")),
    (Role.INSTALMENT, re.compile(r"^\W*(?:por mes|mensais|cada(?: uma)?|todo mes|todo dia)\b")),
    (Role.TOTAL, re.compile(r"^\W*(?:no total|ao todo|atualizad\w|em aberto hoje|hoje(?! ou))\b")),
)  # fmt: skip
_BEFORE: Final = (
    (Role.FEE, re.compile(
        r"\b(?:honorarios|taxa(?: \S+){0,3}|custas|despesas(?: de cobranca)?|comissao)\W+(?:(?:de|sao|"
        r"e|no valor de|fica em|da)\W+)*$")),
    (Role.INSTALMENT, re.compile(
        r"\b(?:parcelas?|prestac\w+|vezes|x|parcelinhas?|ultima|mais \w+)\W+(?:(?:mensais|iguais|"
        r"fixas|fica|ficam|ficando|em|e|de|por|no valor)\W+)*(?:de|e de|por|em)\W+$")),
    (Role.FINE, re.compile(r"\bmulta(?:,| por atraso| contratual)?\W+(?:(?:e|sao|foi|ficou|no valor|fica|da|"
        r"em)\W+)*(?:de|e|sao|em|da)?\W*$")),
    (Role.INTEREST, re.compile(
        r"\bjuros(?:,| de mora| por atraso| ate (?:hoje|aqui)| ate agora)?\W+(?:(?:e|sao|somam|dao|"
        r"ficaram|ficam|no valor|deram|vao|em|ja)\W+)*(?:de|em|sao|somam|dao)?\W*$")),
    (Role.ENTRY, re.compile(r"\bentrada\W+(?:(?:e|seria|fica|ficaria|minima|no valor)\W+)*(?:de|em|por)\W+$")),
    (Role.PLAN_TOTAL, re.compile(r"\b(?:no total|ao todo|somando tudo|total (?:do|desse) (?:acordo|parcelamento|plano)|"
        r"tudo isso)\W+(?:(?:sao|da|fica|ficam|soma|ficaria|em|de)\W+)*$")),
    (Role.AT_ONCE, re.compile(r"\b(?:a vista|de uma vez|de uma vez so|uma vez so|quitar|quitando|fecho|fechamos|fecha|"
        r"desconto|a menos|por cento|quitacao|sai|fica|cai|baixa|reduz|liquida)\W+(?:\S+ ){0,6}(?:por|"
        r"em|para|pra|de|r)?\W*$")),
    (Role.TOTAL, re.compile(r"\b(?:total|tudo junto|soma|somando|somam|ao todo|hoje|"
        r"o que da|ou que da|dando|resulta\w*|atualizad\w|devendo|deve|divida|"
        r"debito|saldo|em aberto|devedor|chega a|chegou a|pendente)\W+(?:(?:e|sao|da|dao|de|em|esta|fica|ficou|"
        r"hoje|ao|todo|ja|soma|no|valor|atualizado|total|com|isso|tudo|atual)\W+){0,6}$")),
    (Role.PRINCIPAL, re.compile(r"\b(?:original|originais|principal|fatura|parcela|compra|conta|contrato|valor|era|"
        r"mensalidade|prestacao|emprestimo)\W+(?:\S+ ){0,9}(?:de|era|e|em|foi|ficou|sao|por|ser|"
        r"r)?\W*$")),
)  # fmt: skip
_ROUGHLY: Final = re.compile(
    r"\b(?:cerca de|uns|umas|mais ou menos|aproximadamente|quase|por volta de|em torno de|perto de)\W*$"
)
_OFFERED: Final = re.compile(
    r"\b(?:desconto|a vista|de uma vez|parcel\w+|entrada|vezes|proposta|acordo|condicao|oferta|"
    r"fech\w+|combinad\w+|consigo|por cento|"
    r"boleto|pix|confirmando|a menos|tiro|divid\w+|melhor valor|possibilidade|pagamento unico|caminhos|consegui)\b"
)


def prices(line: Line) -> Iterator[Price]:
    """Give every amount of a turn in order."""
    text = line.mended
    found = _whole(line.figures, text)
    for index, figure in enumerate(found):
        if isinstance(figure, MoneyFigure) and not _TAIL.search(text[max(0, figure.start - 2) : figure.start]):
            before, after = _sides(text, found, index)
            count = _count(found, index, text)
            role = Role.INSTALMENT if count > 1 else _role(before, after, text, figure)
            rough = bool(_ROUGHLY.search(before)) or figure.cents % 100 == 0
            told = repair(
                fold(re.split(r"[.?!] ", text[: figure.start])[-1] + re.split(r"[.?!] ", text[figure.start :])[0])
            )
            yield Price(
                figure.cents,
                role,
                line,
                rough,
                count,
                figure.start,
                _heard(text, figure),
                _around(text, found, index),
                offered(told),
                _broken(text, figure),
            )


def _whole(found: tuple[Figure, ...], text: str) -> tuple[Figure, ...]:
    """Join reais with their cents where a stray word came between: "setenta reais que quatro centavos"."""
    joined: list[Figure] = []
    for figure in found:
        last = joined[-1] if joined else None
        if (
            isinstance(figure, MoneyFigure)
            and isinstance(last, MoneyFigure)
            and figure.cents < _REAL
            and "rea" in text[last.start : last.end]
            and "centavo" not in text[last.start : last.end]
            and _STRAY.fullmatch(fold(text[last.end : figure.start]))
        ):
            joined[-1] = replace(last, end=figure.end, cents=last.cents + figure.cents)
        else:
            joined.append(figure)
    return tuple(joined)


def _heard(text: str, figure: Figure) -> str:
    """Give the figure as it stands, with what hangs on to its digits, or the number words that lead up to it."""
    hanging = _hanging(text, figure)
    lead = _LEADS.search(text[: figure.start])
    start = lead.start() if lead is not None and not text[figure.start : figure.end].startswith("R$") else figure.start
    return text[start : hanging.end() if hanging else figure.end]


def _hanging(text: str, figure: Figure) -> re.Match[str] | None:
    return _HANGS.match(text, figure.end) if text[figure.end - 1] in "0123456789.," else None


def _broken(text: str, figure: Figure) -> bool:
    return _hanging(text, figure) is not None


def unlike(heard: str, cents: int) -> int:
    """Count the digits of a broken figure that this amount does not have in their place; a letter may be any digit."""
    said = re.sub(r"[^0-9a-z]", "", re.sub(r"^\D+", "", heard.lower()))
    return min(
        sum(one != other for one, other in zip(each, form, strict=False) if one.isdigit()) + abs(len(each) - len(form))
        for form in (str(cents), str(cents // _REAL))
        for each in (said, re.sub(r"[a-z]", "", said))
    )


def sounds_like(heard: str, cents: int, *, alike: float = _ALIKE) -> bool:
    """Tell whether an ear may have made `heard` of this amount: a share of its number words are there, in order."""
    digits = re.sub(r"\D", "", heard)
    if digits and not _IN_WORDS.search(heard):
        written = f"{cents}" if "," in heard else f"{cents // 100}"
        return distance(digits, written, 3) < 3 and (len(written) > 3 or distance(digits, written, 2) < 2)
    said, true = _numerals(heard), _numerals(money(Money(cents)))
    return len(_common_run(said, true)) >= len(true) * alike


def foreign(heard: str, true: Iterable[int]) -> int:
    """Count the number words that no true amount has in this place: what an ear loses or blurs is not counted."""
    said = [word for word in _numerals(heard) if word in numerals()]
    return min((len(said) - len(_common_run(said, _numerals(money(Money(cents))))) for cents in true), default=0)


def confusable(heard: str, cents: int) -> bool:
    """Tell whether one word alone differs from this amount, and ears take one of the two for the other."""
    said, true = _numerals(heard), _numerals(money(Money(cents)))
    apart = [pair for pair in zip(said, true, strict=False) if pair[0] != pair[1]]
    return len(said) == len(true) and len(apart) == 1 and frozenset(apart[0]) in _SOUND_ALIKE


def clipped(heard: str, cents: int) -> bool:
    """Tell whether nothing but words of this amount, or what ears take for them, was heard, and one at most is lost."""
    said, true = _numerals(heard), _numerals(money(Money(cents)))
    return len(_common_run(said, true)) == len(said) >= max(_LEAST, len(true) - 1)


def _numerals(words: str) -> list[str]:
    told = (mend_numeral(word) for word in repair(fold(words)).split())
    return [word for word in told if word not in _NO_NUMERAL]


def _common_run(one: list[str], other: list[str]) -> list[str]:
    """Give the longest list of words that both have in the same order."""
    rows: list[list[str]] = [[] for _ in range(len(other) + 1)]
    for word in one:
        above = rows[:]
        for at, target in enumerate(other, 1):
            rows[at] = [*above[at - 1], word] if _same_sound(word, target) else max(above[at], rows[at - 1], key=len)
    return rows[-1]


def fragment(heard: str, cents: int) -> bool:
    """Tell whether these are only the first or the last words of this amount, the rest lost."""
    said, true = _numerals(heard), _numerals(money(Money(cents)))
    return 0 < len(said) < len(true) and said in (true[: len(said)], true[-len(said) :])


def _same_sound(one: str, other: str) -> bool:
    return one == other or frozenset((one, other)) in _SOUND_ALIKE


def offered(words: str) -> bool:
    """Tell whether words put a price on the table rather than telling what is owed."""
    return _OFFERED.search(words) is not None


def _sides(text: str, found: tuple[Figure, ...], index: int) -> tuple[str, str]:
    figure = found[index]
    since = found[index - 1].end if index and isinstance(found[index - 1], MoneyFigure) else 0
    before = text[max(since, figure.start - _NEAR * 2) : figure.start]
    return repair(fold(before))[-_NEAR * 2 :] + " ", repair(fold(text[figure.end : figure.end + _NEAR]))


def _around(text: str, found: tuple[Figure, ...], index: int) -> str:
    since = max((each.end for each in found[:index] if isinstance(each, MoneyFigure)), default=0)
    end = next((each.start for each in found[index + 1 :]), found[index].end + _NEAR)
    return text[max(since, found[index].start - _NEAR * 2) : end]


def _role(before: str, after: str, text: str, figure: Figure) -> Role:
    sentence = re.split(r"[.?!] ", before)[-1]
    for role, pattern in _AFTER:
        if pattern.search(after):
            return role
    for role, pattern in _BEFORE:
        if pattern.search(sentence if sentence.strip() else before):
            return role
    return Role.OTHER


def _count(found: tuple[Figure, ...], index: int, text: str) -> int:
    """How many instalments this is the price of: "dez parcelas de cem reais"."""
    if not index:
        return 1
    previous, figure = found[index - 1], found[index]
    if not isinstance(previous, CountFigure) or previous.unit is not Unit.INSTALMENT:
        return 1
    between = fold(text[previous.end : figure.start])
    return previous.value if re.fullmatch(r"(?:(?:mensais|iguais|fixas|de|por|com|cada|no valor) ?)*", between) else 1
