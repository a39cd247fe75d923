"""Placing, transferring and ending calls by Twilio's Calls REST resource, which the simulated carrier speaks too."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]  # twilio ships no types
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]  # twilio ships no types
from twilio.http.response import Response  # type: ignore[import-untyped]  # twilio ships no types
from twilio.rest import Client  # type: ignore[import-untyped]  # twilio ships no types

from telephony.call import CallStatus, CallSummary, check_destination
from telephony.errors import (
    CallGone,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
)
from telephony.transfer import dial_human

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_GONE: Final = frozenset({20404, 21220})
"""The call is unknown, or not in progress: either way there is nothing left to hang up or to transfer."""
_STATUS_EVENTS: Final = ["initiated", "ringing", "answered", "completed"]


@dataclass(frozen=True, slots=True)
class CallsAccount:
    """An account on a Calls REST API, and how this product's calls are set up."""

    account_sid: str
    auth_token: str = field(repr=False)
    caller_id: str = field(repr=False)
    """E.164; the number shown to the callee."""
    voice_url: str
    """Where the provider asks what to do once the call is answered; `?call_ref=` is added."""
    status_url: str
    """Where the provider reports progress; `?call_ref=` is added."""
    api_base: str | None = None
    """Replaces scheme and host of the REST API, for tests; None is the vendor's own."""
    api_key_sid: str | None = None
    api_key_secret: str | None = field(default=None, repr=False)
    """A revocable key for REST instead of the auth token; webhooks are signed with the token all the same."""
    ring_timeout_s: int = 30
    time_limit_s: int = 900
    """The provider ends the call after this, whatever happens here."""
    human_time_limit_s: int = 3_600
    """The longest talk with a human after a transfer, on top of `time_limit_s`."""
    request_timeout_s: float = 10.0


def is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in _LOOPBACK


class _HttpxClient(AsyncHttpClient):  # type: ignore[misc]  # twilio ships no types
    """The transport under the vendor's client: tells a request that was never sent from one that got no answer."""

    def __init__(self, api_base: str | None, timeout_s: float) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout_s)
        self._base = urlsplit(api_base) if api_base else None
        # Loading the system's certificates takes 100 ms: never for plain loopback, and never during a call.
        is_plain = self._base is not None and self._base.scheme == "http"
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else ssl.create_default_context()
        self._http = httpx.AsyncClient(timeout=timeout_s, trust_env=self._base is None, verify=trust)

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the vendor's signature
        allow_redirects: bool = False,
    ) -> Response:
        """Send once. Raises `ProviderUnreachable` if nothing was sent, `OutcomeUnknown` if no answer came."""
        # A form field such as StatusCallbackEvent may repeat, and httpx takes lists for that.
        form: dict[str, Any] = {name: value for name, value in (data or {}).items() if value is not None}
        query: dict[str, Any] = {name: value for name, value in (params or {}).items() if value is not None}
        try:
            answer = await self._http.request(
                method, self._address(uri), params=query, data=form, headers=headers, auth=auth
            )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise ProviderUnreachable("no connection to the provider's REST API; nothing was sent") from None
        except httpx.TransportError:
            raise OutcomeUnknown("the provider's REST API gave no answer; look the call up before another") from None
        return Response(answer.status_code, answer.text, answer.headers)

    def _address(self, uri: str) -> str:
        if self._base is None:
            return uri
        return urlunsplit(urlsplit(uri)._replace(scheme=self._base.scheme, netloc=self._base.netloc))

    async def aclose(self) -> None:
        await self._http.aclose()


class CallsRestDialler:
    """Places, transfers, ends and lists calls; never sends the same request twice. Providers give it a name."""

    name = "calls_rest"
    real = True

    def __init__(self, account: CallsAccount) -> None:
        self._account = account
        self._http = _HttpxClient(account.api_base, account.request_timeout_s)
        self._client = Client(
            account.api_key_sid or account.account_sid,
            account.api_key_secret or account.auth_token,
            account_sid=account.account_sid,
            http_client=self._http,
        )

    async def place(self, *, to: str, call_ref: str) -> str:
        """Place one call; see `telephony.provider.Provider.place`."""
        check_destination(to)
        reference = urlencode({"call_ref": call_ref})
        try:
            call = await self._client.calls.create_async(
                to=to,
                from_=self._account.caller_id,
                url=f"{self._account.voice_url}?{reference}",
                status_callback=f"{self._account.status_url}?{reference}",
                status_callback_event=_STATUS_EVENTS,
                timeout=self._account.ring_timeout_s,
                time_limit=self._account.time_limit_s,
            )
        except TwilioRestException as error:
            raise _typed(error, "placing a call") from None
        if not call.sid:
            raise OutcomeUnknown("the provider's answer to a placed call has no id; look the call up before another")
        return str(call.sid)

    async def hang_up(self, provider_call_id: str) -> None:
        """End the call, if there still is one."""
        try:
            await self._client.calls(provider_call_id).update_async(status="completed")
        except TwilioRestException as error:
            if error.code in _GONE or error.status == 404:
                return
            raise _typed(error, "hanging up") from None

    async def transfer(self, provider_call_id: str, *, to: str) -> None:
        """Hand a live call to a human; see `telephony.provider.Provider.transfer`."""
        account = self._account
        twiml = dial_human(to, caller_id=account.caller_id, time_limit_s=account.human_time_limit_s)
        # The call's own limit would otherwise cut the caller off in the middle of the talk with the human.
        limit_s = account.time_limit_s + account.human_time_limit_s
        try:
            await self._client.calls(provider_call_id).update_async(twiml=twiml, time_limit=limit_s)
        except TwilioRestException as error:
            if error.code in _GONE or error.status == 404:
                raise CallGone("transferring a call", status=error.status, code=error.code) from None
            raise _typed(error, "transferring a call") from None

    async def recent(self, *, to: str) -> Sequence[CallSummary]:
        """List the newest calls to a number, newest first, at most 20."""
        try:
            calls = await self._client.calls.list_async(to=to, limit=20)
        except TwilioRestException as error:
            raise _typed(error, "listing calls") from None
        return [CallSummary(str(call.sid), CallStatus(str(call.status))) for call in calls]

    async def aclose(self) -> None:
        """Close the connections held open to the REST API."""
        await self._http.aclose()


def _typed(error: TwilioRestException, action: str) -> ProviderError:
    """Give our error for the vendor's; its text is dropped because it can quote the number."""
    if error.status == 429:
        return RateLimited(f"{action}: the provider's rate limit was reached; try again later")
    if error.status >= 500:
        return OutcomeUnknown(
            f"{action}: the provider failed with HTTP {error.status}; look the call up before another"
        )
    return ProviderRefused(action, status=error.status, code=error.code)
