"""Figures as the outside reads them: distributions, rates with their interval, and the machine they came from."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_Z = 1.96
"""Normal quantile of a two-sided 95 % interval."""


def distribution(values: Sequence[float]) -> dict[str, float] | None:
    """Give n, median, p95 (nearest rank), min and max; None for no values."""
    if not values:
        return None
    ordered = sorted(values)
    count = len(ordered)
    middle = ordered[count // 2] if count % 2 else (ordered[count // 2 - 1] + ordered[count // 2]) / 2
    p95 = ordered[min(count - 1, math.ceil(0.95 * count) - 1)]
    return {
        "n": count,
        "median": round(middle, 1),
        "p95": round(p95, 1),
        "min": round(ordered[0], 1),
        "max": round(ordered[-1], 1),
    }


def rate(hits: int, count: int) -> dict[str, float] | None:
    """Give a share with its Wilson 95 % interval; None for no trials."""
    if count == 0:
        return None
    share = hits / count
    spread = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    centre, scale = share + _Z**2 / (2 * count), 1 + _Z**2 / count
    return {
        "value": round(share, 4),
        "n": count,
        "low": round(max(0.0, (centre - spread) / scale), 4),
        "high": round(min(1.0, (centre + spread) / scale), 4),
    }


def machine() -> dict[str, Any]:
    """Give processor, cores, memory and Python of this machine; nothing that names it."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
    }


def load() -> float:
    """Give the load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    lines = info.read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
