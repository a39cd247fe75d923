"""What every telephony provider must do: Twilio's client and the simulator's on a carrier on loopback, and Asterisk.

What only Twilio's REST API knows (its queue, its numbered reports) is tried on the two clients that speak it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from telephony.call import CallStatus
from telephony.calls_rest import CallsAccount, CallsRestDialler
from telephony.errors import (
    DestinationRefused,
    OutcomeUnknown,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
    TelephonyError,
    UnsafeApiBase,
)
from telephony.provider import KeepsQueue
from telephony.providers.simulator.carrier import CarrierSetup
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.phone import HangUp, Phone
from telephony.providers.simulator.weather import Weather
from telephony.providers.twilio.rest import TwilioDialler
from telephony.providers.twilio.signature import SignatureChecker
from telephony.providers.twilio.twiml import reject
from tests.contracts.kinds import each_kind, each_kind_at_an_address
from tests.contracts.lines import CALLEE, CALLER_ID, ELSEWHERE, Ability, Callee, Kind, Setting
from tests.telephony.stage import (
    ACCOUNT,
    PUBLIC,
    TOKEN,
    Patient,
    Person,
    staged,
)

pytestmark = pytest.mark.timeout(30)

each_carrier = pytest.mark.parametrize(
    "make", [pytest.param(TwilioDialler, id="twilio"), pytest.param(SimulatorDialler, id="simulator")]
)
Make = type[CallsRestDialler]
REFUSALS: list[tuple[int, type[ProviderError], bool]] = [
    (429, RateLimited, True),
    (400, ProviderRefused, False),
    # Failed in the middle, or unavailable perhaps after placing it: nobody knows.
    (500, OutcomeUnknown, False),
    (503, OutcomeUnknown, False),
]


@each_kind
async def test_a_placed_call_rings_is_answered_talks_and_reports_each_state(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        call = await line.place("a-1")
        await line.talks()
        assert [each.provider_call_id for each in await line.provider.recent(to=CALLEE)] == [call]
        await line.person_leaves()
        await line.ended(call)
        assert line.told() == [CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.COMPLETED]
        assert line.streams == 1


@each_kind
@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        pytest.param(Callee.BUSY, CallStatus.BUSY, id="busy"),
        pytest.param(Callee.RINGS_OUT, CallStatus.NO_ANSWER, id="no answer"),
        pytest.param(Callee.UNREACHABLE, CallStatus.FAILED, id="failed"),
    ],
)
async def test_a_call_nobody_takes_attaches_nothing(kind: Kind, callee: Callee, expected: CallStatus) -> None:
    async with kind.open(Setting(callee)) as line:
        await line.ended(await line.place())
        assert (line.told()[-1], line.streams) == (expected, 0)


@each_kind
async def test_hanging_up_ends_the_call_and_may_be_repeated(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        call = await line.place()
        await line.talks()
        await line.provider.hang_up(call)
        await line.ended(call)
        await line.provider.hang_up(call)
        await line.provider.hang_up(line.unknown)
        assert line.told().count(CallStatus.COMPLETED) == 1


@each_kind_at_an_address
async def test_what_a_provider_says_of_its_queue_is_so(kind: Kind) -> None:
    provider = kind.at("http://127.0.0.1:1")
    assert isinstance(provider, KeepsQueue) is (Ability.KEEPS_QUEUE not in kind.lacks)
    await provider.aclose()


@each_carrier
async def test_a_call_that_waits_in_the_queue_can_be_taken_back_and_never_rings(make: Make) -> None:
    async with staged(make, Person(), weather=Weather(calls_per_s=0.001)) as stage:
        await stage.ended(await stage.provider.place(to=CALLEE, call_ref="first"))
        queued = await stage.provider.place(to=CALLEE, call_ref="second")
        assert (await stage.provider.recent(to=CALLEE))[0].status is CallStatus.QUEUED
        assert isinstance(stage.provider, KeepsQueue)
        assert await stage.provider.cancel(queued)
        call = await stage.ended(queued)
        assert call.history == [CallStatus.QUEUED, CallStatus.CANCELED]
        assert stage.bot.callbacks[-1]["CallStatus"] == "canceled"
        assert not await stage.provider.cancel(queued), "it is over"
        assert not await stage.provider.cancel("CA" + "f" * 32)


@each_kind
async def test_taking_back_never_ends_a_conversation(kind: Kind) -> None:
    kind.needs(Ability.KEEPS_QUEUE)
    async with kind.open(Setting()) as line:
        call = await line.place()
        await line.talks()
        assert isinstance(line.provider, KeepsQueue)
        assert not await line.provider.cancel(call)
        assert CallStatus.COMPLETED not in line.told()
        await line.provider.hang_up(call)
        await line.ended(call)


@each_kind
async def test_a_refused_destination_sends_nothing(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        # A request would have taken this refusal.
        line.refuse(500)
        for number in ("+19005551234", "190", "+5511987654321,,900", ""):
            with pytest.raises(DestinationRefused):
                await line.provider.place(to=number, call_ref="r-1")
        assert line.is_refusal_left
        assert await line.calls() == 0


@each_kind
async def test_a_refusal_is_typed_and_never_repeated_blindly(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        for http_status, error, retryable in REFUSALS:
            line.refuse(http_status)
            with pytest.raises(error) as refusal:
                await line.provider.place(to=CALLEE, call_ref="r-1")
            # One request was made: a second one would have found nothing in its way and placed a call.
            assert not line.is_refusal_left
            assert await line.calls() == 0
            assert refusal.value.retryable is retryable
            assert CALLEE not in str(refusal.value)


@each_kind_at_an_address
async def test_an_api_that_is_not_there_is_told_from_one_that_gives_no_answer(kind: Kind) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    dialler = kind.at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(OutcomeUnknown):
        await dialler.place(to=CALLEE, call_ref="r-1")
    server.close()
    await server.wait_closed()
    with pytest.raises(ProviderUnreachable) as refusal:
        await dialler.place(to=CALLEE, call_ref="r-1")
    assert refusal.value.retryable
    await dialler.aclose()


@each_kind
async def test_calls_to_a_number_are_found_newest_first(kind: Kind) -> None:
    async with kind.open(Setting(Callee.RINGS_OUT)) as line:
        calls = [await line.place(ref) for ref in ("a", "b")]
        found = await line.provider.recent(to=CALLEE)
        assert [each.provider_call_id for each in found] == calls[::-1]
        assert await line.provider.recent(to=ELSEWHERE) == []
        for call in calls:
            await line.ended(call)


@each_kind
async def test_calls_that_are_over_are_found_again(kind: Kind) -> None:
    kind.needs(Ability.REMEMBERS_CALLS)
    async with kind.open(Setting(Callee.BUSY)) as line:
        call = await line.place()
        await line.ended(call)
        [found] = await line.provider.recent(to=CALLEE)
        assert (found.provider_call_id, found.status) == (call, CallStatus.BUSY)


@each_kind
async def test_wrong_credentials_place_nothing(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        stranger = line.stranger()
        with pytest.raises(ProviderRefused) as refusal:
            await stranger.place(to=CALLEE, call_ref="r-1")
        await stranger.aclose()
        assert refusal.value.status == 401
        assert await line.calls() == 0


@each_kind
async def test_the_bot_closing_the_stream_hangs_up_the_line(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        call = await line.place()
        await line.talks()
        await line.bot_leaves()
        await line.ended(call)
        assert line.told()[-1] is CallStatus.COMPLETED


@each_kind
async def test_a_person_who_vanishes_without_a_word_can_be_hung_up_on(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        call = await line.place()
        await line.talks()
        await line.person_leaves(silently=True)
        await line.provider.hang_up(call)
        await line.ended(call)
        assert line.told()[-1] is CallStatus.COMPLETED


@each_carrier
async def test_a_person_whose_connection_is_torn_down_completes_the_call(make: Make) -> None:
    class Leaver(Person):
        async def talk(self, phone: Phone) -> None:
            await phone.hang_up(HangUp.RESET)

    async with staged(make, Leaver()) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="r")
        assert (await stage.ended(sid)).status is CallStatus.COMPLETED


@each_kind
async def test_the_provider_ends_a_call_that_outlasts_its_limit(kind: Kind) -> None:
    async with kind.open(Setting(limit_s=3)) as line:
        call = await line.place()
        await line.talks()
        await line.ended(call)
        assert line.told()[-1] is CallStatus.COMPLETED


@each_kind
async def test_a_person_who_calls_reaches_the_bot(kind: Kind) -> None:
    async with kind.open(Setting()) as line:
        call = await line.called_by_person()
        await line.talks()
        await line.person_leaves()
        await line.ended(call)
        assert line.streams == 1


@each_carrier
async def test_the_carrier_reports_with_its_numbers_and_our_reference(make: Make) -> None:
    person = Person()
    async with staged(make, person) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="ref 1&2")
        call = await stage.ended(sid)
        assert [(c["CallStatus"], c["SequenceNumber"]) for c in stage.bot.callbacks] == [
            ("initiated", "0"),
            ("ringing", "1"),
            ("in-progress", "2"),
            ("completed", "3"),
        ]
        assert set(stage.bot.references) == {"ref 1&2"}
        assert (stage.bot.refused, call.failure) == (0, None)
        assert [(s.call_sid, s.account_sid, s.parameters["token"]) for s in stage.bot.starts] == [(sid, ACCOUNT, sid)]
        assert person.hears == pytest.approx(0.2, abs=0.1)


@each_carrier
async def test_the_duration_of_a_call_cut_at_its_limit_is_the_limit(make: Make) -> None:
    async with staged(make, Patient()) as stage:
        dialler = make(replace(stage.account, time_limit_s=1))
        await stage.ended(await dialler.place(to=CALLEE, call_ref="r"))
        await dialler.aclose()
        assert stage.bot.callbacks[-1]["CallDuration"] == "1"


async def test_a_person_who_fails_is_seen_on_the_call() -> None:
    class Broken(Person):
        async def talk(self, phone: Phone) -> None:
            raise ZeroDivisionError

    async with staged(SimulatorDialler, Broken()) as stage:
        call = await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert (call.status, call.failure) == (CallStatus.COMPLETED, "ZeroDivisionError")


async def test_an_incoming_call_reaches_the_bot_or_is_declined() -> None:
    person = Person()
    async with staged(SimulatorDialler, person) as stage:
        answered = stage.carrier.place_inbound(CALLEE, CALLER_ID)
        await answered.ended.wait()
        stage.bot.answer = reject(busy=True)
        declined = stage.carrier.place_inbound(CALLEE, CALLER_ID)
        await declined.ended.wait()
        assert (answered.status, declined.status) == (CallStatus.COMPLETED, CallStatus.BUSY)
        assert person.hears > 0
        assert {(c["From"], c["To"], c["Direction"]) for c in stage.bot.callbacks} == {(CALLEE, CALLER_ID, "inbound")}


async def test_callbacks_may_come_several_times_and_backwards() -> None:
    async with staged(SimulatorDialler, Person(), report_copies=2, are_reports_reversed=True) as stage:
        await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert [(c["CallStatus"], c["SequenceNumber"]) for c in stage.bot.callbacks] == [
            (status, str(number))
            for number, status in [(3, "completed"), (2, "in-progress"), (1, "ringing"), (0, "initiated")]
            for _ in range(2)
        ]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("<html>500</html>", id="no TwiML"),
        pytest.param(
            '<Response><Connect><Stream url="wss://far.example/m"/></Connect></Response>', id="off the machine"
        ),
    ],
)
async def test_a_call_whose_webhook_is_wrong_ends_with_a_failure(answer: str) -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        stage.bot.answer = answer
        call = await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert call.failure in {"InvalidTwiml", "NotRouted"}
        assert call.status is CallStatus.COMPLETED


async def test_a_bot_that_checks_another_url_or_token_attaches_nothing() -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        stage.bot.checker = SignatureChecker(PUBLIC, ["another-token"])
        call = await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert (call.failure, stage.bot.starts) == ("WebhookFailed", [])
        assert stage.bot.refused > 0


@pytest.mark.parametrize(
    ("make", "api_base"),
    [
        pytest.param(SimulatorDialler, None, id="simulator: the vendor itself"),
        pytest.param(SimulatorDialler, "https://api.twilio.com", id="simulator: the vendor by name"),
        pytest.param(SimulatorDialler, "http://127.0.0.1.evil.example", id="simulator: a look-alike"),
        pytest.param(SimulatorDialler, "http://127.0.0.1@evil.example", id="simulator: user info"),
        pytest.param(TwilioDialler, "http://evil.example", id="twilio: somewhere else"),
        pytest.param(TwilioDialler, "http://api.twilio.com", id="twilio: without TLS"),
        pytest.param(TwilioDialler, "https://eviltwilio.com", id="twilio: a look-alike"),
    ],
)
def test_credentials_and_calls_go_nowhere_else(make: Make, api_base: str | None) -> None:
    with pytest.raises(UnsafeApiBase):
        make(CallsAccount(ACCOUNT, TOKEN, CALLER_ID, "https://v", "https://s", api_base))


@each_kind_at_an_address
async def test_only_the_simulator_says_it_is_not_real(kind: Kind) -> None:
    provider = kind.at("http://127.0.0.1:1")
    assert (provider.name, provider.real) == (kind.name, kind.name != "simulator")
    await provider.aclose()


def test_secrets_and_numbers_are_not_in_reprs() -> None:
    account = CallsAccount(ACCOUNT, TOKEN, CALLER_ID, "https://v", "https://s")
    setup = CarrierSetup(account_sid=ACCOUNT, auth_token=TOKEN)
    assert not any(secret in repr(value) for value in (account, setup) for secret in (TOKEN, CALLER_ID))
    assert issubclass(UnsafeApiBase, TelephonyError)
