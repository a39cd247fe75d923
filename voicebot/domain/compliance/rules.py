"""What every rule has: an id, what it cites and when that was last checked; and the verdict that names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar


class Sourced(Protocol):
    """A rule that says where it comes from."""

    @property
    def id(self) -> str: ...
    @property
    def cites(self) -> str: ...
    @property
    def verified_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule says no. Neither field ever holds personal data."""

    rule: str
    reason: str
    """In Portuguese, for the operator."""
    possible_from: datetime | None = None
    """When it becomes possible, where it does by itself; in the zone of the instant asked about."""


AnyRule = TypeVar("AnyRule", bound=Sourced)


def stale(rules: Iterable[AnyRule], on: date, max_age_days: int) -> tuple[AnyRule, ...]:
    """Give the rules whose source was last checked more than `max_age_days` before `on`."""
    return tuple(rule for rule in rules if (on - rule.verified_on).days > max_age_days)
