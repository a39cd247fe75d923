"""Where every figure in the bot's words comes from, and whether the debt was itemised before anything was offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from evaluation.simulation.text.log import CallLog, Exchange, Out
from evaluation.simulation.text.oracle.figures import Figure, fold, read
from evaluation.simulation.text.oracle.found import Found
from evaluation.simulation.text.oracle.ledger import Ledger, ledger
from evaluation.simulation.text.oracle.offers import cents, payments

_RESTS: Final = frozenset({"AskPause", "OfferPause", "RestContact"})
"""Acts that say until when nobody calls: a day that no output line carries."""


@dataclass(slots=True)
class Known:
    """What may be said so far in one call."""

    amounts: set[int] = field(default_factory=set)
    percents: set[Decimal] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    counts: set[int] = field(default_factory=set)
    month_days: set[int] = field(default_factory=set)


def judge(log: CallLog) -> Iterator[Found]:
    book = ledger(log.drawn)
    known = _from_the_file(book)
    for turn, each in enumerate(log.exchanges):
        _learn(known, each)
        if not each.out["verified"]:
            continue
        for figure in read(each.out["say"]):
            resting = figure.kind in ("day", "month_day") and _RESTS & set(each.out["acts"])
            if not resting and not _traceable(figure, known):
                yield Found("untraceable_figure", turn, f"{figure.kind} {figure.value} comes from nowhere")
    yield from _itemised(log, book)


def _from_the_file(book: Ledger) -> Known:
    known = Known()
    for debt in book.debts:
        known.amounts |= {debt.principal, debt.fine, debt.interest, debt.total}
        known.days.add(debt.due)
        known.counts.add(debt.days)
    late = [debt for debt in book.debts if debt.days > 0]
    for debts in (book.debts, late):
        known.amounts |= {sum(debt.total for debt in debts), sum(debt.principal for debt in debts)}
        known.amounts |= {sum(debt.fine for debt in debts), sum(debt.interest for debt in debts)}
    valid = book.rules["offer_valid_days"]
    known.days |= {book.today, book.today + timedelta(days=1), book.today + timedelta(days=valid)}
    known.days |= {book.today + timedelta(days=book.rules["promise_within_days"])}
    known.counts |= {valid, book.rules["agreement_broken_after_days"], book.rules["payment"]["pix_expires_hours"]}
    known.percents |= {Decimal(str(rate)) for rate in (2, 1, *book.rules["charges"].values()) if rate != "none"}
    known.month_days |= set(book.rules["payment"]["due_days"])
    return known


def _learn(known: Known, each: Exchange) -> None:
    if each.said is not None:
        known.amounts |= {amount * 100 for amount in each.said.amounts}
        known.days |= set(each.said.days)
        heard = each.out["heard"] or {"entities": []}
        known.days |= {date.fromisoformat(e["value"][:10]) for e in heard["entities"] if _is_date(e)}
    for offer in each.out["offers"]:
        total, debt = cents(offer["total"]), cents(offer["debt_total"])
        known.amounts |= {total, debt, debt - total, *(amount for _, amount in payments(offer))}
        known.days |= {due for due, _ in payments(offer)}
        known.percents.add(Decimal(offer["discount_percent"]))
        known.counts.add(len(offer["instalments"]))
    _learn_callback(known, each.out)


def _is_date(entity: dict[str, str | None]) -> bool:
    value = entity["value"] or ""
    return entity["type"] == "date" and value[:1].isdigit() and value.count("-") == 2


def _learn_callback(known: Known, out: Out) -> None:
    if out["callback_at"]:
        known.days.add(datetime.fromisoformat(out["callback_at"]).date())


def _traceable(figure: Figure, known: Known) -> bool:
    match figure.kind:
        case "money":
            return figure.value in known.amounts
        case "percent":
            return any(abs(percent * 100 - figure.value) <= 1 for percent in known.percents)
        case "month_day":
            return any((day.day, day.month) == (figure.value, figure.month) for day in known.days)
        case "day":
            return figure.value in known.month_days or any(day.day == figure.value for day in known.days)
        case "count":
            return figure.value in known.counts
        case "bare":
            return figure.value <= 200
    return True


def _itemised(log: CallLog, book: Ledger) -> Iterator[Found]:
    """Before the first offer, each late debt was told with its original value, what was added, and the total."""
    said: set[int] = set()
    for turn, each in enumerate(log.exchanges):
        said |= {figure.value for figure in read(each.out["say"]) if figure.kind == "money"}
        offers = each.out["offers"]
        if not offers:
            continue
        contracts = {contract for offer in offers for contract in offer["contracts"]}
        for debt in book.debts:
            parts = [part for part in (debt.principal, debt.fine, debt.interest, debt.total) if part]
            if debt.contract in contracts and debt.days > 0 and not set(parts) <= said:
                yield Found("not_itemised", turn, f"{debt.contract} was not told part by part before the offer")
        return


def weekday_slips(say: str, known: set[date]) -> bool:
    """Tell whether a weekday is named that none of the days has."""
    names = "segunda terca quarta quinta sexta sabado domingo".split()
    named = {names.index(word) for word in fold(say).replace(",", " ").split() if word in names}
    return bool(named) and bool(known) and not named <= {day.weekday() for day in known}
