"""Whoever runs the console's accounts: who may do what, who has left, and whose password is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from voicebot.application.qa.people import PeopleError, Person, Role


class NoSuchPerson(PeopleError):
    """Nobody has this account, or whoever asks may not change it: the two are not told apart."""


class LastAdmin(PeopleError):
    """Nobody would be left who may change accounts of all creditors."""


class NotTheirsToGrant(PeopleError):
    """Who is kept to some creditors cannot give access to others."""


@dataclass(frozen=True, slots=True)
class Account:
    person: Person
    left_at: datetime | None
    """Since when they cannot sign in; None for who can."""
    is_tied: bool
    """To an account at the house's provider of identities."""


def may_grant(mine: tuple[str, ...] | None, creditors: tuple[str, ...] | None) -> bool:
    """Tell whether somebody who sees `mine` may let another see `creditors`; None is all of them."""
    return mine is None or (creditors is not None and set(creditors) <= set(mine))


class Accounts(Protocol):
    """Each method knows only people whose creditors are among `within`; None is everybody.

    A method that changes something raises `NoSuchPerson` for others. What changes holds from the next request on.
    """

    async def everybody(self, *, within: tuple[str, ...] | None) -> tuple[Account, ...]:
        """List those who are here, then those who left, each by name."""
        ...

    async def account(self, person_id: int, *, within: tuple[str, ...] | None) -> Account: ...

    async def account_of(self, login: str) -> Account: ...

    async def deactivate(self, person_id: int, *, within: tuple[str, ...] | None, at: datetime) -> None:
        """End somebody's access and every session of theirs.

        Raises:
            LastAdmin: nobody else could let people in again.
        """
        ...

    async def reactivate(self, person_id: int, *, within: tuple[str, ...] | None) -> None: ...

    async def change(
        self, person_id: int, *, within: tuple[str, ...] | None, role: Role, creditors: tuple[str, ...] | None
    ) -> None:
        """Give somebody another role, or other creditors.

        Raises:
            LastAdmin: nobody else could change it back.
            NotTheirsToGrant: the creditors are not among `within`.
        """
        ...

    async def set_password(
        self, person_id: int, password_hash: str, *, within: tuple[str, ...] | None, keep: bytes | None = None
    ) -> None:
        """Set a password and end every session of theirs but the one of the digest `keep`."""
        ...
