"""Whether a line was understood as it was meant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from evaluation.simulation.text.log import Said

_NOT_SCORED: Final = frozenset({"silence", "dtmf", "teach_back", "accept_check", "tourist"})
_ALSO_RIGHT: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "affirm": frozenset({"accept_offer", "identity_confirm"}),
        "accept_offer": frozenset({"affirm"}),
        "deny": frozenset({"reject_offer"}),
        "give_name": frozenset({"identity_confirm", "affirm"}),
        "identity_confirm": frozenset({"affirm"}),
        "conditional_yes": frozenset({"reject_offer"}),
        "reject_offer": frozenset({"deny", "cannot_pay"}),
        "evasive": frozenset({"needs_time"}),
        "pay_today": frozenset({"propose_date", "accept_offer", "ask_discount", "ask_payment_method"}),
        "propose_date": frozenset({"request_callback"}),
    }
)
"""Readings that come to the same where the line was said."""


def understood(said: Said, heard: Mapping[str, Any] | None) -> bool | None:
    """Tell whether the meaning was caught, as the main one or beside it; None where there is nothing to compare."""
    if heard is None or said.meant in _NOT_SCORED:
        return None
    caught = {heard["intent"], *heard["also"]}
    return bool(caught & ({said.meant} | _ALSO_RIGHT.get(said.meant, frozenset())))
