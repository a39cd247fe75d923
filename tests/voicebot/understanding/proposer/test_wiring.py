"""Off unless a server is named; then the same port with a second reader behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.bootstrap.text import understander
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import Intent
from voicebot.settings import SettingsError, load_settings
from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.proposer.proposer import INSTRUCTIONS, AdvisedUnderstanding, load_advised
from voicebot.understanding.proposer.schema import JSON_SCHEMA, Kind
from voicebot.understanding.understander import PROMPTS, Understander

URL = "http://127.0.0.1:11434/v1"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of the machine is near."""
    monkeypatch.chdir(tmp_path)


def test_it_is_off_by_default() -> None:
    settings = load_settings()
    assert (settings.proposer_url, settings.proposer_model, settings.proposer_key) == (None, None, None)
    assert type(understander(settings)) is Understander


def test_with_a_server_named_the_local_reading_gets_an_adviser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_PROPOSER_URL", URL + "/")
    monkeypatch.setenv("VOICEBOT_PROPOSER_MODEL", "small")
    monkeypatch.setenv("VOICEBOT_PROPOSER_KEY", "the-proposer-key")
    settings = load_settings()
    advised = understander(settings)
    assert isinstance(advised, AdvisedUnderstanding)
    assert (advised.client.url, advised.client.model, advised.client.key) == (URL, "small", "the-proposer-key")
    assert "the-proposer-key" not in repr(settings) + repr(advised)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"VOICEBOT_PROPOSER_URL": URL}, "VOICEBOT_PROPOSER_MODEL", id="no model"),
        pytest.param({"VOICEBOT_PROPOSER_URL": "localhost:8000"}, "VOICEBOT_PROPOSER_URL", id="no scheme"),
        pytest.param({"VOICEBOT_PROPOSER_URL": "ftp://h/v1"}, "VOICEBOT_PROPOSER_URL", id="another scheme"),
        pytest.param({"VOICEBOT_PROPOSER_URL": URL + "?k=1"}, "VOICEBOT_PROPOSER_URL", id="a query"),
        pytest.param({"VOICEBOT_PROPOSER_URL": "http://me:pw@h/v1"}, "VOICEBOT_PROPOSER_URL", id="a password"),
    ],
)
def test_half_a_setting_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], named: str
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert named in str(refused.value).upper()
    assert ":pw@" not in str(refused.value)


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_missing_instructions_are_refused_at_the_start(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / INSTRUCTIONS).write_bytes(content)
    local = understander(load_settings())
    assert isinstance(local, Understander)
    with pytest.raises(LanguageDataInvalid, match=INSTRUCTIONS):
        load_advised(local, tmp_path, url=URL, model="small", key=None)


def test_the_instructions_explain_each_intent_once_and_each_question() -> None:
    text = (PROMPTS / INSTRUCTIONS).read_text(encoding="utf-8")
    explained = [line.partition(": ")[0] for line in text.partition("Intenções:\n")[2].splitlines()]
    assert explained == [intent.value for intent in Intent]
    assert all(asked.value in text for asked in Asks)
    assert all(kind.value in text for kind in Kind)
    assert all(f'"{name}"' in text for name in JSON_SCHEMA["properties"])
