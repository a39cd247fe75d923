"""Amounts of money, percentages and numbers of instalments, as Brazilians say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.numbers import Number, plain
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_UNIT: Final = (
    r"(?:de )?(?:reais|real|reau|reaus|reai|conto|contos|pila|pilas|pau|paus|mango|mangos|prata|pratas|"
    r"mil reis|merreis|merrel|dinheiros|brl|r\$(?! §))"
)
_APPROX: Final = (
    r"uns|umas|cerca de|por volta de|mais ou menos|meio que|no maximo|ate|quase|la pelos|la pelas|coisa de|"
    r"na base de|aproximadamente|em torno de|na faixa de|na casa dos?|pelo menos|no minimo|perto de|abaixo de|acima de"
)
_AFTER: Final = (
    r"e pouco|e poucos|e pouquinho|e pouquinhos|e tanto|e tantos|e tantas|e alguma coisa|e uns quebrados|"
    r"e quebrado|e quebrados|e uns trocados|e la vai|e bolinha|mais ou menos|no maximo|por ai|se tanto|e olhe la"
)
_AMOUNT_WORDS: Final = (
    rf"(?P<mark>r\$ )?(?P<n>§)(?: (?P<unit>{_UNIT}))?"
    rf"(?: (?:e|com) (?P<rest>§)(?: (?P<rest_unit>{_UNIT}))?(?P<cents> centavos?)?)?"
)
_AMOUNT: Final = words(rf"(?:(?P<pre>(?:{_APPROX})(?: de| uns| umas| so)?) )?{_AMOUNT_WORDS}(?: (?P<post>{_AFTER}))?")
_RANGE: Final = words(
    rf"(?:(?:entre|de|uns|umas) )?(?P<m1>r\$ )?(?P<low>§)(?: (?P<u1>{_UNIT}))? (?P<joint>e|a|ate|ou|-) "
    rf"(?:uns |de )?(?P<m2>r\$ )?(?P<high>§)(?: (?P<u2>{_UNIT}))?"
)
_CENTS: Final = words(r"(?P<n>§) centavos?")
_PERCENT: Final = words(r"(?P<n>§) (?:%|por cento|porcento|pur cento)")
_HALF: Final = words(r"(?:a |pela )?metade|meio a meio|cinquenta por cento")
_HALF_OF_TIME: Final = re.compile(r"metade (?:do|desse|deste|de) (?:mes|ano|semana|dia)")
_TIMES: Final = words(
    r"(?P<n>§) ?(?:x|vezes|veiz|veis|vez|parcelas?|parcelinhas?|prestac(?:ao|oes)|prestacaozinhas?|mensalidades)"
)
_SPLIT: Final = words(
    r"(?:divid\w*|parcel\w*|faz|fazer|fazia|faco|pode ser|quero|queria|bota|coloca|poe|divisao|racha|pago|pagar)"
    r"(?: isso| tudo| ele| ela| pra mim)?(?: em| de)(?: ate| umas| uns)? (?P<n>§)"
    rf"(?! (?:{_UNIT}|de (?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)))"
)
_IN_PARTS: Final = words(r"(?:em )?(?P<n>§)(?= (?:sem juros|de (?:r\$ )?§))")
_ONE_OF_MANY: Final = re.compile(r"(?<!em )(?<!so )§ (?:parcela|parcelinha|prestacao|mensalidade)$")
_CALLS: Final = re.compile(r"\blig\w+|por dia|ao dia|\bja falei|\brepet")
_MONEY_VERB: Final = re.compile(
    r"\b(?:dou|pago|pagar|pagaria|consigo|conseguia|posso|poderia|tenho|tinha|faz|faco|fecha|fecho|cabe|caberia|"
    r"maximo|entrada|parcela|parcelas|por mes|mensais|da pra|daria|arrumo|arranjo|ofereco|oferto|por|separar|separo|"
    r"nao da|nao rola|em vez de)\b"
)
_SUSPECT_AFTER: Final = re.compile(
    r"\s(?:dias?|mes|meses|anos?|semanas?|horas?|hrs?|h|minutos?|vezes|parcelas?|filhos?|filhas?|pessoas?|x|contas?|"
    r"emprestimos?|cartoes|boletos?|%|por cento|netos?|criancas?|bancos?|ligacoes)\b"
)
NOT_EVEN: Final = re.compile(r"\b(?:nao|num|nem|sem)(?: (?!mas |so )[a-z]+){0,4} $")
"""Before "um real" it says that there is nothing at all."""
_SMALL_LIMIT: Final = 20
_MOST: Final = 10**9
"""No caller owes a billion: a longer row of digits is something else."""


def cents(value: Decimal) -> str:
    """Write an amount of reais with two decimals."""
    return format(value.quantize(Decimal("0.01"), ROUND_HALF_UP), "f")


def percents(sketch: Sketch) -> Iterator[Found]:
    for match in sketch.find(_PERCENT):
        number = sketch.number(match, "n")
        if number:
            yield found(EntityType.PERCENT, sketch.raw, sketch.span(match), plain(number.value))
    if _HALF_OF_TIME.search(sketch.text):
        return
    for match in sketch.find(_HALF):
        yield found(EntityType.PERCENT, sketch.raw, sketch.span(match), "50")


def instalments(sketch: Sketch, context: Context) -> Iterator[Found]:
    """How many payments: "dez vezes", "10x", "em seis de cem", "divide em doze"."""
    patterns = [_TIMES, _SPLIT] if not _CALLS.search(sketch.text) else [_SPLIT]
    loose = context.amount or re.search(r"\b(?:sem juros|em § de|parcel|divid|presta)", sketch.text)
    if loose:
        patterns.append(_IN_PARTS)
    for pattern in patterns:
        for match in sketch.find(pattern):
            number = sketch.number(match, "n")
            if number is None or (number.article and _ONE_OF_MANY.search(sketch.text[: match.end()])):
                continue  # "paguei uma parcela" counts what was paid, not how many there are to be
            if number.value == number.value.to_integral_value() and 1 <= number.value <= 120:
                group = 0 if pattern is _TIMES else "n"
                yield found(EntityType.INSTALMENTS, sketch.raw, sketch.span(match, group), plain(number.value))


def money(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Ranges, then amounts; a bare number only where an amount is expected or a verb of paying leads to it."""
    for match in sketch.find(_RANGE):
        item = _range(sketch, match, context)
        if item:
            yield item
    for match in sketch.find(_CENTS):
        number = sketch.number(match, "n")
        if (
            number
            and number.value < _MOST
            and not re.search(r"(?:reais|real|§) (?:e|com) $", sketch.text[: match.start()])
        ):
            yield found(EntityType.MONEY, sketch.raw, sketch.span(match), cents(_shilling(number) / 100))
    for match in sketch.find(_AMOUNT):
        item = _amount(sketch, match, context)
        if item:
            yield item


def _range(sketch: Sketch, match: re.Match[str], context: Context) -> Found | None:
    low, high = sketch.number(match, "low"), sketch.number(match, "high")
    if (
        low is None
        or high is None
        or high.value >= _MOST
        or not (match["u1"] or match["u2"] or _bare(sketch, match, low, context))
    ):
        return None
    first, second = _shilling(low), _shilling(high)
    joint = match["joint"]
    opened = match.group().startswith(("entre ", "de ", "uns ", "umas "))
    if first >= second or (joint == "e" and not match.group().startswith("entre ")) or (joint == "-" and not opened):
        return None
    if second >= 1000 > first and second % 1000 == 0 and first <= _SMALL_LIMIT and not match["u1"]:
        first *= 1000  # "de dois a três mil"
    span = sketch.span(match)
    return found(EntityType.MONEY, sketch.raw, span, None, low=cents(first), high=cents(second))


def _amount(sketch: Sketch, match: re.Match[str], context: Context) -> Found | None:
    number = sketch.number(match, "n")
    if number is None or number.value >= _MOST or (number.value == 1 and NOT_EVEN.search(sketch.text[: match.start()])):
        return None
    marked = bool(match["mark"] or match["unit"] or number.slang)
    rest = sketch.number(match, "rest")
    rest_is_cents = bool(match["cents"])
    if not (marked or match["rest_unit"] or rest_is_cents or _bare(sketch, match, number, context)):
        return None
    value, with_rest = _joined(number, rest, cents_said=rest_is_cents, unit=bool(match["unit"] or match["mark"]))
    if rest and not with_rest and not marked and not _bare(sketch, match, number, context):
        return None
    approx = bool(match["pre"] or (match["post"] and (with_rest or rest is None)))
    start = sketch.span(match, "pre" if match["pre"] else "mark" if match["mark"] else "n")[0]
    last = _last_group(match, with_rest=with_rest, rest=rest is not None)
    return found(
        EntityType.MONEY, sketch.raw, (start, sketch.span(match, last)[1]), cents(value), approx=approx
    )  # fmt: skip


def _last_group(match: re.Match[str], *, with_rest: bool, rest: bool) -> str:
    names = ("post", "cents", "rest_unit", "rest") if with_rest else ("unit", "n") if rest else ("post", "unit", "n")
    return next((name for name in names if match[name]), "n")


def _joined(number: Number, rest: Number | None, *, cents_said: bool, unit: bool) -> tuple[Decimal, bool]:
    """Add what follows "e": cents, or the hundreds of "um e quinhentos"; else leave it for the next amount."""
    value = _shilling(number)
    if rest is None:
        return value, False
    after = rest.value
    if cents_said or (unit and 0 < after < 100):
        return value + after / 100, True
    if 1 <= value <= _SMALL_LIMIT and after >= 100 and after < 1000 and after % 50 == 0 and not unit:
        return value * 1000 + after, True
    if value >= _SMALL_LIMIT and 10 <= after < 100 and value % 100 != 0:
        return value + after / 100, True
    if value >= 1000 and 10 <= after < 100:
        return value + after / 100, True
    return value, False


def _bare(sketch: Sketch, match: re.Match[str], number: Number, context: Context) -> bool:
    """Whether a number without a currency word may be read as money here."""
    if (number.article and not match.groupdict().get("rest")) or (
        number.end - number.start > 1 and sketch.raw[number.start] == "0"
    ):
        return False
    tail = sketch.text[match.end() :]
    if _SUSPECT_AFTER.match(tail) or re.search(r"\bdias? $", sketch.text[: match.start()]):
        return False
    if context.amount:
        return True
    return (
        context.expecting is not None
        and not (context.document or context.birth or context.day)
        and bool(_MONEY_VERB.search(sketch.text))
    )


def _shilling(number: Number) -> Decimal:
    """Money has two decimals, so "1,200" is a thousand two hundred."""
    exponent = number.value.as_tuple().exponent
    return number.value * 1000 if isinstance(exponent, int) and exponent == -3 else number.value
