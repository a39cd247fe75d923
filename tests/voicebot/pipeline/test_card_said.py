"""A caller tells a card's number aloud: the record does not hold it, and neither does the recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voicebot.pipeline.caller import wait, yes
from tests.voicebot.pipeline.test_call_behaviour import fakes, greeted, of_caller, said
from tests.voicebot.web.stage import Operate
from voicebot.domain.dialogue.phases import Disposition
from voicebot.persistence.recordings import RATE_HZ, read_recording

pytestmark = pytest.mark.timeout(90)

SAID = "é o cartão quatro um um um, um um um um, um um um um, um um um um"


async def test_what_is_said_of_a_card_is_in_neither_the_words_nor_the_recording(operate: Operate) -> None:
    given = fakes("sim, sou eu", SAID)
    async with operate(fakes=given) as operation:
        async with operation.call() as (call_id, phone):
            await greeted(operation, call_id)
            await phone.say(yes())
            await operation.until(said("AskIdentityFactor"), call_id)
            await phone.say(wait()[: 2 * RATE_HZ])
            lines = await operation.until(said("DeclineCard"), call_id)
            assert of_caller(lines) == ["sim, sou eu", "é o cartão [cartão]"]
            [confirmed, told] = [each.line for each in lines if each.line.text in of_caller(lines)]
        assert (await operation.closed(call_id)).disposition is Disposition.HUNG_UP
        entry = await operation.recording(call_id, "complete")
        audio = read_recording(Path(entry["path"]), operation.store.recording_key, call_id=call_id)
        assert told.start_s is not None
        assert told.end_s is not None
        assert confirmed.start_s is not None
        assert confirmed.end_s is not None
        spoken = audio[int(told.start_s * RATE_HZ) : int(told.end_s * RATE_HZ), 0]
        assert spoken.size > RATE_HZ // 2
        assert not spoken.any(), "the number itself"
        before = audio[int(confirmed.start_s * RATE_HZ) : int(confirmed.end_s * RATE_HZ), 0]
        assert before.any(), "what was said before it"
        assert audio[:, 1].any(), "the bot"
