"""Calls that a real Asterisk gives to people: at once or once they have heard who waits, and where nobody comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.telephony.providers.asterisk.office import (
    AFTER,
    CALLER_HZ,
    CALLER_SPEAKS,
    HUMAN_HZ,
    ROOM,
    URL,
    WORDS,
    WORDS_HZ,
    office,
)
from tests.telephony.providers.asterisk.pbx import CALLEE, DESK, needs_asterisk, seconds_of, silence, tone, until

pytestmark = [pytest.mark.asterisk, needs_asterisk, pytest.mark.timeout(240)]

each_media = pytest.mark.parametrize("media", ["websocket", "audiosocket"])


@each_media
async def test_a_transfer_by_the_dialplan_takes_the_bot_off_the_line(tmp_path: Path, media: str) -> None:
    async with office(tmp_path, media, np.concatenate([silence(3), tone(60, CALLER_HZ)])) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.transfer(call, to=DESK, after=AFTER)
        await until(lambda: len(at.bot.over) == 1, "the bot is off the line")
        await until(lambda: seconds_of(at.phone.heard(), HUMAN_HZ) > 1, "the caller hears the human")
        await until(lambda: seconds_of(at.desk.heard(), CALLER_HZ) > 1, "the human hears the caller")
        assert not any(name.startswith(("WebSocket/", "AudioSocket/")) for name in await at.pbx.channels())
        assert at.bot.handovers == [{"channel": call, "status": "ANSWER"}]
        await at.desk.hang_up()
        await at.pbx.empty()
        await dialler.aclose()
    assert len(at.bot.handovers) == 1


@pytest.mark.parametrize(
    ("desk_turns_down", "status"),
    [pytest.param(False, "NOANSWER", id="rings out"), pytest.param(True, "BUSY", id="turned down")],
)
async def test_where_no_human_answers_the_caller_hears_the_bots_words(
    tmp_path: Path, desk_turns_down: bool, status: str
) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, desk_answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.transfer(call, to=DESK, after=AFTER)
        if desk_turns_down:
            await at.desk.rings()
            await at.desk.hang_up()
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.handovers == [{"channel": call, "status": status}]
        assert seconds_of(at.phone.heard(), WORDS_HZ) == pytest.approx(1.5, abs=0.3)


async def test_who_hangs_up_while_a_humans_phone_rings_is_known_to_have_left(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, desk_answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.transfer(call, to=DESK, after=AFTER)
        await at.desk.rings()
        await at.phone.hang_up()
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.handovers == [{"channel": call, "status": "CANCEL"}]


@pytest.mark.parametrize("who_leaves", ["desk", "phone"])
async def test_the_caller_keeps_the_bot_until_a_person_has_heard_who_waits_and_takes_the_call(
    tmp_path: Path, who_leaves: str
) -> None:
    async with office(tmp_path, "websocket", tone(90, CALLER_HZ)) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await dialler.call_human(DESK, url=URL, status_url=URL, ring_s=10)
        await until(lambda: seconds_of(at.desk.heard(), WORDS_HZ) > 0.5, "the person hears who waits")
        assert seconds_of(at.phone.heard(), HUMAN_HZ) == 0, "the caller is with the bot still"
        assert at.bot.over == []
        await at.desk.press("1")
        await until(lambda: at.bot.person == ["PICKED_UP", "REPLY", "ENTERED"], "the person is in the room")
        assert at.bot.over == []
        await dialler.move_to_room(call, ROOM, events_url=URL)
        await until(lambda: len(at.bot.over) == 1, "the bot has left")
        await until(lambda: seconds_of(at.phone.heard(), HUMAN_HZ) > 1, "the caller hears the person")
        await until(lambda: seconds_of(at.desk.heard(), CALLER_HZ) > 1, "the person hears the caller")
        assert at.bot.person[3:] == ["CALLER_ENTERED"]
        await (at.desk if who_leaves == "desk" else at.phone).hang_up()
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.person[4:] == ["LEFT"]


async def test_a_person_who_does_not_come_leaves_the_caller_with_the_bot_and_its_last_words(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, desk_answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        given_up = await dialler.call_human(DESK, url=URL, status_url=URL, ring_s=30)
        await at.desk.rings()
        await dialler.hang_up(given_up)
        await dialler.call_human(DESK, url=URL, status_url=URL, ring_s=4)
        await until(lambda: "NOANSWER" in at.bot.person, "it rang out")
        assert at.bot.over == [], "the bot is there still"
        await dialler.play_last_words(call, f"https://bot.example/telephony/handover/{WORDS}.wav")
        await at.pbx.empty()
        await dialler.aclose()
        assert seconds_of(at.phone.heard(), WORDS_HZ) == pytest.approx(1.5, abs=0.3)
