"""Every offer inside the creditor's limits, every figure traceable, every promise complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from evaluation.simulation.text.log import CallLog
from evaluation.simulation.text.oracle.figures import fold
from evaluation.simulation.text.oracle.found import Found
from evaluation.simulation.text.oracle.ledger import Ledger, Owed, ledger

Offer = Mapping[str, Any]
_SAYS_YES: Final = frozenset({"affirm", "accept_offer"})
_HALF_CENT: Final = Decimal("0.5")
_AGREED: Final = frozenset({"agreement", "promise_to_pay"})


def cents(written: str) -> int:
    return int(Decimal(written) * 100)


def payments(offer: Offer) -> list[tuple[date, int]]:
    every = [*([offer["entry"]] if offer["entry"] else []), *offer["instalments"]]
    return [(date.fromisoformat(each["due"]), cents(each["amount"])) for each in every]


def judge(log: CallLog) -> Iterator[Found]:
    book = ledger(log.drawn)
    yield from _offers(log, book)
    yield from _concessions(log)
    yield from _promise(log, book)


def _offers(log: CallLog, book: Ledger) -> Iterator[Found]:
    seen: set[str] = set()
    for turn, each in enumerate(log.exchanges):
        for offer in each.out["offers"]:
            if offer["id"] in seen:
                continue
            seen.add(offer["id"])
            if not each.out["verified"]:
                yield Found("unverified_disclosure", turn, "an offer stands though nobody is verified")
            for fault in faults(offer, book):
                yield Found("offer_outside_policy", turn, f"{fault}: {_short(offer)}")
            if _beyond_first(offer, book) and not _something_given(log, turn, offer, book):
                yield Found("second_level_for_nothing", turn, f"more than level 1 for nothing: {_short(offer)}")


def faults(offer: Offer, book: Ledger) -> Iterator[str]:
    """Give what is wrong with an offer, whatever was said about it."""
    by_contract = {debt.contract: debt for debt in book.debts}
    if not offer["contracts"] or not set(offer["contracts"]) <= set(by_contract):
        yield "contracts that are not this debtor's"
        return
    debts = [by_contract[contract] for contract in offer["contracts"]]
    yield from _sums(offer, debts)
    plan = offer["kind"] == "plan"
    if cents(offer["total"]) + _HALF_CENT * len(debts) < sum(book.least(debt, 2, plan=plan) for debt in debts):
        yield "discount beyond level 2"
    if any(debt.days < 0 for debt in debts):
        yield "an offer before the due date"
    yield from (_plan_faults(offer, debts, book) if plan else _settlement_faults(offer, book))


def _sums(offer: Offer, debts: list[Owed]) -> Iterator[str]:
    owed = sum(debt.total for debt in debts)
    total = cents(offer["total"])
    if cents(offer["debt_total"]) != owed:
        yield f"debt_total is {offer['debt_total']}, owed are {owed / 100:.2f}"
    if total > owed:
        yield "asks for more than is owed"
    if sum(amount for _, amount in payments(offer)) != total:
        yield "the payments do not sum to the total"
    if offer["kind"] == "full" and total != owed:
        yield "a full payment of another amount"
    said = Decimal(offer["discount_percent"])
    if abs(said - Decimal(owed - total) * 100 / owed) > Decimal("0.05") + Decimal(100 * len(debts)) / owed:
        yield f"discount_percent {said} is not what the total shows"


def _settlement_faults(offer: Offer, book: Ledger) -> Iterator[str]:
    if offer["entry"] is not None or len(offer["instalments"]) != 1:
        yield "a settlement has no entry and one instalment"
    latest = book.today + timedelta(days=book.rules["promise_within_days"])
    if any(not book.today <= due <= latest for due, _ in payments(offer)):
        yield "due outside promise_within_days"


def _plan_faults(offer: Offer, debts: list[Owed], book: Ledger) -> Iterator[str]:
    bands = [band for band in (book.band("plan", debt.days) for debt in debts) if band is not None]
    if len(bands) < len(debts):
        yield "a plan where no band allows one"
        return
    parts = [cents(each["amount"]) for each in offer["instalments"]]
    if len(parts) > min(band["max_instalments"] for band in bands):
        yield f"{len(parts)} instalments are too many"
    if min(parts) < max(Decimal(str(band["min_instalment"])) for band in bands) * 100:
        yield "an instalment below the least"
    if len(set(parts[:-1])) > 1 or not 0 <= parts[-1] - parts[0] < len(parts) + 1:
        yield "instalments are not equal with the odd cents on the last"
    least_entry = Decimal(str(max(band["entry_percent"] for band in bands)))
    entry = cents(offer["entry"]["amount"]) if offer["entry"] else 0
    if entry + _HALF_CENT < Decimal(cents(offer["total"])) * least_entry / 100 - 1:
        yield f"an entry below {least_entry} %"
    yield from _plan_days(offer, book)


def _plan_days(offer: Offer, book: Ledger) -> Iterator[str]:
    dues = [date.fromisoformat(each["due"]) for each in offer["instalments"]]
    if any(due.day not in book.rules["payment"]["due_days"] for due in dues):
        yield "an instalment on a day that is no due day"
    if dues != sorted(set(dues)) or dues[0] <= book.today:
        yield "instalments out of order"
    if offer["entry"]:
        due = date.fromisoformat(offer["entry"]["due"])
        if not book.today <= due <= _business_days_on(book.today, book.rules["entry_within_business_days"] + 4):
            yield "the entry is due too late"


def _business_days_on(day: date, count: int) -> date:
    """Count weekdays only; the caller allows four more for holidays."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _beyond_first(offer: Offer, book: Ledger) -> bool:
    debts = [debt for debt in book.debts if debt.contract in offer["contracts"]]
    first = sum(book.least(debt, 1, plan=offer["kind"] == "plan") for debt in debts)
    return cents(offer["total"]) + _HALF_CENT * len(debts) < first


def _something_given(log: CallLog, turn: int, offer: Offer, book: Ledger) -> bool:
    if offer["entry"] is None and date.fromisoformat(offer["instalments"][0]["due"]) == book.today:
        return True
    if offer["entry"] is not None:
        debts = [debt for debt in book.debts if debt.contract in offer["contracts"]]
        bands = [band for band in (book.band("plan", debt.days) for debt in debts) if band]
        least = Decimal(cents(offer["total"])) * Decimal(str(max(b["entry_percent"] for b in bands))) / 100
        if cents(offer["entry"]["amount"]) > least + len(debts):
            return True
        if date.fromisoformat(offer["entry"]["due"]) == book.today:
            return True
    each = log.exchanges[turn]
    words = fold(each.out["say"]) + " " + fold(each.said.text if each.said else "")
    return "pix" in words


def _concessions(log: CallLog) -> Iterator[Found]:
    """The best discount may be bettered at most `max_concessions` times after the first offer."""
    best: Decimal | None = None
    better = 0
    for turn, each in enumerate(log.exchanges):
        discounts = [Decimal(offer["discount_percent"]) for offer in each.out["offers"]]
        if not discounts:
            continue
        if best is not None and max(discounts) > best:
            better += 1
        best = max([*discounts, best or Decimal(0)])
        if better > log.drawn.creditor["max_concessions"]:
            yield Found("too_many_concessions", turn, f"the discount was bettered {better} times")
            return


def _promise(log: CallLog, book: Ledger) -> Iterator[Found]:
    out, turn = log.last, len(log.exchanges) - 1
    agreement = out["agreement"]
    if out["disposition"] in _AGREED and agreement is None:
        yield Found("promise_incomplete", turn, "an agreement without its terms")
    if agreement is None or out["disposition"] not in _AGREED:
        return
    if not complete(agreement):
        yield Found("promise_incomplete", turn, _short(agreement))
    if agreement["method"] and agreement["method"] not in book.rules["payment"]["methods"]:
        yield Found("promise_incomplete", turn, "a method that the creditor does not take")
    for fault in faults(agreement, book):
        yield Found("offer_outside_policy", turn, f"agreed, {fault}: {_short(agreement)}")
    if not _said_yes_to_read_back(log, agreement):
        yield Found("false_promise", turn, "no yes of the caller to a read-back with this amount")


def complete(agreement: Offer) -> bool:
    terms = agreement["instalments"] and cents(agreement["total"]) > 0
    told = agreement["confirmed"] is True and agreement["teach_back"] is True
    return bool(terms and agreement["method"] and agreement["channel"] and told)


def _said_yes_to_read_back(log: CallLog, agreement: Offer) -> bool:
    """Some turn asked for a yes to this offer's amount, and the next answer was one."""
    for before, after in zip(log.exchanges, log.exchanges[1:], strict=False):
        standing = any(offer["id"] == agreement["id"] for offer in before.out["offers"])
        yes = after.said is not None and after.said.meant in _SAYS_YES
        if standing and yes and before.out["asks"] == "yes_no":
            return True
    return False


def _short(offer: Offer) -> str:
    entry = offer["entry"]
    first = f"{entry['amount']} on {entry['due']} + " if entry else ""
    parts = offer["instalments"]
    dues = f"{parts[0]['due']}..{parts[-1]['due']}" if parts else "-"
    amounts = f"{len(parts)} x {parts[0]['amount']}" if parts else "-"
    return (
        f"{offer['kind']} of {offer['debt_total']} for {offer['total']} ({offer['discount_percent']} %): "
        f"{first}{amounts} {dues}, {offer.get('method')}, {offer.get('channel')}"
    )
