"""A whole operation on this machine: database, gateway in a process of its own, simulated carrier; calls on demand."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from telephony.providers.simulator.calls import Answerer, CarriedCall
from telephony.providers.simulator.carrier import Carrier, CarrierSetup
from telephony.providers.simulator.human import Human
from telephony.providers.simulator.impairments import PERFECT, Network
from voicebot.application.place_call import PlaceCall
from voicebot.application.portfolio_files import Portfolio, read_portfolio
from voicebot.application.ports import Clock
from voicebot.bootstrap.dialling import dialler
from voicebot.bootstrap.store import Store, clock_for, database_url, opened
from voicebot.bootstrap.text import permitted_start
from voicebot.clock import SystemClock
from voicebot.domain.compliance.rules import Refused
from voicebot.persistence.schema import recreate
from voicebot.settings import ROOT, Settings, load_settings

SAMPLES: Final = ROOT / "samples"
READY_WITHIN_S: Final = 180.0
"""Ample: the models load in 10 s on a machine with nothing else to do."""
CALLER_ID: Final = "+551130000000"

Say = Callable[[str], None]


class StageError(Exception):
    """The operation could not be set up or a call could not be held; the message says what to do."""


@dataclass(slots=True)
class Stage:
    """The running operation."""

    settings: Settings
    store: Store
    carrier: Carrier
    portfolio: Portfolio
    start: datetime
    gateway: asyncio.subprocess.Process
    clock: Clock
    """Runs with the gateway's, some seconds ahead of it."""

    def kill_gateway(self) -> None:
        """End the gateway's process as a power cut would."""
        self.gateway.kill()

    async def call(self, ref: str) -> tuple[str, CarriedCall]:
        """Place one outbound call; gives our id and the carrier's call.

        Raises:
            StageError: a rule refuses it.
        """
        provider = dialler(self.settings)
        place = PlaceCall(
            cases=self.store.portfolio,
            calls=self.store.calls,
            records=self.store.records,
            dialler=provider,
            clock=self.clock,
            owner=f"stage-{secrets.token_hex(4)}",
        )
        try:
            outcome = await place(ref, str(uuid.uuid4()))
        finally:
            await provider.aclose()
        if isinstance(outcome, Refused):
            raise StageError(f"the call is refused by {outcome.rule}: {outcome.reason}")
        return outcome.call_id, self.carrier.calls[outcome.provider_call_id]

    def call_in(self, ref: str, caller: Answerer) -> CarriedCall:
        """Let a debtor call the bot from the number on file."""
        return self.carrier.place_inbound(self.portfolio.debtors[ref].phone, CALLER_ID, caller=caller)

    async def call_id_of(self, carried: CarriedCall, *, within_s: float = 15.0) -> str:
        """Give our id of an inbound call.

        Raises:
            StageError: the gateway has not taken it within `within_s`.
        """
        async with asyncio.timeout(within_s):
            while True:
                found = await self.store.calls.find_call_by_provider_id(self.settings.provider, carried.sid)
                if found is not None:
                    return found
                await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def staged(
    answerer: Answerer,
    ref: str,
    *,
    network: Network = PERFECT,
    say: Say = lambda _: None,
    ring_s: float = 1.0,
    human: Human | None = None,
    **overrides: object,
) -> AsyncIterator[Stage]:
    """Set everything up for calls with the debtor `ref`, and take it down again; `overrides` are settings.

    Raises:
        StageError: the gateway does not come up, or this debtor may never be called.
    """
    portfolio = read_portfolio(SAMPLES)
    now = SystemClock().now()
    start = permitted_start(portfolio.case(ref, on=now.date()), now)
    if start is None:
        raise StageError(f"{ref} may never be called: choose another debtor of the samples")
    port, carrier_port = free_port(), free_port()
    settings = _settings(port, carrier_port, start, overrides)
    say("starting PostgreSQL and loading the sample portfolio")
    if settings.database_url is None:
        url = await asyncio.to_thread(_own_database, settings)
        settings = _settings(port, carrier_port, start, {**overrides, "database_url": url})
    setup = CarrierSetup(
        account_sid=settings.twilio_account_sid or "",
        auth_token=settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else "",
        inbound_voice_url=f"{settings.public_url}/telephony/twilio/voice",
        inbound_status_url=f"{settings.public_url}/telephony/twilio/status",
        human_numbers=frozenset(filter(None, [portfolio.creditor.handoff_phone])),
        ring_s=ring_s,
        network=network,
    )
    carrier = Carrier(setup, answerer, human=human)
    clock = clock_for(settings)
    async with opened(settings, clock) as store:
        await store.portfolio.save(portfolio)
        say("starting the gateway: Whisper, Kokoro, Silero and smart-turn load once")
        async with _gateway(settings, port) as gateway, carrier.serving(port=carrier_port):
            yield Stage(settings, store, carrier, portfolio, start, gateway, clock)


def _settings(port: int, carrier_port: int, start: datetime, overrides: Mapping[str, object]) -> Settings:
    chosen: dict[str, object] = {
        "provider": "simulator",
        "public_url": f"http://127.0.0.1:{port}",
        "twilio_account_sid": "AC" + secrets.token_hex(16),
        "twilio_auth_token": secrets.token_hex(16),
        "twilio_api_base": f"http://127.0.0.1:{carrier_port}",
        "caller_id": CALLER_ID,
        "clock_start": start,
    }
    return load_settings(**{**chosen, **overrides})


def _environment(settings: Settings) -> dict[str, str]:
    """What the gateway's process is told; the secrets live for this run only."""
    token = settings.twilio_auth_token
    start = settings.clock_start
    database = settings.database_url
    elsewhere = {} if database is None else {"VOICEBOT_DATABASE_URL": database.get_secret_value()}
    return {
        **os.environ,
        **elsewhere,
        "VOICEBOT_MODELS_DIR": str(settings.models_dir),
        "VOICEBOT_MAX_CALLS": str(settings.max_calls),
        "VOICEBOT_SILENCE_PROMPT_S": str(settings.silence_prompt_s),
        "VOICEBOT_PROVIDER": settings.provider,
        "VOICEBOT_DRAIN_S": "0",
        "VOICEBOT_PUBLIC_URL": settings.public_url,
        "VOICEBOT_DATA_DIR": str(settings.data_dir),
        "VOICEBOT_CALLER_ID": settings.caller_id or "",
        "VOICEBOT_CLOCK_START": start.isoformat() if start is not None else "",
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid or "",
        "TWILIO_AUTH_TOKEN": token.get_secret_value() if token is not None else "",
        "TWILIO_API_BASE": settings.twilio_api_base or "",
    }


def _own_database(settings: Settings) -> str:
    """A database of this run's own on the embedded server, kept until the next run for whoever wants to look."""
    return recreate(database_url(settings), "voicebot_demo")


@asynccontextmanager
async def _gateway(settings: Settings, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m voicebot serve` and wait until it is ready; its log goes to a file."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    log_path = settings.data_dir / "gateway.log"
    with log_path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "voicebot", "serve", "--port", str(port)),
            env=_environment(settings),
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            await until_ready(f"{settings.public_url}/readyz", process, "the gateway", log_path)
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                with suppress(TimeoutError):
                    async with asyncio.timeout(10):
                        await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()


async def until_ready(url: str, process: asyncio.subprocess.Process, who: str, log_path: Path) -> None:
    """Wait until `url` answers.

    Raises:
        StageError: the process ended, or did not answer in time; the message names its log.
    """
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(int(READY_WITHIN_S / 0.2)):
            if process.returncode is not None:
                raise StageError(f"{who} stopped at once; its log is {log_path}")
            with suppress(httpx.TransportError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.2)
    raise StageError(f"{who} was not ready within {READY_WITHIN_S:.0f} s; its log is {log_path}")
