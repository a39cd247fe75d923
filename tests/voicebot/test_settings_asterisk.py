from __future__ import annotations

import pytest

from voicebot.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("asterisk_secret", "s3cr3t", id="a short secret"),
        pytest.param("asterisk_audiosocket", "4711", id="a port alone"),
        pytest.param("asterisk_audiosocket", "pbx.example", id="a host alone"),
        pytest.param("asterisk_audiosocket", "tcp://pbx:9092", id="a URL"),
        pytest.param("asterisk_audiosocket", "pbx:99999", id="no such port"),
    ],
)
def test_what_would_not_work_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(_env_file=None, **{name: value})
    assert name.upper() in str(refusal.value).upper()
    assert value not in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", None), ("127.0.0.1:9092", "127.0.0.1:9092"), ("[::1]:9092", "[::1]:9092"), ("pbx:9092", "pbx:9092")],
)
def test_where_audiosocket_is_taken(value: str, expected: str | None) -> None:
    assert load_settings(_env_file=None, asterisk_audiosocket=value).asterisk_audiosocket == expected


def test_the_secrets_do_not_show() -> None:
    secret = "a-secret-that-nobody-sees"
    assert secret not in repr(load_settings(_env_file=None, asterisk_secret=secret, asterisk_password=secret))
