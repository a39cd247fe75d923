"""A simulated caller: who they are, and what they answer to what they hear. Text in, text out, no audio here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

PERSONAS: Final = Path(__file__).with_name("personas.yaml")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")


class PersonaError(Exception):
    """A persona is unknown, or its file says something that cannot be read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a sentence of the bot matches, the next of these lines is said; the last one as often as needed."""

    when: re.Pattern[str]
    say: tuple[str, ...]
    about: re.Pattern[str] | None = None
    """What the rest of the bot's words must be about, where the sentence alone does not tell."""
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Persona:
    name: str
    about: str
    debtor: str
    """Reference in the sample portfolio."""
    voice: str
    opening: str | None
    """Said on picking up; None for somebody who waits."""
    inbound_opening: str | None
    rules: tuple[Rule, ...]
    otherwise: tuple[str, ...]

    def lines(self) -> list[str]:
        """Everything this persona may say, so that it can be synthesised before the call."""
        opening = [line for line in (self.opening, self.inbound_opening) if line is not None]
        said = [line for rule in self.rules for line in rule.say]
        return list(dict.fromkeys([*opening, *said, *self.otherwise]))


@dataclass(frozen=True, slots=True)
class Reply:
    text: str | None
    """None: listen on in silence."""
    hang_up: bool = False


@dataclass(slots=True)
class Mind:
    """One persona in one call; remembers how often each rule was used."""

    persona: Persona
    used: dict[int, int] = field(default_factory=dict)
    lost: int = 0

    def knows(self, heard: str) -> bool:
        """Tell whether some sentence of it means something to this persona."""
        return self._found(heard) is not None

    def reply(self, heard: str) -> Reply:
        """Answer the last sentence that asks or says something known; what was heard last counts most."""
        found = self._found(heard)
        if found is not None:
            return self._use(found, self.persona.rules[found])
        self.lost += 1
        options = self.persona.otherwise
        return Reply(options[min(self.lost, len(options)) - 1] if options else None)

    def _found(self, heard: str) -> int | None:
        whole = fold(heard)
        for sentence in reversed(_sentences(heard)):
            for index, rule in enumerate(self.persona.rules):
                fits = rule.about is None or rule.about.search(whole)
                if fits and rule.when.search(sentence):
                    return index
        return None

    def _use(self, index: int, rule: Rule) -> Reply:
        times = self.used.get(index, 0)
        self.used[index] = times + 1
        text = rule.say[min(times, len(rule.say) - 1)] if rule.say else None
        return Reply(text, rule.hang_up)


def _sentences(heard: str) -> list[str]:
    return _SENTENCE.split(fold(heard))


def fold(text: str) -> str:
    """Lower case without accents, so that what was transcribed slightly wrong still matches."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in plain if not unicodedata.combining(character))


def load(path: Path = PERSONAS) -> dict[str, Persona]:
    """Read all personas.

    Raises:
        PersonaError: a field is missing or a pattern is wrong.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _persona(name, entry) for name, entry in data.items()}


def find(name: str) -> Persona:
    """Give one persona.

    Raises:
        PersonaError: nobody of that name; the message lists who there is.
    """
    known = load()
    if name not in known:
        raise PersonaError(f"no persona {name}: there are {', '.join(known)}")
    return known[name]


def _persona(name: str, entry: dict[str, Any]) -> Persona:
    try:
        return Persona(
            name=name,
            about=entry["about"],
            debtor=entry["debtor"],
            voice=entry["voice"],
            opening=entry.get("opening"),
            inbound_opening=entry.get("inbound_opening"),
            rules=tuple(_rule(rule) for rule in entry["rules"]),
            otherwise=tuple(entry.get("otherwise", ())),
        )
    except (KeyError, re.error) as error:
        raise PersonaError(f"persona {name}: {error}; see the others in personas.yaml") from error


def _rule(entry: dict[str, Any]) -> Rule:
    said = entry.get("say", ())
    lines = (said,) if isinstance(said, str) else tuple(said)
    about = entry.get("about")
    return Rule(
        when=re.compile(entry["when"]),
        say=lines,
        about=re.compile(about) if about is not None else None,
        hang_up=bool(entry.get("hang_up", False)),
    )
