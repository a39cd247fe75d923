"""The first words: greeting, asking for the person, saying who calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voicebot.domain.dialogue.acts.base import Act
from voicebot.domain.dialogue.phases import Asks


@dataclass(frozen=True, slots=True)
class Greet(Act):
    """Good morning, afternoon or night, by the caller's local time; never says who or why."""


@dataclass(frozen=True, slots=True)
class GreetInbound(Act):
    """Answer the inbound line; `company` is None where the name itself would reveal a debt."""

    company: str | None


@dataclass(frozen=True, slots=True)
class AskForPerson(Act):
    """Ask whether this is the person; `name` is the call name ("Ana Beatriz")."""

    asks: ClassVar[Asks | None] = Asks.YES_NO
    name: str


@dataclass(frozen=True, slots=True)
class AskWhoCalls(Act):
    """Inbound: ask who is speaking."""

    asks: ClassVar[Asks | None] = Asks.NAME


@dataclass(frozen=True, slots=True)
class AskIfPersonAvailable(Act):
    """Someone else answered: ask when the person is reachable."""

    asks: ClassVar[Asks | None] = Asks.DATE
    name: str


@dataclass(frozen=True, slots=True)
class AwaitPerson(Act):
    """Somebody goes to get `name`: thank them, and wait."""

    name: str


@dataclass(frozen=True, slots=True)
class IdentifySelf(Act):
    """Say the assistant's name and that it is virtual; `company` None where it may not be named."""

    company: str | None


@dataclass(frozen=True, slots=True)
class AdmitRobot(Act):
    """Answer "are you a machine?" truthfully."""


@dataclass(frozen=True, slots=True)
class NoticeRecording(Act):
    """The recording notice; finishes even when interrupted."""

    interruptible: ClassVar[bool] = False
