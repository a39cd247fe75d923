"""The doors of a hand-over are shut to whoever is not the provider, and tell strangers nothing."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest

from telephony.transfer import end_call
from tests.voicebot.web.stage import PUBLIC, Operation
from voicebot.web.handover_board import AUDIO, KEY
from voicebot.web.handover_routes import PICKED_UP, REPLY, ROOM, STATUS

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(60)]
DOORS = (PICKED_UP, REPLY, ROOM, STATUS)


@pytest.mark.parametrize("door", DOORS)
async def test_an_unsigned_webhook_is_refused(operation: Operation, door: str) -> None:
    place = f"{door}?{urlencode({KEY: 'k'})}"
    form = {"CallSid": "CA1", "Digits": "1"}
    forged = await operation.post(place, form, headers={"X-Twilio-Signature": "forged"})
    moved = await operation.post(place, form, sign=f"{PUBLIC}{door}?{urlencode({KEY: 'another'})}")
    assert (forged.status_code, moved.status_code) == (403, 403)


@pytest.mark.parametrize("door", [PICKED_UP, REPLY])
async def test_a_hand_over_that_is_over_hangs_up_on_the_human(operation: Operation, door: str) -> None:
    answer = await operation.post(f"{door}?{urlencode({KEY: 'gone'})}", {"CallSid": "CA1", "Digits": "1"})
    assert (answer.status_code, answer.text) == (200, end_call())


@pytest.mark.parametrize("door", [ROOM, STATUS])
async def test_late_news_of_one_are_taken_and_change_nothing(operation: Operation, door: str) -> None:
    form = {"CallStatus": "completed", "StatusCallbackEvent": "participant-join", "ParticipantLabel": "human"}
    assert (await operation.post(f"{door}?{urlencode({KEY: 'gone'})}", form)).status_code == 204


async def test_audio_is_given_to_nobody_who_does_not_know_its_name(operation: Operation) -> None:
    async with httpx.AsyncClient(base_url=operation.url, trust_env=False) as client:
        assert (await client.get(f"{AUDIO}/guessed.wav")).status_code == 404
