"""Asterisk in the gateway and in the dialler, from the settings."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from telephony.calls_rest import CallsAccount
from telephony.providers.asterisk.ari import AsteriskAccount
from telephony.providers.asterisk.door import DoorSecret
from voicebot.settings import Settings, SettingsError
from voicebot.web.asterisk_media import audiosocket_server
from voicebot.web.asterisk_routes import AsteriskDoors
from voicebot.web.gateway import Gateway
from voicebot.web.handover_doors import HandoverDoors


def asterisk_account(settings: Settings) -> AsteriskAccount:
    """Give what calls are placed and transferred with.

    Raises:
        SettingsError: the password is missing.
    """
    if settings.asterisk_password is None:
        raise SettingsError("setting VOICEBOT_ASTERISK_PASSWORD is missing: the password in ari.conf and manager.conf")
    return AsteriskAccount(
        base_url=settings.asterisk_url,
        password=settings.asterisk_password.get_secret_value(),
        caller_id=settings.caller_id or "",
    )


def doors(settings: Settings, gateway: Gateway, people: HandoverDoors) -> AsteriskDoors | None:
    """Give Asterisk's doors, or None where it is not the provider.

    Raises:
        SettingsError: the doors would stand open.
    """
    if settings.provider != "asterisk":
        return None
    if settings.asterisk_secret is None:
        raise SettingsError("setting VOICEBOT_ASTERISK_SECRET is missing: make one with openssl rand -hex 24")
    return AsteriskDoors(
        gateway,
        DoorSecret(settings.asterisk_secret.get_secret_value()),
        people,
        token_ttl_s=settings.token_ttl_s,
        takes_audiosocket=settings.asterisk_audiosocket is not None,
    )


def no_twilio() -> CallsAccount:
    """Give an account that nobody has: Twilio's doors stay shut where Twilio is not the provider."""
    return CallsAccount(secrets.token_hex(16), secrets.token_hex(32), "", "", "")


@asynccontextmanager
async def listening(settings: Settings, pbx: AsteriskDoors | None) -> AsyncIterator[None]:
    """Take AudioSocket connections inside the block, where that is wanted."""
    if pbx is None or settings.asterisk_audiosocket is None:
        yield
        return
    at = urlsplit(f"//{settings.asterisk_audiosocket}")
    async with audiosocket_server(pbx, at.hostname or "127.0.0.1", at.port or 0):
        yield
