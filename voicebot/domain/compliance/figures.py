"""An independent reader of the amounts, days, hours, counts and digits that a spoken text says.

The gate compares them with what an act carries. "Um" and "uma" count only before a unit, and a bare number is
reported as a number: what it may stand for is the reader's caller to judge.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from voicebot.domain.compliance import moments, numerals
from voicebot.domain.compliance.figure import (
    CountFigure,
    DigitsFigure,
    Figure,
    MoneyFigure,
    NumberFigure,
    PercentFigure,
    Unit,
)
from voicebot.domain.compliance.moments import MONTHS, day_in_list, read_moment
from voicebot.domain.compliance.numerals import Mark, Token, Whole, tokens, value_of, whole, word

_UNITS: Final = {
    Unit.INSTALMENT: "parcela parcelas parcelinha parcelinhas prestacao prestacoes vez vezes x",
    Unit.MONTH: "mes meses",
    Unit.YEAR: "ano anos",
    Unit.WEEK: "semana semanas",
    Unit.DAY: "dia dias",
    Unit.HOUR: "hora horas",
    Unit.MINUTE: "minuto minutos minutinho minutinhos segundo segundos",
    Unit.DEBT: "conta contas fatura faturas debito debitos divida dividas contrato contratos compra compras",
    Unit.OPTION: "opcao opcoes jeito jeitos forma formas maneira maneiras caminho caminhos alternativa alternativas",
    Unit.DIGIT: "numero numeros digito digitos algarismo algarismos",
}
_UNIT_OF: Final = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_CURRENCY: Final = frozenset({"real", "reais", "conto", "contos", "pila", "pilas", "pau", "paus", "mango", "mangos"})
_CENTS: Final = frozenset({"centavo", "centavos"})
_OF_CHARGE: Final = frozenset({"multa", "juros", "correcao", "entrada"})
_POINTERS: Final = frozenset({"as", "os", "das", "dos", "nas", "nos", "nós", "essas", "esses", "vocês"})
_BEGINNINGS: Final = numerals.BEGINNINGS | moments.BEGINNINGS | {"meia"}
_SHORT_RUN: Final = 2
_RUN: Final = 3
_LONG: Final = 5
_HUNDRED: Final = 100
Read = tuple[Figure, int]


def figures(text: str) -> tuple[Figure, ...]:
    """Read every figure of a text, in order; words and digits may be mixed. Never raises."""
    line = tokens(text)
    found: list[Figure] = []
    at = 0
    while at < len(line):
        read = _figure(line, at)
        if read is None:
            at += 1
            continue
        plural_day = word(line, at) == "dias"
        figure, at = read
        found.append(figure)
        while plural_day and (more := day_in_list(line, at)) is not None:
            found.append(more[0])
            at = more[1]
    return tuple(found)


def _figure(line: tuple[Token, ...], at: int) -> Read | None:
    token = line[at]
    if token.mark is Mark.WORD and token.plain not in _BEGINNINGS:
        return None  # most words: nothing that is read begins with them
    if token.mark is Mark.DIGITS:
        return DigitsFigure(token.start, token.end, _only_digits(token.text)), at + 1
    if token.mark is Mark.CURRENCY:
        return _after_symbol(line, at)
    if token.plain == "meio" and word(line, at + 1) == "por" and word(line, at + 2) == "cento":
        return PercentFigure(token.start, line[at + 2].end, Decimal("0.5")), at + 3
    return (
        _counted(line, at)
        or read_moment(line, at)
        or _decimal(line, at)
        or _run(line, at)
        or _amount(line, at)
        or _bare(line, at)
    )


def _after_symbol(line: tuple[Token, ...], at: int) -> Read | None:
    following = line[at + 1] if at + 1 < len(line) else None
    if following is None or following.mark is not Mark.NUMBER:
        return None
    number = whole(line, at + 1)
    if number is not None and number.literal is None:
        return MoneyFigure(line[at].start, line[number.end - 1].end, number.value * _HUNDRED), number.end
    value, end = value_of(following.text), at + 2
    if word(line, end) == "mil":
        value, end = value * 1000, end + 1
    return MoneyFigure(line[at].start, line[end - 1].end, int(value * _HUNDRED)), end


def _counted(line: tuple[Token, ...], at: int) -> Read | None:
    """Read a number with its unit: "dez parcelas", "10x", "vinte por cento"; hours after "às" are the clock's."""
    number = whole(line, at)
    if number is None:
        return None
    percent = _percent_end(line, number.end)
    if percent is not None:
        return PercentFigure(line[at].start, line[percent - 1].end, Decimal(number.value)), percent
    unit = _UNIT_OF.get(word(line, number.end))
    if unit is None or (unit is Unit.HOUR and line[at - 1].text in {"às", "à", "as", "das"} and at):
        return None
    return CountFigure(line[at].start, line[number.end].end, number.value, unit), number.end + 1


def _percent_end(line: tuple[Token, ...], at: int) -> int | None:
    if at < len(line) and line[at].mark is Mark.PERCENT:
        return at + 1
    return at + 2 if (word(line, at), word(line, at + 1)) == ("por", "cento") else None


def _decimal(line: tuple[Token, ...], at: int) -> Read | None:
    """Read "2,5%", "dois vírgula cinco por cento", "dez e meio por cento", "1.331,67" and "107,85"."""
    token = line[at]
    if token.mark is Mark.NUMBER and not token.text.isdigit():
        value, end = value_of(token.text), at + 1
    else:
        number = whole(line, at)
        spelled = _fraction(line, number) if number else None
        if spelled is None:
            return None
        value, end = spelled
    percent = _percent_end(line, end)
    if percent is not None:
        return PercentFigure(token.start, line[percent - 1].end, value), percent
    exponent = value.as_tuple().exponent
    if word(line, end) in _CURRENCY or exponent == -2:
        end += word(line, end) in _CURRENCY
        return MoneyFigure(token.start, line[end - 1].end, int(value * _HUNDRED)), end
    return NumberFigure(token.start, line[end - 1].end, value), end


def _fraction(line: tuple[Token, ...], number: Whole) -> tuple[Decimal, int] | None:
    joint, half = word(line, number.end), word(line, number.end + 1)
    if joint == "e" and half == "meio" and _percent_end(line, number.end + 2) is not None:
        return number.value + Decimal("0.5"), number.end + 2
    if joint != "virgula":
        return None
    digits, end = "", number.end + 1
    while (part := whole(line, end) if end < len(line) else None) is not None:
        digits, end = digits + str(part.value), part.end
    return (Decimal(f"{number.value}.{digits}"), end) if digits else None


def _run(line: tuple[Token, ...], at: int) -> Read | None:
    """Read a string of digits: three or more small numbers side by side, or two single ones with no comma between."""
    items: list[str] = []
    commas, end, singles = False, at, True
    while (item := _run_item(line, end)) is not None:
        literal, end = item
        items.append(literal)
        singles = singles and len(literal) == 1
        following = line[end].text if end < len(line) else ""
        gap = following in {",", "-", "…"}
        if _run_item(line, end + gap) is None:
            break
        commas, end = commas or gap, end + gap
    long_enough = len(items) >= _RUN or (len(items) == _SHORT_RUN and singles and not commas)
    if not long_enough:
        return None
    return DigitsFigure(line[at].start, line[end - 1].end, "".join(items)), end


def _run_item(line: tuple[Token, ...], at: int) -> tuple[str, int] | None:
    if word(line, at) == "meia":
        return "6", at + 1
    number = whole(line, at) if at < len(line) else None
    if number is None or number.value >= _HUNDRED * 10:
        return None
    if number.literal is None and number.value >= _HUNDRED and number.end - number.start > 1:
        return None
    if _claimed(line, number.end):
        return None
    return number.literal or str(number.value), number.end


def _claimed(line: tuple[Token, ...], end: int) -> bool:
    """The number before `end` belongs to a unit, a currency, a percentage or a month, so it is nobody's cents."""
    following, after = word(line, end), word(line, end + 1)
    return (
        following in _UNIT_OF
        or following in _CURRENCY
        or _percent_end(line, end) is not None
        or (following == "de" and (after in MONTHS or _is_number(line, end + 1)))
    )


def _is_number(line: tuple[Token, ...], at: int) -> bool:
    return at < len(line) and (line[at].mark in {Mark.CURRENCY, Mark.NUMBER} or whole(line, at) is not None)


def _amount(line: tuple[Token, ...], at: int) -> Read | None:
    """Read "mil reais", "mil reais e dez centavos", "cinquenta centavos" and the short "cento e sete e dez"."""
    number = whole(line, at)
    if number is None:
        return None
    end = number.end
    if word(line, end) in _CENTS:
        return MoneyFigure(line[at].start, line[end].end, number.value), end + 1
    named = end + (word(line, end) == "de")
    if word(line, named) in _CURRENCY:
        cents, last = _cents(line, named + 1)
        return MoneyFigure(line[at].start, line[last - 1].end, number.value * _HUNDRED + cents), last
    cents, last = _cents(line, end) if word(line, at - 1) != "entre" else (0, end)
    if cents or _priced(line, at, end):
        last = last if cents else end
        return MoneyFigure(line[at].start, line[last - 1].end, number.value * _HUNDRED + cents), last
    return None


def _cents(line: tuple[Token, ...], at: int) -> tuple[int, int]:
    """Read "e dez centavos", "e dez": the cents and the position after them, or no cents."""
    number = whole(line, at + 1) if word(line, at) == "e" and at + 1 < len(line) else None
    if number is None or number.value >= _HUNDRED:
        return 0, at
    if word(line, number.end) in _CENTS:
        return number.value, number.end + 1
    if number.article or _claimed(line, number.end):
        return 0, at
    return number.value, number.end


def _priced(line: tuple[Token, ...], at: int, end: int) -> bool:
    """A bare number is a price by what stands beside it: "dez de multa", "entrada de cem", "cento e vinte por mês"."""
    following, after = word(line, end), word(line, end + 1)
    before, earlier = word(line, at - 1), word(line, at - 2)
    charged = following == "de" and after in _OF_CHARGE
    monthly = following == "por" and after == "mes"
    entry = before == "de" and earlier in _OF_CHARGE
    return charged or monthly or entry


def _bare(line: tuple[Token, ...], at: int) -> Read | None:
    number = whole(line, at)
    if number is None or number.article or _pronoun(line, number):
        return None
    start, end = line[at].start, line[number.end - 1].end
    if number.literal and (len(number.literal) >= _LONG or (number.literal[0] == "0" and len(number.literal) > 1)):
        return DigitsFigure(start, end, number.literal), number.end
    return NumberFigure(start, end, Decimal(number.value)), number.end


def _pronoun(line: tuple[Token, ...], number: Whole) -> bool:
    """Tell "as duas", "qual dos dois": they point at what was said and count nothing new."""
    lone = number.end == number.start + 1 and line[number.start].plain in {"dois", "duas"}
    return lone and number.start > 0 and line[number.start - 1].text in _POINTERS


def _only_digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
