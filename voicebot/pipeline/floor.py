"""Who has the floor: when the caller's turn is over, when the bot must fall silent, when silence has lasted too long.

Pure but for its own memory: every method takes the instant (seconds of the media clock), so a test is a history.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from voicebot.domain.heard import Sureness, least
from voicebot.pipeline.half_sentences import Ending, ending_of, finished
from voicebot.pipeline.onset import Look

BACKCHANNELS: Final = frozenset(
    (
        "aham uhum ahan hum hunrum hm uh ta bom sei certo ok okay sim isso entendi entendo ah oi tendi pois e opa "
        "claro beleza"
    ).split()
)
"""Words that say "I am listening" while the bot speaks; they do not take the floor."""
_STOPS: Final = frozenset("nao para pare espera perai pera calma alo escuta moca quanto quem chega".split())
_WORD: Final = re.compile(r"[a-z]+")
_LEAST: Final = 1e-3
_EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Measured from the caller's last speech unless said otherwise."""

    complete_s: float = 0.0
    """Wait once voice and words are surely at their end; none where the words answer the question in full."""
    opening_s: float = 0.35
    """How long a new sound keeps a turn open until the voice detector takes it for speech."""
    unsure_s: float = 0.9
    """Wait where voice and words together are not sure of an end."""
    sure: float = 1.0
    """How sure it must be: log-odds of the voice plus half the log-odds of the words."""
    sure_asked: float = 0.5
    """The same after a question: few sentences go on after one."""
    asked_s: float = 0.6
    """Longest wait after a question, whatever the bot had asked: its tone rises as if the voice went on."""
    incomplete_s: float = 1.3
    """Longest wait when the voice goes on for certain."""
    unfinished_s: float = 1.8
    """Longest wait when the words break off in the middle of a sentence, or of a number."""
    answered_s: float = 0.3
    """Longest wait when the words answer the question in full, however the voice sounds."""
    barge_in_s: float = 0.4
    """Speech over the bot's voice, after its onset was detected, that takes the floor."""
    listening_s: float = 0.8
    """The same for speech that began like an "aham": nobody says only that for so long."""
    false_start_s: float = 0.6
    """The bot fell silent for a sound: without speech for so long it was none."""
    unclear_s: float = 1.2
    """Speech over the bot that gave no words and was shorter was no wish to speak."""
    answers_early_s: float = 0.8
    """A short answer that ended no longer than this before the bot's last word answers its question."""
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


@dataclass(frozen=True, slots=True)
class Resume:
    """It was a false start: nobody wanted the floor. Say on what was cut short."""


Action = TakeTurn | FallSilent | GoneQuiet | Resume


def _folded(text: str) -> list[str]:
    """Give lower-case words without accents."""
    return _WORD.findall(unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode())


def is_backchannel(text: str) -> bool:
    """Tell whether the words only say that the caller listens ("aham", "tá certo")."""
    words = _folded(text)
    return 0 < len(words) <= 2 and all(word in BACKCHANNELS for word in words)


def _log_odds(probability: float) -> float:
    held = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(held / (1 - held))


class Ear(Protocol):
    """Hears how a voice over the bot begins; `OnsetEar` is one."""

    @property
    def is_distant(self) -> bool:
        """True where what is heard is too faint for this caller."""
        ...

    @property
    def onset_s(self) -> float | None:
        """When what is heard began, seconds of the stream; None while nothing is."""
        ...

    def hear(self, audio: bytes, *, bot_speaking: bool) -> Look | None: ...


@dataclass(slots=True)
class Floor:
    """The memory of one call's turn-taking."""

    patience: Patience = field(default_factory=Patience)
    bot_speaking: bool = False
    enough: Callable[[str], bool] = lambda _text: False
    """Tells whether these words answer the open question in full: then nobody is kept waiting."""
    asks: Callable[[str], bool] = lambda _text: False
    """Tells whether these words are a question to the bot."""
    answered: Callable[[str], bool] = lambda _text: False
    """Tells whether what the bot is saying answers these words: then it says on."""
    yields: bool = True
    """False while a mandatory notice plays: it finishes."""
    ear: Ear | None = None
    """Hears within 300 ms whether a voice over the bot asks for the floor; without it the length of speech decides."""
    resumes: bool = False
    """Whether the owner can say on after a false start; otherwise a false start is a turn without words."""
    _speaking_since: float | None = None
    _turn_start: float | None = None
    _speech_end: float | None = None
    _segments_pending: int = 0
    _late: int = 0
    """Segments of a turn that was taken without them; their words belong to nobody any more."""
    _texts: list[str] = field(default_factory=list)
    _sure: list[Sureness | None] = field(default_factory=list)
    _complete: bool | None = None
    _probability: float | None = None
    _quiet_since: float | None = None
    _spoke_over_bot: bool = False
    _asks: bool = False
    """The ear has just heard a voice that asks for the floor."""
    _listens: bool = False
    """What the ear heard last began like an "aham", or was no voice."""
    _yielded_at: float | None = None
    """When the bot fell silent, until it is known whether it had to."""
    _early: TakeTurn | None = None
    """A short answer before the bot's last word."""

    def audio(self, audio: bytes, now: float) -> None:
        """Let the ear hear the caller's next audio, 16-bit mono at 16 kHz that ends at `now`; call it before `tick`."""
        if self.ear is None:
            return
        look = self.ear.hear(audio, bot_speaking=self.bot_speaking)
        if look is None or now - look.age_s < self.patience.hello_within_s:
            return
        self._listens = not look.takes_floor
        self._asks = look.takes_floor and self.bot_speaking

    def speech_started(self, now: float, onset: float) -> None:
        """Speech was detected at `now`; it began at `onset`."""
        self._speaking_since = now
        if self._turn_start is None:
            self._turn_start = onset
            self._spoke_over_bot = self.bot_speaking
        self._complete = None
        self._quiet_since = None
        self._early = None

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

    def verdict(self, *, complete: bool, probability: float | None = None) -> None:
        """The end-of-turn model has judged the speech so far; without `probability` it is taken to be sure."""
        if self._speaking_since is None:
            self._complete, self._probability = complete, probability

    def bot_started(self) -> None:
        self.bot_speaking = True
        self._quiet_since = self._yielded_at = self._early = None
        self._asks = self._listens = False

    def bot_stopped(self, now: float) -> None:
        self.bot_speaking = False
        self._quiet_since = now
        if self._early is not None and now - self._early.end_s > self.patience.answers_early_s:
            self._early = None

    def tick(self, now: float) -> Action | None:
        """Give at most one thing to do at `now`; call it with each audio frame."""
        asked, self._asks = self._asks, False
        if asked and self.bot_speaking and self.yields:
            return self._take_floor(now)
        if self._speaking_since is not None:
            return self._while_speaking(now)
        if self._turn_start is not None:
            return self._after_speech(now)
        return self._in_silence(now)

    def _in_silence(self, now: float) -> Action | None:
        if self.bot_speaking:
            return None
        early, self._early = self._early, None
        if early is not None:
            self._forget(now)
            return early
        if self._yielded_at is not None and now - self._yielded_at >= self.patience.false_start_s:
            self._forget(now)
            return Resume() if self.resumes else None
        quiet = self._quiet_since
        if quiet is not None and now - quiet >= self.patience.silence_s:
            self._quiet_since = None
            return GoneQuiet()
        return None

    def _while_speaking(self, now: float) -> Action | None:
        since = self._speaking_since if self._speaking_since is not None else now
        if not self.bot_speaking or not self.yields or self._is_hello(now) or self._is_distant():
            return None
        enough_s = self.patience.listening_s if self._listens else self.patience.barge_in_s
        return self._take_floor(now) if now - since >= enough_s else None

    def _is_distant(self) -> bool:
        """True for somebody in the background, and for the bot's own voice coming back."""
        return self.ear is not None and self.ear.is_distant

    def _after_speech(self, now: float) -> Action | None:
        end = self._speech_end if self._speech_end is not None else now
        if not self._is_over(now - end) or self._goes_on(now, end):
            return None
        text = " ".join(self._texts).strip()
        start = self._turn_start if self._turn_start is not None else end
        turn = TakeTurn(text, start, end, least(self._sure))
        if self._only_listens(text, end):
            self._forget(now)
            self._early = turn if self.bot_speaking and text and self.enough(text) else None
            return None
        if self.bot_speaking and self.answered(text):
            self._forget(now)
            return turn
        if self.bot_speaking:
            return self._take_floor(now) if self.yields else None
        false_start = self.resumes and self._yielded_at is not None and self._was_nothing(text, end - start)
        self._forget(now)
        return Resume() if false_start else turn

    def _goes_on(self, now: float, end: float) -> bool:
        """True where the ear hears a voice begin that the voice detector is not yet sure of."""
        onset = self.ear.onset_s if self.ear is not None else None
        return onset is not None and onset > end and now - onset < self.patience.opening_s

    def _was_nothing(self, text: str, lasted_s: float) -> bool:
        """True for what did not mean to stop the bot, though it did."""
        return is_backchannel(text) or (not text and lasted_s < self.patience.unclear_s)

    def _is_over(self, waited: float) -> bool:
        """The words are known, and the turn sounds complete or the patience has run out."""
        if self._segments_pending and waited < self.patience.words_s:
            return False
        text = " ".join(self._texts)
        if self.enough(text):
            sounds_over = self._complete is True and (self._probability is None or self._probability >= _EVEN)
            return sounds_over or waited >= min(self.patience.answered_s, self.patience.incomplete_s)
        return waited >= self._wait_s(text)

    def _wait_s(self, text: str) -> float:
        """How long a silence ends the turn, by its sound and its words."""
        patience = self.patience
        if ending_of(text) is Ending.OPEN:
            return max(patience.unfinished_s, patience.incomplete_s)
        asks = bool(text) and self.asks(text)
        if self._complete is not True:
            return min(patience.asked_s, patience.incomplete_s) if asks else patience.incomplete_s
        surely = math.inf if self._probability is None else _log_odds(self._probability) + _log_odds(finished(text)) / 2
        if asks:
            return min(patience.complete_s if surely >= patience.sure_asked else patience.asked_s, patience.asked_s)
        return patience.complete_s if surely >= patience.sure else max(patience.complete_s, patience.unsure_s)

    def _only_listens(self, text: str, end: float) -> bool:
        """True for what does not take the floor: a first "alô", a cough, an "aham" while the bot speaks."""
        if not self.bot_speaking:
            # A "sim" that ends after the bot has finished answers its question; a cough over its last word does not.
            return self._spoke_over_bot and not text and self._was_brief(end)
        unheard = not text and (self._spoke_over_bot or not self.yields)
        listens = is_backchannel(text) or self._is_distant() or self._sounded_like_listening(text, end)
        return unheard or self._is_hello(end) or (self._spoke_over_bot and listens)

    def _sounded_like_listening(self, text: str, end: float) -> bool:
        """True for a short "aham" that was recognised as something else; a plain word to stop is believed."""
        start = self._turn_start if self._turn_start is not None else end
        return self._listens and end - start < self.patience.listening_s and not _STOPS & set(_folded(text))

    def _was_brief(self, end: float) -> bool:
        start = self._turn_start if self._turn_start is not None else end
        return end - start < self.patience.unclear_s

    def _is_hello(self, until: float) -> bool:
        start = self._turn_start
        early = start is not None and start < self.patience.hello_within_s
        return early and self.bot_speaking and start is not None and until - start < self.patience.hello_s

    def _take_floor(self, now: float) -> FallSilent:
        self.bot_speaking = False
        self._spoke_over_bot = False
        self._yielded_at = now
        return FallSilent()

    def _forget(self, now: float) -> None:
        self._turn_start = self._speech_end = self._complete = self._yielded_at = None
        self._texts = []
        self._sure = []
        self._late += self._segments_pending
        self._segments_pending = 0
        self._spoke_over_bot = self._listens = False
        if not self.bot_speaking:
            self._quiet_since = now
