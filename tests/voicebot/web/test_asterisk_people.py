"""What the dialplan tells of people's phones, and what it is told to play."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.voicebot.web.asterisk_peer import (
    SETTINGS,
    basic,
    post,
)
from tests.voicebot.web.stage import Operate, Operation
from tests.voicebot.web.test_asterisk_doors import CHANNEL, real_portfolio
from voicebot.application.handover_call import (
    Bridge,
    CallerLeft,
    HandOverResult,
    Joined,
    News,
    NobodyAnswered,
    WarmHandOver,
)
from voicebot.bootstrap.gateway import CallHolder
from voicebot.web.asterisk_people import HANDOVER, PERSON
from voicebot.web.handover_board import Dialled, HandoverBoard, Waiting


@pytest.fixture
async def pbx(operate: Operate) -> AsyncIterator[Operation]:
    async with operate(start_timeout_s=0.3, **SETTINGS) as operation:
        await operation.store.portfolio.save(real_portfolio())
        yield operation


def board_of(pbx: Operation) -> HandoverBoard:
    """The board that the doors of the running gateway hang on."""
    assert pbx.app is not None
    holder = pbx.app.state.gateway.hold
    assert isinstance(holder, CallHolder)
    return holder.board


@pytest.mark.parametrize(
    ("status", "word", "result"),
    [
        pytest.param("ANSWER", "over", Joined(), id="answered"),
        pytest.param("NOANSWER", "play:words", NobodyAnswered("rang out"), id="rang out"),
        pytest.param("BUSY", "play:words", NobodyAnswered("busy"), id="busy"),
        pytest.param("CHANUNAVAIL", "play:words", NobodyAnswered("not reached"), id="the desk is off"),
        pytest.param("CANCEL", "play:words", CallerLeft(), id="the caller hung up"),
    ],
)
async def test_the_dialplan_tells_of_a_humans_phone_and_asks_what_the_caller_hears(
    pbx: Operation, status: str, word: str, result: HandOverResult
) -> None:
    board = board_of(pbx)
    words: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    dialled = Dialled(CHANNEL, "words")
    board.audio["words"] = words
    board.put_up_dialled(dialled)
    first = (await post(pbx, HANDOVER, channel=CHANNEL, status=status)).text
    assert first == ("over" if word == "over" else "wait"), "the words are still being made"
    assert dialled.outcome.done() is not isinstance(result, NobodyAnswered), "nobody has heard the truth yet"
    words.set_result(b"RIFF")
    for _ in range(2):
        assert (await post(pbx, HANDOVER, channel=CHANNEL, status=status)).text == word
    assert await dialled.outcome == result
    assert (await post(pbx, HANDOVER, channel="17.9", status=status)).text == "over", "nothing is known of that one"


@pytest.mark.parametrize("failed", [True, False], ids=["the voice failed", "the file is gone"])
async def test_where_there_are_no_words_the_caller_hears_a_tone_and_that_is_known(pbx: Operation, failed: bool) -> None:
    board = board_of(pbx)
    dialled = Dialled(CHANNEL, "words")
    board.put_up_dialled(dialled)
    if failed:
        board.audio["words"] = asyncio.get_running_loop().create_future()
        board.audio["words"].set_exception(OSError("no voice"))
    assert (await post(pbx, HANDOVER, channel=CHANNEL, status="BUSY")).text == "over"
    assert (dialled.is_silent, await dialled.outcome) == (True, NobodyAnswered("busy"))


async def test_who_has_no_secret_learns_nothing_of_a_humans_phone(pbx: Operation) -> None:
    dialled = Dialled(CHANNEL, "words")
    board_of(pbx).put_up_dialled(dialled)
    answer = await post(pbx, HANDOVER, basic("another-secret-of-16"), channel=CHANNEL, status="BUSY")
    assert (answer.status_code, answer.text) == (403, "")
    assert not dialled.outcome.done()


class NoLines:
    """Lines that are never asked for anything."""

    async def call_human(self) -> str | None:
        raise AssertionError

    async def bridge(self) -> Bridge:
        raise AssertionError

    async def let_human_go(self) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("told", "words", "last_news_fit"),
    [
        pytest.param(
            [("PICKED_UP", ""), ("REPLY", "1"), ("ENTERED", "")], ["play", "join", "over"], True, id="takes it"
        ),
        pytest.param(
            [("PICKED_UP", ""), ("REPLY", ""), ("REPLY", "1")], ["play", "play", "join"], True, id="asked again"
        ),
        pytest.param([("PICKED_UP", ""), ("REPLY", "2")], ["play", "over"], True, id="another key"),
        pytest.param([("PICKED_UP", ""), ("REPLY", ""), ("REPLY", "")], ["play", "play", "over"], True, id="no key"),
        pytest.param([("PICKED_UP", ""), ("LEFT", "")], ["play", "over"], True, id="hangs up on the summary"),
        pytest.param([("NOANSWER", "")], ["over"], True, id="rings out"),
        pytest.param([("BUSY", "")], ["over"], True, id="busy"),
        pytest.param([("CHANUNAVAIL", "")], ["over"], True, id="the desk is off"),
        pytest.param([("ENTERED", "")], ["over"], False, id="out of turn"),
        pytest.param([("DANCE", "")], ["over"], False, id="an unknown word"),
    ],
)
async def test_a_person_hears_who_waits_and_takes_the_call_by_key(
    pbx: Operation, told: list[tuple[str, str]], words: list[str], last_news_fit: bool
) -> None:
    handover = WarmHandOver(NoLines(), answer_within_s=30)
    waiting = Waiting(handover, "summary", 3_600)
    board = board_of(pbx)
    key = board.put_up(waiting)
    if told[0][0] == "PICKED_UP":
        # While the summary is being made the dialplan is to ask again, and what fits is taken once.
        board.audio["summary"] = asyncio.get_running_loop().create_future()
        assert (await post(pbx, PERSON, handover=key, event="PICKED_UP")).text == "wait"
        board.audio["summary"].set_result(b"RIFF")
    heard = [
        (await post(pbx, PERSON, handover=key, event=event, digits=digits)).text.partition(":")
        for event, digits in told
    ]
    assert [word for word, _, _ in heard] == words
    assert {name for word, _, name in heard if word == "play"} <= {"summary"}
    assert {name for word, _, name in heard if word == "join"} <= {waiting.room}
    moved = handover.note(News.PICKED_UP)
    assert moved is not last_news_fit, "it is past the ringing unless nothing fitted"
    assert (await post(pbx, PERSON, handover="another key", event="PICKED_UP")).text == "over"
