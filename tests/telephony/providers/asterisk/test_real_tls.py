"""A trunk by TLS whose voice is encrypted, on a real Asterisk; and operators who are not who they should be."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from telephony.rest_errors import is_dead_by_cause
from tests.ports import free_port
from tests.telephony.providers.asterisk.authority import Authority
from tests.telephony.providers.asterisk.office import CALLER_HZ, CALLER_SPEAKS, GREETING_HZ, heard_by, office
from tests.telephony.providers.asterisk.pbx import CALLEE, Secured, needs_asterisk, pbx, seconds_of, until

pytestmark = [pytest.mark.asterisk, needs_asterisk, pytest.mark.timeout(240)]

FAILED = {"CHANUNAVAIL", "CONGESTION"}


def by_tls(folder: Path, **more: str) -> dict[str, str]:
    """What is told the renderer: whom to trust, what to show, and where phones come in that are no operator's."""
    ours = Authority(folder / "tls", "operators")
    shown = str(ours.certificate())
    return {
        "TRUNK_TRANSPORT": "tls",
        "TLS_CA": str(ours.file),
        "TLS_CERT": shown,
        "TLS_KEY": shown,
        "PHONES_BIND": f"127.0.0.1:{free_port()}",
    } | more


def ours(trunk: dict[str, str], *, encrypts_voice: bool = True) -> Secured:
    """An operator with a certificate of the authority that is trusted."""
    return Secured(Path(trunk["TLS_CERT"]), encrypts_voice)


async def test_a_call_by_tls_is_encrypted_from_end_to_end(tmp_path: Path) -> None:
    trunk = by_tls(tmp_path)
    async with office(tmp_path, "websocket", CALLER_SPEAKS, secured=ours(trunk), values=trunk) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers), "the bot has the call")
        await until(lambda: heard_by(at.bot.talkers[0], CALLER_HZ) > 0.7, "the bot hears the caller")
        await until(lambda: seconds_of(at.phone.heard(), GREETING_HZ) > 0.3, "the caller hears the bot")
        assert await at.pbx.said_of("PJSIP/trunk", "CHANNEL(pjsip,secure)") == "1"
        assert await at.pbx.said_of("PJSIP/trunk", "CHANNEL(rtp,secure)") == "1"
        await dialler.hang_up(call)
        await at.pbx.empty()
        await dialler.aclose()


async def test_a_call_that_comes_by_tls_reaches_the_bot(tmp_path: Path) -> None:
    trunk = by_tls(tmp_path)
    async with office(tmp_path, "websocket", CALLER_SPEAKS, secured=ours(trunk), values=trunk) as at:
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip};transport=tls")
        await until(lambda: bool(at.bot.talkers), "the bot has the call")
        await until(lambda: seconds_of(at.phone.heard(), GREETING_HZ) > 0.3, "the caller hears the bot")
        assert await at.pbx.said_of("PJSIP/trunk", "CHANNEL(rtp,secure)") == "1"
        await at.phone.hang_up()
        await at.pbx.empty()


@pytest.mark.parametrize("of", ["another authority", "another address"])
async def test_an_operator_who_is_not_who_they_should_be_is_told_nothing(tmp_path: Path, of: str) -> None:
    trunk = by_tls(tmp_path)
    if of == "another authority":
        shown = Authority(tmp_path / "tls", "strangers").certificate()
    else:
        shown = Authority(tmp_path / "tls", "operators-2").certificate(address="127.0.0.2")
        trunk["TLS_CA"] = str(tmp_path / "tls" / "operators-2.pem")
    async with office(tmp_path, "websocket", CALLER_SPEAKS, secured=Secured(shown), values=trunk) as at:
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-1")
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.reports[-1]["status"] in FAILED
        assert not is_dead_by_cause(at.bot.reports[-1]["cause"]), "the operator is wrong, not the number"
        assert b"Incoming call" not in (at.phone.folder / "baresip.log").read_bytes()


async def test_who_will_not_encrypt_the_voice_is_not_talked_to(tmp_path: Path) -> None:
    trunk = by_tls(tmp_path)
    secured = ours(trunk, encrypts_voice=False)
    async with office(tmp_path, "websocket", CALLER_SPEAKS, secured=secured, values=trunk) as at:
        dialler = at.pbx.dialler()
        await dialler.place(to=CALLEE, call_ref="ref-1")
        await at.pbx.empty()
        await dialler.aclose()
        assert at.bot.reports[-1]["status"] in FAILED
        assert not is_dead_by_cause(at.bot.reports[-1]["cause"])
        await at.phone.dial(f"sip:+551130000000@{at.pbx.sip};transport=tls")
        await until(lambda: b"488 Not Acceptable" in (at.phone.folder / "baresip.log").read_bytes(), "turned away")
        assert (at.bot.asked, at.bot.talkers) == ([], [])


async def test_an_operator_without_srtp_is_talked_to_where_that_was_asked_for(tmp_path: Path) -> None:
    trunk = by_tls(tmp_path, TRUNK_SRTP="no")
    secured = ours(trunk, encrypts_voice=False)
    async with office(tmp_path, "websocket", CALLER_SPEAKS, secured=secured, values=trunk) as at:
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers), "the bot has the call")
        assert await at.pbx.said_of("PJSIP/trunk", "CHANNEL(pjsip,secure)") == "1"
        await dialler.hang_up(call)
        await at.pbx.empty()
        await dialler.aclose()


async def test_noise_at_the_door_for_tls_harms_no_call(tmp_path: Path) -> None:
    trunk = by_tls(tmp_path)
    async with office(tmp_path, "websocket", CALLER_SPEAKS, secured=ours(trunk), values=trunk) as at:
        host, _, port = at.pbx.sip.partition(":")
        for said in (b"INVITE sip:200@127.0.0.1 SIP/2.0\r\n\r\n", b"\x16\x03\x01" + b"\xff" * 4_000, b""):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(said)
            await writer.drain()
            writer.write_eof()
            assert b"SIP/2.0" not in await reader.read()
            writer.close()
        dialler = at.pbx.dialler()
        call = await dialler.place(to=CALLEE, call_ref="ref-1")
        await until(lambda: bool(at.bot.talkers), "the bot has the call")
        await dialler.hang_up(call)
        await at.pbx.empty()
        await dialler.aclose()


@dataclass
class Registrar:
    """An operator who takes every registration and asks for no password."""

    asked: list[str] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.asked.append(request)
                kept = [
                    line + (";tag=1" if line.startswith("To:") else "")
                    for line in request.splitlines()
                    if line.startswith(("Via:", "From:", "To:", "Call-ID:", "CSeq:", "Contact:"))
                ]
                answer = ["SIP/2.0 200 OK", *kept, "Expires: 300", "Content-Length: 0", "", ""]
                writer.write("\r\n".join(answer).encode())
                await writer.drain()
        writer.close()


@pytest.mark.parametrize(
    "is_known",
    [pytest.param(True, id="of our authority"), pytest.param(False, id="of a stranger's")],
)
async def test_an_account_is_registered_by_tls_with_who_can_prove_their_name(tmp_path: Path, *, is_known: bool) -> None:
    trunk = by_tls(tmp_path, TRUNK_USER="bot", TRUNK_PASSWORD="secret-of-the-account")
    shown = Path(trunk["TLS_CERT"]) if is_known else Authority(tmp_path / "tls", "strangers").certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    operator = Registrar()
    server = await asyncio.start_server(operator.take, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        async with pbx(tmp_path / "pbx", gateway="http://127.0.0.1:1", trunk=port, desk=free_port(), **trunk) as found:
            said = await found.told("pjsip show registrations", lambda said: "Registered" in said or "Rejected" in said)
    finally:
        server.close()
    assert ("Registered" in said) is is_known
    registered = [each for each in operator.asked if each.startswith("REGISTER sip:127.0.0.1")]
    assert bool(registered) is is_known
    assert all("transport=tls" in _contact(each) for each in registered)


def _contact(request: str) -> str:
    return next(line for line in request.lower().splitlines() if line.startswith("contact:"))
