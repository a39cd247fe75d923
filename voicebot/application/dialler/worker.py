"""One dialler worker: any number of them, on any number of machines, may run against one database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from voicebot.application.dialler.dial import DialIntent
from voicebot.application.dialler.intents import Claimed, DialQueue
from voicebot.application.dialler.reconcile import Reconcile
from voicebot.application.dialler.take_back import TakeBack
from voicebot.application.ports import Clock


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class DialWorker:
    """Rounds of: conclude what ended, ask about what is in doubt, dial what is due."""

    queue: DialQueue
    dial: DialIntent
    reconcile: Reconcile
    clock: Clock
    owner: str
    batch: int = 4
    lines: int | None = None
    """Calls that the bots can hold; None is what running gateways announced."""
    take_back: TakeBack | None = None
    """Without it what waits in the provider's queue stays there."""
    is_ending: Callable[[], bool] = _never
    """Once true nothing more is claimed; what is claimed already is seen to its end."""

    async def tidy(self) -> Counter[str]:
        """Conclude, take back from the dead, and ask about what is in doubt.

        Raises:
            RecordsUnavailable: the database went away.
        """
        now = self.clock.now()
        counts = Counter({"concluded": await self.queue.settle(now), "taken back": await self.queue.reap(now)})
        if self.take_back is not None:
            counts["cancelled"] = await self.take_back()
        counts["reconciled"] = await self.reconcile()
        return +counts

    async def dial_due(self) -> Counter[str]:
        """Dial what is due and has room, at most `batch` at once.

        Raises:
            RecordsUnavailable: the database went away; the others of the batch were seen to their end.
        """
        if self.is_ending():
            return Counter()
        claimed = await self.queue.claim(self.clock.now(), owner=self.owner, limit=self.batch, lines=self.lines)
        outcomes = await asyncio.gather(*(self._one(each) for each in claimed), return_exceptions=True)
        failure = next((each for each in outcomes if isinstance(each, BaseException)), None)
        if failure is not None:
            raise failure
        return Counter(str(each) for each in outcomes)

    async def _one(self, claimed: Claimed) -> str:
        return await self.dial(claimed)

    async def round(self) -> Counter[str]:
        """Do both."""
        return await self.tidy() + await self.dial_due()
