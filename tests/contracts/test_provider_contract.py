"""What every telephony provider must do, tried on each of them against a carrier on loopback and a bot that echoes."""

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
from telephony.provider import KeepsQueue, Provider
from telephony.providers.simulator.calls import CarriedCall, PickUp
from telephony.providers.simulator.carrier import CarrierSetup
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.phone import EndedBy, HangUp, Phone
from telephony.providers.simulator.weather import Weather
from telephony.providers.twilio.rest import TwilioDialler
from telephony.providers.twilio.signature import SignatureChecker
from telephony.providers.twilio.twiml import reject
from tests.telephony.providers.simulator.bot import until
from tests.telephony.stage import (
    ACCOUNT,
    CALLEE,
    CALLER_ID,
    PUBLIC,
    TOKEN,
    Patient,
    Person,
    staged,
)

pytestmark = pytest.mark.timeout(30)

PROVIDERS = [pytest.param(TwilioDialler, id="twilio"), pytest.param(SimulatorDialler, id="simulator")]


def has_left(call: CarriedCall) -> bool:
    return call.phone is not None and call.phone.is_over


each_provider = pytest.mark.parametrize("make", PROVIDERS)
Make = type[CallsRestDialler]


@each_provider
async def test_a_placed_call_rings_is_answered_talks_and_reports_each_state(make: Make) -> None:
    person = Person()
    async with staged(make, person) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="ref 1&2")
        call = await stage.ended(sid)
        assert [status.value for status in call.history] == [
            "queued",
            "initiated",
            "ringing",
            "in-progress",
            "completed",
        ]
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


@each_provider
@pytest.mark.parametrize(
    ("on_ring", "expected"),
    [
        pytest.param(PickUp(CallStatus.BUSY), CallStatus.BUSY, id="busy"),
        pytest.param(PickUp(CallStatus.NO_ANSWER), CallStatus.NO_ANSWER, id="no answer"),
        pytest.param(PickUp(CallStatus.FAILED, rings=0), CallStatus.FAILED, id="failed"),
        pytest.param(PickUp(rings=7), CallStatus.NO_ANSWER, id="answered after 35 s, when we had given up at 30"),
    ],
)
async def test_a_call_nobody_takes_attaches_nothing(make: Make, on_ring: PickUp, expected: CallStatus) -> None:
    async with staged(make, Person(on_ring)) as stage:
        call = await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert call.status is expected
        assert stage.bot.callbacks[-1]["CallStatus"] == expected.value
        assert stage.bot.starts == []


@each_provider
async def test_hanging_up_ends_the_call_and_may_be_repeated(make: Make) -> None:
    async with staged(make, Patient()) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="r")
        call = stage.carrier.calls[sid]
        await until(lambda: call.phone is not None and call.phone.at_s >= 0.04)
        assert call.phone is not None
        await stage.provider.hang_up(sid)
        await stage.ended(sid)
        assert (call.status, call.phone.ended_by) == (CallStatus.COMPLETED, EndedBy.PHONE)
        await stage.provider.hang_up(sid)
        await stage.provider.hang_up("CA" + "f" * 32)
        assert [c["CallStatus"] for c in stage.bot.callbacks].count("completed") == 1


@each_provider
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


@each_provider
async def test_taking_back_never_ends_a_conversation(make: Make) -> None:
    async with staged(make, Patient()) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="r")
        call = stage.carrier.calls[sid]
        await until(lambda: call.phone is not None and call.phone.at_s >= 0.04)
        assert isinstance(stage.provider, KeepsQueue)
        assert not await stage.provider.cancel(sid)
        assert call.status is CallStatus.IN_PROGRESS
        await stage.provider.hang_up(sid)
        await stage.ended(sid)


@each_provider
@pytest.mark.parametrize("number", ["+19005551234", "190", "+5511987654321,,900", ""])
async def test_a_refused_destination_sends_nothing(make: Make, number: str) -> None:
    async with staged(make, Person()) as stage:
        with pytest.raises(DestinationRefused):
            await stage.provider.place(to=number, call_ref="r")
        assert stage.carrier.calls == {}


@each_provider
@pytest.mark.parametrize(
    ("http_status", "error", "retryable"),
    [
        pytest.param(429, RateLimited, True, id="too fast"),
        pytest.param(400, ProviderRefused, False, id="refused"),
        pytest.param(500, OutcomeUnknown, False, id="failed in the middle"),
        pytest.param(503, OutcomeUnknown, False, id="unavailable, perhaps after placing it"),
    ],
)
async def test_a_refusal_is_typed_and_never_repeated_blindly(
    make: Make, http_status: int, error: type[ProviderError], retryable: bool
) -> None:
    async with staged(make, Person()) as stage:
        stage.carrier.refusals = [http_status]
        with pytest.raises(error) as refusal:
            await stage.provider.place(to=CALLEE, call_ref="r")
        # One request was made: a second one would have found the list empty and placed a call.
        assert (stage.carrier.refusals, stage.carrier.calls) == ([], {})
        assert refusal.value.retryable is retryable
        assert CALLEE not in str(refusal.value)


@each_provider
async def test_an_api_that_is_not_there_is_told_from_one_that_gives_no_answer(make: Make) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    account = CallsAccount(ACCOUNT, TOKEN, CALLER_ID, f"{PUBLIC}/v", f"{PUBLIC}/s", f"http://127.0.0.1:{port}")
    dialler = make(account)
    with pytest.raises(OutcomeUnknown):
        await dialler.place(to=CALLEE, call_ref="r")
    server.close()
    await server.wait_closed()
    with pytest.raises(ProviderUnreachable) as refusal:
        await dialler.place(to=CALLEE, call_ref="r")
    assert refusal.value.retryable
    await dialler.aclose()


@each_provider
async def test_calls_to_a_number_can_be_found_again(make: Make) -> None:
    async with staged(make, Person(PickUp(CallStatus.BUSY))) as stage:
        sids = [await stage.provider.place(to=CALLEE, call_ref=ref) for ref in ("a", "b")]
        for sid in sids:
            await stage.ended(sid)
        found = await stage.provider.recent(to=CALLEE)
        assert [(c.provider_call_id, c.status) for c in found] == [(sid, CallStatus.BUSY) for sid in reversed(sids)]
        assert await stage.provider.recent(to="+5511911111111") == []


@each_provider
async def test_wrong_credentials_place_nothing(make: Make) -> None:
    async with staged(make, Person()) as stage:
        stranger = make(CallsAccount(ACCOUNT, "wrong", CALLER_ID, "http://v", "http://s", stage.account.api_base))
        with pytest.raises(ProviderRefused) as refusal:
            await stranger.place(to=CALLEE, call_ref="r")
        await stranger.aclose()
        assert (refusal.value.status, refusal.value.code) == (401, 20003)
        assert stage.carrier.calls == {}


@each_provider
async def test_the_bot_closing_the_stream_hangs_up_the_line(make: Make) -> None:
    class Finisher(Person):
        async def talk(self, phone: Phone) -> None:
            await phone.press("#")
            await phone.over()

    async with staged(make, Finisher()) as stage:
        call = await stage.ended(await stage.provider.place(to=CALLEE, call_ref="r"))
        assert call.phone is not None
        assert (call.phone.ended_by, call.status) == (EndedBy.BOT, CallStatus.COMPLETED)


@each_provider
@pytest.mark.parametrize("how", list(HangUp))
async def test_however_the_person_leaves_the_call_completes(make: Make, how: HangUp) -> None:
    class Leaver(Person):
        async def talk(self, phone: Phone) -> None:
            await phone.hang_up(how)

    async with staged(make, Leaver()) as stage:
        sid = await stage.provider.place(to=CALLEE, call_ref="r")
        if how is HangUp.HALF_OPEN:
            # The echo bot has no timeout of its own, so the call is ended from outside.
            await until(lambda: has_left(stage.carrier.calls[sid]))
            await stage.provider.hang_up(sid)
        assert (await stage.ended(sid)).status is CallStatus.COMPLETED


@each_provider
async def test_the_provider_ends_a_call_that_outlasts_its_limit(make: Make) -> None:
    async with staged(make, Patient()) as stage:
        dialler = make(replace(stage.account, time_limit_s=1))
        call = await stage.ended(await dialler.place(to=CALLEE, call_ref="r"))
        await dialler.aclose()
        assert (call.status, stage.bot.callbacks[-1]["CallDuration"]) == (CallStatus.COMPLETED, "1")


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


def test_only_the_simulator_says_it_is_not_real() -> None:
    account = CallsAccount(ACCOUNT, TOKEN, CALLER_ID, "https://v", "https://s", "http://127.0.0.1:1")
    providers: list[Provider] = [SimulatorDialler(account), TwilioDialler(account)]
    assert [(p.name, p.real) for p in providers] == [("simulator", False), ("twilio", True)]


def test_secrets_and_numbers_are_not_in_reprs() -> None:
    account = CallsAccount(ACCOUNT, TOKEN, CALLER_ID, "https://v", "https://s")
    setup = CarrierSetup(account_sid=ACCOUNT, auth_token=TOKEN)
    assert not any(secret in repr(value) for value in (account, setup) for secret in (TOKEN, CALLER_ID))
    assert issubclass(UnsafeApiBase, TelephonyError)
