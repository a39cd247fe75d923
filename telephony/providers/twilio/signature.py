"""Is this request from the provider? Checked against the configured public URL, never against the Host header.

A signature has no time or nonce: replays are stopped by the call's one-time token and by the state of the call.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

import structlog
from twilio.request_validator import (  # type: ignore[import-untyped]  # twilio ships no types
    RequestValidator,
    get_signature_algorithm,
)

log = structlog.get_logger(__name__)

SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
FormParams = Mapping[str, str | Sequence[str]]


class _Form:
    """A form as the validator reads it: `getlist` keeps repeated fields."""

    def __init__(self, params: FormParams) -> None:
        self._params = params

    def __iter__(self) -> Iterable[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def getlist(self, name: str) -> list[str]:
        value = self._params[name]
        return [value] if isinstance(value, str) else list(value)


class SignatureChecker:
    """Checks webhooks and the media socket's upgrade; two tokens are accepted while one is being rotated out."""

    def __init__(self, public_url: str, auth_tokens: Sequence[str]) -> None:
        parts = urlsplit(public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("the public URL must be http(s)://host[:port][/prefix], with no query")
        if not auth_tokens or not all(auth_tokens):
            raise ValueError("at least one auth token is needed to check signatures, and none may be empty")
        self._base = public_url.rstrip("/")
        self._validators = [RequestValidator(token) for token in auth_tokens]

    def webhook_url(self, path: str, query: str = "") -> str:
        """Give the URL the provider was told to call, for a path starting with "/"."""
        return f"{self._base}{path}" + (f"?{query}" if query else "")

    def socket_url(self, path: str) -> str:
        """Give the wss URL of a media socket; streams carry no query."""
        return "ws" + self.webhook_url(path).removeprefix("http")

    def is_webhook_signed(
        self, path: str, params: FormParams, signature: str | None, *, query: str = "", settings: str | None = None
    ) -> bool:
        """Judge a form webhook by its path, raw query and form fields; the port may be spelled out or not."""
        return self._matches(_port_spellings(self.webhook_url(path, query)), params, signature, settings)

    def is_socket_signed(self, path: str, signature: str | None, *, settings: str | None = None) -> bool:
        """Judge the upgrade request of a media socket: signed over the wss URL, exactly or with a final slash."""
        url = self.socket_url(path)
        return self._matches((url, f"{url}/"), {}, signature, settings)

    def _matches(self, urls: Sequence[str], params: FormParams, signature: str | None, settings: str | None) -> bool:
        given = (signature or "").encode("utf-8", "replace")
        algorithm = get_signature_algorithm(settings)
        try:
            expected = [v.compute_signature(url, _Form(params), algorithm) for v in self._validators for url in urls]
        except ValueError:
            log.warning("signature refused: unsupported algorithm")
            return False
        # No early exit: the time taken does not tell which token or spelling matched.
        return sum(hmac.compare_digest(one.encode(), given) for one in expected) > 0


def _port_spellings(url: str) -> tuple[str, ...]:
    """Give the URL as written, without its port, and with the default one: the provider signs either form."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit(":", 1)[0] if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    rest = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    spellings = (url, f"{parts.scheme}://{host}{rest}", f"{parts.scheme}://{host}:{port}{rest}")
    return tuple(dict.fromkeys(spellings))
