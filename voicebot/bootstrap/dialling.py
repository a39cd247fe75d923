"""The provider that places calls, from the settings."""

from __future__ import annotations

from telephony.calls_rest import CallsAccount, CallsRestDialler
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.twilio.rest import TwilioDialler
from voicebot.settings import Settings, SettingsError


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
    )


def dialler(settings: Settings) -> CallsRestDialler:
    """Give the configured provider.

    Raises:
        SettingsError: no caller id, or a credential is missing.
    """
    if settings.caller_id is None:
        raise SettingsError("setting VOICEBOT_CALLER_ID is missing: the number that your calls come from, +55...")
    made = SimulatorDialler if settings.provider == "simulator" else TwilioDialler
    return made(account(settings))
