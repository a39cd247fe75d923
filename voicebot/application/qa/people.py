"""The console's people: their roles, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    QA = "qa"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    ADMIN = "admin"


class Permission(StrEnum):
    SEE_QUEUES = "see_queues"
    SEE_CALL = "see_call"
    HEAR = "hear"
    REVEAL = "reveal"
    REVIEW = "review"
    COMMENT = "comment"
    DISPUTE = "dispute"
    SETTLE_DISPUTE = "settle_dispute"
    CALIBRATE = "calibrate"
    RUN_ROUNDS = "run_rounds"
    SEE_FIGURES = "see_figures"
    EXPORT = "export"
    TAKE_HANDOVER = "take_handover"
    SEE_AUDIT = "see_audit"
    SEE_LIVE = "see_live"
    TAKE_OVER = "take_over"
    RUN_EXPERIMENTS = "run_experiments"
    MANAGE_PEOPLE = "manage_people"


_QA: Final = frozenset(
    {
        Permission.SEE_QUEUES,
        Permission.SEE_CALL,
        Permission.HEAR,
        Permission.REVEAL,
        Permission.REVIEW,
        Permission.COMMENT,
        Permission.DISPUTE,
        Permission.CALIBRATE,
        Permission.SEE_FIGURES,
        Permission.SEE_LIVE,
    }
)
_SUPERVISOR: Final = _QA | {
    Permission.SETTLE_DISPUTE,
    Permission.RUN_ROUNDS,
    Permission.EXPORT,
    Permission.TAKE_HANDOVER,
    Permission.TAKE_OVER,
    Permission.RUN_EXPERIMENTS,
}
PERMISSIONS: Final = MappingProxyType(
    {
        Role.QA: _QA,
        Role.SUPERVISOR: _SUPERVISOR,
        # An agent works off the hand-overs and may dispute a score, but hears and uncovers nothing.
        Role.AGENT: frozenset(
            {
                Permission.SEE_CALL,
                Permission.COMMENT,
                Permission.DISPUTE,
                Permission.TAKE_HANDOVER,
                Permission.SEE_LIVE,
                Permission.TAKE_OVER,
            }
        ),
        Role.ADMIN: _SUPERVISOR | {Permission.SEE_AUDIT, Permission.MANAGE_PEOPLE},
    }
)
"""The one table that says who may do what."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    id: int
    login: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    creditors: tuple[str, ...] | None = None
    """Names of the creditors whose calls this person may see; None for all of them."""

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    person: Person
    password_hash: str = field(repr=False)


class PeopleError(Exception):
    """A person cannot be added or changed as asked; the message says how to mend it."""

    retryable = False


class LoginTaken(PeopleError):
    """Somebody has this login."""


class PasswordUnfit(PeopleError):
    """It is too short or too long."""
