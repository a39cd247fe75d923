from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # twilio ships no types

from telephony.providers.twilio.signature import SignatureChecker

TOKEN, OLD_TOKEN = "token-in-use", "token-going-out"
PUBLIC = "https://bot.example"
VOICE = "/telephony/twilio/voice"
MEDIA = "/telephony/twilio/media"
FORM = {"CallSid": "CA1", "CallStatus": "ringing", "From": "+5511987654321"}


def sign(url: str, params: dict[str, str] | None = None, *, token: str = TOKEN, algorithm: str | None = None) -> str:
    return str(RequestValidator(token).compute_signature(url, params or {}, algorithm))


@pytest.fixture
def checker() -> SignatureChecker:
    return SignatureChecker(PUBLIC, [TOKEN, OLD_TOKEN])


@pytest.mark.parametrize(
    ("signed_url", "accepted"),
    [
        pytest.param("https://bot.example/telephony/twilio/voice", True, id="the public URL"),
        pytest.param("https://bot.example:443/telephony/twilio/voice", True, id="its default port spelled out"),
        pytest.param("http://bot.example/telephony/twilio/voice", False, id="http, what a proxy shows the app"),
        pytest.param("https://bot.example:8443/telephony/twilio/voice", False, id="another port"),
        pytest.param("https://bot.example/telephony/twilio/voice/", False, id="a slash more"),
        pytest.param("https://evil.example/telephony/twilio/voice", False, id="another host"),
        pytest.param("https://bot.example/telephony/twilio/status", False, id="another route"),
        pytest.param("https://bot.example/telephony/twilio/voice?call_ref=1", False, id="a query that was not sent"),
    ],
)
def test_webhooks_are_signed_over_the_public_url(checker: SignatureChecker, signed_url: str, accepted: bool) -> None:
    assert checker.is_webhook_signed(VOICE, FORM, sign(signed_url, FORM)) is accepted


@pytest.mark.parametrize(
    ("signed_url", "accepted"),
    [
        pytest.param("wss://bot.example/telephony/twilio/media", True, id="the wss URL"),
        pytest.param("wss://bot.example/telephony/twilio/media/", True, id="with a final slash"),
        pytest.param("wss://bot.example/telephony/twilio/media//", False, id="with two"),
        pytest.param("https://bot.example/telephony/twilio/media", False, id="https"),
        pytest.param("ws://bot.example/telephony/twilio/media", False, id="ws, what a proxy shows the app"),
        pytest.param("wss://bot.example:443/telephony/twilio/media", False, id="a port"),
        pytest.param("wss://bot.example/telephony/asterisk/media", False, id="another route"),
    ],
)
def test_the_socket_is_signed_over_the_wss_url(checker: SignatureChecker, signed_url: str, accepted: bool) -> None:
    assert checker.is_socket_signed(MEDIA, sign(signed_url)) is accepted


def test_the_query_is_part_of_what_is_signed(checker: SignatureChecker) -> None:
    signature = sign(f"{PUBLIC}{VOICE}?call_ref=7", FORM)
    assert checker.is_webhook_signed(VOICE, FORM, signature, query="call_ref=7")
    assert not checker.is_webhook_signed(VOICE, FORM, signature, query="call_ref=8")


@pytest.mark.parametrize("change", [{"CallStatus": "completed"}, {"Extra": "1"}], ids=["changed field", "added field"])
def test_a_tampered_form_is_refused(checker: SignatureChecker, change: dict[str, str]) -> None:
    assert not checker.is_webhook_signed(VOICE, FORM | change, sign(f"{PUBLIC}{VOICE}", FORM))


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_both_tokens_hold_during_rotation(checker: SignatureChecker, token: str) -> None:
    assert checker.is_webhook_signed(VOICE, FORM, sign(f"{PUBLIC}{VOICE}", FORM, token=token))


def test_a_third_token_does_not(checker: SignatureChecker) -> None:
    assert not checker.is_webhook_signed(VOICE, FORM, sign(f"{PUBLIC}{VOICE}", FORM, token="stolen-elsewhere"))


@pytest.mark.parametrize("signature", [None, "", "x", "é", "\ud800", "=" * 10_000])
def test_a_missing_or_absurd_signature_is_refused(checker: SignatureChecker, signature: str | None) -> None:
    assert not checker.is_webhook_signed(VOICE, FORM, signature)
    assert not checker.is_socket_signed(MEDIA, signature)


def test_repeated_fields_count_each(checker: SignatureChecker) -> None:
    # The provider appends each distinct value after the repeated name.
    signature = sign(f"{PUBLIC}{VOICE}Ma" + "Mb")
    assert checker.is_webhook_signed(VOICE, {"M": ["b", "a"]}, signature)


def test_the_newer_algorithm_is_read_from_its_header(checker: SignatureChecker) -> None:
    signature = sign(f"{PUBLIC}{VOICE}", FORM, algorithm="HMAC_SHA256")
    header = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    assert checker.is_webhook_signed(VOICE, FORM, signature, settings=header)
    assert not checker.is_webhook_signed(VOICE, FORM, signature)
    assert not checker.is_webhook_signed(VOICE, FORM, signature, settings="algorithm=NONE")


def test_a_public_port_may_be_left_out_by_the_provider() -> None:
    checker = SignatureChecker("https://bot.example:8443/", [TOKEN])
    assert checker.is_webhook_signed(VOICE, FORM, sign(f"https://bot.example:8443{VOICE}", FORM))
    assert checker.is_webhook_signed(VOICE, FORM, sign(f"https://bot.example{VOICE}", FORM))
    assert checker.socket_url(MEDIA) == f"wss://bot.example:8443{MEDIA}"


@pytest.mark.parametrize("url", ["bot.example", "ftp://bot.example", "https://", "https://bot.example/?a=1"])
def test_a_public_url_that_cannot_be_signed_is_refused_at_start(url: str) -> None:
    with pytest.raises(ValueError, match="public URL"):
        SignatureChecker(url, [TOKEN])


@pytest.mark.parametrize("tokens", [[], [""], [TOKEN, ""]])
def test_an_empty_token_would_let_everybody_in(tokens: list[str]) -> None:
    with pytest.raises(ValueError, match="auth token"):
        SignatureChecker(PUBLIC, tokens)
