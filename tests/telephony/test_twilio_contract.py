"""The yardstick itself: a request that departs from Twilio's contract is noticed, whatever the carrier lets pass."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest

from telephony.call_options import MachineDetection, ProviderRecording
from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.simulator.exchanges import Exchange
from tests.telephony.providers.simulator.bot import until
from tests.telephony.stage import ACCOUNT, CALLEE, CALLER_ID, PUBLIC, TOKEN, Patient, staged
from tests.telephony.twilio_contract import FORM, Inspector, needed

CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls"
GOOD = (("To", CALLEE), ("From", CALLER_ID), ("Url", f"{PUBLIC}/voice"))
ANSWER = json.dumps({"sid": "CA" + "1" * 32, "status": "queued"}).encode()


def asked(*extra: tuple[str, str], form: tuple[tuple[str, str], ...] = GOOD, **changes: object) -> Exchange:
    exchange = Exchange("POST", f"{CALLS}.json", (), form + extra, FORM, 201, ANSWER)
    return replace(exchange, **changes)  # type: ignore[arg-type]  # rows of this file


@pytest.mark.parametrize(
    ("exchange", "fault"),
    [
        pytest.param(asked(), None, id="as it should be"),
        pytest.param(asked(("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "answered")), None, id="a list"),
        pytest.param(asked(form=GOOD[1:]), "form: as a whole: breaks required", id="no To"),
        pytest.param(asked(("Timeout", "soon")), "form: Timeout: breaks type", id="no number"),
        pytest.param(asked(("Record", "yes")), "form: Record: breaks type", id="no boolean"),
        pytest.param(asked(("StatusCallbackMethod", "PUT")), "form: StatusCallbackMethod: breaks enum", id="a method"),
        pytest.param(asked(("AsyncAmdStatusCallback", "/amd")), None, id="a path passes: the carrier refuses it"),
        pytest.param(asked(("StatusCallback", "bot.example")), "form: StatusCallback: breaks format", id="no URL"),
        pytest.param(asked(("CallRef", "1")), "form: as a whole: breaks additionalProperties", id="unknown"),
        pytest.param(asked(("To", CALLEE)), "form: To is given twice", id="twice"),
        pytest.param(asked(content_type="application/json"), "a body that is application/json, not a form", id="JSON"),
        pytest.param(asked(path="/2010-04-01/Calls.json"), "POST of a path that does not exist", id="no such path"),
        pytest.param(
            asked(path="/2010-04-01/Accounts/AC1/Calls.json"), "path: AccountSid: breaks minLength", id="a short sid"
        ),
        pytest.param(asked(status=200), "HTTP 200 is no answer to this", id="another success"),
        pytest.param(
            asked(body=b'{"status": "initiated"}'), "answer: status: breaks enum", id="a state the resource has not"
        ),
        pytest.param(
            asked(status=400, body=b'{"message": "no"}'),
            "an error without code, message and status",
            id="an error of another shape",
        ),
    ],
)
def test_departures_are_noticed(exchange: Exchange, fault: str | None) -> None:
    found = needed().violations(exchange)
    assert (found == []) if fault is None else (fault in found)
    assert not any(CALLEE in each for each in found)


async def test_the_product_s_every_request_keeps_the_contract() -> None:
    """Placing with every option, listing, pausing, ending: the vendor's client against its own document."""
    needed()
    async with staged(SimulatorDialler, Patient()) as stage:
        dialler = SimulatorDialler(
            replace(
                stage.account,
                detection=MachineDetection(f"{PUBLIC}/opinion"),
                recording=ProviderRecording(f"{PUBLIC}/opinion"),
            )
        )
        sid = await dialler.place(to=CALLEE, call_ref="r")
        await until(lambda: len(stage.bot.opinions) == 2)
        await dialler.pause_recording(sid)
        await dialler.resume_recording(sid)
        await dialler.recent(to=CALLEE)
        await dialler.hang_up(sid)
        await dialler.aclose()
        assert [(each.method, each.status) for each in stage.inspector.seen] == [
            ("POST", 201),
            ("POST", 200),
            ("POST", 200),
            ("GET", 200),
            ("POST", 200),
        ]


async def ask_for_what_is_not_there() -> None:
    async with staged(SimulatorDialler, Patient()) as stage:
        async with httpx.AsyncClient(trust_env=False, auth=(ACCOUNT, TOKEN)) as client:
            answer = await client.post(
                f"{stage.account.api_base}{CALLS}.json",
                content=urlencode([*GOOD, ("Colour", "blue")]),
                headers={"Content-Type": FORM},
            )
        assert answer.status_code == 201


async def test_a_departure_on_the_wire_fails_the_stage() -> None:
    needed()
    with pytest.raises(AssertionError, match="additionalProperties"):
        await ask_for_what_is_not_there()


def test_without_the_document_nothing_is_claimed() -> None:
    inspector = Inspector(None)
    inspector(asked(path="/nowhere"))
    assert (inspector.faults, len(inspector.seen)) == ([], 1)
