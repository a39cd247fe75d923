"""Calls that never leave this machine: the simulated carrier behind the same REST client as the real one."""

from __future__ import annotations

from telephony.calls_rest import CallsAccount, CallsRestDialler, is_loopback
from telephony.errors import UnsafeApiBase
from telephony.guard import DialGuard


class SimulatorDialler(CallsRestDialler):
    """The only provider a sample portfolio may be dialled with."""

    name = "simulator"
    real = False

    def __init__(self, account: CallsAccount, guard: DialGuard | None = None) -> None:
        if account.api_base is None or not is_loopback(account.api_base):
            raise UnsafeApiBase("the simulator dials only through a carrier on loopback: set its api_base to 127.0.0.1")
        super().__init__(account, guard)
