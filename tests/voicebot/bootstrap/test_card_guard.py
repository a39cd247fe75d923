"""The guard of a call's recordings: ours is silenced, the provider's is paused for as long as a card is being told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from telephony.errors import ProviderUnreachable
from voicebot.bootstrap.card_guard import MARGIN_S, CardGuard
from voicebot.bootstrap.recording_switch import ProviderSwitch
from voicebot.persistence.errors import RecordingError

CALL = "9f1c0e62-2c43-4c4e-9a35-3c8f6f1f7d11"


@dataclass
class Carrier:
    """Notes what it is told; `down` has it out of reach."""

    told: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False
    closed: int = 0

    async def pause_recording(self, provider_call_id: str) -> None:
        self._note("pause", provider_call_id)

    async def resume_recording(self, provider_call_id: str) -> None:
        self._note("resume", provider_call_id)

    def _note(self, what: str, provider_call_id: str) -> None:
        if self.down:
            raise ProviderUnreachable("away")
        self.told.append((what, provider_call_id))

    async def aclose(self) -> None:
        self.closed += 1


@dataclass
class Tape:
    silent: list[tuple[float, float]] = field(default_factory=list)
    closed: bool = False

    def silence_caller(self, start_s: float, end_s: float) -> None:
        if self.closed:
            raise RecordingError("closed")
        self.silent.append((start_s, end_s))


def guard(tape: Tape, carrier: Any = None) -> CardGuard:
    return CardGuard(CALL, "CA1", tape, (lambda: carrier) if carrier is not None else None)


async def test_only_turns_with_a_card_are_silenced_and_paused_and_the_next_turn_goes_on() -> None:
    tape, carrier = Tape(), Carrier()
    cards = guard(tape, carrier)
    await cards.heard(1.0, 2.0, card=False)
    await cards.heard(3.0, 5.0, card=True)
    await cards.heard(6.0, 7.0, card=True)
    await cards.heard(8.0, 9.0, card=False)
    assert tape.silent == [(3.0 - MARGIN_S, 5.0 + MARGIN_S), (6.0 - MARGIN_S, 7.0 + MARGIN_S)]
    assert carrier.told == [("pause", "CA1"), ("resume", "CA1")]
    assert carrier.closed == len(carrier.told), "no connection is left open"
    assert cards.failed is None


@pytest.mark.parametrize(("start_s", "end_s", "closed"), [(None, None, False), (1.0, 2.0, True)])
async def test_what_cannot_be_silenced_is_to_be_erased(
    start_s: float | None, end_s: float | None, closed: bool
) -> None:
    cards = guard(Tape(closed=closed))
    await cards.heard(start_s, end_s, card=True)
    assert cards.failed


async def test_a_carrier_out_of_reach_costs_the_call_nothing_and_is_asked_again() -> None:
    tape, carrier = Tape(), Carrier(down=True)
    cards = guard(tape, carrier)
    await cards.heard(1.0, 2.0, card=True)
    carrier.down = False
    await cards.heard(3.0, 4.0, card=True)
    assert carrier.told == [("pause", "CA1")]
    assert len(tape.silent) == 2


@pytest.mark.parametrize("on", [True, False])
async def test_the_desk_switches_the_providers_recording(on: bool) -> None:
    carrier: Any = Carrier()

    async def provider_call(_call_id: uuid.UUID) -> str | None:
        return "CA1"

    switch = ProviderSwitch(provider_call, lambda: carrier)
    assert await switch.record(uuid.UUID(CALL), on=on)
    assert carrier.told == [("resume" if on else "pause", "CA1")]
    carrier.down = True
    assert not await switch.record(uuid.UUID(CALL), on=on)


async def test_a_call_that_the_provider_does_not_know_is_not_switched() -> None:
    carrier: Any = Carrier()

    async def nowhere(_call_id: uuid.UUID) -> str | None:
        return None

    assert not await ProviderSwitch(nowhere, lambda: carrier).record(uuid.UUID(CALL), on=False)
    assert carrier.told == []
