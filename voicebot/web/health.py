"""`/healthz`: the process lives. `/readyz`: a call that begins here now will be held well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response

OK: Final = "ok"
ROOM_BYTES: Final = 500_000_000
"""A call's recording takes 32 kB a second: this holds four hours of it, and the spool of a database that is away."""


async def _has_room() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Readiness:
    """What must hold before a new call is sent here."""

    database_answers: Callable[[], Awaitable[bool]]
    models_work: Callable[[], bool]
    """False while hearing or voice fails time after time."""
    free_bytes: Callable[[], int]
    """Bytes free where recordings are written. May raise `OSError`."""
    is_draining: Callable[[], bool]
    has_room: Callable[[], Awaitable[bool]] = _has_room
    """False while every line here is taken and another gateway has free ones; the last one stays ready, to say so."""

    async def findings(self) -> dict[str, str]:
        """Give each check with `ok` or what is wrong."""
        return {
            "database": OK if await self.database_answers() else "away",
            "models": OK if self.models_work() else "failing",
            "disk": self._disk(),
            "drain": "draining" if self.is_draining() else OK,
            "lines": OK if await self.has_room() else "all taken",
        }

    def _disk(self) -> str:
        try:
            free = self.free_bytes()
        except OSError:
            return "not there"
        return OK if free >= ROOM_BYTES else "nearly full"


def health_routes(readiness: Readiness) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": OK}

    @router.get("/readyz")
    async def readyz(response: Response) -> dict[str, object]:
        checks = await readiness.findings()
        ready = all(found == OK for found in checks.values())
        if not ready:
            response.status_code = 503
        return {"status": "ready" if ready else "not ready", "checks": checks}

    return router
