"""Attack 16: no file, intent, hand-over or caller's number makes the line dial what costs money or lies abroad."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from telephony.errors import DestinationRefused, ProviderRefused
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.rest_errors import KNOWN_ERRORS
from tests.telephony.stage import AFTER, CALLEE, Person, staged
from tests.voicebot.web.stage import VOICE, Operation
from voicebot.application.dialler.intents import AccountRefused, NotSent, NumberRefused, Unknown
from voicebot.bootstrap.dial_line import ProviderLine

COSTLY = [
    pytest.param("+19005550100", id="premium in the United States"),
    pytest.param("+882161234567", id="satellite"),
    pytest.param("+447012345678", id="personal number in Britain"),
    pytest.param("+559001234567", id="0900"),
    pytest.param("+553001234567", id="0300"),
    pytest.param("+555001234567", id="0500"),
    pytest.param("+558001234567", id="0800"),
    pytest.param("+55190", id="police"),
    pytest.param("+5520987654321", id="an area code that nobody has"),
    pytest.param("sip:attacker@evil.example", id="a SIP address"),
    pytest.param("client:attacker", id="a softphone"),
    pytest.param(f"{CALLEE}wwww19005550100", id="digits sent after the answer"),
    pytest.param(f"{CALLEE}?X-Header=1", id="a header"),
]
costly = pytest.mark.parametrize("number", COSTLY)


@costly
async def test_16_an_intent_with_such_a_number_ends_there_and_nothing_is_sent(number: str) -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        line = ProviderLine(stage.provider)
        assert isinstance(await line.place(to=number, call_ref="r"), NumberRefused)
        with pytest.raises(DestinationRefused):
            await stage.provider.transfer("CA" + "1" * 32, to=number, after=AFTER)
        assert stage.inspector.seen == []


@costly
async def test_16_a_caller_s_number_is_never_dialled_back(operation: Operation, number: str) -> None:
    answer = await operation.post(VOICE, {"CallSid": "CA" + "1" * 32, "From": number})
    assert "Dial" not in answer.text and "<Hangup" in answer.text
    assert await operation.rows("SELECT 1 FROM calls") == []


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        pytest.param((400, 21211), NumberRefused, id="an invalid number: that number only"),
        pytest.param((400, 13225), NumberRefused, id="a forbidden number: that number only"),
        pytest.param((400, 21215), AccountRefused, id="no permission for Brazil: everything stops"),
        pytest.param((401, 20003), AccountRefused, id="suspended: everything stops"),
        pytest.param((400, 99999), AccountRefused, id="a code nobody knows: everything stops"),
        pytest.param((429, 20429), NotSent, id="too fast: again later"),
        pytest.param((400, 10004), NotSent, id="too many calls at once: again later"),
        pytest.param((503, 20503), Unknown, id="not available: the provider is asked what there is"),
        pytest.param((400, 20500), Unknown, id="failed inside, whatever HTTP says"),
    ],
)
async def test_what_the_dialler_makes_of_the_provider_s_errors(told: tuple[int, int], answer: type) -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        stage.carrier.refusals = [told]
        line = ProviderLine(stage.provider)
        given = await line.place(to=CALLEE, call_ref="r")
        assert isinstance(given, answer)
        assert stage.carrier.calls == {}


async def test_a_refusal_says_its_step_and_why_and_no_number() -> None:
    async with staged(SimulatorDialler, Person()) as stage:
        stage.carrier.refusals = [(400, 21215)]
        with pytest.raises(ProviderRefused) as refusal:
            await stage.provider.place(to=CALLEE, call_ref="r")
        known = KNOWN_ERRORS[21215]
        assert (refusal.value.next_step, refusal.value.code) == (known.next_step, 21215)
        assert known.meaning in str(refusal.value)
        assert CALLEE not in str(refusal.value)
        assert urlsplit(known.source).hostname == "www.twilio.com"
