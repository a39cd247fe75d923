"""The ear at the start of an outbound call: 20 ms at a time, says who or what is there, and mends its opinion.

A person is believed soon and on little: a short greeting and a pause. A machine is believed on what people do not do:
tones, the words of recordings, a beep after a long speech. Length alone decides nothing, since people tell stories too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicebot.domain.callee import Callee, Evidence, Finding
from voicebot.speech.callee import tones
from voicebot.speech.callee.words import Weighed, is_greeting, weigh

LISTENS_S: Final = 30.0
"""A recording that has not shown itself by then has met a caller who talks: the dialogue deals with it."""
SHORT_S: Final = 1.8
"""People's first utterance is seldom longer."""
WAITS_S: Final = 0.7
DOUBTS_S: Final = 1.3
"""After so much quiet even somebody who spoke like half a recording is taken for a person."""
NOBODY_S: Final = 5.0
LONG_S: Final = 2.4
"""Speech without a pause: worth hearing ahead of its end."""
TOO_LONG_S: Final = 4.0
"""Of speech, after which half a sign of a recording is enough."""
LISTEN_EVERY_S: Final = 2.0
HANGOVER_S: Final = 0.2
"""By so much the voice detector tells the end of speech too late."""
_BEEP_S: Final = (0.14, 1.6)
_BEEP_HZ: Final = (330.0, 2_100.0)
_AFTER_BEEP_S: Final = 0.4
_SPOKEN_BEFORE_BEEP_S: Final = 1.5
_TONE_MEANS: Final = {tones.FAX: Callee.FAX}


@dataclass(slots=True)
class CalleeEar:
    """Fed by one call, in order; not for concurrent use. Each method gives a new finding, or None."""

    finding: Finding | None = None
    _tones: tones.ToneEar = field(default_factory=tones.ToneEar)
    _spoke_from: float | None = None
    """When the stretch of speech that lasts now began."""
    _spoke_to: float | None = None
    _spoken_s: float = 0.0
    """Seconds of speech in the utterance; tones do not count."""
    _first_s: float | None = None
    _texts: list[str] = field(default_factory=list, repr=False)
    _text_to: float = -1.0
    """Up to where the audio has been heard as words."""
    _weighed: Weighed | None = None
    _carrier: Callee | None = None

    @property
    def at_s(self) -> float:
        """Seconds of caller audio so far."""
        return self._tones.at_s

    @property
    def listens(self) -> bool:
        """False once nothing more can be found out."""
        return self.at_s < LISTENS_S

    @property
    def wants_words(self) -> bool:
        """True while speech runs on so long that it should be transcribed before its end.

        Not once a person is believed to be there: they would wait for it, and a recording pauses too.
        """
        if self._spoke_from is None or (self.finding is not None and self.finding.callee is Callee.HUMAN):
            return False
        return self.at_s - max(self._spoke_from, self._text_to) >= (LONG_S if self._text_to < 0 else LISTEN_EVERY_S)

    def feed(self, frame: NDArray[np.int16], *, speech: bool) -> Finding | None:
        """Take 160 samples at 8 kHz, and whether the voice detector hears speech."""
        ended = self._tones.feed(frame)
        sounding = self._tones.sounding
        if sounding is not None and sounding.lasts_s >= _BEEP_S[0]:
            speech = False
        self._note_speech(speech=speech)
        heard = self._tone_found(ended) or self._quiet_found()
        return self._settle(heard)

    def heard(self, text: str, end_s: float, *, joined: bool = True) -> Finding | None:
        """Take the words of the audio up to `end_s`; `joined` where they stand for all that was said before too."""
        if not text.strip():
            return None
        self._texts = [text] if joined else [*self._texts, text]
        self._text_to = max(self._text_to, end_s)
        self._weighed = weigh(" ".join(self._texts))
        return self._settle(self._words_found(end_s))

    def carrier(self, machine: Callee | None) -> Finding | None:
        """Take the provider's opinion, None for a person or unknown: it can only make the bot more careful."""
        if machine is None:
            return None
        self._carrier = machine
        return self._settle(self._carrier_found())

    def _note_speech(self, *, speech: bool) -> None:
        if speech:
            if self._spoke_from is None:
                self._spoke_from = self.at_s
                self._first_s = self.at_s if self._first_s is None else self._first_s
            self._spoken_s += tones.FRAME_S
            self._spoke_to = self.at_s
        elif self._spoke_from is not None:
            self._spoke_to = max(self._spoke_from, self.at_s - HANGOVER_S)
            self._spoke_from = None

    def _tone_found(self, ended: tones.Tone | None) -> Finding | None:
        sounding = self._tones.sounding
        heard = [*self._tones.tones, *([sounding] if sounding is not None else [])]
        means = tones.meaning(heard, self.at_s)
        if means is not None and not self._spoke_within(4.0):
            callee = _TONE_MEANS.get(means, Callee.TONE)
            return self._found(callee, Evidence.CADENCE, heard[-1].end_s, means)
        return self._beep(ended)

    def _beep(self, _ended: tones.Tone | None) -> Finding | None:
        """A recorder's tone: one pitch after a long speech, then quiet."""
        last = self._tones.tones[-1] if self._tones.tones else None
        if last is None or self.at_s - last.end_s < _AFTER_BEEP_S or self._tones.sounding is not None:
            return None
        fits = _BEEP_S[0] <= last.lasts_s <= _BEEP_S[1] and _BEEP_HZ[0] <= last.hertz <= _BEEP_HZ[1]
        quiet = self._spoke_to is None or self._spoke_to <= last.end_s + 0.1
        # "Oi" alone is no sign of a person here: recorded greetings begin with it.
        told = self._weighed
        is_person = told is not None and told.person >= 1.0 and told.balance < 0
        # An assistant that screens calls beeps too before it listens.
        screens = told is not None and told.callee is Callee.SCREENING and told.balance >= 1.0
        after_speech = self._spoken_s >= _SPOKEN_BEFORE_BEEP_S and not is_person and not screens
        if fits and quiet and after_speech:
            return self._found(Callee.VOICEMAIL, Evidence.BEEP, last.end_s, "beep")
        return None

    def _quiet_found(self) -> Finding | None:
        if self._spoke_to is None:
            return self._found(Callee.SILENCE, Evidence.QUIET, self.at_s) if self.at_s >= NOBODY_S else None
        quiet = self.at_s - self._spoke_to
        if quiet < WAITS_S or self._is_machine:
            return None
        doubtful = self._weighed is not None and self._weighed.balance > 0
        if self._weighed is None and self._spoken_s > SHORT_S and quiet < DOUBTS_S:
            return None
        if doubtful and quiet < DOUBTS_S:
            return None
        return self._found(Callee.HUMAN, Evidence.SHORT_GREETING, self._spoke_to)

    def _words_found(self, end_s: float) -> Finding | None:
        told = self._weighed
        if told is None:
            return None
        if told.callee is not None and told.balance >= 1.0:
            return self._found(told.callee, Evidence.WORDS, end_s, told.phrase)
        if told.callee is not None and told.balance >= 0.5 and self._is_long:
            return self._found(told.callee, Evidence.LENGTH_AND_WORDS, end_s, told.phrase)
        if self._carrier is not None and not self._is_clearly_a_person:
            return self._carrier_found()
        if told.callee is None and (is_greeting(self._texts[-1]) or told.person + told.doubt >= 1.0):
            return self._found(Callee.HUMAN, Evidence.WORDS_OF_A_PERSON, end_s)
        return None

    def _carrier_found(self) -> Finding | None:
        if self._carrier is None or self._is_machine:
            return None
        if self._is_clearly_a_person or (self.finding is not None and self.finding.callee is Callee.HUMAN):
            # Two opinions against each other: say less, and hang up on nobody.
            return self._found(Callee.SCREENING, Evidence.CARRIER, self.at_s)
        return self._found(self._carrier, Evidence.CARRIER, self.at_s)

    @property
    def _is_machine(self) -> bool:
        return self.finding is not None and self.finding.callee.is_machine

    @property
    def _is_clearly_a_person(self) -> bool:
        told = self._weighed
        return told is not None and told.person >= 0.5 and told.machine < 0.5

    @property
    def _is_long(self) -> bool:
        return self._spoken_s >= TOO_LONG_S

    def _spoke_within(self, seconds: float) -> bool:
        return self._spoke_to is not None and self.at_s - self._spoke_to <= seconds and self._spoken_s > 1.0

    def _found(self, callee: Callee, evidence: Evidence, evidence_s: float, detail: str = "") -> Finding:
        return Finding(callee, evidence, evidence_s, self.at_s, detail)

    def _settle(self, found: Finding | None) -> Finding | None:
        """Keep a finding if it says something new; what rests on more is not replaced by less."""
        if found is None or not self.listens:
            return None
        old = self.finding
        if old is not None and (old.callee is found.callee or _rank(found) < _rank(old)):
            return None
        self.finding = found
        return found


_ORDER: Final = tuple(Evidence)


def _rank(finding: Finding) -> int:
    """A machine's words outweigh a person's greeting, which a recording may begin with."""
    return _ORDER.index(finding.evidence)
