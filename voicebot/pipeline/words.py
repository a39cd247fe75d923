"""The words of one turn, where stretches that were heard together take the place of their parts."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicebot.domain.heard import Sureness, least


@dataclass(frozen=True, slots=True)
class Stretch:
    """One recognised stretch of speech."""

    text: str = field(repr=False)
    sureness: Sureness | None
    joined: bool
    """Heard together with all the stretches before it in the turn."""


@dataclass(slots=True)
class TurnWords:
    """What was recognised since the last turn, in order; the floor decides which of it is the turn."""

    _stretches: list[Stretch] = field(default_factory=list)

    def add(self, stretch: Stretch) -> None:
        if stretch.text:
            self._stretches.append(stretch)

    def settle(self, text: str) -> tuple[str, Sureness | None]:
        """Give the turn's words for `text`, the floor's own list of its stretches, and how sure the least sure are."""
        parts: list[Stretch] = []
        for stretch in self._last(text):
            parts = [stretch] if stretch.joined else [*parts, stretch]
        return " ".join(part.text for part in parts), least([part.sureness for part in parts])

    def forget(self) -> None:
        self._stretches.clear()

    def _last(self, text: str) -> list[Stretch]:
        """Give the newest stretches that make `text`; the floor may have passed over older ones."""
        for start in range(len(self._stretches)):
            newest = self._stretches[start:]
            if " ".join(each.text for each in newest).strip() == text:
                return newest
        return [Stretch(text, None, joined=False)] if text else []
