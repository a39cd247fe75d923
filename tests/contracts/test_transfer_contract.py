"""What every telephony provider must do when a live call goes to a human; what a carrier alone does is tried apart."""

from __future__ import annotations

import asyncio
import time
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
from telephony.transfer import AfterDial
from tests.contracts.kinds import each_kind
from tests.contracts.lines import CALLEE, CALLER_ID, DESK, Ability, Desk, Kind, Line, OfDesk, Setting
from tests.telephony.providers.asterisk.pbx import wav_bytes
from tests.telephony.providers.simulator.bot import tone, until
from tests.telephony.stage import PUBLIC, Patient, Person, Stage, staged

pytestmark = pytest.mark.timeout(30)

VOICE = tone(400, hz=900)
AT_ONCE = PickUp(rings=0)
Make = type[CallsRestDialler]
AFTER = AfterDial(f"{PUBLIC}/ended", f"{PUBLIC}/answered", ring_s=5)
ANOTHER_DESK = "+551130008888"
WITH_A_HUMAN = Setting()
REFUSALS: list[tuple[int, type[ProviderError]]] = [
    (429, RateLimited),
    (400, ProviderRefused),
    # Failed, perhaps after redirecting.
    (500, OutcomeUnknown),
]
ODD_CALLER_IDS: list[tuple[str, type[Exception]]] = [
    ("+551130007777", ProviderRefused),
    ('+551130001000" record="do-not-record', InvalidTwiml),
]
each_carrier = pytest.mark.parametrize(
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


def kinds(call: CarriedCall) -> list[str]:
    return [] if call.phone is None else [event.kind for event in call.phone.tape.events]


@asynccontextmanager
async def with_the_bot(kind: Kind, setting: Setting = WITH_A_HUMAN) -> AsyncIterator[tuple[Line, str]]:
    """Give a line on which the person talks with the bot, and the call."""
    async with kind.open(setting) as line:
        call = await line.place()
        await line.talks()
        yield line, call


@each_kind
async def test_a_human_takes_over_and_the_person_hears_them_on_the_same_phone(kind: Kind) -> None:
    async with with_the_bot(kind) as (line, call):
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.streams_over()
        await line.person_hears_human()
        assert line.told_of_desk() == [OfDesk.ANSWERED], "told when they answer, not when they go"
        await line.person_leaves()
        await line.ended(call)
        assert (line.streams, line.told_of_desk()) == (1, [OfDesk.ANSWERED])


@each_kind
async def test_the_call_completes_when_the_human_hangs_up(kind: Kind) -> None:
    async with with_the_bot(kind) as (line, call):
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.person_hears_human()
        await line.human_leaves()
        await line.ended(call)
        assert line.told().count(CallStatus.COMPLETED) == 1


@each_kind
@pytest.mark.parametrize(
    ("desk", "told"),
    [
        pytest.param(Desk.BUSY, OfDesk.BUSY, id="busy"),
        pytest.param(Desk.RINGS_OUT, OfDesk.RANG_OUT, id="rings out"),
    ],
)
async def test_where_no_human_answers_the_person_hears_so_before_the_call_ends(
    kind: Kind, desk: Desk, told: OfDesk
) -> None:
    async with with_the_bot(kind, Setting(desk=desk)) as (line, call):
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.desk_rings()
        await line.ended(call)
        assert line.told_of_desk() == [told]
        assert await line.person_heard_last_words()


@each_kind
async def test_who_hangs_up_while_it_rings_is_not_taken_for_somebody_nobody_answered(kind: Kind) -> None:
    async with with_the_bot(kind, Setting(desk=Desk.RINGS_OUT)) as (line, call):
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.desk_rings()
        await line.person_leaves()
        await line.ended(call)
        await until(lambda: bool(line.told_of_desk()))
        assert line.told_of_desk() == [OfDesk.CALLER_LEFT]


@each_kind
async def test_a_call_that_is_over_or_unknown_is_gone(kind: Kind) -> None:
    async with with_the_bot(kind) as (line, call):
        await line.person_leaves()
        await line.ended(call)
        for gone in (call, line.unknown):
            with pytest.raises(CallGone) as refusal:
                await line.provider.transfer(gone, to=DESK, after=AFTER)
            assert not refusal.value.retryable
            assert DESK not in str(refusal.value)
        assert line.told_of_desk() == []


@each_kind
async def test_a_call_goes_to_a_human_once(kind: Kind) -> None:
    async with with_the_bot(kind) as (line, call):
        await line.provider.transfer(call, to=DESK, after=AFTER)
        with pytest.raises(CallGone):
            await line.provider.transfer(call, to=ANOTHER_DESK, after=AFTER)
        await line.person_hears_human()
        with pytest.raises(CallGone):
            await line.provider.transfer(call, to=ANOTHER_DESK, after=AFTER)
        assert line.told_of_desk() == [OfDesk.ANSWERED]
        await line.provider.hang_up(call)
        await line.ended(call)


@each_kind
async def test_a_refused_number_sends_nothing(kind: Kind) -> None:
    async with with_the_bot(kind) as (line, call):
        # A request would have taken this refusal.
        line.refuse(500)
        for number in ("+19005551234", "190", "+551130009999</Number><Number>+551130008888", ""):
            with pytest.raises(DestinationRefused):
                await line.provider.transfer(call, to=number, after=AFTER)
        assert line.is_refusal_left


@each_kind
async def test_a_refused_transfer_is_typed_asked_once_and_leaves_the_call_with_the_bot(kind: Kind) -> None:
    async with with_the_bot(kind) as (line, call):
        for http_status, error in REFUSALS:
            line.refuse(http_status)
            with pytest.raises(error) as refusal:
                await line.provider.transfer(call, to=DESK, after=AFTER)
            assert not isinstance(refusal.value, CallGone)
            assert not line.is_refusal_left
        assert (line.told_of_desk(), CallStatus.COMPLETED in line.told()) == ([], False)
        await line.bot_leaves()
        await line.ended(call)


@each_kind
async def test_an_inbound_call_is_transferred_too(kind: Kind) -> None:
    async with kind.open(WITH_A_HUMAN) as line:
        call = await line.called_by_person()
        await line.talks()
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.person_hears_human()
        await line.human_leaves()
        await line.ended(call)
        assert line.told_of_desk() == [OfDesk.ANSWERED]


@each_kind
async def test_the_talk_with_the_human_has_a_limit_of_its_own(kind: Kind) -> None:
    async with with_the_bot(kind, Setting(human_limit_s=3)) as (line, call):
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.person_hears_human()
        await line.ended(call)


@each_kind
async def test_the_limit_of_the_bots_talk_does_not_cut_the_humans(kind: Kind) -> None:
    async with with_the_bot(kind, Setting(limit_s=5)) as (line, call):
        began = time.monotonic()
        await line.provider.transfer(call, to=DESK, after=AFTER)
        await line.person_hears_human()
        await until(lambda: time.monotonic() - began > 5.5)
        assert await line.calls() > 0
        await line.human_leaves()
        await line.ended(call)


@each_kind
async def test_a_caller_id_that_is_not_ours_is_refused(kind: Kind) -> None:
    kind.needs(Ability.JUDGES_CALLER_ID)
    make = TwilioDialler if kind.name == "twilio" else SimulatorDialler
    for caller_id, error in ODD_CALLER_IDS:
        async with talking(make, Patient()) as (stage, call):
            dialler = make(replace(stage.account, caller_id=caller_id))
            with pytest.raises(error):
                await dialler.transfer(call.sid, to=DESK, after=AFTER)
            await dialler.aclose()
            assert call.transferred_to is None


@each_carrier
async def test_the_bot_sees_stop_and_then_the_socket_close(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk([VOICE], AT_ONCE, stays_s=0.1)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        await stage.bot.gone.wait()
        assert [event for event in stage.bot.events if event != "media"] == ["stop"]
        assert stage.bot.events[-1] == "stop"
        assert stage.bot.close_code == 1000


@each_carrier
async def test_a_carrier_names_the_call_that_was_dialled_for(make: Make) -> None:
    async with talking(make, Patient(), HumanDesk([VOICE], AT_ONCE, stays_s=0.2)) as (stage, call):
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await call.human_joined.wait()
        assert [(told["CallStatus"], told["ParentCallSid"]) for told in stage.bot.dialled] == [
            ("in-progress", call.sid)
        ]
        await stage.ended(call.sid)
        await until(lambda: len(stage.bot.dialled) == 2)
        assert stage.bot.dialled[-1]["DialCallStatus"] == "completed"


@each_carrier
async def test_the_phone_s_own_record_tells_of_the_transfer(make: Make) -> None:
    person = Listener()
    async with talking(make, person, HumanDesk([VOICE], AT_ONCE)) as (stage, call):
        await person.ready.wait()
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.phone is not None
        assert (call.transferred_to, call.failure, call.status) == (DESK, None, CallStatus.COMPLETED)
        assert kinds(call) == ["start", "transferred", "human joined", "over"]
        assert call.phone.ended_by is EndedBy.PHONE
        assert person.from_human is not None
        assert person.from_human.audio.size / 8 == pytest.approx(VOICE.size / 8, abs=60)


async def test_where_nobody_works_the_carrier_says_so() -> None:
    person = Listener()
    async with talking(SimulatorDialler, person, None) as (stage, call):
        stage.bot.last_words = wav_bytes(VOICE)
        await person.ready.wait()
        await stage.provider.transfer(call.sid, to=DESK, after=AFTER)
        await stage.ended(call.sid)
        assert call.phone is not None
        assert kinds(call) == ["start", "transferred", "human did not answer", "over"]
        assert (call.phone.ended_by, call.status) == (EndedBy.CARRIER, CallStatus.COMPLETED)


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
