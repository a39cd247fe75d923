"""The provider that places calls, from the settings."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import structlog

from telephony.call_options import MachineDetection, ProviderRecording
from telephony.calls_rest import CallsAccount
from telephony.guard import AllOf, DailySpendCap, DialGuard, HourlyCap, NotStopped, OnlyListed
from telephony.provider import Dialler
from telephony.providers.asterisk.ari import AsteriskDialler
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.twilio.rest import TwilioDialler
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.bootstrap.asterisk import asterisk_account
from voicebot.bootstrap.store import Store
from voicebot.persistence.dial_counts import PostgresCounts
from voicebot.persistence.dial_room import is_stopped as kill_switch
from voicebot.settings import Settings, SettingsError
from voicebot.web.twilio_routes import AMD

log = structlog.get_logger(__name__)


def account(settings: Settings) -> CallsAccount:
    """Give the account that calls are placed with and webhooks are signed by.

    Raises:
        SettingsError: a credential is missing.
    """
    missing = [
        name
        for name, value in (
            ("TWILIO_ACCOUNT_SID", settings.twilio_account_sid),
            ("TWILIO_AUTH_TOKEN", settings.twilio_auth_token),
        )
        if value is None
    ]
    if missing or settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        raise SettingsError(f"setting {missing[0]} is missing: copy it from the Twilio console into the environment")
    return CallsAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        caller_id=settings.caller_id or "",
        voice_url=f"{settings.public_url}/telephony/twilio/voice",
        status_url=f"{settings.public_url}/telephony/twilio/status",
        api_base=settings.twilio_api_base,
        detection=MachineDetection(f"{settings.public_url}{AMD}") if settings.machine_detection else None,
        recording=ProviderRecording() if settings.provider_recording else None,
    )


def guard(settings: Settings, store: Store, clock: Clock) -> AllOf:
    """Give the last door before a call: the kill switches, listed numbers only, so many an hour, so much a day.

    The last two are counted in the database, for every process that places calls; `settle` it before you leave.
    """

    async def is_listed(number: str) -> bool:
        return await store.portfolio.case_by_phone(number) is not None

    async def is_stopped() -> bool:
        async with store.database.transaction() as connection:
            return await kill_switch(connection)

    counts = PostgresCounts(store.database)
    return AllOf(
        (
            NotStopped(is_stopped, is_off=settings.dialling == "off"),
            OnlyListed(is_listed),
            HourlyCap(settings.calls_per_hour, clock.now, counts),
            DailySpendCap(_cents(settings.spend_per_day), _cents(settings.call_cost), clock.now, counts),
        )
    )


def _cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def dialler(settings: Settings, guarded: DialGuard | None = None) -> Dialler:
    """Give the configured provider; whoever places calls with it hands in the `guard`.

    Raises:
        SettingsError: no caller id, or a credential is missing.
    """
    if settings.caller_id is None:
        raise SettingsError("setting VOICEBOT_CALLER_ID is missing: the number that your calls come from, +55...")
    if settings.provider == "asterisk":
        return AsteriskDialler(asterisk_account(settings), guarded)
    made = SimulatorDialler if settings.provider == "simulator" else TwilioDialler
    return made(account(settings), guarded)


async def settle(guarded: AllOf) -> None:
    """Have the shared counts know what was given back; a database that is away leaves too much counted, for safety."""
    try:
        await guarded.settle()
    except RecordsUnavailable:
        log.warning("calls that were not placed stay counted, the database is away")
