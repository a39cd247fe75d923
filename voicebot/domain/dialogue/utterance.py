"""An act put into words, ready for the gate and then for speech."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.domain.dialogue.acts import Act


@dataclass(frozen=True, slots=True)
class Utterance:
    """One act as text, with every number already written out as it is read aloud.

    `variant` names the script line ("AskForPerson/2"), so that no line is said twice unasked.
    """

    act: Act
    text: str
    variant: str
