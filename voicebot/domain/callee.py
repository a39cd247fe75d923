"""Who, or what, picked up an outbound call, and what may follow from it. Pure; how it is heard is not known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.dialogue.state import CallState, Decision, DeleteAudio
from voicebot.domain.dialogue.transitions import TRANSITIONS, Move, target


class Callee(StrEnum):
    """What is at the other end of an answered call."""

    HUMAN = "human"
    VOICEMAIL = "voicemail"
    INTERCEPT_INVALID = "intercept_invalid"
    """The operator says that the number does not exist or takes no calls."""
    INTERCEPT_UNAVAILABLE = "intercept_unavailable"
    """The operator says that the phone is off, out of reach or cannot be connected."""
    IVR = "ivr"
    """A company's menu or waiting queue."""
    SCREENING = "screening"
    """An assistant that asks who is calling before a person hears of it."""
    FAX = "fax"
    TONE = "tone"
    """Ringing, busy, congestion or an information tone: nobody answered, whatever the carrier says."""
    SILENCE = "silence"
    """Nothing was said; a person may still be there."""

    @property
    def is_machine(self) -> bool:
        return self not in {Callee.HUMAN, Callee.SILENCE}


class Evidence(StrEnum):
    """What a finding rests on, the strongest last."""

    QUIET = "quiet"
    SHORT_GREETING = "short_greeting"
    """A short first utterance, then waiting: as people do."""
    WORDS_OF_A_PERSON = "words_of_a_person"
    CARRIER = "carrier"
    """The provider's own detection."""
    LENGTH_AND_WORDS = "length_and_words"
    WORDS = "words"
    BEEP = "beep"
    CADENCE = "cadence"


@dataclass(frozen=True, slots=True)
class Finding:
    """One opinion on who is there; a later one replaces it."""

    callee: Callee
    evidence: Evidence
    evidence_s: float
    """Seconds of caller audio at which the evidence was complete."""
    at_s: float
    """Seconds of caller audio at which it was found."""
    detail: str = ""
    """Which tone or which phrase of our own table, or that the wording told; never what was said."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the bot does about a callee."""

    disposition: Disposition | None
    """How the call ends, at once and without a word; None goes on talking."""
    number_is_dead: bool = False
    """Noted for the portfolio: the operator says that the number leads nowhere. One opinion suppresses nothing."""
    only_who_for_whom: bool = False
    """Nothing is said but who asks for whom, as to any stranger, until a person has been verified."""


_END: Final = Treatment(Disposition.VOICEMAIL)
TREATMENTS: Final[Mapping[Callee, Treatment]] = MappingProxyType(
    {
        Callee.HUMAN: Treatment(None),
        # Who listens to a recorder later is not known: a message would tell third parties of the debt.
        Callee.VOICEMAIL: _END,
        Callee.INTERCEPT_INVALID: Treatment(Disposition.FAILED, number_is_dead=True),
        Callee.INTERCEPT_UNAVAILABLE: Treatment(Disposition.NO_ANSWER),
        Callee.IVR: _END,
        Callee.SCREENING: Treatment(None, only_who_for_whom=True),
        Callee.FAX: Treatment(Disposition.FAILED, number_is_dead=True),
        Callee.TONE: Treatment(Disposition.NO_ANSWER),
        # The dialogue asks twice whether somebody is there, then ends.
        Callee.SILENCE: Treatment(None),
    }
)


def treatment(callee: Callee) -> Treatment:
    """Give what follows; research and law behind it in docs/adr/0015."""
    return TREATMENTS[callee]


def answer_to(state: CallState, finding: Finding) -> Decision:
    """Decide what a finding changes: a machine is left without a word.

    Whoever has been verified is a person, and so is whoever is helped in distress: nothing changes for them. Nor does
    anything for an assistant that screens calls: strangers hear who asks for whom and no more, and "uma assistente
    virtual?" is also what people say back to the bot.
    """
    what = treatment(finding.callee)
    if state.ended or state.verified or (state.phase, Move.MACHINE_ANSWERED) not in TRANSITIONS:
        return Decision(state, ())
    if what.disposition is not None:
        phase = target(state.phase, Move.MACHINE_ANSWERED, state.resume)
        state = replace(state, phase=phase, question=None, disposition=what.disposition, ended=True)
        return Decision(state, (), (DeleteAudio(),), Move.MACHINE_ANSWERED)
    return Decision(state, ())


def event_of(finding: Finding) -> dict[str, str]:
    """Give a finding as a call's record holds it; nothing of what was said."""
    return {
        "callee": finding.callee.value,
        "evidence": finding.evidence.value,
        "detail": finding.detail,
        "after_ms": str(round(1000 * (finding.at_s - finding.evidence_s))),
        "number_is_dead": str(treatment(finding.callee).number_is_dead),
    }
