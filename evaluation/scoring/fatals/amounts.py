"""Amounts that are not what the books say, or that do not add up among themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Final

from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.prices import Price, Role, clipped, confusable, foreign, fragment, prices, sounds_like, unlike
from evaluation.scoring.reading import Reading
from evaluation.scoring.transcript import Ledger
from evaluation.scoring.words import distance
from voicebot.domain.compliance import gate_rules as rule

WRONG: Final = "wrong_amount"
_REAL: Final = 100
_ROUGH: Final = 0.02
_MOST: Final = 0.7
"""Share of an amount's number words that makes it the same amount."""
_WRITTEN: Final = re.compile(r"^R\$ ?\d{1,3}(?:\.\d{3})*,\d{2}$", re.IGNORECASE)
"""An amount in figures that was not cut short."""
_PLAN_SLACK: Final = 100
_CHARGES: Final = re.compile(r"\b(?:multa|juros)\b")
_SLIPS: Final = 2
_PIECE: Final = 3
"""Digits: fewer may be a piece of any amount."""
_TERMS: Final = frozenset({Role.ENTRY, Role.INSTALMENT, Role.PLAN_TOTAL, Role.AT_ONCE})
"""What is offered is compared with the creditor's limits, not with the books."""


def wrong_amount(reading: Reading) -> Finding:
    """Compare what was said with the ledger where there is one, and with itself where there is none."""
    said = [price for line in reading.agent for price in prices(line)]
    if not said:
        return absent(WRONG, "nenhum valor foi dito")
    ledger = reading.transcript.ledger
    wrong = _against_ledger(said, ledger, reading) if ledger is not None else _against_itself(said, reading.flawed)
    if wrong:
        turns = tuple(dict.fromkeys(price.line.index for price in wrong))
        against = "do registro do credor" if ledger is not None else "da própria conta"
        sure = (0.95 if ledger is not None else 0.75) - (0.15 if reading.noisy else 0.0)
        return failed(WRONG, f"valor diferente {against} ({rule.FIGURE.cites})", turns, round(sure, 2))
    return passed(WRONG, "os valores ditos conferem", confidence=0.9 if ledger is not None else 0.6)


def _against_ledger(said: list[Price], ledger: Ledger, reading: Reading) -> list[Price]:
    parts = {Role.PRINCIPAL: ledger.principal, Role.FINE: ledger.fine, Role.INTEREST: ledger.interest}
    true = [cents for cents in (*parts.values(), ledger.total) if cents]
    known = {sum(some) for count in range(1, len(true) + 1) for some in combinations(true, count)}
    if reading.flawed:
        return _apart_from_books(said, true, known)
    wrong = []
    for price in said:
        right = parts.get(price.role, ledger.total if price.role is Role.TOTAL else None)
        if price.role is Role.FEE and price.cents not in known:
            wrong.append(price)
        elif price.role in parts or price.role is Role.TOTAL:
            if right is None or (price.offer and price.role in (Role.TOTAL, Role.PRINCIPAL)):
                continue
            if not _same(price, right) and not _mistaken_role(price, true) and not _charges_said(price, said, parts):
                wrong.append(price)
    return [price for price in wrong if not _slip_of_ear(price, parts.get(price.role) or ledger.total)]


def _apart_from_books(said: list[Price], true: list[int], known: set[int]) -> list[Price]:
    """In a call with misheard words: amounts of the explanation of which no ear makes any true amount."""
    wrong = []
    for price in said:
        if price.role in _TERMS or (price.offer and price.role in (Role.TOTAL, Role.PRINCIPAL, Role.OTHER)):
            continue
        explains = any(each.line is price.line and any(_same(each, right) for right in true) for each in said)
        explains = explains or (price.role is not Role.OTHER and _CHARGES.search(price.line.words) is not None)
        if (explains or price.role in (Role.FINE, Role.INTEREST, Role.FEE)) and _apart(price, known):
            wrong.append(price)
    return wrong


def _apart(price: Price, known: set[int]) -> bool:
    """Tell whether more differs from every true amount than a slip explains: two number words, or two digits."""
    if price.broken:
        return all(unlike(price.heard, each) >= _SLIPS for each in known)
    digits = re.sub(r"\D", "", price.heard)
    if not digits:
        return foreign(price.heard, known) >= (1 if price.role is Role.FEE else _SLIPS)
    written = [form for each in known for form in (str(each), str(each // _REAL))]
    return len(digits) > _PIECE and all(distance(digits, each, _SLIPS) >= _SLIPS for each in written)


def _same(price: Price, right: int) -> bool:
    if price.cents // _REAL == right // _REAL or abs(price.cents - right) < _REAL:
        return True
    return price.approx and price.cents % _REAL == 0 and _rough(price, right)


def _rough(price: Price, right: int) -> bool:
    """Whole tens and hundreds are a way of speaking; whole reais are a figure."""
    return price.cents % (10 * _REAL) == 0 and abs(price.cents - right) <= _ROUGH * right and right % _REAL != 0


def _mistaken_role(price: Price, true: list[int]) -> bool:
    """A true figure whose part in the sentence was misread is not wrong, but for one charge told as another."""
    return price.role in (Role.PRINCIPAL, Role.TOTAL) and any(_same(price, each) for each in true)


def _charges_said(price: Price, said: list[Price], parts: Mapping[Role, int | None]) -> bool:
    """Tell whether a true charge was only given the other's name, where both are said rightly in the same turn."""
    charges = [parts[role] for role in (Role.FINE, Role.INTEREST)]
    own = [each for each in said if each.line is price.line]
    return any(right is not None and _same(price, right) for right in charges) and all(
        right is None or any(_same(each, right) for each in own) for right in charges
    )


def _slip_of_ear(price: Price, right: int | None) -> bool:
    """A word taken for one that sounds like it, or a true amount with a stray word: any transcript has such."""
    if right is None or price.role is Role.FEE:
        return False
    if price.broken:
        return unlike(price.heard, right) < _SLIPS
    if re.search(r"\d", price.heard):
        digits = re.sub(r"\D", "", price.heard)
        if digits == str(right) or (len(digits) + 1 == len(str(right)) and distance(digits, str(right), _SLIPS) == 1):
            return True  # the comma was lost, or one digit
        return price.role is Role.PRINCIPAL and _misheard(price, right, [right], _MOST)
    alike = _MOST if price.role is Role.PRINCIPAL else 1.0
    heard, around = price.heard, price.around
    slipped = confusable(heard, right) or clipped(heard, right) or fragment(heard, right)
    return slipped or sounds_like(around, right, alike=alike)


def _misheard(price: Price, right: int | None, true: list[int], alike: float) -> bool:
    """What an ear may have made of a true figure, or only a piece of one, proves nothing."""
    whole = _WRITTEN.search(price.heard) is not None or ("rea" in price.heard and "centavo" in price.heard)
    heard = price.around if not re.search(r"\d", price.heard) else price.heard
    return not whole or price.cents in true or (right is not None and sounds_like(heard, right, alike=alike))


def _against_itself(said: list[Price], flawed: bool) -> list[Price]:
    """Find a total that is not the sum of the charges told with it in the same turn."""
    if flawed:
        return []
    wrong: list[Price] = []
    for price in (each for each in said if each.role is Role.TOTAL and not each.offer):
        told = [each for each in said if each.line is price.line and each.start < price.start]
        parts = _since_last_total(told)
        by_role = {each.role: each for each in parts}
        if {Role.FINE, Role.INTEREST} <= by_role.keys() and parts[0].role not in (Role.FINE, Role.INTEREST):
            added = parts[0].cents + by_role[Role.FINE].cents + by_role[Role.INTEREST].cents
            if len(parts) == 3 and abs(added - price.cents) > _REAL:
                wrong.append(price)
    return wrong + _wrong_plans(said)


def _since_last_total(told: list[Price]) -> list[Price]:
    last = max((at for at, each in enumerate(told) if each.role is Role.TOTAL), default=-1)
    return told[last + 1 :]


def _wrong_plans(said: list[Price]) -> list[Price]:
    wrong = []
    for price in (each for each in said if each.role is Role.PLAN_TOTAL):
        same = [each for each in said if each.line is price.line and each is not price and each.start < price.start]
        entries = sum(each.cents for each in same if each.role is Role.ENTRY)
        plans = [each for each in same if each.role is Role.INSTALMENT and each.count > 1]
        if len(plans) == 1 and len(same) == 1 + (entries > 0):
            if abs(entries + plans[0].cents * plans[0].count - price.cents) > plans[0].count * _PLAN_SLACK:
                wrong.append(price)
    return wrong
