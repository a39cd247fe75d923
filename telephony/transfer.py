"""The instructions that take a live call from the bot and connect it to a human, at once or once they take it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from twilio.twiml.voice_response import (  # type: ignore[import-untyped]  # twilio ships no types
    Dial,
    Gather,
    VoiceResponse,
)

from telephony.call import check_destination
from telephony.errors import InvalidTwiml

DIAL_MAX_S: Final = 14_400
"""The longest `timeLimit` a `<Dial>` takes: four hours."""
ANSWER_WITHIN_S: Final = 8
"""How long the human may think once the summary is over."""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_ROOM: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class AfterDial:
    """How a line that has left the bot comes back to it: nobody is dialled for without somebody being told."""

    ended_url: str = field(repr=False)
    """Asked how the call goes on, once the human has gone or nobody came."""
    answered_url: str = field(repr=False)
    """Told that the human has picked up."""
    ring_s: int = 25


def dial_human(to: str, *, caller_id: str, time_limit_s: int, after: AfterDial) -> str:
    """Give TwiML that rings `to` and bridges it with the caller; what then becomes of them, `after` is asked.

    Raises `DestinationRefused` for a number outside the allow-list, `InvalidTwiml` for a caller id that is no E.164
    number or a limit that the verb does not take.
    """
    check_destination(to)
    if _E164.fullmatch(caller_id) is None:
        raise InvalidTwiml("the account's caller id is no E.164 number: correct it in the settings")
    if not 1 <= time_limit_s <= DIAL_MAX_S:
        raise InvalidTwiml(f"a human may be on the line for 1 to {DIAL_MAX_S} seconds")
    dial = Dial(
        answer_on_bridge=True,
        time_limit=time_limit_s,
        caller_id=caller_id,
        timeout=after.ring_s,
        action=after.ended_url,
        method="POST",
    )
    dial.number(to, status_callback=after.answered_url, status_callback_event="answered", status_callback_method="POST")
    response = VoiceResponse()
    response.append(dial)
    return str(response)


def brief_human(audio_url: str, *, reply_url: str) -> str:
    """Give TwiML that plays the summary to a human who picked up and asks whether they take the call.

    Key or words go to `reply_url`, and so does their absence: nobody who says nothing is put through.
    """
    gather = Gather(
        input="dtmf speech",
        num_digits=1,
        timeout=ANSWER_WITHIN_S,
        speech_timeout="auto",
        language="pt-BR",
        action=reply_url,
        method="POST",
        action_on_empty_result=True,
    )
    gather.play(audio_url)
    response = VoiceResponse()
    response.append(gather)
    return str(response)


def enter_room(room: str, *, events_url: str, is_human: bool, time_limit_s: int) -> str:
    """Give TwiML that puts a call into the room of a hand-over; with the human's leaving the room closes.

    Raises `InvalidTwiml` for a name or a limit that the verb does not take.
    """
    if _ROOM.fullmatch(room) is None:
        raise InvalidTwiml("a room's name is 8 to 64 letters, digits, hyphens or underscores")
    if not 1 <= time_limit_s <= DIAL_MAX_S:
        raise InvalidTwiml(f"a human may be on the line for 1 to {DIAL_MAX_S} seconds")
    dial = Dial(time_limit=time_limit_s)
    dial.conference(
        room,
        beep=False,
        start_conference_on_enter=True,
        end_conference_on_exit=is_human,
        max_participants=2,
        participant_label="human" if is_human else "caller",
        # Silence: music of the provider's own is not what somebody in need should hear.
        wait_url="",
        status_callback=events_url,
        status_callback_event="join leave",
        status_callback_method="POST",
    )
    response = VoiceResponse()
    response.append(dial)
    response.hangup()
    return str(response)


def play_and_end(audio_url: str) -> str:
    """Give TwiML that plays last words and ends the call."""
    response = VoiceResponse()
    response.play(audio_url)
    response.hangup()
    return str(response)


def say_and_end(words: str) -> str:
    """Give TwiML that has the provider's own voice say last words, where ours has none ready, and ends the call."""
    response = VoiceResponse()
    response.say(words, language="pt-BR")
    response.hangup()
    return str(response)


def end_call() -> str:
    """Give TwiML that ends the call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
