"""Passwords of the console: Argon2id, with the library's defaults of RFC 9106's low-memory profile."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from voicebot.application.qa.people import PasswordUnfit

LEAST_LENGTH: Final = 12
_LONGEST: Final = 200
_HASHER: Final = PasswordHasher()
NOBODYS: Final = _HASHER.hash("nobody has this password")
"""Checked for a login that does not exist, so that its answer takes as long as a wrong password's."""


def hash_password(password: str) -> str:
    """Hash a new password; takes some 50 ms by intent.

    Raises:
        PasswordUnfit: it is too short or too long.
    """
    if not LEAST_LENGTH <= len(password) <= _LONGEST:
        raise PasswordUnfit(f"a password has {LEAST_LENGTH} to {_LONGEST} characters; choose another")
    return _HASHER.hash(password)


def no_password() -> str:
    """Give the hash of what nobody knows, for an account that signs in elsewhere; its answer takes as long as any."""
    return _HASHER.hash(secrets.token_urlsafe())


async def matches(password_hash: str, password: str) -> bool:
    """Compare, off the event loop."""
    return await asyncio.to_thread(_matches, password_hash, password[: _LONGEST + 1])


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
