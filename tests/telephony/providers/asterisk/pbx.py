"""A real Asterisk and real softphones on loopback, from `telephony/asterisk/setup.sh`."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import tempfile
import wave
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Final

import httpx
import numpy as np
import pytest

from telephony.asterisk.render import PREFIX, rendered, values_from, write
from telephony.codecs import RATE_HZ, Int16
from telephony.providers.asterisk.ari import AsteriskAccount, AsteriskDialler
from tests.ports import free_port

SECRET: Final = "doors-secret-of-the-tests"
PASSWORD: Final = "asterisk-password-of-the-tests"
CALLER_ID: Final = "+551130000000"
CALLEE: Final = "+5511988880001"
DESK: Final = "+551130009999"
WITHIN_S: Final = 60.0
POLL_S: Final = 0.05
_NUMBERS: Final = count()


@dataclass(frozen=True)
class Installed:
    """Where an Asterisk lies, and how it is started."""

    command: tuple[str, ...]
    modules: Path
    share: Path


def installed() -> Installed | None:
    """Find an Asterisk that can do media over a websocket; the machine's own first."""
    base = Path(os.environ.get("VOICEBOT_TEST_ASTERISK_ROOT", "/var/lib/voicebot-asterisk"))
    program = shutil.which("asterisk")
    for root in [Path("/")] * (program is not None) + [base]:
        for module in root.glob("usr/lib/*/asterisk/modules/chan_websocket.so"):
            command = (program or "",) if root == Path("/") else _foreign(root, module.parents[2])
            return Installed(command, module.parent, root / "usr/share/asterisk")
    return None


def _foreign(root: Path, libraries: Path) -> tuple[str, ...]:
    """Start a program of another Debian release with that release's own loader and libraries: no chroot, no root."""
    paths = ":".join(str(path) for path in (libraries, libraries / "asterisk", libraries / "pulseaudio"))
    return (str(root / "lib64/ld-linux-x86-64.so.2"), "--library-path", paths, str(root / "usr/sbin/asterisk"))


ASTERISK: Final = installed()
BARESIP: Final = shutil.which("baresip")
needs_asterisk: Final = pytest.mark.skipif(
    ASTERISK is None or BARESIP is None, reason="needs Asterisk and baresip: run telephony/asterisk/setup.sh as root"
)


async def until(holds: Callable[[], bool], what: str, *, within_s: float = WITHIN_S) -> None:
    """Wait until it holds. Raises `TimeoutError`."""
    try:
        async with asyncio.timeout(within_s):
            while not holds():  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise TimeoutError(what) from None


@asynccontextmanager
async def running(command: list[str], log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program inside the block; its output goes to `log`."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, cwd=log.parent
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(5):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


@dataclass
class Pbx:
    """An Asterisk that runs."""

    url: str
    sip: str
    folder: Path

    def dialler(self, password: str = PASSWORD) -> AsteriskDialler:
        return AsteriskDialler(AsteriskAccount(self.url, password, CALLER_ID))

    async def channels(self) -> list[str]:
        """Names of all channels."""
        async with httpx.AsyncClient(trust_env=False, auth=("voicebot", PASSWORD)) as http:
            return [str(each["name"]) for each in (await http.get(f"{self.url}/ari/channels")).json()]

    async def said_of(self, channel: str, variable: str) -> str:
        """What the dialplan would read of a channel, found by the beginning of its name."""
        async with httpx.AsyncClient(trust_env=False, auth=("voicebot", PASSWORD)) as http:
            listed = (await http.get(f"{self.url}/ari/channels")).json()
            found = next(each["id"] for each in listed if each["name"].startswith(channel))
            asked = await http.get(f"{self.url}/ari/channels/{found}/variable", params={"variable": variable})
            return str(asked.json().get("value"))

    async def told(self, command: str, holds: Callable[[str], bool]) -> str:
        """What its console says to a command, once that holds."""
        assert ASTERISK is not None
        console = [*ASTERISK.command, "-C", str(self.folder / "etc" / "asterisk.conf"), "-rx", command]
        async with asyncio.timeout(WITHIN_S):
            while True:
                asking = await asyncio.create_subprocess_exec(*console, stdout=asyncio.subprocess.PIPE)
                said = (await asking.communicate())[0].decode(errors="replace")
                if holds(said):
                    return said
                await asyncio.sleep(POLL_S)

    async def loaded(self) -> None:
        """Wait until everything that a call needs is there; the server itself answers long before."""
        needed = [f"asterisk/modules/{name}.so" for name in ("app_dial", "chan_websocket", "pbx_config", "func_curl")]
        async with httpx.AsyncClient(trust_env=False, auth=("voicebot", PASSWORD)) as http, asyncio.timeout(WITHIN_S):
            for path in [*needed, "endpoints/PJSIP/trunk", "endpoints/PJSIP/desk"]:
                while True:
                    with suppress(httpx.TransportError):
                        answer = await http.get(f"{self.url}/ari/{path}")
                        if answer.status_code == 200 and answer.json().get("status", "Running") == "Running":
                            break
                    await asyncio.sleep(POLL_S)

    async def empty(self) -> None:
        """Wait until no channel is left."""
        async with asyncio.timeout(WITHIN_S):
            while await self.channels():  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(POLL_S)


@asynccontextmanager
async def pbx(folder: Path, *, gateway: str, trunk: int, desk: int, **more: str) -> AsyncIterator[Pbx]:
    """Run an Asterisk whose trunk is the softphone at port `trunk`, and whose desk is the one at `desk`."""
    assert ASTERISK is not None
    http, sip, rtp = (
        more.get("HTTP_PORT") or str(free_port()),
        free_port(),
        free_port(),
    )
    environment: Mapping[str, str] = {
        "SECRET": SECRET,
        "PASSWORD": PASSWORD,
        "GATEWAY": gateway,
        "TRUNK_HOST": f"127.0.0.1:{trunk}",
        "HUMAN_ENDPOINT": "desk",
        "SIP_BIND": f"127.0.0.1:{sip}",
        "HTTP_PORT": http,
        "MANAGER_PORT": str(free_port()),
        "RTP_START": str(rtp),
        "RTP_END": str(rtp + 200),
        "RING_S": "5",
        "MODULES_DIR": str(ASTERISK.modules),
        "SHARE_DIR": str(ASTERISK.share),
        **{f"{name}_DIR": str(folder / name.lower()) for name in ("ETC", "DATA", "RUN", "LOG")},
        # Short: Asterisk plays nothing from a URL that is shorter than the path of its own copy.
        "CACHE_DIR": tempfile.mkdtemp(prefix="vb"),
        **more,
    }
    for name in ("data", "run", "log"):
        (folder / name).mkdir(parents=True)
    write(folder / "etc", rendered(values_from({PREFIX + name: value for name, value in environment.items()})))
    (folder / "etc" / "pjsip_local.conf").write_text(
        "[desk]\ntype=endpoint\ntransport=transport-udp\ncontext=voicebot-nowhere\ndisallow=all\nallow=alaw\naors=desk\n"
        f"direct_media=no\n[desk]\ntype=aor\ncontact=sip:desk@127.0.0.1:{desk}\n"
    )
    command = [*ASTERISK.command, "-C", str(folder / "etc" / "asterisk.conf"), "-f"]
    try:
        async with running(command, folder / "asterisk.log"):
            found = Pbx(f"http://127.0.0.1:{http}", f"127.0.0.1:{sip}", folder)
            await found.loaded()
            yield found
    finally:
        shutil.rmtree(environment["CACHE_DIR"])


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@dataclass
class Softphone:
    """A baresip: says the sound it was started with, keeps what it hears."""

    port: int
    control: int
    folder: Path
    process: asyncio.subprocess.Process | None = None

    def heard(self) -> Int16:
        """All that its newest call has played so far, 8 kHz."""
        files = sorted(self.folder.glob("*-dec.wav"))
        if not files:
            return np.zeros(0, dtype=np.int16)
        # The header tells the length only once the call is over.
        return np.frombuffer(files[-1].read_bytes()[44:][: (files[-1].stat().st_size - 44) // 2 * 2], dtype="<i2")

    async def say(self, sound: Int16) -> None:
        """Say this from now on, then nothing."""
        path = self.folder / f"says-{next(_NUMBERS)}.wav"
        write_wav(path, sound)
        await self._tell("ausrc", f"aufile,{path}")

    async def dial(self, address: str) -> None:
        await self._tell("dial", address)

    async def press(self, key: str) -> None:
        await self._tell("sndcode", key)

    async def hang_up(self) -> None:
        await self._tell("hangup")

    async def die(self) -> None:
        """Be gone, without a word to anybody."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def rings(self) -> None:
        """Wait until a call comes in."""
        await until(lambda: b"Incoming call" in (self.folder / "baresip.log").read_bytes(), "the phone rings")

    async def _tell(self, command: str, parameter: str = "") -> None:
        body = json.dumps({"command": command, "params": parameter, "token": str(next(_NUMBERS))}).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.control)
        writer.write(str(len(body)).encode() + b":" + body + b",")
        await writer.drain()
        await reader.readuntil(b",")
        await _closed(writer)


@dataclass(frozen=True)
class Secured:
    """A softphone that is reached by TLS, one port above its own."""

    certificate: Path
    """With its key."""
    encrypts_voice: bool = True


def set_up_softphone(
    folder: Path, number: str, sound: Int16, *, answers: bool, secured: Secured | None = None
) -> Softphone:
    """Write a softphone's files."""
    folder.mkdir(parents=True)
    phone = Softphone(free_port(), free_port(), folder)
    write_wav(folder / "says.wav", sound)
    modules = next(Path("/usr/lib/baresip").glob("modules"))
    loaded = ["g711.so", "aufile.so", "aubridge.so", "sndfile.so"]
    applications = ("account.so", "menu.so", "ctrl_tcp.so")
    if secured is not None and secured.encrypts_voice:
        loaded.append("srtp.so")
    (folder / "config").write_text(
        "\n".join(
            [
                f"sip_listen 127.0.0.1:{phone.port}",
                "net_interface 127.0.0.1",
                "call_max_calls 4",
                "audio_player aubridge,unheard",
                f"audio_source aufile,{folder}/says.wav",
                "audio_alert aubridge,alert",
                "ausrc_srate 8000",
                "auplay_srate 8000",
                "ausrc_channels 1",
                "auplay_channels 1",
                "jitter_buffer_delay 1-5",
                f"snd_path {folder}",
                f"ctrl_tcp_listen 127.0.0.1:{phone.control}",
                *([f"sip_certificate {secured.certificate}"] if secured is not None else []),
                f"module_path {modules}",
                *(f"module {name}" for name in loaded),
                *(f"module_app {name}" for name in applications),
                "",
            ]
        )
    )
    mode = "auto" if answers else "manual"
    by = ";transport=tls" if secured is not None else ""
    encrypted = ";mediaenc=srtp-mand" if secured is not None and secured.encrypts_voice else ""
    (folder / "accounts").write_text(
        f"<sip:{number}@127.0.0.1{by}>;regint=0;answermode={mode};audio_codecs=PCMA/8000/1;dtmfmode=rtpevent{encrypted}\n"
    )
    (folder / "contacts").write_text("")
    return phone


@asynccontextmanager
async def softphone(
    folder: Path, number: str, sound: Int16, *, answers: bool = True, secured: Secured | None = None
) -> AsyncIterator[Softphone]:
    """Run a softphone that takes calls to `number` and says `sound` from the answer on."""
    phone = set_up_softphone(folder, number, sound, answers=answers, secured=secured)
    async with running([BARESIP or "baresip", "-f", str(folder)], folder / "baresip.log") as phone.process:
        async with asyncio.timeout(WITHIN_S):
            while True:
                with suppress(OSError):
                    await _closed((await asyncio.open_connection("127.0.0.1", phone.control))[1])
                    break
                await asyncio.sleep(POLL_S)
        yield phone


def wav_bytes(sound: Int16) -> bytes:
    with io.BytesIO() as made:
        _write_wav(made, sound)
        return made.getvalue()


def write_wav(path: Path, sound: Int16) -> None:
    with path.open("wb") as out:
        _write_wav(out, sound)


def _write_wav(out: IO[bytes], sound: Int16) -> None:
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(sound.astype("<i2").tobytes())


def tone(seconds: float, hz: float = 440.0, peak: int = 8_000) -> Int16:
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (peak * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def silence(seconds: float) -> Int16:
    return np.zeros(int(seconds * RATE_HZ), dtype=np.int16)


def seconds_of(pcm: Int16, hz: float) -> float:
    """Seconds of the audio in which this tone is most of what is heard, in steps of 20 ms."""
    step = RATE_HZ // 50
    pieces = pcm[: len(pcm) // step * step].reshape(-1, step).astype(np.float64)
    turn = np.exp(-2j * np.pi * hz * np.arange(step) / RATE_HZ)
    power = 2 * np.abs(pieces @ turn) ** 2 / step
    whole = (pieces**2).sum(axis=1)
    return float(np.count_nonzero((whole > step * 200.0**2) & (power > 0.7 * whole)) * 0.02)
