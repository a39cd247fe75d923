"""Signing in with the house's own accounts: what a provider of identities is asked, and what it vouches for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who came back from the provider; what they may do is the console's own to say."""

    issuer: str
    subject: str = field(repr=False)
    """The provider's own name of the account, which is never given to another."""
    login: str = field(repr=False)
    """What the account is called in the console; used once, to find the account that the subject is tied to."""


class SignOnRefused(Exception):
    """What came back cannot be trusted; `reason` names the check, and nothing of the person."""

    retryable = False

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the provider's answer was refused: {reason}")


class SignOnUnavailable(Exception):
    """The provider did not answer, or not as it should; names the endpoint."""

    retryable = True


class SingleSignOn(Protocol):
    """One provider."""

    @property
    def name(self) -> str:
        """Give what people call it, for the button."""
        ...

    async def address(self, *, state: str, nonce: str, challenge: str) -> str:
        """Give where the browser is sent; `challenge` is the S256 of the verifier.

        Raises:
            SignOnUnavailable: the provider cannot be asked for its endpoints.
        """
        ...

    async def vouched(self, *, code: str, nonce: str, verifier: str, at: datetime) -> Vouched:
        """Redeem a code, once.

        Raises:
            SignOnRefused: the code is not good, or the token is not for us, not now, or not of this sign-in.
            SignOnUnavailable: the provider did not answer.
        """
        ...
