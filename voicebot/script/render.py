"""The script at work: an act becomes an utterance in the persona's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zlib import crc32

from voicebot.application.ports import Voice
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.script.book import Lines, Words, key_of, read_words
from voicebot.script.checks import faults_of
from voicebot.script.echo import echoes
from voicebot.script.errors import BadScript, WordsMissing
from voicebot.script.facts import Facts, Phrase, Scene, facts_of
from voicebot.script.manner import Form, fill, form_of, form_words, named, with_article
from voicebot.script.moments import greeting
from voicebot.script.persona import Persona, load_persona


@dataclass(frozen=True, slots=True)
class ScriptBook:
    """Implements `voicebot.application.ports.Script`; immutable, so one book serves all calls."""

    persona: Persona
    words: Words

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read and check `persona.yaml` and `script/*.yaml` in a locale's folder, such as `prompts/pt-BR`.

        Raises:
            ScriptUnreadable: a file is missing or not of the expected shape.
            BadScript: an act without words, an unknown slot, or a line that breaks a rule; lists them all.
        """
        persona = load_persona(folder / "persona.yaml")
        words = read_words(folder / "script")
        faults = faults_of(words, persona)
        if faults:
            raise BadScript(faults)
        return cls(persona, words)

    def render(self, act: Act, voice: Voice) -> Utterance:
        """Put an act into words: the same seed, lines already said and line before give the same text.

        Raises:
            WordsMissing: an act this book was not checked with.
        """
        facts = facts_of(act, Scene(voice.local_time.date(), voice.treatment, self.persona))
        key = key_of(type(act).__name__, facts.case)
        lines = self.words.acts.get(key)
        if lines is None:
            raise WordsMissing(key)
        ways = [(variant, self._fill(line, facts, voice)) for variant, line in _shuffled(lines, voice.seed)]
        variant, text = _choose(ways, voice)
        return Utterance(act=act, text=text, variant=variant)

    def variants(self, act: Act, voice: Voice) -> tuple[Utterance, ...]:
        """Give the act in all its words, for warming a cache or for a look at the tone."""
        facts = facts_of(act, Scene(voice.local_time.date(), voice.treatment, self.persona))
        lines = self.words.acts[key_of(type(act).__name__, facts.case)]
        return tuple(Utterance(act, self._fill(line, facts, voice), variant) for variant, line in lines.named())

    def _fill(self, line: str, facts: Facts, voice: Voice) -> str:
        form = form_of(voice.treatment, voice.caller_is_female)
        common = self._common(voice, form)
        slots = {**common, **facts.slots}
        for slot, phrase in facts.phrases.items():
            slots[slot] = self._phrase(phrase, common, voice, form) if phrase else ""
        return fill(line, slots, form=form, person_is_female=facts.person_is_female)

    def _phrase(self, phrase: Phrase, common: Mapping[str, str], voice: Voice, form: Form) -> str:
        lines = self.words.phrases.get(phrase.key)
        if lines is None:
            raise WordsMissing(phrase.key)
        _, line = _shuffled(lines, voice.seed + len(voice.said))[0]
        return fill(line, {**common, **phrase.slots}, form=form, person_is_female=None, inside=True)

    def _common(self, voice: Voice, form: Form) -> dict[str, str]:
        hour = greeting(voice.local_time.time())
        caller = voice.caller_name or ""
        if caller:
            caller = named(caller, treatment=voice.treatment, is_female=voice.caller_is_female)
        article = "uma" if self.persona.is_female else "um"
        return form_words(form) | {
            "assistant": voice.assistant,
            "the_assistant": with_article(voice.assistant, self.persona.is_female),
            "an_assistant": f"{article} assistente virtual",
            "caller": caller,
            "thanks": self.persona.thanks,
            "good_day": hour,
            "a_good_day": f"{'um' if hour == 'bom dia' else 'uma'} {hour}",
        }


def _shuffled(lines: Lines, seed: int) -> list[tuple[str, str]]:
    """Give the variants with their ids in an order that the seed shuffles."""
    return sorted(lines.named(), key=lambda named_line: crc32(f"{seed}:{named_line[0]}".encode()))


def _choose(ways: Sequence[tuple[str, str]], voice: Voice) -> tuple[str, str]:
    """Take the first way not yet said that does not echo the line before; then one that is only one of the two."""
    fresh = [each for each in ways if each[0] not in voice.said]
    unlike = [each for each in ways if not voice.previous or not echoes(each[1], voice.previous)]
    both = [each for each in fresh if each in unlike]
    return (both or fresh or unlike or ways)[0]
