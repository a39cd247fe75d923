"""Placing, transferring and ending calls by Twilio's Calls REST resource, which the simulated carrier speaks too."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # twilio ships no types
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]  # twilio ships no types
from twilio.http.response import Response  # type: ignore[import-untyped]  # twilio ships no types
from twilio.rest import Client  # type: ignore[import-untyped]  # twilio ships no types

from telephony.call import CallStatus, CallSummary, check_destination
from telephony.call_options import MachineDetection, ProviderRecording, with_reference
from telephony.errors import CallGone, NextStep, OutcomeUnknown, ProviderRefused, ProviderUnreachable, RateLimited
from telephony.guard import DialGuard
from telephony.rest_errors import typed_error
from telephony.transfer import AfterDial, dial_human, enter_room, play_and_end

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_TO_RING: Final = frozenset({CallStatus.QUEUED.value, CallStatus.INITIATED.value, CallStatus.RINGING.value})
_LOOKS_AFTER_S: Final = (0.0, 0.2, 0.5)
"""The answer to a cancelling may be from before it took effect: how long to wait before each look."""
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
    detection: MachineDetection | None = None
    """The provider's opinion on who answered; None does not ask for it."""
    recording: ProviderRecording | None = None
    """A recording at the provider, besides our own; None is no second copy of anybody's voice."""


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
    hears_words = True
    """Whether a person who is asked to take a call may answer by voice."""

    def __init__(self, account: CallsAccount, guard: DialGuard | None = None) -> None:
        self._account = account
        self._guard = guard
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
        if self._guard is not None:
            await self._guard.admit(to)
        try:
            with _asking("placing a call", is_about_a_call=False):
                call = await self._client.calls.create_async(to=to, **_placement(self._account, call_ref))
        except (ProviderUnreachable, RateLimited, ProviderRefused):
            if self._guard is not None:
                self._guard.give_back()
            raise
        if not call.sid:
            raise OutcomeUnknown("the provider's answer to a placed call has no id; look the call up before another")
        return str(call.sid)

    async def hang_up(self, provider_call_id: str) -> None:
        """End the call, if there still is one."""
        try:
            with _asking("hanging up"):
                await self._client.calls(provider_call_id).update_async(status="completed")
        except CallGone:
            return

    async def cancel(self, provider_call_id: str) -> bool:
        """Take back a call that is queued or rings; see `telephony.provider.KeepsQueue.cancel`."""
        asked = self._client.calls(provider_call_id)
        try:
            with _asking("taking a call back"):
                call = await asked.update_async(status="canceled")
                for seconds in _LOOKS_AFTER_S:
                    if str(call.status) not in _TO_RING:
                        break
                    await asyncio.sleep(seconds)
                    call = await asked.fetch_async()
        except CallGone:
            return False
        # Busy, no answer and failed are ends of a call that went out: somebody's phone may have rung.
        return str(call.status) == CallStatus.CANCELED.value

    async def transfer(self, provider_call_id: str, *, to: str, after: AfterDial) -> None:
        """Hand a live call to a human; see `telephony.provider.Provider.transfer`."""
        account = self._account
        twiml = dial_human(to, caller_id=account.caller_id, time_limit_s=account.human_time_limit_s, after=after)
        # The call's own limit would otherwise cut the caller off in the middle of the talk with the human.
        limit_s = account.time_limit_s + account.human_time_limit_s
        with _asking("transferring a call"):
            await self._client.calls(provider_call_id).update_async(twiml=twiml, time_limit=limit_s)

    async def call_human(self, to: str, *, url: str, status_url: str, ring_s: int) -> str:
        """Ring a human who may take a call, and give the id of that call; `url` is asked once they pick up.

        Not counted against the caps on calls to debtors. Raises as `place` does.
        """
        check_destination(to)
        asked = {"to": to, "from_": self._account.caller_id, "url": url, "timeout": ring_s}
        limit_s = self._account.human_time_limit_s
        reports = {"status_callback": status_url, "status_callback_event": _STATUS_EVENTS, "time_limit": limit_s}
        with _asking("calling a human", is_about_a_call=False):
            call = await self._client.calls.create_async(**asked, **reports)
        if not call.sid:
            raise OutcomeUnknown("the provider's answer to a placed call has no id; look the call up before another")
        return str(call.sid)

    async def move_to_room(self, provider_call_id: str, room: str, *, events_url: str) -> None:
        """Take a live call from the bot into the room where a human waits. Raises `CallGone`, `ProviderError`."""
        account = self._account
        limit_s = account.time_limit_s + account.human_time_limit_s
        twiml = enter_room(room, events_url=events_url, is_human=False, time_limit_s=account.human_time_limit_s)
        with _asking("moving a call to a human"):
            await self._client.calls(provider_call_id).update_async(twiml=twiml, time_limit=limit_s)

    async def play_last_words(self, provider_call_id: str, audio_url: str) -> None:
        """Play an announcement to a live call and end it. Raises `CallGone`, `ProviderError`."""
        with _asking("playing an announcement"):
            await self._client.calls(provider_call_id).update_async(twiml=play_and_end(audio_url))

    async def pause_recording(self, provider_call_id: str) -> None:
        """Record silence from now on, as while payment data is spoken. Raises `CallGone` where nothing is recorded."""
        with _asking("pausing a recording"):
            await self._recording(provider_call_id).update_async(status="paused", pause_behavior="silence")

    async def resume_recording(self, provider_call_id: str) -> None:
        """Record again. Raises `CallGone` where nothing is recorded."""
        with _asking("resuming a recording"):
            await self._recording(provider_call_id).update_async(status="in-progress")

    def _recording(self, provider_call_id: str) -> Any:
        return self._client.calls(provider_call_id).recordings("Twilio.CURRENT")

    async def recent(self, *, to: str) -> Sequence[CallSummary]:
        """List the newest calls to a number, newest first, at most 20."""
        with _asking("listing calls"):
            calls = await self._client.calls.list_async(to=to, limit=20)
        return [
            CallSummary(str(call.sid), CallStatus(str(call.status)), getattr(call, "date_created", None))
            for call in calls
        ]

    async def aclose(self) -> None:
        """Close the connections held open to the REST API."""
        await self._http.aclose()


def _placement(account: CallsAccount, call_ref: str) -> dict[str, Any]:
    """Give what is asked for with every call, whoever is called."""
    asked: dict[str, Any] = {
        "from_": account.caller_id,
        "url": with_reference(account.voice_url, call_ref),
        "status_callback": with_reference(account.status_url, call_ref),
        "status_callback_event": _STATUS_EVENTS,
        "timeout": account.ring_timeout_s,
        "time_limit": account.time_limit_s,
    }
    for option in (account.detection, account.recording):
        if option is not None:
            asked |= option.parameters(call_ref)
    return asked


@contextmanager
def _asking(action: str, *, is_about_a_call: bool = True) -> Iterator[None]:
    """Turn whatever the vendor's client raises into an error of ours, with nothing of the vendor's text."""
    try:
        yield
    except TwilioException as error:
        status, code = _status_and_code(error)
        refusal = typed_error(status, code, action, is_about_a_call=is_about_a_call)
        is_gone = isinstance(refusal, ProviderRefused) and refusal.next_step is NextStep.CALL_OVER
        if is_about_a_call and (is_gone or status == 404):
            raise CallGone(action, status=status, code=code) from None
        raise refusal from None
    except ValueError:
        # A proxy's page in place of JSON: the request went somewhere.
        raise OutcomeUnknown(f"{action}: the provider's answer cannot be read; look the call up first") from None


def _status_and_code(error: TwilioException) -> tuple[int, int | None]:
    """Read the answer out of the vendor's errors: two classes carry it, and a page of a list has only the response."""
    response = next((each for each in error.args if isinstance(each, Response)), None)
    if response is not None:
        try:
            told = json.loads(response.text)
        except ValueError:
            told = None
        status, code = response.status_code, told.get("code") if isinstance(told, dict) else None
    else:
        # With neither there was no answer that could be understood.
        status, code = getattr(error, "status", 500), getattr(error, "code", None)
    # Where the answer has no code of its own, the client repeats the HTTP status in its place.
    return int(status), code if isinstance(code, int) and code != status else None
