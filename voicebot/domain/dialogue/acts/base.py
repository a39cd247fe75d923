"""The three families of acts, and the token that debt facts need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from voicebot.domain.dialogue.phases import Asks


@dataclass(frozen=True, slots=True)
class Verified:
    """Proof that the right party was verified in this call; minted by the policy alone."""

    debtor_ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something to say. `asks` is what its question wants, or None."""

    asks: ClassVar[Asks | None] = None
    interruptible: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class DebtAct(Act):
    token: Verified


@dataclass(frozen=True, slots=True)
class CreditorAct(Act):
    """Names the company; `company` is its spoken name."""

    company: str
