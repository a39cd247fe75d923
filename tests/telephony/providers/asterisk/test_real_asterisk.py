"""The provider against a real Asterisk and a real softphone: both media, both directions, marks, keys, both ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.call import CallStatus
from telephony.errors import CallGone, ProviderRefused
from tests.telephony.providers.asterisk.office import (
    AFTER,
    CALLER_HZ,
    CALLER_SPEAKS,
    GREETING_HZ,
    LONG_HZ,
    WORDS_HZ,
    heard_by,
    office,
)
from tests.telephony.providers.asterisk.pbx import CALLEE, DESK, needs_asterisk, seconds_of, until

pytestmark = [pytest.mark.asterisk, needs_asterisk, pytest.mark.timeout(240)]

each_media = pytest.mark.parametrize("media", ["websocket", "audiosocket"])


@each_media
async def test_a_whole_call_that_the_bot_ends(tmp_path: Path, media: str) -> None:
    async with office(tmp_path, media, CALLER_SPEAKS) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers), "the bot has the call")
        talker = at.bot.talkers[0]
        # Asked a second time, as after a lost answer: it is the same call.
        assert await dialler.place(to=CALLEE, call_ref="ref-1") == call
        assert [(each.provider_call_id, each.status) for each in await dialler.recent(to=CALLEE)] == [
            (call, CallStatus.IN_PROGRESS)
        ]
        assert await dialler.recent(to=DESK) == []
        await until(lambda: talker.marks == [("greeting", True)], "the greeting's mark")
        assert 0.5 < talker.greeted_after_s < 5.0, "the mark comes when 0.6 s of tone have been played, not before"
        await until(lambda: heard_by(talker, CALLER_HZ) > 0.7, "the bot hears the caller")
        assert seconds_of(at.phone.heard(), GREETING_HZ) == pytest.approx(0.6, abs=0.25)
        await at.phone.press("1")
        await until(lambda: seconds_of(at.phone.heard(), LONG_HZ) > 0.5, "the long line")
        await at.phone.press("2")
        await until(lambda: talker.keys == "12", "the second key")
        await at.phone.press("9")
        await at.pbx.empty()
        assert talker.keys == "129"
        # What was broken off in the pipeline's own queue gives no mark back.
        assert talker.marks == [("greeting", True)]
        assert seconds_of(at.phone.heard(), LONG_HZ) < 5.0
        assert heard_by(talker, CALLER_HZ) == pytest.approx(1.0, abs=0.3)
        await until(lambda: at.bot.over == [talker], "the bot has let go")
        assert await dialler.recent(to=CALLEE) == []
        with pytest.raises(CallGone):
            await dialler.transfer(call, to=DESK, after=AFTER)
        await dialler.hang_up(call)
        await dialler.aclose()
    assert [(each["channel"], each["call_ref"]) for each in at.bot.asked] == [(call, "ref-1")]
    assert [each["status"] for each in at.bot.reports] == ["RINGING"]


@each_media
async def test_the_caller_hangs_up(tmp_path: Path, media: str) -> None:
    async with office(tmp_path, media, CALLER_SPEAKS) as at:
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        await at.phone.hang_up()
        await until(lambda: len(at.bot.over) == 1, "the bot knows")
        await at.pbx.empty()
        await dialler.aclose()
    assert len(at.bot.over) == 1, "told once"


async def test_a_phone_that_dies_without_a_word_does_not_keep_the_line(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, RTP_TIMEOUT_S="3") as at:
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers) and heard_by(at.bot.talkers[0], CALLER_HZ) > 0.5, "they talk")
        await at.phone.die()
        await until(lambda: len(at.bot.over) == 1, "the bot is let go")
        await at.pbx.empty()
        await dialler.aclose()


async def test_who_calls_in_reaches_the_bot_or_is_turned_away(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS) as at:
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: bool(at.bot.talkers) and bool(at.bot.talkers[0].marks), "the greeting was played")
        assert seconds_of(at.phone.heard(), GREETING_HZ) == pytest.approx(0.6, abs=0.25)
        await at.phone.hang_up()
        await at.pbx.empty()
        at.bot.answer = "no"
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: len(at.bot.asked) == 2, "the bot was asked")
        await at.pbx.empty()
        assert len(at.bot.talkers) == 1
        assert [(each["from"], each.get("call_ref")) for each in at.bot.asked] == [(CALLEE, None)] * 2


async def test_who_calls_from_an_unknown_number_hears_so(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS) as at:
        at.bot.answer = "unknown"
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: len(at.bot.asked) == 1, "the bot was asked")
        await at.pbx.empty()
        assert at.bot.talkers == []
        assert seconds_of(at.phone.heard(), WORDS_HZ) == pytest.approx(1.5, abs=0.3)


async def test_a_call_nobody_takes_stays_listed_until_its_report_is_taken(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, answers=False) as at:
        at.bot.takes_reports = False
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: len(at.bot.reports) == 1, "it rings")
        await at.phone.rings()
        await at.phone.hang_up()
        await until(lambda: len(at.bot.reports) >= 2, "a report that is not taken")
        assert [each.provider_call_id for each in await dialler.recent(to=CALLEE)] == [call]
        at.bot.takes_reports = True
        await at.pbx.empty()
        assert [each["status"] for each in at.bot.reports] == ["RINGING", "BUSY", "BUSY"]
        assert at.bot.asked == []
        await dialler.aclose()


async def test_taken_back_while_it_rings(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, answers=False) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await at.phone.rings()
        await until(lambda: len(at.bot.reports) == 1, "it is told that it rings")
        assert [each.status for each in await dialler.recent(to=CALLEE)] == [CallStatus.RINGING]
        await dialler.hang_up(call)
        await at.pbx.empty()
        assert [each["status"] for each in at.bot.reports] == ["RINGING", "CANCEL"]
        await dialler.aclose()


async def test_wrong_secrets_open_nothing_in_either_direction(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, SECRET="another-secret-of-16") as at:
        stranger = at.pbx.dialler("not-the-password")
        with pytest.raises(ProviderRefused) as refusal:
            await stranger.place(to=CALLEE, call_ref="ref-1")
        assert refusal.value.status == 401
        with pytest.raises(ProviderRefused):
            await stranger.transfer("vb-ref-1", to=DESK, after=AFTER)
        await stranger.aclose()
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-2")
        await until(lambda: at.bot.refused > 0, "the door was tried")
        await at.pbx.empty()
        assert (at.bot.talkers, at.bot.asked) == ([], [])
        await dialler.aclose()


async def test_who_is_not_the_operator_gets_no_further_than_the_door(tmp_path: Path) -> None:
    async with office(tmp_path, "websocket", CALLER_SPEAKS, TRUNK_MATCH="192.0.2.1") as at:
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip}")
        await until(lambda: b"401 Unauthorized" in (at.phone.folder / "baresip.log").read_bytes(), "turned away")
        assert await at.pbx.channels() == []
        assert at.bot.asked == []
