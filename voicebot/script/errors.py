"""What can be wrong with the words of the bot.

ScriptError
├── ScriptUnreadable    a file is missing, not YAML, or not of the expected shape
├── BadScript           the words break a rule of the house; carries every fault at once
├── ActWithoutExample   an act has a field that no example can be made for, so its words cannot be checked
└── WordsMissing        an act has no words: the book was loaded from another version of the acts
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in the script; `variant` is like "AskForPerson/2", or the act alone."""

    file: str
    variant: str
    rule: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.variant}: {self.rule}; {self.mend}"


class ScriptError(Exception):
    """The words of the bot cannot be used."""


class ScriptUnreadable(ScriptError):
    """A script file cannot be read; mend the file named in the message."""


class BadScript(ScriptError):
    """The words break a rule; the message lists each fault with how to mend it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(["the script cannot be used:", *(f"  {fault}" for fault in faults)]))


class WordsMissing(ScriptError):
    """An act or one of its cases has no words in the loaded script."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"no words for {key}: add it to a file under prompts/<locale>/script and load the book again")


class ActWithoutExample(ScriptError):
    """An act cannot be tried with its words: one of its fields has a type no example is known for."""

    def __init__(self, act: str, field: str) -> None:
        self.act, self.field = act, field
        super().__init__(
            f"{act}.{field}: no example of its type is known, so its words cannot be checked: yield an {act} in "
            "voicebot/script/specimens.py, or give a value for the type in its _KNOWN"
        )
