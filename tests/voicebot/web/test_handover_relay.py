"""The doors of hand-overs where another gateway may hold the call, with the letters in memory."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field

import pytest

from telephony.transfer import end_call, say_and_end
from voicebot.application.handover import NOBODY_CAME
from voicebot.application.handover_call import Joined
from voicebot.application.handover_letters import Answer, Arrived, Letter, name_for
from voicebot.application.ports import RecordsUnavailable
from voicebot.bootstrap.handover_post import keep_answering
from voicebot.web import asterisk_people, handover_routes
from voicebot.web.asterisk_people import HANDOVER, PERSON
from voicebot.web.handover_board import AUDIO, Dialled, HandoverBoard
from voicebot.web.handover_doors import HandoverDoors
from voicebot.web.handover_routes import ENDED, PICKED_UP, REPLY, STATUS

CALL, CHANNEL = str(uuid.uuid4()), "vb-a-1"
HERE = {**handover_routes.HERE, **asterisk_people.HERE}


@dataclass
class MemoryLetters:
    """Between two gateways; the database may be away."""

    is_away: bool = False
    patience_s: float = 10.0
    asked: list[Letter] = field(default_factory=list)
    waiting: list[Arrived] = field(default_factory=list)
    answers: dict[uuid.UUID, asyncio.Future[Answer]] = field(default_factory=dict)

    async def ask(self, letter: Letter, *, within_s: float) -> Answer | None:
        if self.is_away:
            raise RecordsUnavailable("away")
        self.asked.append(letter)
        arrived = Arrived(uuid.uuid4(), letter)
        self.waiting.append(arrived)
        coming: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.answers[arrived.id] = coming
        try:
            async with asyncio.timeout(min(within_s, self.patience_s)):
                return await coming
        except TimeoutError:
            return None

    async def taken(self) -> tuple[Arrived, ...]:
        if self.is_away:
            raise RecordsUnavailable("away")
        found, self.waiting = tuple(self.waiting), []
        return found

    async def answer(self, letter_id: uuid.UUID, answer: Answer) -> None:
        self.answers[letter_id].set_result(answer)


class Two:
    """The gateway that holds the call, and the one that is asked."""

    def __init__(self) -> None:
        self.letters = MemoryLetters()
        self.holder, self.asked = (
            HandoverDoors(HandoverBoard("https://bot.example"), HERE, self.letters) for _ in range(2)
        )


@pytest.fixture
def two() -> Two:
    return Two()


async def test_the_dialplan_is_answered_for_another_gateways_call(two: Two) -> None:
    board = two.holder.board
    words: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    words.set_result(b"RIFF")
    dialled = Dialled(CHANNEL, board.offer_audio(words, CALL), call_id=CALL)
    board.put_up_dialled(dialled)
    chore = asyncio.create_task(keep_answering(two.holder))
    said = await two.asked.take(HANDOVER, CHANNEL, {"channel": CHANNEL, "status": "ANSWER", "From": "+5511988880001"})
    assert (said.status_code, bytes(said.body)) == (200, b"over")
    assert dialled.outcome.result() == Joined()
    heard = await two.asked.take(AUDIO, dialled.last_words)
    assert (heard.media_type, bytes(heard.body)) == ("audio/wav", b"RIFF")
    assert dict(two.letters.asked[0].form) == {"channel": CHANNEL, "status": "ANSWER"}, "no number goes along"
    chore.cancel()
    await asyncio.wait({chore})


@pytest.mark.parametrize("is_away", [True, False], ids=["the database is away", "nobody answers"])
@pytest.mark.parametrize(
    ("door", "status", "words"),
    [
        (PICKED_UP, 200, end_call()),
        (REPLY, 200, end_call()),
        (STATUS, 204, ""),
        (ENDED, 200, say_and_end(NOBODY_CAME)),
        (AUDIO, 404, ""),
        (PERSON, 200, "over"),
        (HANDOVER, 200, "over"),
    ],
)
async def test_what_nobody_answers_for_is_answered_as_what_nobody_knows(
    two: Two, door: str, status: int, words: str, *, is_away: bool
) -> None:
    two.letters.is_away, two.letters.patience_s = is_away, 0.05
    said = await two.asked.take(door, name_for(CALL, "secret"), {"DialCallStatus": "busy"})
    assert (said.status_code, bytes(said.body).decode()) == (status, words)


async def test_a_database_that_is_away_stops_no_chore(two: Two) -> None:
    board = two.holder.board
    name = board.offer_audio(asyncio.get_running_loop().create_future(), CALL)
    board.audio[name].set_result(b"RIFF")
    two.letters.is_away = True
    chore = asyncio.create_task(keep_answering(two.holder))
    done, _ = await asyncio.wait({chore}, timeout=0.5)
    assert not done
    two.letters.is_away = False
    assert bytes((await two.asked.take(AUDIO, name)).body) == b"RIFF"
    chore.cancel()
    await asyncio.wait({chore})


@pytest.mark.parametrize("door", ["", "/", "/console/calls", "/telephony/twilio/voice"])
async def test_a_letter_opens_no_other_door(two: Two, door: str) -> None:
    assert await two.holder.answer(Letter(door, CHANNEL, {})) == Answer(404, None, b"")


async def test_a_gateway_asks_nobody_of_what_is_its_own(two: Two) -> None:
    board = two.asked.board
    board.put_up_dialled(Dialled(CHANNEL, "words", call_id=CALL))
    await two.asked.take(HANDOVER, CHANNEL, {"channel": CHANNEL, "status": "CANCEL"})
    await two.asked.take(HANDOVER, "", {})
    assert two.letters.asked == []
