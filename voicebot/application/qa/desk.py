"""The ports of the console's people, audit trail, calibration rounds and figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from voicebot.application.qa.calls import Judgement
from voicebot.application.qa.people import Credentials, Person, Role


class Action(StrEnum):
    """What the audit trail names."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    HEARD = "heard"
    REVEALED = "revealed"
    REVIEWED = "reviewed"
    DISPUTED = "disputed"
    SETTLED = "settled"
    EXPORTED = "exported"
    ROUND_OPENED = "round_opened"
    ROUND_CLOSED = "round_closed"
    HANDOVER_TAKEN = "handover_taken"
    RECORDING_PAUSED = "recording_paused"
    RECORDING_RESUMED = "recording_resumed"
    TAKEOVER_ASKED = "takeover_asked"
    EXPERIMENT_OPENED = "experiment_opened"
    EXPERIMENT_CLOSED = "experiment_closed"
    PERSON_ADDED = "person_added"
    PERSON_DEACTIVATED = "person_deactivated"
    PERSON_REACTIVATED = "person_reactivated"
    PERSON_CHANGED = "person_changed"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - what was done, not with what
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the same


@dataclass(frozen=True, slots=True)
class AuditEntry:
    id: int
    at: datetime
    who: str | None = field(repr=False)
    action: Action
    call_id: UUID | None
    detail: str
    """Why, in the person's own words, or which queue; never what was said in a call."""


class People(Protocol):
    """Accounts, sessions and failed sign-ins."""

    async def add(
        self,
        *,
        login: str,
        name: str,
        role: Role,
        password_hash: str,
        creditors: tuple[str, ...] | None,
        at: datetime,
    ) -> int:
        """Add somebody, or raise `LoginTaken`."""
        ...

    async def credentials(self, login: str) -> Credentials | None:
        """Give what a sign-in is checked against; None for nobody, or somebody who left."""
        ...

    async def vouched(self, *, issuer: str, subject: str, login: str) -> Person | None:
        """Give whose account a provider's subject is tied to, tying it to the account `login` the first time.

        An account is tied once: whoever gets the same login at the provider later is somebody else.
        """
        ...

    async def attempt(self, login: str, address: str, *, at: datetime) -> bool:
        """Count a sign-in about to be tried; False where this login or address has tried too often."""
        ...

    async def succeeded(self, login: str) -> None:
        """Forget the failures of a login whose password was right."""
        ...

    async def open_session(self, digest: bytes, person_id: int, *, at: datetime) -> None: ...

    async def session(self, digest: bytes, *, at: datetime) -> Person | None:
        """Give who holds the session, and prolong it; None where it has ended."""
        ...

    async def close_session(self, digest: bytes) -> None: ...


class Audit(Protocol):
    """What was done; entries are added, never changed."""

    async def note(
        self, action: Action, *, at: datetime, who: int | None = None, call_id: UUID | None = None, detail: str = ""
    ) -> None: ...

    async def heard(self, call_id: UUID, *, who: int, at: datetime) -> None:
        """Enter that a recording is heard; the pieces in which a player fetches it make one entry."""
        ...

    async def newest(
        self,
        *,
        limit: int,
        creditors: tuple[str, ...] | None,
        who: int | None = None,
        action: Action | None = None,
        before: int | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Give the newest entries, or those older than the entry `before`.

        Args:
            limit: At most so many.
            creditors: None for the whole trail; else only what was done by people, and to calls, of these alone.
            who: Only what this person did.
            action: Only of this kind.
            before: The id of an entry.
        """
        ...


@dataclass(frozen=True, slots=True)
class Round:
    id: int
    name: str
    opened_at: datetime
    closed_at: datetime | None
    calls: tuple[UUID, ...]
    done_by_me: frozenset[UUID]
    raters: int
    """People who have judged at least one call of it."""
    assigned: frozenset[int] = frozenset()
    """People who are to judge it; empty for all who may calibrate."""
    progress: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    """Who judges it, by name, with how many calls they have judged."""

    def is_for(self, person_id: int) -> bool:
        return not self.assigned or person_id in self.assigned


LEAST_RATERS: Final = 2
"""Fewer have nobody to agree with."""


@dataclass(frozen=True, slots=True)
class Rating:
    call_id: UUID
    rater: str = field(repr=False)
    score: int
    results: Mapping[str, str]
    fatal: tuple[str, ...] = ()


class Rounds(Protocol):
    """Calibration: the same calls, judged by several people who do not see each other's marks.

    A round is known only to those who may see every call of it.
    """

    async def open(
        self,
        name: str,
        *,
        calls: int,
        by: int,
        creditors: tuple[str, ...] | None,
        at: datetime,
        raters: Collection[int] = (),
    ) -> int | None:
        """Draw calls at random among those with a score; gives the round's id, None where there is none to draw.

        `raters` are to judge it and nobody else; without any, whoever may calibrate does.
        """
        ...

    async def close(self, round_id: int, *, creditors: tuple[str, ...] | None, at: datetime) -> bool:
        """End a round; False where it has ended already or is not theirs."""
        ...

    async def all(self, *, person_id: int, creditors: tuple[str, ...] | None) -> tuple[Round, ...]: ...

    async def round(self, round_id: int, *, person_id: int, creditors: tuple[str, ...] | None) -> Round | None: ...

    async def rate(
        self,
        round_id: int,
        call_id: UUID,
        *,
        by: int,
        creditors: tuple[str, ...] | None,
        judgement: Judgement,
        at: datetime,
    ) -> bool:
        """Enter one rater's marks; False where the round is closed, not theirs, or has no such call."""
        ...

    async def blind(self, *, person_id: int, creditors: tuple[str, ...] | None) -> Mapping[UUID, int]:
        """Give the calls of open rounds that this person is to judge, with their round: they see no marks of these."""
        ...

    async def ratings(self, round_id: int, *, creditors: tuple[str, ...] | None) -> tuple[Rating, ...]:
        """Give everybody's marks, the machine's under the name `máquina`."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one group of calls; rates are theirs to divide."""

    calls: int
    contacts: int
    right_parties: int
    promises: int
    matured: int
    """Promises whose fate is known."""
    kept: int
    distress: int
    fatal: int
    scored: int
    score_sum: int
    reviewed: int
    """Calls reviewed by a person."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    total: Figures
    by_day: tuple[tuple[date, Figures], ...]
    by_creditor: tuple[tuple[str, Figures], ...]
    by_hour: tuple[tuple[int, Figures], ...]
    failing: tuple[tuple[str, int, int], ...]
    """Criterion, failed, applicable."""


class FigureBook(Protocol):
    """The numbers of the dashboard; days and hours are Brasília's."""

    async def dashboard(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> Dashboard: ...

    def export(
        self, *, since: date, until: date, creditors: tuple[str, ...] | None, creditor: str | None
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Give one row a call, without personal data, for a spreadsheet."""
        ...
