"""What was agreed in a call, in words: the amount, the days, and how it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from voicebot.console.pages import number, reais
from voicebot.console.words import word


def agreed(terms: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """Read the contract's agreement; what it does not say is left out."""
    if not terms:
        return ()
    told = (
        ("Tipo", word(_text(terms.get("kind")))),
        ("Total", _money(terms.get("total"))),
        ("Dívida", _money(terms.get("debt_total"))),
        ("Desconto", _percent(terms.get("discount_percent"))),
        ("Entrada", _payment(terms.get("entry"))),
        ("Parcelas", _instalments(terms.get("instalments"))),
        ("Pagamento", word(_text(terms.get("method")))),
        ("Envio", word(_text(terms.get("channel")))),
        ("Confirmado pela pessoa", _yes(terms.get("confirmed"))),
    )
    return tuple((name, value) for name, value in told if value and value != "–")


def _instalments(each: Any) -> str:
    """Write them as one where they are alike: how many, how much, the first and the last day."""
    paid = [one for one in each if isinstance(one, Mapping)] if isinstance(each, list) else []
    if len(paid) < 2 or len({one.get("amount") for one in paid[:-1]}) > 1:
        return "; ".join(_payment(one) for one in paid)
    first, last = paid[0], paid[-1]
    amount, rest = _money(first.get("amount")), _money(last.get("amount"))
    odd = f", a última de {rest}" if rest != amount else ""
    return f"{len(paid)} × {amount}{odd}, de {_day(first.get('due'))} a {_day(last.get('due'))}"


def _payment(one: Any) -> str:
    if not isinstance(one, Mapping):
        return ""
    return f"{_money(one.get('amount'))} em {_day(one.get('due'))}"


def _money(value: Any) -> str:
    found = _decimal(value)
    return "" if found is None else reais(int(found * 100))


def _percent(value: Any) -> str:
    found = _decimal(value)
    return "" if found is None else f"{number(float(found), 1)} %"


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).strftime("%d/%m/%Y")
    except ValueError:
        return "–"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _yes(value: Any) -> str:
    return "sim" if value is True else "não" if value is False else ""
