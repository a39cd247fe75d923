"""What a creditor allows whoever collects for it, for the days that a debt is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from voicebot.application.creditor_file import read_creditor
from voicebot.domain.limits import PlanBand, SettlementBand
from voicebot.domain.portfolio import Creditor


@dataclass(frozen=True, slots=True)
class Granted:
    """A creditor with what only a person may grant, which the bot's own limits leave out."""

    creditor: Creditor
    human: tuple[Decimal, ...]
    """Percent, one for each settlement band."""

    @property
    def jurisdiction(self) -> str:
        return self.creditor.jurisdiction

    def discount(self, days: int | None, *, bot: bool) -> Decimal:
        """The largest discount, in percent, for a debt so many days late; over all bands where that is not known."""
        bands = self.creditor.limits.settlement
        found = [
            band.level_2 if bot else max(human, band.level_2)
            for band, human in zip(bands, self.human, strict=True)
            if _holds(band, days)
        ]
        return max(found, default=Decimal(0))

    def instalments(self, days: int | None) -> int:
        """How many instalments a plan may have."""
        return max((band.max_instalments for band in self.creditor.limits.plan if _holds(band, days)), default=1)


def read_limits(path: Path) -> Granted:
    """Read a creditor's file.

    Raises:
        PortfolioError: it cannot be read or is not valid.
    """
    creditor, _ = read_creditor(path)
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Granted(creditor, tuple(_human(raw["settlement"], creditor.limits.settlement)))


def _human(rows: Sequence[dict[str, Any]], bands: Sequence[SettlementBand]) -> list[Decimal]:
    by_start = {int(row["days_past_due"][0]): Decimal(str(row.get("human", 0))) for row in rows}
    return [by_start.get(band.first_day, band.level_2) for band in bands]


def days_late(due: date | None, on: date | None) -> int | None:
    return None if due is None or on is None else (on - due).days


def _holds(band: SettlementBand | PlanBand, days: int | None) -> bool:
    return days is None or band.first_day <= days <= band.last_day
