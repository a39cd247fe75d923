"""Every setting, from the environment and `.env`; a wrong one is refused at start-up with its name and the mend."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says how to mend it."""


def _env(name: str) -> AliasChoices:
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """What an operator sets. Secrets come from the environment only and never show in a repr."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    database_url: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_DATABASE_URL"))
    """postgresql+psycopg://...; without it an embedded PostgreSQL starts on this machine."""
    pg_dir: Path | None = Field(None, validation_alias=_env("VOICEBOT_PG_DIR"))
    data_dir: Path = Field(Path("var"), validation_alias=_env("VOICEBOT_DATA_DIR"))
    models_dir: Path = Field(Path("~/.cache/voicebot/models"), validation_alias=_env("VOICEBOT_MODELS_DIR"))
    prompts_dir: Path = Field(ROOT / "prompts" / "pt-BR", validation_alias=_env("VOICEBOT_PROMPTS_DIR"))
    public_url: str = Field("http://127.0.0.1:8000", validation_alias=_env("VOICEBOT_PUBLIC_URL"))
    """What signatures are checked against; as callers see it, never as a Host header says it."""
    secret_key: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_SECRET_KEY"))
    recording_key: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_RECORDING_KEY"))
    """32 bytes in base64: recordings are encrypted with it."""
    outcome_url: str | None = Field(None, validation_alias=_env("VOICEBOT_OUTCOME_URL"))
    test_data: Path | None = Field(None, validation_alias=_env("VOICEBOT_TEST_DATA"))

    provider: Literal["twilio", "simulator"] = Field("twilio", validation_alias=_env("VOICEBOT_PROVIDER"))
    caller_id: str | None = Field(None, validation_alias=_env("VOICEBOT_CALLER_ID"))
    """E.164 number that outbound calls come from."""
    twilio_account_sid: str | None = Field(None, validation_alias=_env("TWILIO_ACCOUNT_SID"))
    twilio_auth_token: SecretStr | None = Field(None, validation_alias=_env("TWILIO_AUTH_TOKEN"))
    twilio_api_base: str | None = Field(None, validation_alias=_env("TWILIO_API_BASE"))

    tts_engine: Literal["kokoro", "piper"] = Field("kokoro", validation_alias=_env("VOICEBOT_TTS"))
    piper_url: str | None = Field(None, validation_alias=_env("VOICEBOT_PIPER_URL"))
    """A running Piper HTTP server; without it the process starts its own when Piper is chosen."""
    piper_voice: str | None = Field(None, validation_alias=_env("VOICEBOT_PIPER_VOICE"))
    stt_engine: Literal["whisper-ct2", "openai-whisper"] = Field("whisper-ct2", validation_alias=_env("VOICEBOT_STT"))
    closed_answers: bool = Field(True, validation_alias=_env("VOICEBOT_CLOSED_ANSWERS"))
    """Weigh the recogniser's other readings where the question's possible answers are known; whisper-ct2 only."""
    proposer_url: str | None = Field(None, validation_alias=_env("VOICEBOT_PROPOSER_URL"))
    """Base of an OpenAI-compatible API, http://127.0.0.1:8000/v1: asked where the local understanding is unsure."""
    proposer_model: str | None = Field(None, validation_alias=_env("VOICEBOT_PROPOSER_MODEL"))
    proposer_key: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_PROPOSER_KEY"))
    clock_start: datetime | None = Field(None, validation_alias=_env("VOICEBOT_CLOCK_START"))
    """An instant with an offset at which the clock starts; only with the simulator, for calls outside hours."""
    max_calls: int = Field(4, ge=1, validation_alias=_env("VOICEBOT_MAX_CALLS"))
    """Calls in progress beyond which a new one is politely refused."""
    silence_prompt_s: float = Field(6.0, gt=0, validation_alias=_env("VOICEBOT_SILENCE_PROMPT_S"))
    """Seconds of quiet after the bot's question before it asks whether somebody is there."""
    start_timeout_s: float = Field(5.0, gt=0, validation_alias=_env("VOICEBOT_START_TIMEOUT_S"))
    token_ttl_s: float = Field(60.0, gt=0, validation_alias=_env("VOICEBOT_TOKEN_TTL_S"))
    drain_s: float = Field(600.0, ge=0, validation_alias=_env("VOICEBOT_DRAIN_S"))
    """Seconds that calls in progress get to end in after SIGTERM, before the process leaves all the same."""
    log_format: Literal["text", "json"] = Field("text", validation_alias=_env("VOICEBOT_LOG_FORMAT"))
    """What `serve` logs: short lines for people, or one JSON object a line for machines."""
    otlp_endpoint: str | None = Field(None, validation_alias=_env("OTEL_EXPORTER_OTLP_ENDPOINT"))
    """Base of an OpenTelemetry collector's HTTP port, http://collector:4318; without it no trace is made."""

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
            raise ValueError("must look like https://bot.example.com, without a query")
        return value.rstrip("/")

    @field_validator("proposer_url")
    @classmethod
    def _proposer_url(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must look like http://127.0.0.1:11434/v1, without a query")
        if parts.username is not None:
            raise ValueError("must carry no user or password: put the key into VOICEBOT_PROPOSER_KEY")
        return value.rstrip("/")

    @field_validator("models_dir", "data_dir", "prompts_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @model_validator(mode="after")
    def _only_in_the_simulator(self) -> Self:
        if self.clock_start is not None:
            if self.provider != "simulator":
                raise ValueError("VOICEBOT_CLOCK_START needs VOICEBOT_PROVIDER=simulator: real calls keep real time")
            if self.clock_start.tzinfo is None:
                raise ValueError("VOICEBOT_CLOCK_START needs an offset, as in 2026-11-23T10:00-03:00")
        return self

    @model_validator(mode="after")
    def _proposer_in_full(self) -> Self:
        if self.proposer_url is not None and not self.proposer_model:
            raise ValueError("VOICEBOT_PROPOSER_URL needs VOICEBOT_PROPOSER_MODEL, the model's name on that server")
        return self

    @property
    def media_url(self) -> str:
        """The public address of the media websocket, ws:// or wss:// after `public_url`."""
        return "ws" + self.public_url.removeprefix("http") + "/telephony/twilio/media"


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one line that names the first wrong setting.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # values are validated by pydantic
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = first["loc"][0] if first["loc"] else "settings"
        raise SettingsError(f"setting {name}: {first['msg']}; see README, section Settings") from None
