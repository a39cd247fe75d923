"""Who has the floor: when the caller's turn is over, when the bot must fall silent, when silence has lasted too long.

Pure but for its own memory: every method takes the instant (seconds of the media clock), so a test is a history.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from voicebot.domain.heard import Sureness, least

BACKCHANNELS: Final = frozenset(
    "aham uhum ahan hum hunrum ta sei certo ok okay sim isso entendi ah oi tendi pois e opa".split()
)
"""Words that say "I am listening" while the bot speaks; they do not take the floor."""
_WORD: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Measured from the caller's last speech unless said otherwise."""

    complete_s: float = 0.0
    """Wait once the turn sounds complete and its words are known; none where the words answer the question in full."""
    incomplete_s: float = 1.3
    """Longest wait when the turn sounds unfinished."""
    barge_in_s: float = 0.4
    """Speech over the bot's voice, after its onset was detected, that takes the floor."""
    silence_s: float = 6.0
    """Quiet after the bot's last word before it asks whether somebody is there."""
    words_s: float = 4.0
    """Longest wait for the recogniser before the turn is taken without words."""
    hello_within_s: float = 1.5
    """Speech that begins this early, while the bot greets, is the callee's "alô", whatever was made of it."""
    hello_s: float = 1.2
    """Longest "alô"; a machine's greeting is longer."""


@dataclass(frozen=True, slots=True)
class TakeTurn:
    """The caller has finished: answer `text`; "" when nothing could be made out."""

    text: str
    start_s: float
    end_s: float
    sureness: Sureness | None = None


@dataclass(frozen=True, slots=True)
class FallSilent:
    """The caller has taken the floor: stop the bot's voice."""


@dataclass(frozen=True, slots=True)
class GoneQuiet:
    """Nobody has spoken for the patience of the last question."""


Action = TakeTurn | FallSilent | GoneQuiet


def is_backchannel(text: str) -> bool:
    """Tell whether the words only say that the caller listens ("aham", "tá certo")."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = _WORD.findall(folded)
    return 0 < len(words) <= 2 and all(word in BACKCHANNELS for word in words)


@dataclass(slots=True)
class Floor:
    """The memory of one call's turn-taking."""

    patience: Patience = field(default_factory=Patience)
    bot_speaking: bool = False
    enough: Callable[[str], bool] = lambda _text: False
    """Tells whether these words answer the open question in full: then nobody is kept waiting."""
    yields: bool = True
    """False while a mandatory notice plays: it finishes."""
    _speaking_since: float | None = None
    _turn_start: float | None = None
    _speech_end: float | None = None
    _segments_pending: int = 0
    _late: int = 0
    """Segments of a turn that was taken without them; their words belong to nobody any more."""
    _texts: list[str] = field(default_factory=list)
    _sure: list[Sureness | None] = field(default_factory=list)
    _complete: bool | None = None
    _quiet_since: float | None = None
    _spoke_over_bot: bool = False

    def speech_started(self, now: float, onset: float) -> None:
        """Speech was detected at `now`; it began at `onset`."""
        self._speaking_since = now
        if self._turn_start is None:
            self._turn_start = onset
            self._spoke_over_bot = self.bot_speaking
        self._complete = None
        self._quiet_since = None

    def speech_stopped(self, now: float, end: float) -> None:
        """Speech ended at `end`, noticed at `now`; one segment is being recognised."""
        self._speaking_since = None
        self._speech_end = end
        self._segments_pending += 1

    def segment(self, text: str, sureness: Sureness | None = None) -> None:
        """One segment's words have arrived; "" for none."""
        if self._late:
            self._late -= 1
            return
        self._segments_pending = max(0, self._segments_pending - 1)
        if text:
            self._texts.append(text)
            self._sure.append(sureness)

    def verdict(self, *, complete: bool) -> None:
        """The end-of-turn model has judged the speech so far."""
        if self._speaking_since is None:
            self._complete = complete

    def bot_started(self) -> None:
        self.bot_speaking = True
        self._quiet_since = None

    def bot_stopped(self, now: float) -> None:
        self.bot_speaking = False
        self._quiet_since = now

    def tick(self, now: float) -> Action | None:
        """Give at most one thing to do at `now`; call it with each audio frame."""
        if self._speaking_since is not None:
            return self._while_speaking(now)
        if self._turn_start is not None:
            return self._after_speech(now)
        quiet = self._quiet_since
        if quiet is not None and not self.bot_speaking and now - quiet >= self.patience.silence_s:
            self._quiet_since = None
            return GoneQuiet()
        return None

    def _while_speaking(self, now: float) -> Action | None:
        since = self._speaking_since if self._speaking_since is not None else now
        if not self.bot_speaking or not self.yields or self._is_hello(now):
            return None
        return self._take_floor() if now - since >= self.patience.barge_in_s else None

    def _after_speech(self, now: float) -> Action | None:
        end = self._speech_end if self._speech_end is not None else now
        if not self._is_over(now - end):
            return None
        text = " ".join(self._texts).strip()
        if self._only_listens(text, end):
            self._forget(now)
            return None
        if self.bot_speaking:
            return self._take_floor() if self.yields else None
        start = self._turn_start if self._turn_start is not None else end
        sureness = least(self._sure)
        self._forget(now)
        return TakeTurn(text, start, end, sureness)

    def _is_over(self, waited: float) -> bool:
        """The words are known, and the turn sounds complete or the patience has run out."""
        if self._segments_pending and waited < self.patience.words_s:
            return False
        if self._complete is True and (waited >= self.patience.complete_s or self.enough(" ".join(self._texts))):
            return True
        return waited >= self.patience.incomplete_s

    def _only_listens(self, text: str, end: float) -> bool:
        """True for what does not take the floor: a first "alô", a cough, an "aham" while the bot speaks."""
        if not self.bot_speaking:
            # A "sim" that ends after the bot has finished answers its question; a cough over its last word does not.
            return self._spoke_over_bot and not text
        unheard = not text and (self._spoke_over_bot or not self.yields)
        return unheard or self._is_hello(end) or (self._spoke_over_bot and is_backchannel(text))

    def _is_hello(self, until: float) -> bool:
        start = self._turn_start
        early = start is not None and start < self.patience.hello_within_s
        return early and self.bot_speaking and start is not None and until - start < self.patience.hello_s

    def _take_floor(self) -> FallSilent:
        self.bot_speaking = False
        self._spoke_over_bot = False
        return FallSilent()

    def _forget(self, now: float) -> None:
        self._turn_start = self._speech_end = self._complete = None
        self._texts = []
        self._sure = []
        self._late += self._segments_pending
        self._segments_pending = 0
        self._spoke_over_bot = False
        if not self.bot_speaking:
            self._quiet_since = now
