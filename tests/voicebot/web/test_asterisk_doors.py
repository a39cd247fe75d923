"""Asterisk's doors: who gets in, what the dialplan is told, and whole calls on both kinds of media."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest
from websockets.exceptions import InvalidStatus

from tests.voicebot.pipeline.caller import yes
from tests.voicebot.web.asterisk_peer import (
    SETTINGS,
    Peer,
    audiosocket,
    basic,
    loudness,
    media,
    post,
)
from tests.voicebot.web.stage import ANA, ANA_PHONE, Fakes, Operate, Operation, eventually, samples
from voicebot.application.portfolio_files import Portfolio
from voicebot.bootstrap import asterisk
from voicebot.bootstrap.dialling import dialler
from voicebot.pipeline.floor import Patience
from voicebot.settings import Settings, SettingsError, load_settings
from voicebot.testing.engines import NoiseVoice, ScriptedHearing
from voicebot.web.asterisk_media import audiosocket_server
from voicebot.web.asterisk_routes import AsteriskDoors
from voicebot.web.busy_line import UNKNOWN
from voicebot.web.gateway import Gateway
from voicebot.web.handover_doors import HandoverDoors

VOICE, STATUS = "/telephony/asterisk/voice", "/telephony/asterisk/status"
CHANNEL = "vb-1"


def real_portfolio() -> Portfolio:
    """The samples as a creditor's own: a sample is never answered by a real provider."""
    found = samples()
    return replace(found, creditor=replace(found.creditor, sample=False))


@pytest.fixture
async def pbx(operate: Operate) -> AsyncIterator[Operation]:
    fakes = Fakes(ScriptedHearing(["sim, sou eu"]), NoiseVoice(ms_per_character=4.0), Patience(incomplete_s=0.5))
    async with operate(fakes=fakes, start_timeout_s=0.3, **SETTINGS) as operation:
        await operation.store.portfolio.save(real_portfolio())
        yield operation


@contextlib.asynccontextmanager
async def answered(pbx: Operation, channel: str = CHANNEL) -> AsyncIterator[tuple[str, str]]:
    """A call of ours that somebody took: its id, and what its media must show."""
    call_id = await pbx.outbound(ANA)
    answer = await post(pbx, VOICE, channel=channel, call_ref=call_id, media="websocket")
    word, _, token = answer.text.partition(":")
    assert word == "ok"
    yield call_id, token


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("", id="none"),
        pytest.param(basic("the-doors-of-the-testS"), id="one letter off"),
        pytest.param(basic(user="voicebot"), id="another user"),
        pytest.param("Bearer the-doors-of-the-tests", id="another scheme"),
        pytest.param("Basic !!!", id="no base64"),
    ],
)
@pytest.mark.parametrize("path", [VOICE, STATUS])
async def test_without_the_secret_nothing_happens(pbx: Operation, path: str, authorization: str) -> None:
    call_id = await pbx.outbound(ANA)
    answer = await post(
        pbx, path, authorization, channel=CHANNEL, call_ref=call_id, status="BUSY", **{"from": ANA_PHONE}
    )
    assert (answer.status_code, answer.text) == (403, "")
    assert await pbx.open_calls() == [call_id]
    assert await pbx.rows("SELECT 1 FROM call_tokens") == []


@pytest.mark.parametrize(
    ("form", "word"),
    [
        pytest.param({"channel": CHANNEL, "from": "+5511900000000"}, "unknown", id="a number nobody knows"),
        pytest.param({"channel": CHANNEL, "from": "anonymous"}, "unknown", id="no number"),
        pytest.param({"channel": CHANNEL, "call_ref": str(uuid.uuid4())}, "no", id="a call we did not place"),
        pytest.param({"channel": CHANNEL, "call_ref": "../../etc"}, "no", id="no reference"),
        pytest.param({"channel": "", "from": ANA_PHONE}, "no", id="no channel"),
        pytest.param({"channel": "x" * 161, "from": ANA_PHONE}, "no", id="an endless channel"),
        pytest.param({"channel": CHANNEL, "from": ANA_PHONE, "media": "audiosocket"}, "busy", id="no AudioSocket here"),
    ],
)
async def test_what_the_dialplan_is_told(pbx: Operation, form: dict[str, str], word: str) -> None:
    assert pbx.app is not None
    pbx.app.state.gateway.busy_line.made({UNKNOWN: b"RIFF"})
    assert (await post(pbx, VOICE, **form)).text == word


async def test_an_inbound_caller_is_found_by_the_number_as_the_trunk_writes_it(pbx: Operation) -> None:
    answer = await post(pbx, VOICE, channel="17.5", media="websocket", **{"from": ANA_PHONE.removeprefix("+55")})
    assert answer.text.startswith("ok:")
    (row,) = await pbx.rows("SELECT direction, debtor_ref, provider, provider_call_id FROM calls")
    assert row == {"direction": "inbound", "debtor_ref": ANA, "provider": "asterisk", "provider_call_id": "17.5"}


async def test_a_sample_portfolio_is_not_answered(operate: Operate) -> None:
    async with operate(**SETTINGS) as operation:
        assert operation.app is not None
        operation.app.state.gateway.busy_line.audio.clear()
        assert (await post(operation, VOICE, channel=CHANNEL, **{"from": ANA_PHONE})).text == "busy"
        operation.app.state.gateway.busy_line.made({UNKNOWN: b"RIFF"})
        assert (await post(operation, VOICE, channel=CHANNEL, **{"from": ANA_PHONE})).text == "unknown"


async def test_with_every_line_taken_the_caller_hears_busy(operate: Operate) -> None:
    async with operate(max_calls=1, **SETTINGS) as operation:
        await operation.store.portfolio.save(real_portfolio())
        async with answered(operation) as (call_id, token), media(operation, token, CHANNEL) as peer:
            await peer.start()
            await eventually(lambda: _lines(operation, call_id, 1))
            assert (await post(operation, VOICE, channel="17.6", **{"from": ANA_PHONE})).text == "busy"


async def test_a_call_from_greeting_to_hanging_up(pbx: Operation) -> None:
    async with answered(pbx) as (call_id, token):
        async with media(pbx, token, CHANNEL) as peer:
            assert peer.connection.subprotocol == "media"
            await peer.start()
            await pbx.until(lambda lines: len(lines) >= 2 and all(each.heard for each in lines), call_id)
            assert loudness(bytes(peer.heard)) > 500
            assert len(peer.heard) % 320 == 0, "Asterisk drops what fills no frame"
            await peer.say(yes())
            breathing = asyncio.create_task(_breathe(peer))
            await pbx.until(lambda lines: any("AskIdentityFactor" in each.line.acts for each in lines), call_id)
            breathing.cancel()
        assert (await pbx.closed(call_id)).disposition == "hung_up"
    lines = await pbx.lines(call_id)
    assert [each.line.text for each in lines if each.line.speaker == "caller"] == ["sim, sou eu"]


@pytest.mark.parametrize(
    ("token", "channel"),
    [
        pytest.param("", CHANNEL, id="no token"),
        pytest.param("x" * 43, CHANNEL, id="a guess"),
        pytest.param(None, "vb-2", id="another channel's"),
        pytest.param(None, "", id="no channel"),
    ],
)
async def test_a_wrong_token_opens_no_media(pbx: Operation, token: str | None, channel: str) -> None:
    async with answered(pbx) as (call_id, true_token):
        async with media(pbx, true_token if token is None else token, channel) as peer:
            await peer.start()
            await eventually(lambda: _closed(peer))
        assert (peer.close_code, bytes(peer.heard)) == (1008, b"")
        assert await pbx.open_calls() == [call_id]


async def test_a_token_opens_media_once(pbx: Operation) -> None:
    async with answered(pbx) as (call_id, token), media(pbx, token, CHANNEL) as first:
        await first.start()
        await eventually(lambda: _lines(pbx, call_id, 1))
        async with media(pbx, token, CHANNEL) as second:
            await second.start()
            await eventually(lambda: _closed(second))
        assert (second.close_code, first.close_code) == (1008, None)


@pytest.mark.parametrize("authorization", [pytest.param("", id="none"), pytest.param(basic("guess"), id="wrong")])
async def test_media_without_the_secret_is_refused_before_the_handshake(pbx: Operation, authorization: str) -> None:
    async with answered(pbx) as (_, token):
        with pytest.raises(InvalidStatus) as refusal:
            async with media(pbx, token, CHANNEL, authorization=authorization):
                pass
        assert refusal.value.response.status_code == 403


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(None, id="nothing"),
        pytest.param("MEDIA_START format:slin", id="plain text, as without f(json)"),
        pytest.param('{"event":"DTMF_END","digit":"1"}', id="a key first"),
        pytest.param('{"event":"MEDIA_START","channel_id":"1","format":"opus"}', id="a codec nobody speaks"),
        pytest.param(b"\x00" * 320, id="audio first"),
        pytest.param("[" * 60_000, id="a deep nest"),
    ],
)
async def test_a_peer_that_does_not_begin_right_is_let_go(pbx: Operation, first: str | bytes | None) -> None:
    async with answered(pbx) as (call_id, token):
        async with media(pbx, token, CHANNEL) as peer:
            if first is not None:
                await peer.connection.send(first)
            await eventually(lambda: _closed(peer))
        assert peer.close_code == 1008
        assert await pbx.lines(call_id) == []


async def test_ringing_makes_the_greeting_ready_and_each_end_is_noted_once(pbx: Operation) -> None:
    call_id = await pbx.outbound(ANA)
    assert (await post(pbx, STATUS, call_ref=call_id, status="RINGING")).text == "taken"
    await eventually(lambda: _prepared(pbx))
    for status in ("NOANSWER", "NOANSWER", "BUSY", "GIBBERISH"):
        assert (await post(pbx, STATUS, call_ref=call_id, status=status)).text == "taken"
    assert (await pbx.closed(call_id)).disposition == "no_answer"
    assert (await post(pbx, STATUS, call_ref="nobody's", status="BUSY")).text == "taken"


@pytest.mark.parametrize(
    ("status", "cause", "kinds"),
    [
        pytest.param("CHANUNAVAIL", "1", ["dead_number"], id="not allocated"),
        pytest.param("CONGESTION", "28", ["dead_number"], id="no number at all"),
        pytest.param("CHANUNAVAIL", "34", [], id="no line free"),
        pytest.param("BUSY", "1", [], id="busy is somebody's telephone"),
        pytest.param("CHANUNAVAIL", "", [], id="no cause"),
    ],
)
async def test_a_dead_number_is_told_by_its_cause_and_called_no_more_that_day(
    pbx: Operation, status: str, cause: str, kinds: list[str]
) -> None:
    call_id = await pbx.outbound(ANA)
    assert (await post(pbx, STATUS, call_ref=call_id, status=status, cause=cause)).text == "taken"
    await pbx.closed(call_id)
    assert [row["kind"] for row in await pbx.rows("SELECT kind FROM suppressions")] == kinds


async def test_a_late_report_does_not_end_a_call_in_progress(pbx: Operation) -> None:
    async with answered(pbx) as (call_id, token), media(pbx, token, CHANNEL) as peer:
        await peer.start()
        await eventually(lambda: _lines(pbx, call_id, 1))
        assert (await post(pbx, STATUS, call_ref=call_id, status="CANCEL")).text == "taken"
        assert await pbx.open_calls() == [call_id]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[AsteriskDoors]:
    """The doors of each gateway that the test builds."""
    found: list[AsteriskDoors] = []
    build = asterisk.doors

    def keep(settings: Settings, gateway: Gateway, people: HandoverDoors) -> AsteriskDoors | None:
        doors = build(settings, gateway, people)
        if doors is not None:
            found.append(doors)
        return doors

    monkeypatch.setattr(asterisk, "doors", keep)
    return found


async def test_who_leaves_takes_no_new_caller_but_holds_who_was_called(
    operate: Operate, made: list[AsteriskDoors]
) -> None:
    async with operate(**SETTINGS) as operation:
        await operation.store.portfolio.save(real_portfolio())
        call_id = await operation.outbound(ANA)
        made[0].gateway.drain.begin()
        assert (await post(operation, VOICE, channel="17.6", **{"from": ANA_PHONE})).text == "busy"
        assert (await post(operation, VOICE, channel=CHANNEL, call_ref=call_id)).text.startswith("ok:")
        assert made[0].gateway.drain.expected == 1


async def test_an_audiosocket_is_waited_for_only_so_long_and_only_so_many(
    operate: Operate, made: list[AsteriskDoors]
) -> None:
    async with operate(**SETTINGS):
        (doors,), at = made, [0.0]
        doors.now = lambda: at[0]
        first = doors.expect("token", CHANNEL)
        assert first is not None
        at[0] = doors.token_ttl_s + 1
        assert doors.arrived(first) is None
        names = [doors.expect("token", str(number)) for number in range(1_001)]
        assert names[-1] is None
        assert names[0] is not None
        found = doors.arrived(names[0])
        assert found is not None
        assert (found.token, found.channel) == ("token", "0")
        assert "token=" not in repr(found)
        assert doors.arrived(names[0]) is None


async def test_a_call_on_audiosocket_under_a_name_that_opens_once(operate: Operate, made: list[AsteriskDoors]) -> None:
    async with operate(start_timeout_s=0.3, asterisk_audiosocket="127.0.0.1:9092", **SETTINGS) as operation:
        await operation.store.portfolio.save(real_portfolio())
        async with audiosocket_server(made[0], "127.0.0.1", 0) as port:
            call_id = await operation.outbound(ANA)
            answer = await post(operation, VOICE, channel=CHANNEL, call_ref=call_id, media="audiosocket")
            name = uuid.UUID(answer.text.removeprefix("ok:"))
            for stranger in (uuid.uuid4(), None):
                async with audiosocket(port, stranger) as refused:
                    assert await refused.is_closed()
            async with audiosocket(port, name) as peer:
                heard = b""
                while loudness(heard[-3200:]) < 500:
                    kind, payload = await peer.frame()
                    assert (kind, len(payload)) == (0x10, 320)
                    heard += payload
                async with audiosocket(port, name) as again:
                    assert await again.is_closed()
                peer.send(0x00)
                assert (await operation.closed(call_id)).disposition == "hung_up"


@pytest.mark.parametrize(
    ("missing", "names"),
    [("asterisk_secret", "VOICEBOT_ASTERISK_SECRET"), ("asterisk_password", "VOICEBOT_ASTERISK_PASSWORD")],
)
def test_a_secret_that_is_missing_is_named(missing: str, names: str) -> None:
    settings = load_settings(**{"_env_file": None, **SETTINGS, missing: None})
    with pytest.raises(SettingsError, match=names):
        dialler(settings) if missing == "asterisk_password" else asterisk.doors(settings, None, None)  # type: ignore[arg-type]  # never reached


async def test_twilios_doors_stay_shut(pbx: Operation) -> None:
    answer = await pbx.post("/telephony/twilio/voice", {"CallSid": "CA1", "From": ANA_PHONE})
    assert answer.status_code == 403


async def _lines(pbx: Operation, call_id: str, count: int) -> bool | None:
    return len(await pbx.lines(call_id)) >= count or None


async def _closed(peer: Peer) -> bool | None:
    return peer.close_code is not None or None


async def _prepared(pbx: Operation) -> bool | None:
    return bool(pbx.fakes.voice.prepared) or None


async def _breathe(peer: Peer) -> None:
    """Keep the line alive: a telephone sends audio even while nobody talks."""
    while True:
        await peer.say(np.zeros(160, dtype=np.int16))
