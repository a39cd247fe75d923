"""The instructions that take a live call from the bot and connect it to a human. Pure."""

from __future__ import annotations

import re
from typing import Final

from twilio.twiml.voice_response import Dial, VoiceResponse  # type: ignore[import-untyped]  # twilio ships no types

from telephony.call import check_destination
from telephony.errors import InvalidTwiml

DIAL_MAX_S: Final = 14_400
"""The longest `timeLimit` a `<Dial>` takes: four hours."""
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


def dial_human(to: str, *, caller_id: str, time_limit_s: int) -> str:
    """Give TwiML that rings `to` and bridges it with the caller; when the human hangs up, the call ends.

    Raises `DestinationRefused` for a number outside the allow-list, `InvalidTwiml` for a caller id that is no E.164
    number or a limit that the verb does not take.
    """
    check_destination(to)
    if _E164.fullmatch(caller_id) is None:
        raise InvalidTwiml("the account's caller id is no E.164 number: correct it in the settings")
    if not 1 <= time_limit_s <= DIAL_MAX_S:
        raise InvalidTwiml(f"a human may be on the line for 1 to {DIAL_MAX_S} seconds")
    dial = Dial(answer_on_bridge=True, time_limit=time_limit_s, caller_id=caller_id)
    dial.number(to)
    response = VoiceResponse()
    response.append(dial)
    return str(response)
