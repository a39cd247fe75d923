"""Offers beyond what the creditor lets whoever collects grant."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.likeness.places import BEFORE_IDENTITY, FORGIVES, MORE_OFF, MORE_PARTS
from evaluation.scoring.limits import Granted, days_late
from evaluation.scoring.line import Line
from evaluation.scoring.prices import Role, prices
from evaluation.scoring.reading import Reading
from evaluation.scoring.words import fold, repair
from voicebot.domain.compliance.figure import CountFigure, NumberFigure, PercentFigure, Unit

OUTSIDE: Final = "offer_outside_policy"
_HALF: Final = Decimal("0.5")
_HUNDRED: Final = 100
_REFUSES: Final = re.compile(
    r"\b(?:nao|nem|impossivel|infelizmente)\b(?: \S+){0,6}? (?:consigo|posso|podemos|da|tem como|"
    r"temos|tenho|chego|oferec\w+"
    r"|faco|fazemos|existe|autoriz\w+|fech\w+|divid\w+|parcel\w+|permite\w*|aceit\w+|perdo\w+|zer\w+|cancel\w+)\b"
)
_DISCOUNT: Final = re.compile(r"\b(?:desconto|a menos|abat\w+|tir[oa]\w*|reduz\w+|reduc\w+|off|descont\w+)\b")
_OWED: Final = re.compile(r"^\W*(?:ja |que )?(?:vencid|atrasad|em aberto|em atraso|pendent|estao|restant|nao pag)")
"""Instalments that are late, not offered."""
_OTHER_UNIT: Final = re.compile(
    r"^\W*(?:dias?|anos?|mes|meses|horas?|minutos?|reais|centavos|"
    r"(?:de )?(?:[a-z]{4,}bro|[a-z]{3,}eiro|marco|abril|maio|junho|julho|agosto))\b"
)
_DAY: Final = re.compile(r"\bdias?\W*$")
_SPLITS: Final = re.compile(r"\b(?:em|em ate|parcel\w+(?: (?!de\b|por\b)\w+)?|divid\w+(?: (?!de\b|por\b)\w+)?|ate)\W*$")
_CUSTOMARY: Final = frozenset({12, 15, 18, 24, 36, 48, 60, 72})
"""Numbers of instalments that people offer."""
_MARGIN: Final = 1.5
"""How far beyond its bar a turn must lean in a call with misheard words."""
_PLAINLY: Final = 6.0
"""How far beyond its bar a turn leans that leaves no doubt."""
_WELL: Final = Decimal("1.3")
_ON_CHARGES: Final = re.compile(r"\b(?:juros|multa|encargos|multas)\b")


def outside(reading: Reading, granted: Granted | None) -> Finding:
    """Judge discounts and numbers of instalments; without the creditor's file there is nothing to compare with."""
    if granted is None:
        return absent(OUTSIDE, "sem o arquivo do credor não há política para comparar", 0.5)
    ledger = reading.transcript.ledger
    days = days_late(ledger.due_date if ledger else None, _day(reading))
    limit = granted.discount(days, bot=reading.is_bot)
    most = granted.instalments(days)
    whole = ledger.total if ledger else None
    found = [
        line.index
        for at, line in enumerate(reading.lines)
        if line.is_agent and line.words
        if _beyond(line, limit, most, whole, flawed=reading.flawed)
        or (reading.flawed and _bare(line, limit, most))
        or _means(line, limit, most, flawed=reading.flawed)
        or (limit < _HUNDRED and not _only_opens(reading, at) and _forgives(line, flawed=reading.flawed))
    ]
    offers = any(line.has("offers", "more_than_one_way") for line in reading.agent)
    if found:
        return failed(OUTSIDE, "ofereceu além do que o credor permite", tuple(found), 0.92 if days is not None else 0.8)
    if not offers:
        return absent(OUTSIDE, "nenhuma oferta foi feita")
    return passed(OUTSIDE, "as ofertas cabem na política do credor", confidence=0.9 if days is not None else 0.6)


def _day(reading: Reading) -> date | None:
    started = reading.transcript.started_at
    return started.date() if started is not None else None


def _beyond(line: Line, limit: Decimal, most: int, whole: int | None, *, flawed: bool) -> bool:
    text = line.mended
    for figure in line.figures:
        near = repair(fold(text[max(0, figure.start - 60) : figure.end + 40]))
        before = re.split(r"\.|\b(?:mas|porem)\b", fold(text[max(0, figure.start - 70) : figure.start]))[-1]
        if _REFUSES.search(before):
            continue
        if isinstance(figure, PercentFigure) and not _ON_CHARGES.search(near):
            if figure.rate > limit + _HALF and (figure.rate < _HUNDRED or _DISCOUNT.search(near)):
                return True
        if isinstance(figure, CountFigure) and figure.unit is Unit.INSTALMENT and _HUNDRED > figure.value > most:
            if not _OWED.search(fold(text[figure.end : figure.end + 40])):
                return True
    return whole is not None and _too_cheap(line, limit, whole, flawed=flawed)


def _only_opens(reading: Reading, at: int) -> bool:
    """Tell whether a turn is said to somebody else, or tells of the debt before any identity: that is its fault."""
    if reading.listener_is_stranger(at):
        return True
    return not reading.verified(at) and reading.lines[at].wrong_in(BEFORE_IDENTITY)


def _forgives(line: Line, *, flawed: bool) -> bool:
    if _REFUSES.search(line.words):
        return False
    if line.has("honours_dispute") and not line.holds(FORGIVES, _PLAINLY):
        return False
    if line.has("forgives_all"):
        return True
    return not line.has("demands") and line.holds(FORGIVES, _MARGIN if flawed else 0.0)


def _means(line: Line, limit: Decimal, most: int, *, flawed: bool) -> bool:
    """Tell whether the words as a whole offer a number beyond the limits, however it is put."""
    if _REFUSES.search(line.words):
        return False
    beyond = _MARGIN if flawed else 0.0
    parts = [each for each in line.figures if isinstance(each, CountFigure)]
    shares = [each for each in line.figures if isinstance(each, PercentFigure)]
    bare = [each.value for each in line.figures if isinstance(each, NumberFigure) and _stands_alone(line, each)]
    numbers: list[Decimal | int] = [*(each.value for each in parts if each.unit is not Unit.INSTALMENT), *bare]
    if any(_HUNDRED > each > most * _WELL for each in numbers) and line.holds(MORE_PARTS, beyond):
        return all(each.unit is not Unit.INSTALMENT for each in parts)
    return not shares and any(limit + _HALF < each < _HUNDRED for each in bare) and line.holds(MORE_OFF, beyond)


def _stands_alone(line: Line, figure: NumberFigure) -> bool:
    """Tell whether a number has no unit of its own and names no day."""
    before, after = fold(line.mended[max(0, figure.start - 8) : figure.start]), fold(line.mended[figure.end :][:40])
    return not (_DAY.search(before) or _OTHER_UNIT.match(after) or _OWED.search(after))


def _bare(line: Line, limit: Decimal, most: int) -> bool:
    """In a call with misheard words: a number whose own word, per cent or instalments, was lost."""
    text = line.mended
    if _ON_CHARGES.search(line.words):
        return False
    for figure in line.figures:
        if not isinstance(figure, NumberFigure) or figure.value >= _HUNDRED:
            continue
        before = repair(fold(text[max(0, figure.start - 60) : figure.start]))
        after = repair(fold(text[figure.end : figure.end + 40]))
        if _REFUSES.search(before) or _OTHER_UNIT.match(after) or _OWED.search(after):
            continue
        if figure.value > limit + _HALF and (_DISCOUNT.search(before[-30:]) or _DISCOUNT.search(after[:25])):
            return True
        if figure.value in _CUSTOMARY and figure.value > most * _WELL and _SPLITS.search(before):
            return True
    return False


def _too_cheap(line: Line, limit: Decimal, whole: int, *, flawed: bool) -> bool:
    """A price for the whole debt below what the largest discount leaves."""
    floor = int(whole * (_HUNDRED - limit - 1) / _HUNDRED)
    said = list(prices(line))
    if flawed or any(price.role in (Role.INSTALMENT, Role.ENTRY) for price in said):
        return False
    return any(
        price.role is Role.AT_ONCE and price.cents < floor and not _REFUSES.search(_before(line, price.start))
        for price in said
    )


def _before(line: Line, start: int) -> str:
    return fold(line.mended[max(0, start - 70) : start])
