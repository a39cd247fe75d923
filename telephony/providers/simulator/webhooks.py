"""What the carrier sends to the bot: signed voice webhooks and signed status callbacks, by way of the public URL."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # twilio ships no types

from telephony.call import CallStatus
from telephony.errors import TelephonyError
from telephony.providers.simulator.calls import CarriedCall
from telephony.providers.simulator.twiml import DialNumber
from telephony.providers.simulator.wire import new_sid

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_REPORTED = {CallStatus.INITIATED: "initiated", CallStatus.RINGING: "ringing", CallStatus.IN_PROGRESS: "answered"}


class WebhookFailed(TelephonyError):
    """The bot's webhook did not answer with 2xx: Twilio's error 11200."""


class NotRouted(TelephonyError):
    """A URL whose host is neither on loopback nor in the carrier's routes: this carrier never leaves the machine."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Where public hosts really live: `{"bot.example": "127.0.0.1:8000"}`, ports included on both sides if not 443."""

    hosts: Mapping[str, str] = field(default_factory=dict)

    def local(self, url: str) -> str:
        """Give the address to connect to for a public URL. Raises `NotRouted`."""
        parts = urlsplit(url)
        netloc = self.hosts.get(parts.netloc)
        if netloc is not None:
            plain = parts.scheme.removesuffix("s") if parts.scheme in {"https", "wss"} else parts.scheme
            parts = parts._replace(scheme=plain, netloc=netloc)
        if parts.hostname not in _LOOPBACK:
            raise NotRouted("the URL's host is not on loopback and has no route; add it to the carrier's routes")
        return urlunsplit(parts)


class Webhooks:
    """Signs over the public URL and sends to the local one, with the public host in the Host header."""

    def __init__(self, account_sid: str, auth_token: str, routes: Routes) -> None:
        self._account_sid = account_sid
        self._validator = RequestValidator(auth_token)
        self._routes = routes
        # An empty trust store: only plain loopback is ever called.
        self._http = httpx.AsyncClient(timeout=15.0, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def signature(self, url: str, params: Mapping[str, str]) -> str:
        return str(self._validator.compute_signature(url, dict(params)))

    def local(self, url: str) -> str:
        return self._routes.local(url)

    async def voice(self, call: CarriedCall) -> str:
        """Ask the bot what to do with an answered call. Raises `WebhookFailed`, `NotRouted`."""
        return (await self._post(call.voice_url, self._params(call))).text

    async def report(self, call: CarriedCall, status: CallStatus, *, duration_s: int, sequence: int) -> None:
        """Report a state to the status callback, if that was asked for. Raises `WebhookFailed`, `NotRouted`."""
        event = _REPORTED.get(status, "completed")
        if call.status_url is None or event not in call.status_events:
            return
        params = self._params(call) | {
            "CallStatus": status.value,
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(sequence),
        }
        if status.is_final:
            params["CallDuration"] = str(duration_s)
            if call.sip_code is not None:
                params["SipResponseCode"] = str(call.sip_code)
        await self._post(call.status_url, params)

    async def machine_detected(self, call: CarriedCall, *, after_ms: int) -> None:
        """Give the opinion on who answered, if it was asked for. Raises `WebhookFailed`, `NotRouted`."""
        if call.amd_url is None or call.answered_by is None:
            return
        params = {
            "CallSid": call.sid,
            "AccountSid": self._account_sid,
            "AnsweredBy": call.answered_by,
            "MachineDetectionDuration": str(after_ms),
        }
        await self._post(call.amd_url, params)

    async def recorded(self, call: CarriedCall, status: str) -> None:
        """Report a state of the carrier's recording, if that was asked for. Raises `WebhookFailed`, `NotRouted`."""
        kept = call.recording
        if kept is None or kept.status_url is None or status not in kept.status_events:
            return
        params = {
            "CallSid": call.sid,
            "AccountSid": self._account_sid,
            "RecordingSid": kept.sid,
            "RecordingStatus": status,
            "RecordingChannels": str(kept.channels),
            "RecordingSource": "OutboundAPI",
        }
        await self._post(kept.status_url, params)

    async def stream_failed(self, call: CarriedCall, url: str) -> None:
        """Tell of a media socket that did not open. Raises `WebhookFailed`, `NotRouted`."""
        params = {
            "AccountSid": self._account_sid,
            "CallSid": call.sid,
            "StreamSid": new_sid("MZ"),
            "StreamEvent": "stream-error",
            "StreamError": "31920: the handshake was not answered with 101",
        }
        await self._post(url, params)

    async def ask(self, call: CarriedCall, url: str, params: Mapping[str, str]) -> str:
        """Ask an `action` how a call goes on. Raises `WebhookFailed`, `NotRouted`."""
        return (await self._post(url, self._params(call) | dict(params))).text

    async def room_event(self, call: CarriedCall, url: str, event: str, *, room: str, label: str) -> None:
        """Tell of somebody's coming into a conference or leaving it. Raises `WebhookFailed`, `NotRouted`."""
        params = {
            "AccountSid": self._account_sid,
            "CallSid": call.sid,
            "ConferenceSid": "CF" + hashlib.md5(room.encode(), usedforsecurity=False).hexdigest(),
            "FriendlyName": room,
            "ParticipantLabel": label,
            "StatusCallbackEvent": event,
        }
        await self._post(url, params)

    async def dial_answered(self, call: CarriedCall, dial: DialNumber) -> None:
        """Tell that a dialled human has picked up, if that was asked for. Raises `WebhookFailed`, `NotRouted`."""
        if dial.answered_url is None:
            return
        params = {
            "AccountSid": self._account_sid,
            "CallSid": "CA" + hashlib.md5(call.sid.encode(), usedforsecurity=False).hexdigest(),
            "ParentCallSid": call.sid,
            "CallStatus": "in-progress",
            "CallbackSource": "call-progress-events",
            "To": dial.number,
        }
        await self._post(dial.answered_url, params)

    async def dial_ended(self, call: CarriedCall, url: str, outcome: str, *, is_over: bool = False) -> str:
        """Ask how a call goes on after a dial. Raises `WebhookFailed`, `NotRouted`."""
        params = self._params(call) | {"DialCallStatus": outcome}
        return (await self._post(url, params | ({"CallStatus": "completed"} if is_over else {}))).text

    async def file(self, url: str) -> bytes:
        """Fetch what a `<Play>` names. Raises `WebhookFailed`, `NotRouted`."""
        try:
            answer = await self._http.get(self.local(url), headers={"Host": urlsplit(url).netloc})
        except httpx.TransportError as error:
            raise WebhookFailed(f"the file to play did not come ({type(error).__name__})") from None
        if not answer.is_success or not answer.headers.get("content-type", "").startswith("audio/"):
            raise WebhookFailed(f"there is no audio to play: HTTP {answer.status_code}")
        return answer.content

    async def aclose(self) -> None:
        await self._http.aclose()

    def _params(self, call: CarriedCall) -> dict[str, str]:
        return {
            "AccountSid": self._account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "CallStatus": call.status.value,
            "Direction": call.direction,
            "From": call.from_,
            "To": call.to,
        }

    async def _post(self, url: str, params: dict[str, str]) -> httpx.Response:
        headers = {"X-Twilio-Signature": self.signature(url, params), "Host": urlsplit(url).netloc}
        try:
            answer = await self._http.post(self.local(url), data=params, headers=headers)
        except httpx.TransportError as error:
            raise WebhookFailed(f"the bot's webhook gave no answer ({type(error).__name__})") from None
        if not answer.is_success:
            raise WebhookFailed(f"the bot's webhook answered HTTP {answer.status_code}")
        return answer
