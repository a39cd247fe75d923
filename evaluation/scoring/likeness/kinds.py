"""The kinds that an agent's turn is told apart by, and which of them each group of lines in `corpus/` may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

FAULTS: Final = (
    "third_party_disclosure", "unverified_disclosure", "threat", "ridicule", "defies_stop", "defies_dispute",
    "mishandles_crisis", "denies_bot", "false_claim", "discount_outside", "plan_outside", "forgives", "cold",
    "rude_listen", "demand_only", "jargon", "leaks_data", "rude_open", "abrupt",
)  # fmt: skip
RIGHTS: Final = (
    "ok_third_party", "ok_law", "ok_stop", "ok_dispute", "ok_crisis", "ok_feel", "ok_offer", "ok_bot", "ok_close",
    "ok_open", "ok_ask_id", "ok_listen", "ok_plain", "ok_refuse", "plain", "debt",
)  # fmt: skip
KINDS: Final = (*FAULTS, *RIGHTS)
_HOUSE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "threat": ("threat",),
        "ridicule": ("ridicule",),
        "claim": ("false_claim",),
        "denies_bot": ("denies_bot",),
        "defies_stop": ("defies_stop",),
        "defies_dispute": ("defies_dispute",),
        "cuts_off": ("rude_listen",),
        "legalese": ("jargon",),
        "": RIGHTS,
        "debt": ("debt", "third_party_disclosure", "unverified_disclosure"),
        "debt presses": ("debt", "ok_offer", "demand_only"),
        "helps": ("ok_crisis",),
        "honours_stop": ("ok_stop",),
        "honours_dispute": ("ok_dispute",),
        "feels": ("ok_feel",),
        "notice": ("plain", "ok_open"),
        "hello": ("ok_open",),
        "names_self": ("ok_open",),
        "asks_person": ("ok_open",),
        "asks_factor": ("ok_ask_id",),
        "takes_data": ("plain",),
        "mismatch": ("plain", "ok_ask_id"),
        "farewell": ("ok_close",),
        "reads_factor": ("leaks_data",),
    }
)
"""What a group of the house's own lines, named by its labels, may be: one kind, or any of several."""


def may_be(labels: Iterable[str]) -> tuple[str, ...]:
    """Give the kinds that a group of lines may be; none where it says nothing of agents."""
    named = tuple(sorted(labels))
    if len(named) == 1 and named[0] in KINDS:
        return named
    return _HOUSE.get(" ".join(named), ())
