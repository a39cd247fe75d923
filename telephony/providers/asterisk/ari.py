"""Orders to Asterisk: calls through ARI, transfers through the manager's redirect, both on its HTTP server.

A call's id is made from our own reference, and Asterisk refuses a second channel of that id: a request may be lost, but
never doubled.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from telephony.call import CallStatus, CallSummary, check_destination
from telephony.errors import (
    CallGone,
    OutcomeUnknown,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
    TelephonyError,
    UnsafeApiBase,
)
from telephony.guard import DialGuard
from telephony.transfer import AfterDial

USER: Final = "voicebot"
DIAL_CONTEXT: Final = "voicebot-dial"
RING_CONTEXT: Final = "voicebot-ring"
BOT_CONTEXT: Final = "voicebot-bot"
HUMAN_CONTEXT: Final = "voicebot-human"
PERSON_CONTEXT: Final = "voicebot-person"
BRIEF_CONTEXT: Final = "voicebot-brief"
ROOM_CONTEXT: Final = "voicebot-room"
WORDS_CONTEXT: Final = "voicebot-words"
RING_S: Final = "VB_HUMAN_RING_S"
"""The dialplan's variable: seconds that a human's phone rings."""
_PREFIX: Final = "vb-"
_OTHER_HALF: Final = "-line"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_REFERENCE: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_RESPONSE: Final = re.compile(r"^Response:\s*(\w+)", re.MULTILINE)
_NO_CHANNEL: Final = re.compile("does not exist|No such channel|Channel not found")


class BadReference(TelephonyError):
    """A call reference that cannot be a channel's id."""


@dataclass(frozen=True, slots=True)
class AsteriskAccount:
    """An Asterisk's HTTP server, and how this product's calls are set up."""

    base_url: str
    """Without a path; plain http only to this machine or a private network."""
    password: str = field(repr=False)
    caller_id: str = field(repr=False)
    """E.164; the number shown to the callee."""
    request_timeout_s: float = 10.0


def channel_id(call_ref: str) -> str:
    """Give the channel id of a call of ours. Raises `BadReference`."""
    if _REFERENCE.fullmatch(call_ref) is None:
        raise BadReference("a call's reference may hold letters, digits and hyphens, at most 64")
    return _PREFIX + call_ref


class AsteriskDialler:
    """Places, transfers, ends and lists calls; never sends the same request twice."""

    name = "asterisk"
    hears_words = False
    """Whether a person who is asked to take a call may answer by voice: here only by key."""
    real = True

    def __init__(self, account: AsteriskAccount, guard: DialGuard | None = None) -> None:
        if not _is_safe(account.base_url):
            raise UnsafeApiBase(
                "VOICEBOT_ASTERISK_URL must be https, or http to this machine or a private network, "
                "since a password goes there; no path, user or query belongs into it"
            )
        self._account = account
        self._guard = guard
        self._http = httpx.AsyncClient(
            base_url=account.base_url.rstrip("/"),
            auth=(USER, account.password),
            timeout=account.request_timeout_s,
            trust_env=False,
        )

    async def place(self, *, to: str, call_ref: str) -> str:
        """Place one call; see `telephony.provider.Provider.place`. Asked twice, it still rings once."""
        check_destination(to)
        call = channel_id(call_ref)
        if self._guard is not None:
            await self._guard.admit(to)
        wanted = {
            "endpoint": f"Local/{to}@{DIAL_CONTEXT}/n",
            "context": BOT_CONTEXT,
            "extension": "s",
            "priority": 1,
            "channelId": call,
            "otherChannelId": call + _OTHER_HALF,
            "callerId": self._account.caller_id,
            # The dialplan gives up by itself, and says why.
            "timeout": -1,
            "variables": {"VB_CALL_REF": call_ref, "VB_CALLER_ID": self._account.caller_id},
        }
        try:
            answer = await self._ask("placing a call", "POST", "/ari/channels", json=wanted)
            if answer.status_code != HTTPStatus.CONFLICT:
                _check("placing a call", answer)
        except (ProviderUnreachable, RateLimited, ProviderRefused):
            if self._guard is not None:
                self._guard.give_back()
            raise
        return call

    async def hang_up(self, provider_call_id: str) -> None:
        """End the call, if there still is one."""
        answer = await self._ask("hanging up", "DELETE", f"/ari/channels/{quote(provider_call_id, safe='')}")
        if answer.status_code != HTTPStatus.NOT_FOUND:
            _check("hanging up", answer)

    async def transfer(self, provider_call_id: str, *, to: str, after: AfterDial) -> None:
        """Redirect the live channel to the dialplan of people; see `telephony.provider.Provider.transfer`.

        The dialplan reports to doors that it knows, by the channel: of `after` only the ringing is used. Asterisk would
        redirect a caller away from a human as well: only one who is with the bot is moved.
        """
        check_destination(to)
        action = "transferring a call"
        await self._must_be_with_the_bot(action, provider_call_id)
        await self._redirect(action, provider_call_id, HUMAN_CONTEXT, to, **{RING_S: str(after.ring_s)})

    async def call_human(self, to: str, *, url: str, status_url: str, ring_s: int) -> str:
        """Ring a person who may take a call, and give the id of that call.

        The dialplan asks doors that it knows what the person hears; of the URLs it needs the hand-over's key alone.
        Raises as `place` does.
        """
        check_destination(to)
        action, call = "calling a human", f"{_PREFIX}person-{secrets.token_hex(8)}"
        wanted = {
            "endpoint": f"Local/{to}@{PERSON_CONTEXT}/n",
            "context": BRIEF_CONTEXT,
            "extension": "s",
            "priority": 1,
            "channelId": call,
            "otherChannelId": call + _OTHER_HALF,
            "callerId": self._account.caller_id,
            # The dialplan gives up by itself, and says why.
            "timeout": -1,
            "variables": {
                "VB_HANDOVER": _key(url),
                "VB_CALLER_ID": self._account.caller_id,
                RING_S: str(ring_s),
            },
        }
        _check(action, await self._ask(action, "POST", "/ari/channels", json=wanted))
        return call

    async def move_to_room(self, provider_call_id: str, room: str, *, events_url: str) -> None:
        """Take a live call from the bot into the room where a person waits. Raises `CallGone`, `ProviderError`."""
        about = {"VB_HANDOVER": _key(events_url), "VB_ROOM": _plain(room)}
        await self._redirect("moving a call to a human", provider_call_id, ROOM_CONTEXT, "s", **about)

    async def play_last_words(self, provider_call_id: str, audio_url: str) -> None:
        """Play an announcement to a live call and end it. Raises `CallGone`, `ProviderError`."""
        name = urlsplit(audio_url).path.rpartition("/")[2].removesuffix(".wav")
        await self._redirect("playing an announcement", provider_call_id, WORDS_CONTEXT, "s", VB_SAYS=_plain(name))

    async def _must_be_with_the_bot(self, action: str, call: str) -> None:
        """Look where the dialplan has the channel. Raises `CallGone`, `ProviderError`."""
        answer = await self._ask(action, "GET", f"/ari/channels/{quote(call, safe='')}")
        if answer.status_code == HTTPStatus.NOT_FOUND and _NO_CHANNEL.search(answer.text):
            raise CallGone(action, status=answer.status_code, code=None)
        _check(action, answer)
        try:
            context = answer.json()["dialplan"]["context"]
        except (ValueError, KeyError, TypeError):
            raise OutcomeUnknown(f"{action}: Asterisk's answer cannot be read") from None
        if context != BOT_CONTEXT:
            raise CallGone(action, status=answer.status_code, code=None)

    async def _redirect(self, action: str, call: str, context: str, extension: str, **variables: str) -> None:
        """Have a live channel go on elsewhere in the dialplan, with what that needs to know."""
        for name, value in variables.items():
            await self._manage(action, {"action": "Setvar", "Channel": call, "Variable": name, "Value": value})
        order = {"action": "Redirect", "Channel": call, "Context": context, "Exten": extension, "Priority": "1"}
        await self._manage(action, order)

    async def _manage(self, action: str, order: dict[str, str]) -> None:
        """Give the manager one order about a channel. Raises `CallGone`, `ProviderError`."""
        digest = httpx.DigestAuth(USER, self._account.password)
        answer = await self._ask(action, "GET", "/arawman", params=order, auth=digest)
        _check(action, answer)
        said = _RESPONSE.search(answer.text)
        if said is None:
            raise OutcomeUnknown(f"{action}: the manager's answer cannot be read; look the call up first")
        if said[1] == "Success":
            return
        if _NO_CHANNEL.search(answer.text):
            raise CallGone(action, status=answer.status_code, code=None)
        raise ProviderRefused(
            action, status=answer.status_code, code=None, meaning="the manager refused: manager.conf must allow `call`"
        )

    async def recent(self, *, to: str) -> Sequence[CallSummary]:
        """List the calls to a number that ring or run, newest first.

        Asterisk keeps no list of calls that are over. One that nobody answered stays listed until the gateway has taken
        its report; one that was answered is on our own record.
        """
        action = "listing calls"
        answer = await self._ask(action, "GET", "/ari/channels")
        _check(action, answer)
        try:
            listed = answer.json()
        except ValueError:
            raise OutcomeUnknown(f"{action}: Asterisk's answer cannot be read") from None
        halves = (f"Local/{to}@{DIAL_CONTEXT}", f"Local/{to}@{RING_CONTEXT}")
        found: dict[str, CallSummary] = {}
        for channel in listed if isinstance(listed, list) else []:
            name, call = str(channel.get("name", "")), str(channel.get("id", ""))
            if not name.startswith(halves) or not call.startswith(_PREFIX):
                continue
            # The half that the bot is on says how far the call is; the other one may outlive it.
            if not call.endswith(_OTHER_HALF) or call.removesuffix(_OTHER_HALF) not in found:
                summary = _summary(call.removesuffix(_OTHER_HALF), channel)
                found[summary.provider_call_id] = summary
        oldest_first = sorted(found.values(), key=lambda each: str(each.created_at))
        return oldest_first[::-1]

    async def aclose(self) -> None:
        """Close the connections held open."""
        await self._http.aclose()

    async def _ask(self, action: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Send once. Raises `ProviderUnreachable` if nothing was sent, `OutcomeUnknown` if no answer came."""
        try:
            return await self._http.request(method, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise ProviderUnreachable(f"{action}: no connection to Asterisk; nothing was sent") from None
        except httpx.TransportError:
            raise OutcomeUnknown(f"{action}: Asterisk gave no answer; look the call up before another") from None


def _key(url: str) -> str:
    """Give the hand-over's key out of a webhook's URL. Raises `BadReference`."""
    return _plain(next(iter(parse_qs(urlsplit(url).query).get("handover", [])), ""))


def _plain(name: str) -> str:
    """Refuse what would mean something to the dialplan. Raises `BadReference`."""
    if _NAME.fullmatch(name) is None:
        raise BadReference("a name of ours holds letters, digits, hyphens and underscores only")
    return name


def _check(action: str, answer: httpx.Response) -> None:
    """Turn an answer other than 2xx into an error of ours; its text is dropped because it can quote the number."""
    status = answer.status_code
    if status < HTTPStatus.BAD_REQUEST:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(f"{action}: something in front of Asterisk limits the pace; try again later")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise OutcomeUnknown(f"{action}: Asterisk failed with HTTP {status}; look the call up before another")
    if status == HTTPStatus.NOT_FOUND:
        raise ProviderUnreachable(f"{action}: Asterisk has no such door: it is starting, or res_ari is not loaded")
    meaning = {
        HTTPStatus.UNAUTHORIZED: "the password is not the one in ari.conf and manager.conf",
        HTTPStatus.FORBIDDEN: "the user may only read: ari.conf, read_only",
    }.get(HTTPStatus(status), "see ARI's documentation")
    raise ProviderRefused(action, status=status, code=None, meaning=meaning)


def _summary(call: str, channel: dict[str, Any]) -> CallSummary:
    created: datetime | None = None
    with suppress(ValueError, TypeError):
        created = datetime.fromisoformat(str(channel.get("creationtime")))
    status = CallStatus.IN_PROGRESS if channel.get("state") == "Up" else CallStatus.RINGING
    return CallSummary(call, status, created)


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.username is not None or parts.path.strip("/") or parts.query or not host:
        return False
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(host).is_private
    except ValueError:
        # A name without a dot is this machine or one on the same network (compose, Kubernetes).
        return parts.scheme == "http" and "." not in host
