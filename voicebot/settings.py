"""Every setting, from the environment and `.env`; a wrong one is refused at start-up with its name and the mend."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
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

    provider: Literal["twilio", "asterisk", "simulator"] = Field("twilio", validation_alias=_env("VOICEBOT_PROVIDER"))
    caller_id: str | None = Field(None, validation_alias=_env("VOICEBOT_CALLER_ID"))
    """E.164 number that outbound calls come from."""
    twilio_account_sid: str | None = Field(None, validation_alias=_env("TWILIO_ACCOUNT_SID"))
    twilio_auth_token: SecretStr | None = Field(None, validation_alias=_env("TWILIO_AUTH_TOKEN"))
    twilio_api_base: str | None = Field(None, validation_alias=_env("TWILIO_API_BASE"))

    asterisk_url: str = Field("http://127.0.0.1:8088", validation_alias=_env("VOICEBOT_ASTERISK_URL"))
    """Asterisk's HTTP server: ARI and the manager; plain http only to this machine or a private network."""
    asterisk_password: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_ASTERISK_PASSWORD"))
    """What the bot shows Asterisk."""
    asterisk_secret: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_ASTERISK_SECRET"), min_length=16)
    """What Asterisk shows the bot, at every door."""
    asterisk_audiosocket: str | None = Field(None, validation_alias=_env("VOICEBOT_ASTERISK_AUDIOSOCKET"))
    """host:port to take AudioSocket connections on; AudioSocket is neither encrypted nor authenticated."""

    speak_ahead: Literal["on", "off"] = Field("on", validation_alias=_env("VOICEBOT_SPEAK_AHEAD"))
    """While nobody calls, a gateway speaks the lines that are the same for everybody, and keeps them on disk."""
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
    dialling: Literal["on", "off"] = Field("on", validation_alias=_env("VOICEBOT_DIALLING"))
    """`off` places no call from this process, whatever asks for one; `dial stop` stops all processes at once."""
    calls_per_hour: int = Field(1_000, ge=0, validation_alias=_env("VOICEBOT_CALLS_PER_HOUR"))
    """Calls that one process places in any 60 minutes; campaigns have caps of their own over all machines."""
    spend_per_day: Decimal = Field(Decimal("1000.00"), ge=0, validation_alias=_env("VOICEBOT_SPEND_PER_DAY"))
    """What one process may spend on calls a day, each taken at `call_cost`; in the provider's currency."""
    call_cost: Decimal = Field(Decimal("0.50"), gt=0, validation_alias=_env("VOICEBOT_CALL_COST"))
    """What a long call costs."""
    dialler_metrics: str | None = Field(None, validation_alias=_env("VOICEBOT_DIALLER_METRICS"))
    """host:port on which a dialler worker serves `/metrics`; without it none is served."""
    machine_detection: bool = Field(True, validation_alias=_env("VOICEBOT_MACHINE_DETECTION"))
    """Ask the provider who answered, beside our own ear; it costs a little for each call."""
    provider_recording: bool = Field(False, validation_alias=_env("VOICEBOT_PROVIDER_RECORDING"))
    """A second, dual-channel recording at the provider; ours needs none."""
    keep_recordings_days: int = Field(1_825, ge=1, validation_alias=_env("VOICEBOT_KEEP_RECORDINGS_DAYS"))
    """Days after which recordings are erased and what was said is blanked."""
    handover: Literal["warm", "cold"] = Field("warm", validation_alias=_env("VOICEBOT_HANDOVER"))
    """warm: a person is called, hears who waits and takes it; only then is the caller put through. cold: at once."""
    handover_ring_s: int = Field(25, ge=5, le=120, validation_alias=_env("VOICEBOT_HANDOVER_RING_S"))
    """Seconds that a person's phone rings before the caller is told that nobody came."""
    handover_url: str | None = Field(None, validation_alias=_env("VOICEBOT_HANDOVER_URL"))
    """Where the agents' desktop is told of each hand-over, with the one-time link of the call's page; signed."""
    browser_line: bool = Field(False, validation_alias=_env("VOICEBOT_BROWSER_LINE"))
    """A page from which people of the console talk to the bot by microphone; sample portfolios only."""
    oidc_issuer: str | None = Field(None, validation_alias=_env("VOICEBOT_OIDC_ISSUER"))
    """OpenID Connect provider for the console, https://login.example.com/realms/house; without it, passwords alone."""
    oidc_client_id: str | None = Field(None, validation_alias=_env("VOICEBOT_OIDC_CLIENT_ID"))
    oidc_client_secret: SecretStr | None = Field(None, validation_alias=_env("VOICEBOT_OIDC_CLIENT_SECRET"))
    """None for a public client; the code is tied to the browser by PKCE either way."""
    oidc_login_claim: str = Field("email", validation_alias=_env("VOICEBOT_OIDC_LOGIN_CLAIM"), min_length=1)
    """Which claim names the console's login, at the first sign-in; an `email` must be a verified one."""
    oidc_name: str = Field("a conta da empresa", validation_alias=_env("VOICEBOT_OIDC_NAME"), max_length=60)
    """What stands on the button, after "Entrar com"."""
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

    @field_validator("oidc_issuer")
    @classmethod
    def _oidc_issuer(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if not parts.hostname or parts.query or parts.fragment or parts.scheme not in {"https", "http"}:
            raise ValueError("must look like https://login.example.com/realms/house, without a query")
        if parts.scheme == "http" and not here:
            raise ValueError("must be https: a token that came by plain http proves nothing")
        return value

    @field_validator("asterisk_audiosocket", "dialler_metrics")
    @classmethod
    def _host_and_port(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(f"//{value}")
        if not parts.hostname or not parts.port or parts.path or parts.username is not None:
            raise ValueError("must look like 127.0.0.1:9092")
        return value

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

    @model_validator(mode="after")
    def _oidc_in_full(self) -> Self:
        if self.oidc_issuer is not None and not self.oidc_client_id:
            raise ValueError("VOICEBOT_OIDC_ISSUER needs VOICEBOT_OIDC_CLIENT_ID, as registered there for the console")
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
