"""A line to a person and a human at the desk, the same for every provider: the words of the provider contracts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Protocol

import pytest

from telephony.call import CallStatus
from telephony.provider import Dialler

CALLEE, CALLER_ID, DESK = "+5511988880001", "+551130000000", "+551130009999"
ELSEWHERE = "+5511911111111"
"""A number that nobody is called at."""


class Callee(Enum):
    """What the called person's phone does."""

    ANSWERS = auto()
    BUSY = auto()
    RINGS_OUT = auto()
    UNREACHABLE = auto()


class Desk(Enum):
    """What the human's phone does."""

    ANSWERS = auto()
    BUSY = auto()
    RINGS_OUT = auto()


class OfDesk(Enum):
    """What the gateway is told of the human's phone."""

    ANSWERED = auto()
    BUSY = auto()
    RANG_OUT = auto()
    CALLER_LEFT = auto()


class Ability(Enum):
    """What a provider may or may not be able to do; who cannot is skipped with its reason."""

    KEEPS_QUEUE = auto()
    JUDGES_CALLER_ID = auto()
    REMEMBERS_CALLS = auto()


@dataclass(frozen=True)
class Setting:
    """One line's people and limits."""

    callee: Callee = Callee.ANSWERS
    desk: Desk = Desk.ANSWERS
    limit_s: int = 900
    human_limit_s: int = 3_600


class Line(Protocol):
    """Everything on its feet: the provider under test, a bot, a person, a human at the desk."""

    provider: Dialler
    unknown: str
    """A call's id as this provider makes them, of no call."""

    async def place(self, ref: str = "r-1") -> str:
        """Call the person, who does as was set."""
        ...

    async def called_by_person(self) -> str:
        """Have the person call the bot; gives the call's id."""
        ...

    async def talks(self) -> None:
        """Wait until bot and person have heard each other."""
        ...

    async def ended(self, call: str) -> None:
        """Wait until nothing is left of the call at the provider."""
        ...

    def told(self) -> list[CallStatus]:
        """What the gateway was told of its calls, in order."""
        ...

    def told_of_desk(self) -> list[OfDesk]: ...

    @property
    def streams(self) -> int:
        """How often media reached the bot."""
        ...

    async def streams_over(self) -> None:
        """Wait until the bot is off the line."""
        ...

    async def bot_leaves(self) -> None: ...
    async def person_leaves(self, *, silently: bool = False) -> None:
        """Hang up; silently, without a word to anybody."""
        ...

    async def person_hears_human(self) -> None: ...
    async def person_heard_last_words(self) -> bool: ...
    async def desk_rings(self) -> None: ...
    async def human_leaves(self) -> None: ...

    def refuse(self, http_status: int) -> None:
        """Have the provider answer the next request like this."""
        ...

    @property
    def is_refusal_left(self) -> bool:
        """Nobody has asked since."""
        ...

    async def calls(self) -> int:
        """How many calls the provider has, or had."""
        ...

    def stranger(self) -> Dialler:
        """The provider with a password that is not its."""
        ...


@dataclass(frozen=True)
class Kind:
    """A provider that the contract holds for."""

    name: str
    open: Callable[[Setting], AbstractAsyncContextManager[Line]] = field(repr=False)
    at: Callable[[str], Dialler] = field(repr=False)
    """The provider with its API at this address."""
    lacks: Mapping[Ability, str] = field(default_factory=lambda: MappingProxyType({}))
    """Why it cannot, in words."""

    def needs(self, ability: Ability) -> None:
        """Skip the test where this provider has no such thing."""
        if ability in self.lacks:
            pytest.skip(f"no such thing at this provider: {self.name}: {self.lacks[ability]}")
