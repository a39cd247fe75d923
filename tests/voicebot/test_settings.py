"""A wrong setting is refused at the start by its name, and no secret shows anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from voicebot.settings import Settings, SettingsError, load_settings

SECRETS = {
    "TWILIO_AUTH_TOKEN": "the-auth-token",
    "VOICEBOT_RECORDING_KEY": "the-recording-key",
    "VOICEBOT_SECRET_KEY": "the-secret-key",
    "VOICEBOT_DATABASE_URL": "postgresql+psycopg://voice:the-password@db.example/voicebot",
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of the machine is near."""
    monkeypatch.chdir(tmp_path)


def test_the_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert (settings.provider, settings.max_calls, settings.database_url) == ("twilio", 4, None)
    assert settings.prompts_dir.is_dir()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VOICEBOT_PUBLIC_URL", "bot.example.com"),
        ("VOICEBOT_PUBLIC_URL", "ftp://bot.example.com"),
        ("VOICEBOT_PUBLIC_URL", "https://bot.example.com?x=1"),
        ("VOICEBOT_PUBLIC_URL", "https://"),
        ("VOICEBOT_PROVIDER", "carrier-pigeon"),
        ("VOICEBOT_MAX_CALLS", "0"),
        ("VOICEBOT_MAX_CALLS", "many"),
        ("VOICEBOT_SILENCE_PROMPT_S", "0"),
        ("VOICEBOT_SILENCE_PROMPT_S", "-1"),
        ("VOICEBOT_START_TIMEOUT_S", "0"),
        ("VOICEBOT_TOKEN_TTL_S", "0"),
        ("VOICEBOT_TTS", "gramophone"),
        ("VOICEBOT_STT", "guess"),
        ("VOICEBOT_CLOCK_START", "soon"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    message = str(refused.value)
    assert "\n" not in message
    assert name in message.upper()
    assert "README" in message


@pytest.mark.parametrize(
    ("provider", "start", "word"),
    [
        pytest.param("twilio", "2026-11-23T10:00-03:00", "simulator", id="real calls keep real time"),
        pytest.param("simulator", "2026-11-23T10:00", "offset", id="an instant needs an offset"),
    ],
)
def test_the_clock_is_moved_in_the_simulator_only(
    monkeypatch: pytest.MonkeyPatch, provider: str, start: str, word: str
) -> None:
    monkeypatch.setenv("VOICEBOT_PROVIDER", provider)
    monkeypatch.setenv("VOICEBOT_CLOCK_START", start)
    with pytest.raises(SettingsError, match=word):
        load_settings()


def test_the_simulators_clock_may_start_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_PROVIDER", "simulator")
    monkeypatch.setenv("VOICEBOT_CLOCK_START", "2026-11-23T10:00-03:00")
    assert load_settings().clock_start == datetime(2026, 11, 23, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("public", "media"),
    [
        ("https://bot.example.com", "wss://bot.example.com/telephony/twilio/media"),
        ("https://bot.example.com/", "wss://bot.example.com/telephony/twilio/media"),
        ("https://bot.example.com/prefix/", "wss://bot.example.com/prefix/telephony/twilio/media"),
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/telephony/twilio/media"),
    ],
)
def test_the_media_address_follows_the_public_one(monkeypatch: pytest.MonkeyPatch, public: str, media: str) -> None:
    monkeypatch.setenv("VOICEBOT_PUBLIC_URL", public)
    assert load_settings().media_url == media


def test_a_file_in_the_working_folder_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("VOICEBOT_MAX_CALLS=2\nVOICEBOT_CALLER_ID=+551130000000\nUNKNOWN=1\n")
    monkeypatch.setenv("VOICEBOT_MAX_CALLS", "3")
    settings = load_settings()
    assert (settings.max_calls, settings.caller_id) == (3, "+551130000000")


def test_no_secret_shows_in_a_repr_or_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    shown = repr(load_settings()) + str(load_settings())
    monkeypatch.setenv("VOICEBOT_MAX_CALLS", "0")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    shown += f"{refused.value!r} {refused.value} {refused.value.__cause__}"
    assert not [word for word in ("the-auth", "the-recording", "the-secret", "the-password") if word in shown]


def test_every_setting_of_the_contract_exists() -> None:
    names = {choice for each in Settings.model_fields.values() for choice in _names(each.validation_alias)}
    assert {
        "VOICEBOT_DATABASE_URL",
        "VOICEBOT_PG_DIR",
        "VOICEBOT_DATA_DIR",
        "VOICEBOT_PUBLIC_URL",
        "VOICEBOT_SECRET_KEY",
        "VOICEBOT_OUTCOME_URL",
        "VOICEBOT_TEST_DATA",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_API_BASE",
    } <= names


def _names(alias: object) -> list[str]:
    return [str(choice) for choice in getattr(alias, "choices", [])]
