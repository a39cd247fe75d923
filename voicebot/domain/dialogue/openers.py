"""A short reaction before the answer ("certo"), now and then: said each time it is a tic that delays the answer."""

from __future__ import annotations

from typing import Final

from voicebot.domain.dialogue.acts import Ack, Acknowledge, Act, SayGoodbye

SPACING: Final = 3
"""Turns of the caller: of so many, one may be answered with an opener."""
_ANSWERS: Final = frozenset({Ack.SORRY_TO_HEAR, Ack.WILL_LOOK})
"""These react to what was said and are no openers."""


def spaced(acts: tuple[Act, ...], turns: int, opened: int) -> tuple[tuple[Act, ...], int]:
    """Drop the opener where the last, at turn `opened`, is too near; gives the acts and the turn of the last opener.

    Before a goodbye it stays: nobody waits for that.
    """
    if len(acts) < 2 or not _opens(acts[0]) or isinstance(acts[1], SayGoodbye):
        return acts, opened
    return (acts[1:], opened) if turns - opened < SPACING else (acts, turns)


def _opens(act: Act) -> bool:
    return isinstance(act, Acknowledge) and act.kind not in _ANSWERS
