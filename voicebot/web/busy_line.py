"""What the caller hears for whom there is no call: a few kind words instead of a tone. Their audio is at a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter, Response

PLACE: Final = "/telephony/busy"
CALLED_US: Final = "inbound"
WE_CALLED: Final = "outbound"
UNKNOWN: Final = "unknown"
"""Calls from a number that is not in the portfolio."""
KINDS: Final = (CALLED_US, WE_CALLED, UNKNOWN)
NOT_REGISTERED: Final = (
    "Olá! Este número de telefone não está registrado aqui. Para falar com a gente, ligue do telefone que você "
    "registrou com a empresa, ou use o canal oficial que está no site dela. Obrigada, e até logo!"
)
"""For the provider's own voice, as long as ours has not made the words."""
_A_DAY: Final = "public, max-age=86400"


@dataclass(slots=True)
class BusyLine:
    """Where the words are, once they have been made."""

    public_url: str
    audio: dict[str, bytes] = field(default_factory=dict, repr=False)
    """A wav file by kind: mono, 16 bit, 8 kHz."""

    def made(self, audio: Mapping[str, bytes]) -> None:
        self.audio.update(audio)

    def url(self, *, called_us: bool) -> str | None:
        """Give what the provider is to play; None until it was made: then there is only the busy tone."""
        return self.url_of(CALLED_US if called_us else WE_CALLED)

    def url_of(self, kind: str) -> str | None:
        return f"{self.public_url}{PLACE}/{kind}.wav" if kind in self.audio else None


def busy_routes(line: BusyLine) -> APIRouter:
    """Serve the audio. It is the same for everybody and tells nothing, so whoever asks may have it."""
    router = APIRouter()

    @router.get(PLACE + "/{kind}.wav")
    async def spoken(kind: str) -> Response:
        found = line.audio.get(kind)
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="audio/wav", headers={"Cache-Control": _A_DAY})

    return router
