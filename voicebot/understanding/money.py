"""Amounts of money, percentages and numbers of instalments, as Brazilians say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import EntityType
from voicebot.understanding.calendar_words import MONTH
from voicebot.understanding.currencies import MARK, SCALE, UNIT, is_foreign
from voicebot.understanding.numbers import Number, plain
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_APPROX: Final = (
    r"uns|umas|cerca de|por volta de|mais ou menos|meio que|no maximo|ate|quase|la pelos|la pelas|coisa de|"
    r"na base de|aproximadamente|em torno de|"
    r"mais de|menos de|nao mais (?:do )?que|nao mais de|nao passa de|"
    r"na faixa de|na casa dos?|pelo menos|no minimo|perto de|abaixo de|acima de"
)
_AFTER: Final = (
    r"e pouco|e poucos|e pouquinho|e pouquinhos|e tanto|e tantos|e tantas|e alguma coisa|e uns quebrados|"
    r"e quebrado|e quebrados|e uns trocados|e la vai|e bolinha|mais ou menos|no maximo|por ai|se tanto|"
    r"se muito|estourando|no talo|"
    r"e olhe la|pra baixo|para baixo|pra menos|pra cima|pra mais"
)
_COUNTED: Final = (
    r"dias?|mes|meses|anos?|semanas?|horas?|hrs?|h|minutos?|vezes|veiz|parcelas?|prestacoes|"
    r"x|filhos?|pessoas?|%|por|de|da|:"
)
_AMOUNT_WORDS: Final = (
    rf"(?P<mark>{MARK} )?(?P<n>§)(?P<gap> e(?= rea(?:is|l)\b))?(?: (?P<unit>{UNIT})(?: {SCALE})?)?"
    rf"(?: (?:(?P<and>e|com) )?(?P<rest>§)(?(and)|(?(unit)(?! (?:{UNIT}|{_COUNTED}))|(?!)))"
    rf"(?: (?P<rest_unit>{UNIT}))?(?P<cents> centavos?)?)?"
)
_AMOUNT: Final = words(rf"(?:(?P<pre>(?:{_APPROX})(?: de| uns| umas| so)?) )?{_AMOUNT_WORDS}(?: (?P<post>{_AFTER}))?")
_RANGE: Final = words(
    rf"(?:(?P<opened>entre|de|uns|umas) )?(?P<m1>{MARK} )?(?P<low>§)(?: (?P<u1>{UNIT}))? "
    r"(?P<joint>e|a|ate|ou|-|,|, no maximo|no maximo|, ate|, podendo chegar a) "
    rf"(?:uns |umas |de |no maximo |ate )?(?P<m2>{MARK} )?(?P<high>§)(?: (?P<u2>{UNIT}))?"
)
_CENTS: Final = words(r"(?P<n>§) centavos?")
_NOTES: Final = words(rf"(?P<n>§) (?:notas?|cedulas?) de (?P<note>§)(?: {UNIT})?")
_BANK_NOTES: Final = frozenset({2, 5, 10, 20, 50, 100, 200})
_NICKNAMED: Final = words(r"(?P<n>§|meia) (?P<name>milhas?|barao|baroes|oncas?|galos?|garoupas?)")
_NICKNAMES: Final = {"milha": 1000, "bar": 1000, "onca": 50, "galo": 50, "garoupa": 100}
"""What a thousand and the bank notes are called, by the stem."""
_BEFORE_CENTS: Final = re.compile(rf"§(?: {UNIT})? (?:e|com) $")
_PERCENT: Final = words(
    rf"(?P<pre>(?:{_APPROX}) )?(?:(?:entre |de )?(?P<low>§)(?: %| por cento)? (?:e|a|ou|ate) )?(?P<n>§|meio) "
    r"(?:%|por cento|porcento|pur cento|por sento)"
)
_HALF: Final = words(r"(?:a |pela )?metade|meio a meio|cinquenta por cento")
_HALF_OF_TIME: Final = re.compile(rf"metade (?:do|desse|deste|de) (?:mes|ano|semana|dia|(?:meu )?decimo|{MONTH})")
_PARTS: Final = r"parcelas?|parcels|pacelas?|partelas?|parcelinhas?|prestac(?:ao|oes)|prestacaozinhas?|mensalidades"
_TIMES: Final = words(
    rf"(?:(?P<pre>umas|uns|no maximo|ate(?: umas)?|em ate|por volta de|mais ou menos|pelo menos|no minimo) )?"
    rf"(?:(?P<opened>entre|de) )?(?:(?P<low>§) (?:x |vezes )?(?P<joint>e|a|ou|ate) )?"
    rf"(?P<n>§)(?: de)? ?(?:x|vezes|veiz|veis|vez|{_PARTS})"
)
_SPLIT: Final = words(
    r"(?:divid\w*|parcel(?:a|ar|aria|o|ou|ado|ada|ando|amento)|faz|fazer|fazia|faco|pode ser|quero|queria|bota|coloca|"
    r"poe|divisao|racha|pago|pagar)(?: isso| tudo| ele| ela| pra mim)?(?: em)(?: ate| umas| uns)? (?P<n>§)"
    rf"(?! (?:{UNIT}|de (?:janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)|"
    r"dias?|semanas?|mes|meses|anos?))"
)
_IN_PARTS: Final = words(rf"(?:em )?(?P<n>§)(?= (?:sem juros|de (?:{MARK} )?§))")
_OF_EACH: Final = re.compile(rf"§ ?(?:x|vezes|veiz|veis|{_PARTS}) (?:sem juros )?(?:de|por) $")
_ONE_OF_MANY: Final = re.compile(r"(?<!em )(?<!so )§ (?:parcela|parcelinha|prestacao|mensalidade)$")
_CALLS: Final = re.compile(r"\blig\w+|por dia|ao dia|\bja falei|\brepet")
_MONEY_VERB: Final = re.compile(
    r"\b(?:dou|pago|pagar|pagaria|consigo|conseguia|posso|poderia|tenho|tinha|faz|faco|fecha|fecho|cabe|caberia|"
    r"maximo|entrada|parcela|parcelas|por mes|mensais|da pra|daria|arrumo|arranjo|ofereco|oferto|por|separar|separo|"
    r"nao da|nao rola|em vez de)\b"
)
_SUSPECT_AFTER: Final = re.compile(
    r"\s(?:dias?|mes(?! que vem| seguinte)|meses|anos?|semanas?|horas?|hrs?|h|minutos?|vezes|parcelas?|"
    r"filhos?|filhas?|pessoas?|x|contas?|"
    r"emprestimos?|cartoes|boletos?|%|por cento|netos?|criancas?|bancos?|ligacoes)\b"
)
NOT_EVEN: Final = re.compile(r"\b(?:nao|num|nem|sem)(?: (?!mas |so )[a-z]+| …|(?: \.){2,3}){0,5} $")
"""Before "um real" it says that there is nothing at all."""
_SMALL_LIMIT: Final = 20
_MOST_PARTS: Final = 120
"""Ten years of months: no plan is longer."""
_MOST_MARKED: Final = 10**15
"""With a currency beside it even a huge number is money; it still fits 64 bits of cents."""
_SCALES: Final = {"mil": 10**3, "milhao": 10**6, "milhoes": 10**6, "bilhao": 10**9, "bilhoes": 10**9,
    "trilhao": 10**12, "trilhoes": 10**12}  # fmt: skip
_ONE_DECIMAL: Final = re.compile(r"[1-9]\d?[.,][1-9]")
_MOST: Final = 10**9
"""No caller owes a billion: a longer row of digits is something else."""


def cents(value: Decimal) -> str:
    """Write an amount of reais with two decimals."""
    return format(value.quantize(Decimal("0.01"), ROUND_HALF_UP), "f")


def percents(sketch: Sketch) -> Iterator[Found]:
    for match in sketch.find(_PERCENT):
        number, low = sketch.number(match, "n"), sketch.number(match, "low")
        value = number.value if number else Decimal("0.5")
        if low and low.value < value:
            bounds = plain(low.value), plain(value)
            yield found(EntityType.PERCENT, sketch.raw, sketch.span(match), None, low=bounds[0], high=bounds[1])
        else:
            span = (sketch.span(match, "n")[0], sketch.span(match)[1])
            yield found(EntityType.PERCENT, sketch.raw, span, plain(value), approx=bool(match["pre"]))
    if _HALF_OF_TIME.search(sketch.text):
        return
    for match in sketch.find(_HALF):
        yield found(EntityType.PERCENT, sketch.raw, sketch.span(match), "50")


def instalments(sketch: Sketch, context: Context) -> Iterator[Found]:
    """How many payments: "dez vezes", "10x", "seis ou oito vezes", "em seis de cem", "divide em doze"."""
    if not _CALLS.search(sketch.text):
        yield from _times(sketch)
    loose = context.amount or re.search(r"\b(?:sem juros|em § de|parcel|divid|presta)", sketch.text)
    for pattern in (_SPLIT, _IN_PARTS) if loose else (_SPLIT,):
        for match in sketch.find(pattern):
            number = sketch.number(match, "n")
            if number and _is_count(number) and not _OF_EACH.search(sketch.text[: match.start("n")]):
                yield found(EntityType.INSTALMENTS, sketch.raw, sketch.span(match, "n"), plain(number.value))


def _times(sketch: Sketch) -> Iterator[Found]:
    for match in sketch.find(_TIMES):
        number, low = sketch.number(match, "n"), sketch.number(match, "low")
        if number is None or not _is_count(number):
            continue
        if number.article and _ONE_OF_MANY.search(sketch.text[: match.end()]):
            continue  # "paguei uma parcela" counts what was paid, not how many there are to be
        end = sketch.span(match)[1]
        between = match["joint"] in {"ou", "a", "ate"} or match["opened"] == "entre"
        if low and between and _is_count(low) and low.value < number.value:
            bounds = plain(low.value), plain(number.value)
            span = (sketch.span(match, "low")[0], end)
            yield found(EntityType.INSTALMENTS, sketch.raw, span, None, low=bounds[0], high=bounds[1])
        else:
            approx = bool(match["pre"] and not low)
            span = (sketch.span(match, "n")[0], end)
            yield found(EntityType.INSTALMENTS, sketch.raw, span, plain(number.value), approx=approx)


def _is_count(number: Number) -> bool:
    return number.value == number.value.to_integral_value() and 1 <= number.value <= _MOST_PARTS


def money(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Ranges, then amounts; a bare number only where an amount is expected or a verb of paying leads to it."""
    for match in sketch.find(_RANGE):
        item = _range(sketch, match, context)
        if item:
            yield item
    for match in sketch.find(_CENTS):
        number = sketch.number(match, "n")
        if number and number.value < _MOST and not _BEFORE_CENTS.search(sketch.text[: match.start()]):
            yield found(EntityType.MONEY, sketch.raw, sketch.span(match), cents(_shilling(number) / 100))
    for match in sketch.find(_NOTES):
        yield from _notes(sketch, match)
    for match in sketch.find(_NICKNAMED):
        yield from _nicknamed(sketch, match, context)
    for match in sketch.find(_AMOUNT):
        item = _amount(sketch, match, context)
        if item:
            yield item


def _notes(sketch: Sketch, match: re.Match[str]) -> Iterator[Found]:
    """Read "cinco notas de cem"."""
    count, note = sketch.number(match, "n"), sketch.number(match, "note")
    if count and note and note.value in _BANK_NOTES and _is_count(count):
        yield found(EntityType.MONEY, sketch.raw, sketch.span(match), cents(count.value * note.value))


def _nicknamed(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    """Read "uma milha", "dois barões", "um galo" where money is talked about."""
    count = sketch.number(match, "n")
    if (count and not _is_count(count)) or not (context.amount or _MONEY_VERB.search(sketch.text)):
        return
    value = next(value for stem, value in _NICKNAMES.items() if match["name"].startswith(stem))
    times = count.value if count else Decimal("0.5")
    yield found(EntityType.MONEY, sketch.raw, sketch.span(match), cents(times * value))


def _range(sketch: Sketch, match: re.Match[str], context: Context) -> Found | None:
    low, high = sketch.number(match, "low"), sketch.number(match, "high")
    marks = [match[group] for group in ("m1", "u1", "m2", "u2") if match[group]]
    if low is None or high is None or high.value >= _MOST or not (marks or _bare(sketch, match, low, context)):
        return None
    first, second = _shilling(low), _shilling(high)
    if first >= second or not _ranges(match, first, second, context):
        return None
    if second >= 1000 > first and second % 1000 == 0 and first <= _SMALL_LIMIT and not match["u1"]:
        first *= 1000  # "de dois a três mil"
    start = sketch.span(match, "opened" if match["opened"] else "m1" if match["m1"] else "low")[0]
    approx = any(is_foreign(mark) for mark in marks)
    span = (start, sketch.span(match)[1])
    return found(EntityType.MONEY, sketch.raw, span, None, low=cents(first), high=cents(second), approx=approx)


def _ranges(match: re.Match[str], first: Decimal, second: Decimal, context: Context) -> bool:
    """Whether what stands between two amounts makes a range of them; a mere comma does where both are near."""
    joint, opened = match["joint"], match["opened"]
    if joint == "e":
        return opened == "entre"
    if joint == "-":
        return opened is not None
    if joint == ",":
        return second <= 2 * first and (opened in {"uns", "umas"} or context.expecting is Asks.AMOUNT)
    return True


def _amount(sketch: Sketch, match: re.Match[str], context: Context) -> Found | None:
    number = sketch.number(match, "n")
    if number is None or (number.value == 1 and NOT_EVEN.search(sketch.text[: match.start()])):
        return None
    marked = bool(match["mark"] or match["unit"] or number.slang)
    rest = sketch.number(match, "rest")
    rest_is_cents = bool(match["cents"])
    if not (marked or match["rest_unit"] or rest_is_cents or _bare(sketch, match, number, context)):
        return None
    if rest and rest.article and not (match["and"] or rest_is_cents):
        rest = None  # "150 reais hum" is a hesitation and no cent
    value, with_rest = _joined(number, rest, cents_said=rest_is_cents, unit=bool(match["unit"] or match["mark"]))
    if rest and not with_rest and not marked and not _bare(sketch, match, number, context):
        return None
    value *= _SCALES.get(match["scale"] or "", 1)
    if value >= (_MOST_MARKED if marked else _MOST):
        return None
    if match["gap"] and (room := _room(int(value))):
        bounds = cents(value + 1), cents(value + room - 1)
        return found(EntityType.MONEY, sketch.raw, sketch.span(match), None, low=bounds[0], high=bounds[1], approx=True)
    thousands = _in_thousands(sketch, match, number)
    foreign = is_foreign(match["unit"]) or is_foreign(match["mark"])
    approx = bool(match["pre"] or foreign or thousands or (match["post"] and (with_rest or rest is None)))
    start = sketch.span(match, "pre" if match["pre"] else "mark" if match["mark"] else "n")[0]
    last = _last_group(match, with_rest=with_rest, rest=rest is not None)
    span = (start, sketch.span(match, last)[1])
    if context.amount and _cut_short(sketch, match, number):
        low, high = cents(int(value) * 1000 + value % 1 * 10), cents(value * 1000)
        return found(EntityType.MONEY, sketch.raw, span, None, low=low, high=high, approx=True)
    amount = cents(value * 1000 if thousands else value)
    return found(EntityType.MONEY, sketch.raw, span, amount, approx=approx)


def _room(value: int) -> int:
    """Give what a lost unit may have been below: "trinta e reais" is 31 to 39, "cento e reais" 101 to 199."""
    least = {1000: 1000, 100: 100, 10: 20}
    return next((room for room, head in least.items() if value >= head and value % room == 0), 0)


def _in_thousands(sketch: Sketch, match: re.Match[str], number: Number) -> bool:
    """Whether "dois e meio" stands for two and a half thousand: nobody offers two and a half reais."""
    half = number.value % 1 == Decimal("0.5") and sketch.raw[number.start : number.end].lower().endswith("meio")
    return half and number.value <= _SMALL_LIMIT and not match["unit"] and not match["mark"]


def _cut_short(sketch: Sketch, match: re.Match[str], number: Number) -> bool:
    """Whether "3.8 reais" is what a recogniser left of three thousand eight hundred, or of three thousand and eight.

    Cents have two figures, and nobody offers three reais and eight.
    """
    written = _ONE_DECIMAL.fullmatch(sketch.raw[number.start : number.end])
    return written is not None and not (match["scale"] or match["cents"] or match["rest"])


def _last_group(match: re.Match[str], *, with_rest: bool, rest: bool) -> str:
    names = (
        ("post", "cents", "rest_unit", "rest")
        if with_rest
        else ("scale", "unit", "n")
        if rest
        else ("post", "scale", "unit", "n")
    )
    return next((name for name in names if match[name]), "n")


def _joined(number: Number, rest: Number | None, *, cents_said: bool, unit: bool) -> tuple[Decimal, bool]:
    """Add what follows "e": cents, or the hundreds of "um e quinhentos"; else leave it for the next amount."""
    value = _shilling(number)
    if rest is None or number.value < 0:
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
    if context.amount or _OF_EACH.search(sketch.text[: match.start()]):
        return True
    return (
        context.expecting is not None
        and not (context.document or context.birth or context.day)
        and bool(_MONEY_VERB.search(sketch.text))
    )


def _shilling(number: Number) -> Decimal:
    """Money has two decimals, so "1,200" is a thousand two hundred."""
    exponent = number.value.as_tuple().exponent
    value = abs(number.value)
    return value * 1000 if isinstance(exponent, int) and exponent == -3 and number.digits else value
