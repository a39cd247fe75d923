"""What every telephony provider must do when a live call goes to a human, by the vendor's client, on loopback."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest

from telephony.call import CallStatus
from telephony.calls_rest import CallsRestDialler
from telephony.codecs import Int16
from telephony.errors import (
    CallGone,
    DestinationRefused,
    InvalidTwiml,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    RateLimited,
)
from telephony.providers.simulator.calls import CarriedCall, PickUp
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.ears import Heard
from telephony.providers.simulator.human import Human, HumanDesk, HumanLine
from telephony.providers.simulator.phone import EndedBy, Phone
from telephony.providers.twilio.rest import TwilioDialler
from tests.telephony.providers.simulator.bot import tone, until
from tests.telephony.stage import AFTER, CALLEE, CALLER_ID, Patient, Person, Stage, staged

pytestmark = pytest.mark.timeout(30)

DESK = "+551130009999"
VOICE = tone(400, hz=900)
AT_ONCE = PickUp(rings=0)
Make = type[CallsRestDialler]
each_provider = pytest.mark.parametrize(
    "make", [pytest.param(TwilioDialler, id="twilio"), pytest.param(SimulatorDialler, id="simulator")]
)


class Listener(Person):
    """Talks with the bot; once it is gone, hears one utterance more and hangs up, if it is not hung up on."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        self.from_human: Heard | None = None

    async def talk(self, phone: Phone) -> None:
        await super().talk(phone)
        self.ready.set()
        self.from_human = await phone.listen(silence_ms=200, timeout_s=10)
        await phone.say(tone(100))


@asynccontextmanager
async def talking(make: Make, person: Person, human: Human | None = None) -> AsyncIterator[tuple[Stage, CarriedCall]]:
    """Give a call that has reached the bot."""
    async with staged(make, person, human=human) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="r")
        call = stage.carrier.calls[sid]
        await until(lambda: call.phone is not None and call.phone.at_s >= 0.04)
        yield stage, call


def loudest_hz(pcm: Int16) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.astype(np.float64)))
    return float(np.argmax(spectrum) * 8_000 / pcm.size)


def wav(pcm: Int16) -> bytes:
    with io.BytesIO() as made:
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            file.writeframes(pcm.astype("<i2").tobytes())
        return made.getvalue()


def kinds(call: CarriedCall) -> list[str]:
    return [] if call.phone is None else [event.kind for event in call.phone.tape.events]


@each_provider
async def test_a_human_takes_over_and_the_person_hears_them_on_the_same_phone(make: Make) -> None:
    person = Listener()
    async with talking(make, person, HumanDesk([VOICE], AT_ONCE)) as (stage, call):
        await person.ready.wait()
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await call.human_joined.wait()
        await stage.ended(call.sid)
        assert call.phone is not None
        assert (call.transferred_to, call.failure, call.status) == (DESK, None, CallStatus.COMPLETED)
        assert kinds(call) == ["start", "transferred", "human joined", "over"]
        assert call.phone.ended_by is EndedBy.PHONE
        assert person.from_human is not None
        assert person.from_human.audio.size / 8 == pytest.approx(VOICE.size / 8, abs=60)
        assert loudest_hz(person.from_human.audio) == pytest.approx(900, abs=10)


@each_provider
async def test_the_bot_sees_stop_and_then_the_socket_close(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk([VOICE], AT_ONCE, stays_s=0.1)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        await stage.bot.gone.wait()
        assert [event for event in stage.bot.events if event != "media"] == ["stop"]
        assert stage.bot.events[-1] == "stop"
        assert stage.bot.close_code == 1000


@each_provider
async def test_the_call_completes_when_the_human_hangs_up(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk([VOICE], AT_ONCE, stays_s=0.2)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.phone is not None
        assert (call.phone.ended_by, call.status) == (EndedBy.HUMAN, CallStatus.COMPLETED)
        assert [c["CallStatus"] for c in stage.bot.callbacks].count("completed") == 1


@each_provider
@pytest.mark.parametrize(
    "human",
    [
        pytest.param(None, id="nobody works there"),
        pytest.param(HumanDesk([VOICE], PickUp(CallStatus.BUSY)), id="busy"),
        pytest.param(HumanDesk([VOICE], PickUp(rings=7)), id="answered after 35 s, when a dial gives up at 30"),
    ],
)
async def test_where_no_human_answers_the_person_hears_so_before_the_call_ends(make: Make, human: Human | None) -> None:
    person = Listener()
    async with talking(make, person, human) as (stage, call):
        stage.bot.last_words = wav(VOICE)
        await person.ready.wait()
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.phone is not None
        assert kinds(call) == ["start", "transferred", "human did not answer", "over"]
        assert (call.phone.ended_by, call.status) == (EndedBy.CARRIER, CallStatus.COMPLETED)
        assert person.from_human is not None
        assert loudest_hz(person.from_human.audio) == pytest.approx(900, abs=10)
        assert not call.human_joined.is_set()
        assert call.failure is None
        [asked] = stage.bot.dialled
        assert (asked["CallSid"], asked["DialCallStatus"] in {"busy", "no-answer"}) == (call.sid, True)


@each_provider
async def test_the_bot_is_told_of_a_human_who_answers_when_they_do(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk([VOICE], AT_ONCE, stays_s=0.2)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await call.human_joined.wait()
        assert [(told["CallStatus"], told["ParentCallSid"]) for told in stage.bot.dialled] == [
            ("in-progress", call.sid)
        ]
        await stage.ended(call.sid)
        await until(lambda: len(stage.bot.dialled) == 2)
        assert stage.bot.dialled[-1]["DialCallStatus"] == "completed"


@each_provider
async def test_who_hangs_up_while_it_rings_is_not_taken_for_somebody_nobody_answered(make: Make) -> None:
    class Leaver(Person):
        async def talk(self, phone: Phone) -> None:
            await phone.listen(timeout_s=0.3)

    async with staged(make, Leaver(), human=HumanDesk([VOICE], PickUp(rings=6)), ring_s=5.0) as stage:
        call = stage.carrier.place_inbound(CALLEE, CALLER_ID)
        await until(lambda: call.phone is not None and call.phone.at_s >= 0.04)
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        await until(lambda: bool(stage.bot.dialled))
        assert [(told["DialCallStatus"], told["CallStatus"]) for told in stage.bot.dialled] == [
            ("canceled", "completed")
        ]


@each_provider
async def test_a_call_that_is_over_or_unknown_is_gone(make: Make) -> None:
    async with staged(make, Person()) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="r")
        call = await stage.ended(sid)
        for gone in (sid, "CA" + "f" * 32):
            with pytest.raises(CallGone) as refusal:
                await stage.provider.transfer(gone, to=DESK, after=AFTER)
            assert not refusal.value.retryable
            assert DESK not in str(refusal.value)
        assert call.transferred_to is None


@each_provider
async def test_a_call_goes_to_a_human_once(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk(on_ring=AT_ONCE)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        with pytest.raises(CallGone):
            await stage.provider.transfer(call.sid, to="+551130008888", after=AFTER)
        await call.human_joined.wait()
        assert call.transferred_to == DESK
        await stage.provider.hang_up(call.sid)
        await stage.ended(call.sid)
        assert call.status is CallStatus.COMPLETED


@each_provider
@pytest.mark.parametrize("number", ["+19005551234", "190", "+551130009999</Number><Number>+551130008888", ""])
async def test_a_refused_number_sends_nothing(make: Make, number: str) -> None:
    async with talking(make, Patient()) as (stage, call):
        # A request would have taken this refusal.
        stage.carrier.refusals = [500]
        with pytest.raises(DestinationRefused):
            await stage.provider.transfer(call.sid, to=number, after=AFTER)
        assert stage.carrier.refusals == [500]
        assert call.transferred_to is None


@each_provider
@pytest.mark.parametrize(
    ("http_status", "error"),
    [
        pytest.param(429, RateLimited, id="too fast"),
        pytest.param(400, ProviderRefused, id="refused"),
        pytest.param(500, OutcomeUnknown, id="failed, perhaps after redirecting"),
    ],
)
async def test_a_refused_transfer_is_typed_asked_once_and_leaves_the_call_with_the_bot(
    make: Make, http_status: int, error: type[ProviderError]
) -> None:
    async with talking(make, Patient()) as (stage, call):
        stage.carrier.refusals = [http_status]
        with pytest.raises(error) as refusal:
            await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        assert not isinstance(refusal.value, CallGone)
        assert (stage.carrier.refusals, call.transferred_to) == ([], None)
        assert call.phone is not None
        assert not call.phone.is_over


@each_provider
@pytest.mark.parametrize(
    ("caller_id", "error"),
    [
        pytest.param("+551130007777", ProviderRefused, id="a number of neither end"),
        pytest.param('+551130001000" record="do-not-record', InvalidTwiml, id="TwiML"),
    ],
)
async def test_a_caller_id_that_is_not_ours_is_refused(make: Make, caller_id: str, error: type[Exception]) -> None:
    async with talking(make, Patient()) as (stage, call):
        dialler = make(replace(stage.account, caller_id=caller_id))
        with pytest.raises(error):
            await dialler.transfer(call.sid, to=DESK, after=AFTER)
        await dialler.aclose()
        assert call.transferred_to is None


@each_provider
async def test_an_inbound_call_is_transferred_too(make: Make) -> None:
    async with staged(make, Patient(), human=HumanDesk([VOICE], AT_ONCE, stays_s=0.1)) as stage:
        call = stage.carrier.place_inbound(CALLEE, CALLER_ID)
        await until(lambda: call.phone is not None and call.phone.at_s >= 0.04)
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.human_joined.is_set()


@each_provider
async def test_the_talk_with_the_human_has_time_of_its_own(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk(on_ring=AT_ONCE, stays_s=60)) as (stage, call):
        dialler = make(replace(stage.account, time_limit_s=900, human_time_limit_s=1))
        await dialler.transfer(call.sid, to=DESK, after=AFTER)
        assert call.time_limit_s == 901
        await dialler.aclose()
        await stage.ended(call.sid)
        assert call.phone is not None
        assert call.phone.ended_by is EndedBy.CARRIER


async def test_the_limit_of_the_bots_talk_does_not_cut_the_humans() -> None:
    async with staged(SimulatorDialler, Patient(), human=HumanDesk(on_ring=AT_ONCE, stays_s=1.2)) as stage:
        dialler = SimulatorDialler(replace(stage.account, time_limit_s=1))
        call = stage.carrier.calls[await dialler.place(to=CALLEE, call_ref="r")]
        await until(lambda: call.phone is not None and call.phone.at_s >= 0.04)
        await dialler.transfer(call.sid, to=DESK, after=AFTER)
        await dialler.aclose()
        await stage.ended(call.sid)
        assert call.phone is not None
        assert call.phone.ended_by is EndedBy.HUMAN


async def test_a_person_in_the_middle_of_a_word_is_not_cut_off_by_the_transfer() -> None:
    class Talker(Person):
        async def talk(self, phone: Phone) -> None:
            await phone.say(tone(600))
            await phone.press("1")
            self.hears = 1.0

    person = Talker()
    async with talking(SimulatorDialler, person, HumanDesk([VOICE], AT_ONCE)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert (person.hears, call.failure) == (1.0, None)


async def test_the_recording_has_the_human_in_the_bots_place() -> None:
    person = Listener()
    async with talking(SimulatorDialler, person, HumanDesk([VOICE], AT_ONCE)) as (stage, call):
        await person.ready.wait()
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.phone is not None
        at_s = next(event.at_s for event in call.phone.tape.events if event.kind == "human joined")
        caller, far = call.phone.recording()
        assert caller.size == far.size
        assert loudest_hz(far[round(at_s * 8_000) :]) == pytest.approx(900, abs=10)
        assert loudest_hz(far[: round(at_s * 8_000)]) == pytest.approx(400, abs=10)


async def test_a_human_is_told_when_the_person_hangs_up_in_the_middle_of_a_word() -> None:
    class Leaver(Person):
        async def talk(self, phone: Phone) -> None:
            heard = await phone.listen(timeout_s=0.3)
            self.hears = 0.0 if heard is None else heard.audio.size / 8_000

    async with talking(SimulatorDialler, Leaver(), HumanDesk([tone(20_000)], AT_ONCE)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.phone is not None
        assert (call.phone.ended_by, call.failure) == (EndedBy.PHONE, None)


async def test_a_human_who_fails_is_seen_on_the_call() -> None:
    class Broken:
        def pick_up(self, call: CarriedCall) -> PickUp:
            return AT_ONCE

        async def talk(self, line: HumanLine) -> None:
            raise ZeroDivisionError

    async with talking(SimulatorDialler, Patient(), Broken()) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert (call.status, call.failure) == (CallStatus.COMPLETED, "ZeroDivisionError")


def test_the_hand_off_number_is_not_in_reprs() -> None:
    call = CarriedCall(to=CALLEE, from_=CALLER_ID, direction="inbound", voice_url="http://x", transferred_to=DESK)
    assert DESK not in repr(call)
