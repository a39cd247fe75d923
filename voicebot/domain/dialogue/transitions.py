"""The dialogue's automaton.

Rule 1: every change of phase is a row of `TRANSITIONS`; code elsewhere names a `Move`, never a next phase.
Rule 2: a move that has no row from a phase is a programming error, raised before anything changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from voicebot.domain.dialogue.phases import Phase


class Move(StrEnum):
    """What a turn amounts to, once understood in its context."""

    # whom we talk to
    PERSON_CONFIRMED = "person confirmed"
    SOMEONE_ELSE = "someone else"
    FETCHED = "somebody fetches the person"
    NOBODY_OF_THAT_NAME = "wrong number"
    HAS_DIED = "has died"
    CHILD_ANSWERED = "child answered"
    MACHINE_ANSWERED = "machine answered"
    # verification
    FACTOR_GIVEN = "factor given"
    FACTORS_FAILED = "factors failed"
    VERIFIED = "verified"
    NOT_VERIFIABLE = "cannot be verified"
    # the debt and the offer
    SITUATION_TOLD = "situation told"
    OFFER_MADE = "offer made"
    ACCEPTED = "accepted"
    RECONSIDERED = "reconsidered"
    CONFIRMED = "confirmed"
    TAUGHT_BACK = "taught back"
    SENT = "sent"
    REMINDED = "reminded"
    UNDECIDED = "undecided"
    ASKED_HOW_IT_WENT = "asked how it went"
    # side roads
    ASIDE = "aside"
    WENT_SILENT = "went silent"
    SPOKE_AGAIN = "spoke again"
    LINE_IS_BAD = "line is bad"
    LINE_IS_FINE = "line is fine"
    # what ends or leaves the collection
    IN_CRISIS = "in crisis"
    WANTS_HUMAN = "wants a human"
    HUMAN_JOINED = "human joined"
    STOP = "stop calling"
    WANTS_CALLBACK = "wants a callback"
    CALLBACK_SET = "callback set"
    DISPUTED = "disputed"
    PAID_ALREADY = "paid already"
    PRIVACY = "privacy request"
    HELD = "held"
    GOODBYE = "goodbye"
    GAVE_UP = "gave up"


_TALKING: Final = (
    Phase.OPENING,
    Phase.VERIFICATION,
    Phase.EXPLANATION,
    Phase.NEGOTIATION,
    Phase.CONFIRMATION,
    Phase.PAYMENT,
)
"""The main road; a side road returns to the one it left."""

_OPEN: Final = (
    *_TALKING,
    Phase.THIRD_PARTY,
    Phase.CALLBACK,
    Phase.SILENCE,
    Phase.BAD_LINE,
    Phase.HAND_OVER,
    Phase.SATISFACTION,
)
"""Phases in which the caller may still say anything; distress is apart, since nothing leads back from it."""

GOOD_ENDS_FROM: Final = (
    Phase.VERIFICATION,
    Phase.EXPLANATION,
    Phase.NEGOTIATION,
    Phase.CONFIRMATION,
    Phase.PAYMENT,
    Phase.CALLBACK,
)
"""Where a call may end so well that the caller is asked how it went."""

_MAIN: Final[Mapping[tuple[Phase, Move], Phase]] = {
    (Phase.OPENING, Move.PERSON_CONFIRMED): Phase.VERIFICATION,
    (Phase.OPENING, Move.FETCHED): Phase.OPENING,
    (Phase.THIRD_PARTY, Move.FETCHED): Phase.OPENING,
    (Phase.VERIFICATION, Move.FACTOR_GIVEN): Phase.VERIFICATION,
    (Phase.VERIFICATION, Move.FACTORS_FAILED): Phase.VERIFICATION,
    (Phase.VERIFICATION, Move.NOT_VERIFIABLE): Phase.CLOSING,
    (Phase.OPENING, Move.NOT_VERIFIABLE): Phase.CLOSING,
    (Phase.VERIFICATION, Move.VERIFIED): Phase.EXPLANATION,
    (Phase.VERIFICATION, Move.REMINDED): Phase.CLOSING,
    (Phase.EXPLANATION, Move.SITUATION_TOLD): Phase.NEGOTIATION,
    (Phase.NEGOTIATION, Move.SITUATION_TOLD): Phase.NEGOTIATION,
    (Phase.EXPLANATION, Move.OFFER_MADE): Phase.NEGOTIATION,
    (Phase.NEGOTIATION, Move.OFFER_MADE): Phase.NEGOTIATION,
    (Phase.EXPLANATION, Move.ACCEPTED): Phase.CONFIRMATION,
    (Phase.NEGOTIATION, Move.ACCEPTED): Phase.CONFIRMATION,
    (Phase.EXPLANATION, Move.UNDECIDED): Phase.CLOSING,
    (Phase.NEGOTIATION, Move.UNDECIDED): Phase.CLOSING,
    (Phase.CONFIRMATION, Move.UNDECIDED): Phase.CLOSING,
    (Phase.PAYMENT, Move.UNDECIDED): Phase.CLOSING,
    (Phase.CONFIRMATION, Move.SITUATION_TOLD): Phase.NEGOTIATION,
    (Phase.CONFIRMATION, Move.ACCEPTED): Phase.CONFIRMATION,
    (Phase.CONFIRMATION, Move.OFFER_MADE): Phase.NEGOTIATION,
    (Phase.PAYMENT, Move.OFFER_MADE): Phase.NEGOTIATION,
    (Phase.CONFIRMATION, Move.RECONSIDERED): Phase.NEGOTIATION,
    (Phase.PAYMENT, Move.RECONSIDERED): Phase.NEGOTIATION,
    (Phase.CONFIRMATION, Move.CONFIRMED): Phase.CONFIRMATION,
    (Phase.CONFIRMATION, Move.TAUGHT_BACK): Phase.PAYMENT,
    (Phase.PAYMENT, Move.SENT): Phase.CLOSING,
    **{(phase, Move.ASKED_HOW_IT_WENT): Phase.SATISFACTION for phase in GOOD_ENDS_FROM},
    (Phase.CALLBACK, Move.CALLBACK_SET): Phase.CLOSING,
    (Phase.THIRD_PARTY, Move.CALLBACK_SET): Phase.CLOSING,
    (Phase.HAND_OVER, Move.HUMAN_JOINED): Phase.CLOSING,
    (Phase.DISTRESS, Move.HUMAN_JOINED): Phase.CLOSING,
    (Phase.DISTRESS, Move.ASIDE): Phase.DISTRESS,
    (Phase.DISTRESS, Move.IN_CRISIS): Phase.DISTRESS,
    (Phase.DISTRESS, Move.GOODBYE): Phase.CLOSING,
    (Phase.DISTRESS, Move.STOP): Phase.CLOSING,
    (Phase.DISTRESS, Move.GAVE_UP): Phase.CLOSING,
}

_FROM_ANY_OPEN_PHASE: Final[Mapping[Move, Phase]] = {
    Move.IN_CRISIS: Phase.DISTRESS,
    Move.STOP: Phase.STOP_CALLING,
    Move.WANTS_HUMAN: Phase.HAND_OVER,
    Move.WANTS_CALLBACK: Phase.CALLBACK,
    Move.CALLBACK_SET: Phase.CLOSING,
    Move.SOMEONE_ELSE: Phase.THIRD_PARTY,
    Move.NOBODY_OF_THAT_NAME: Phase.WRONG_NUMBER,
    Move.HAS_DIED: Phase.DECEASED,
    Move.CHILD_ANSWERED: Phase.MINOR,
    Move.MACHINE_ANSWERED: Phase.VOICEMAIL,
    Move.DISPUTED: Phase.DISPUTE,
    Move.PAID_ALREADY: Phase.ALREADY_PAID,
    Move.PRIVACY: Phase.PRIVACY_REQUEST,
    Move.HELD: Phase.CLOSING,
    Move.GOODBYE: Phase.CLOSING,
    Move.GAVE_UP: Phase.CLOSING,
}

_ASIDE: Final[Mapping[tuple[Phase, Move], Phase]] = {(phase, Move.ASIDE): phase for phase in _OPEN}
_SILENT: Final[Mapping[tuple[Phase, Move], Phase]] = {
    (phase, Move.WENT_SILENT): Phase.SILENCE for phase in _OPEN if phase is not Phase.SILENCE
} | {(Phase.SILENCE, Move.WENT_SILENT): Phase.SILENCE}
_BAD: Final[Mapping[tuple[Phase, Move], Phase]] = {
    (phase, Move.LINE_IS_BAD): Phase.BAD_LINE for phase in _OPEN if phase is not Phase.BAD_LINE
}
_RETURN: Final[Mapping[tuple[Phase, Move], tuple[Phase, ...]]] = {
    (Phase.SILENCE, Move.SPOKE_AGAIN): tuple(phase for phase in _OPEN if phase is not Phase.SILENCE),
    (Phase.BAD_LINE, Move.LINE_IS_FINE): tuple(
        phase for phase in _OPEN if phase not in {Phase.SILENCE, Phase.BAD_LINE}
    ),
}
"""Side roads lead back to the phase they left, which the state remembers."""

TRANSITIONS: Final[Mapping[tuple[Phase, Move], Phase]] = MappingProxyType(
    {
        **{(phase, move): after for phase in _OPEN for move, after in _FROM_ANY_OPEN_PHASE.items()},
        **_ASIDE,
        **_SILENT,
        **_BAD,
        **_MAIN,
    }
)
RETURNS: Final[Mapping[tuple[Phase, Move], tuple[Phase, ...]]] = MappingProxyType(dict(_RETURN))

ENDS: Final = frozenset(
    {
        Phase.CLOSING,
        Phase.STOP_CALLING,
        Phase.WRONG_NUMBER,
        Phase.DECEASED,
        Phase.MINOR,
        Phase.VOICEMAIL,
        Phase.DISPUTE,
        Phase.ALREADY_PAID,
        Phase.PRIVACY_REQUEST,
    }
)
"""Phases in which the bot says its last words and hangs up once they have been played."""


class IllegalMove(Exception):
    """A move was named that has no row in the table; a fault of the policy, never of the caller."""

    def __init__(self, phase: Phase, move: Move) -> None:
        super().__init__(f"no transition from {phase} on {move}: add a row to TRANSITIONS or name another move")
        self.phase = phase
        self.move = move


def target(phase: Phase, move: Move, resume: Phase | None) -> Phase:
    """Give the phase that follows.

    Raises:
        IllegalMove: the table has no such row.
    """
    returns = RETURNS.get((phase, move))
    if returns is not None and resume in returns:
        return resume
    found = TRANSITIONS.get((phase, move))
    if found is None:
        raise IllegalMove(phase, move)
    return found
