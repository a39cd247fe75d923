"""What the provider says of a call's end besides its state: a dead number, our own fault, or a fault of the account."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from telephony.providers.simulator.wire import new_sid
from tests.voicebot.web.stage import ANA_PHONE, STATUS, VOICE, Operation, eventually
from voicebot.domain.dialogue.phases import Disposition
from voicebot.web.twilio_routes import STREAM

pytestmark = pytest.mark.timeout(60)


async def ended(operation: Operation, status: str, **more: str) -> str:
    call_id = await operation.outbound()
    form = {"CallSid": new_sid("CA"), "CallStatus": status, "SequenceNumber": "3", **more}
    assert (await operation.post(f"{STATUS}?call_ref={call_id}", form)).status_code == 204
    return call_id


@pytest.mark.parametrize(
    ("status", "more", "dead"),
    [
        pytest.param("failed", {"SipResponseCode": "404"}, True, id="no such number"),
        pytest.param("failed", {"SipResponseCode": "604"}, True, id="exists nowhere"),
        pytest.param("failed", {"ErrorCode": "13224"}, True, id="the provider calls it invalid"),
        pytest.param("failed", {"SipResponseCode": "503"}, False, id="the carrier is overloaded"),
        pytest.param("failed", {"SipResponseCode": "480"}, False, id="switched off"),
        pytest.param("failed", {"SipResponseCode": "not a number"}, False, id="nonsense"),
        pytest.param("failed", {}, False, id="nothing said"),
        pytest.param("busy", {"SipResponseCode": "404"}, False, id="busy is somebody's telephone"),
    ],
)
async def test_a_number_reported_dead_is_suppressed_that_day_for_everybody_and_no_other(
    operation: Operation, status: str, more: dict[str, str], *, dead: bool
) -> None:
    call_id = await ended(operation, status, **more)

    async def noted() -> list[dict[str, object]] | None:
        # A database that is slow gets it a moment later.
        rows = await operation.rows("SELECT call_id, phone, kind, until FROM suppressions")
        return rows if rows or not dead else None

    rows = await eventually(noted)
    assert [(str(row["call_id"]), row["phone"], row["kind"], row["until"] is None) for row in rows] == (
        [(call_id, ANA_PHONE, "dead_number", False)] if dead else []
    )
    case = await operation.store.portfolio.case_by_ref("D001")
    assert case is not None
    assert [hold.kind for hold in case.holds] == (["dead_number"] if dead else [])


@pytest.mark.parametrize(
    ("code", "stops", "logged"),
    [
        pytest.param("21215", True, True, id="no permission for Brazil: every call fails"),
        pytest.param("11200", False, True, id="our webhook failed: this call alone"),
        pytest.param("99999", False, True, id="an error nobody knows stops nobody"),
        pytest.param("0", False, False, id="none"),
    ],
)
async def test_an_error_of_the_account_stops_dialling_and_one_of_ours_is_told(
    operation: Operation, code: str, *, stops: bool, logged: bool
) -> None:
    with capture_logs() as logs:
        call_id = await ended(operation, "failed", ErrorCode=code)
    assert (await operation.store.calls.outcome(call_id)).disposition is Disposition.FAILED
    assert [row["key"] for row in await operation.rows("SELECT key FROM dial_controls")] == (
        ["kill_switch"] if stops else []
    )
    assert any(each["event"] == "the provider reports an error in a call" for each in logs) is logged
    assert ANA_PHONE not in str(logs)


async def test_a_media_streams_errors_are_told_without_the_providers_text(operation: Operation) -> None:
    asked = await operation.post(f"{VOICE}?call_ref={await operation.outbound()}", {"CallSid": new_sid("CA")})
    assert f'statusCallback="https://bot.example{STREAM}"' in asked.text
    failed = {"StreamEvent": "stream-error", "StreamError": f"31920 handshake of {ANA_PHONE} was refused"}
    with capture_logs() as logs:
        assert (await operation.post(STREAM, failed, sign="https://evil.example" + STREAM)).status_code == 403
        assert [each for each in logs if each["log_level"] == "error"] == []
        assert (await operation.post(STREAM, {"StreamEvent": "stream-started"})).status_code == 204
        assert (await operation.post(STREAM, failed)).status_code == 204
    [told] = [each for each in logs if each["log_level"] == "error"]
    assert (told["code"], told["meaning"]) == ("31920", "the media stream's handshake was not answered with 101")
    assert ANA_PHONE not in str(logs)
