"""The providers that the contracts are tried on, Asterisk where one is installed."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

import pytest

from telephony.providers.simulator.dialler import SimulatorDialler
from telephony.providers.twilio.rest import TwilioDialler
from tests.contracts.asterisk_line import asterisk_at, asterisk_line
from tests.contracts.carrier_line import carrier_at, carrier_line
from tests.contracts.lines import Ability, Kind
from tests.telephony.providers.asterisk.pbx import needs_asterisk

TWILIO = Kind("twilio", partial(carrier_line, TwilioDialler), partial(carrier_at, TwilioDialler))
SIMULATOR = Kind("simulator", partial(carrier_line, SimulatorDialler), partial(carrier_at, SimulatorDialler))
ASTERISK = Kind(
    "asterisk",
    asterisk_line,
    asterisk_at,
    MappingProxyType(
        {
            Ability.KEEPS_QUEUE: "it places what it is asked for at once, so nothing waits that could be taken back",
            Ability.JUDGES_CALLER_ID: "the operator behind the trunk does, and a test has no operator",
            Ability.REMEMBERS_CALLS: "it lists calls that ring or run; how the others ended the gateway was told",
        }
    ),
)

each_kind = pytest.mark.parametrize(
    "kind",
    [
        pytest.param(TWILIO, id="twilio"),
        pytest.param(SIMULATOR, id="simulator"),
        # Two softphones and a server of their own for each test take their seconds.
        pytest.param(ASTERISK, id="asterisk", marks=[pytest.mark.asterisk, needs_asterisk, pytest.mark.timeout(120)]),
    ],
)
each_kind_at_an_address = pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=kind.name) for kind in (TWILIO, SIMULATOR, ASTERISK)]
)
