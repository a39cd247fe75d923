"""Calls put together by hand, so that each rule of the oracle can be seen to fail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from evaluation.simulation.text.cases import SAMPLE, Drawn
from evaluation.simulation.text.log import CallLog, Exchange, Said
from voicebot.application.portfolio_files import read_portfolio

AT = datetime.fromisoformat("2026-11-23T10:00:00-03:00")
SETTLEMENT: Mapping[str, Any] = {
    "id": "a",
    "kind": "settlement",
    "contracts": ["C-1001"],
    "debt_total": "1331.67",
    "total": "1065.34",
    "discount_percent": "20.00",
    "entry": None,
    "instalments": [{"due": "2026-11-26", "amount": "1065.34"}],
    "new": True,
}
PLAN: Mapping[str, Any] = {
    "id": "b",
    "kind": "plan",
    "contracts": ["C-1001"],
    "debt_total": "1331.67",
    "total": "1198.50",
    "discount_percent": "10.00",
    "entry": {"due": "2026-11-26", "amount": "120.00"},
    "instalments": [{"due": f"2027-{month:02d}-10", "amount": "107.85"} for month in range(1, 11)],
    "new": True,
}
ITEMISED = (
    "É a fatura de dez de julho, de mil duzentos e cinquenta reais. São vinte e cinco reais de multa e cinquenta e "
    "seis reais e sessenta e sete centavos de juros. Hoje dá mil trezentos e trinta e um reais e sessenta e sete "
    "centavos."
)


def ana() -> Drawn:
    """D001 of the sample portfolio on the day that the design works out."""
    creditor = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    case = read_portfolio(Path(SAMPLE).parent).case("D001", on=AT.date())
    return Drawn(case, creditor, (("C-1001", "Cartão Aurora", date(2026, 7, 10), "1250.00"),), AT)


def out(say: str, **changes: Any) -> dict[str, Any]:
    """An output line; what is not named is as in a quiet turn."""
    line: dict[str, Any] = {
        "turn": 0,
        "say": say,
        "acts": [],
        "phase": "opening",
        "asks": None,
        "heard": None,
        "verified": False,
        "offers": [],
        "ended": False,
        "disposition": None,
        "agreement": None,
        "escalation": None,
        "callback_at": None,
        "incident": None,
    }
    return {**line, **changes}


def said(key: str, text: str = "palavras", **facts: Any) -> Said:
    return Said(key, {"text": text}, text, **facts)


def call(*exchanges: tuple[Said | None, dict[str, Any]], delivered: bool = True, end: str = "no_agreement") -> CallLog:
    """A call of these turns; the last one ends it as `end` where it does not say how."""
    last_said, last = exchanges[-1]
    if not last["ended"]:
        last = {**last, "ended": True, "disposition": end}
    turns = tuple(Exchange(said_, line) for said_, line in [*exchanges[:-1], (last_said, last)])
    return CallLog("test", "somebody", False, ana(), turns, delivered)
