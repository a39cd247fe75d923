"""What the provider's error codes mean for the next step, as data; codes are Twilio's, which the simulator speaks too.

Each code's page is `https://www.twilio.com/docs/api/errors/<code>`. A code that is not listed stops the campaign: that
harms nobody, and somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from telephony.errors import NextStep, OutcomeUnknown, ProviderError, ProviderRefused, RateLimited

_LONGEST: Final = 9
"""Digits of a code; more are none."""
ERROR_PAGE: Final = "https://www.twilio.com/docs/api/errors/{code}"


@dataclass(frozen=True, slots=True)
class KnownError:
    code: int
    next_step: NextStep
    meaning: str
    """For the operator's log; never quotes the request."""

    @property
    def source(self) -> str:
        return ERROR_PAGE.format(code=self.code)


_RETRY, _NUMBER, _STOP = NextStep.RETRY_LATER, NextStep.SUPPRESS_NUMBER, NextStep.STOP_CAMPAIGN
_ALERT, _OVER, _ASK = NextStep.ALERT, NextStep.CALL_OVER, NextStep.RECONCILE

_STREAM_SET_UP: Final = (31940, *range(31942, 31950))
_ROWS: Final = (
    # The account.
    (10001, _STOP, "the account is not active"),
    (10002, _STOP, "a trial account cannot do this"),
    (10004, _RETRY, "the account has as many calls at once as it may"),
    (20001, _STOP, "a parameter is not known: the request is built wrongly"),
    (20003, _STOP, "the credentials are wrong, or the account is suspended"),
    (20005, _STOP, "the account is not active"),
    (20006, _STOP, "the credentials may not do this"),
    (20008, _STOP, "these are test credentials"),
    (20403, _STOP, "the account may not do this"),
    (20404, _OVER, "no such call"),
    (20429, _RETRY, "too many requests"),
    (20500, _ASK, "the provider failed inside"),
    (20503, _ASK, "the provider is not available"),
    # The request for a call.
    (21201, _NUMBER, "the number to call is missing"),
    (21203, _STOP, "the account may not call this country"),
    (21205, _STOP, "the voice URL is not valid"),
    (21210, _STOP, "the caller id is not verified for this account"),
    (21211, _NUMBER, "the number to call is not valid"),
    (21212, _STOP, "the caller id is not valid"),
    (21213, _STOP, "the caller id is missing"),
    (21214, _NUMBER, "the number cannot be reached"),
    (21215, _STOP, "the account's geographic permissions do not cover the number: allow Brazil in the console"),
    (21216, _NUMBER, "the provider blocks calls to this number"),
    (21217, _NUMBER, "the number does not look valid"),
    (21218, _STOP, "the application id is not valid"),
    (21219, _STOP, "a trial account calls verified numbers only"),
    (21220, _OVER, "the call is not in progress"),
    (21609, _STOP, "the status callback's URL is not valid"),
    (21626, _STOP, "the status callback's events are not valid"),
    # What goes wrong in the call, by our own answers.
    (11200, _ALERT, "our webhook did not answer, or answered an error"),
    (11205, _ALERT, "our webhook could not be connected to"),
    (11206, _ALERT, "our webhook broke HTTP"),
    (11210, _ALERT, "our webhook's host was not found"),
    (12100, _ALERT, "our answer is not valid XML"),
    (12200, _ALERT, "our answer is not valid TwiML"),
    (13214, _STOP, "the caller id of the transfer is not valid"),
    (13223, _NUMBER, "the number is not a telephone number"),
    (13224, _NUMBER, "the number is not valid"),
    (13225, _NUMBER, "the provider forbids the number"),
    (13227, _STOP, "the account's geographic permissions do not cover the number: allow Brazil in the console"),
    # The media stream.
    (31901, _ALERT, "the media stream's server did not answer in time"),
    (31902, _ALERT, "the media stream's server refused the connection"),
    (31920, _ALERT, "the media stream's handshake was not answered with 101"),
    (31921, _ALERT, "the media stream closed with an error"),
    (31922, _ALERT, "the media stream's URL has the wrong scheme"),
    (31923, _ALERT, "the media stream's URL is not valid"),
    (31924, _ALERT, "the media stream broke the websocket protocol"),
    (31930, _ALERT, "media sent to the stream is not valid"),
    (31931, _ALERT, "more than ten minutes of media wait to be played"),
    (31941, _ALERT, "the media stream sent an invalid message"),
    *((code, _ALERT, "the provider refused the media stream as our TwiML asked for it") for code in _STREAM_SET_UP),
    (31950, _ALERT, "the media stream sent what is no text message"),
    (31951, _ALERT, "the media stream broke its message protocol"),
)
KNOWN_ERRORS: Final[Mapping[int, KnownError]] = MappingProxyType({row[0]: KnownError(*row) for row in _ROWS})


def next_step(http_status: int, code: int | None) -> NextStep:
    """Decide what follows an answer other than 2xx; the HTTP status weighs more where it says what was done."""
    if http_status == 429:
        return NextStep.RETRY_LATER
    # A gateway's time-out and a failure inside say nothing of whether the request was carried out.
    if http_status >= 500 or http_status == 408:
        return NextStep.RECONCILE
    known = KNOWN_ERRORS.get(code) if code is not None else None
    return known.next_step if known is not None else NextStep.STOP_CAMPAIGN


SIP_DEAD: Final = frozenset({404, 410, 484, 604})
"""No such user, gone, an incomplete address, exists nowhere (RFC 3261 section 21): another try rings nowhere either."""
CAUSE_DEAD: Final = frozenset({1, 22, 28})
"""The same by the exchange's cause: not allocated, changed, invalid format (ITU-T Q.850 section 2)."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the report of a call's end says besides the state."""

    next_step: NextStep | None = None
    """None where nothing follows but what follows every such end."""
    meaning: str = ""
    """For the operator's log."""


def after_call(error_code: str | None, sip_code: str | None) -> Aftermath:
    """Read a status callback's `ErrorCode` and `SipResponseCode`; what is no number, or not known, says nothing."""
    code, sip = _number(error_code), _number(sip_code)
    known = KNOWN_ERRORS.get(code) if code is not None else None
    if known is not None:
        return Aftermath(known.next_step, known.meaning)
    if sip in SIP_DEAD:
        return Aftermath(NextStep.SUPPRESS_NUMBER, "the number does not exist")
    if code:
        return Aftermath(NextStep.ALERT, f"the provider's error {code}, see its reference")
    return Aftermath()


def is_dead_by_cause(cause: str | None) -> bool:
    """Tell whether an exchange's cause says that the number does not exist."""
    return _number(cause) in CAUSE_DEAD


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < _LONGEST else None


def typed_error(http_status: int, code: int | None, action: str, *, is_about_a_call: bool = True) -> ProviderError:
    """Give our error for the provider's answer; its own text is dropped because it can quote the number.

    Args:
        http_status: Of the answer.
        code: The provider's own, if it gave one.
        action: What was asked for, for the message.
        is_about_a_call: False where a new call is asked for: nothing can be over then, so "unknown" is our address.
    """
    step = next_step(http_status, code)
    match NextStep.STOP_CAMPAIGN if step is NextStep.CALL_OVER and not is_about_a_call else step:
        case NextStep.RETRY_LATER:
            return RateLimited(f"{action}: the provider's limit was reached (code {code}); try again later")
        case NextStep.RECONCILE:
            return OutcomeUnknown(
                f"{action}: the provider failed with HTTP {http_status}; look the call up before another"
            )
        case follows:
            known = KNOWN_ERRORS.get(code) if code is not None else None
            meaning = known.meaning if known is not None else "see its error reference"
            return ProviderRefused(action, status=http_status, code=code, next_step=follows, meaning=meaning)
