"""The script at work: an act becomes an utterance in the persona's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from voicebot.application.ports import Voice
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.script.book import Lines, Words, key_of, read_words
from voicebot.script.checks import faults_of
from voicebot.script.echo import echoes
from voicebot.script.errors import BadScript, WordsMissing
from voicebot.script.facts import Facts, Phrase, Scene, facts_of
from voicebot.script.manner import Form, fill, form_of, form_words, named, with_article
from voicebot.script.memory import Index, Memory, index_of
from voicebot.script.moments import greeting
from voicebot.script.persona import Persona, load_persona


@dataclass(frozen=True, slots=True)
class ScriptBook:
    """Implements `voicebot.application.ports.Script`; immutable, so one book serves all calls."""

    persona: Persona
    words: Words
    index: Index = field(repr=False)

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
        return cls(persona, words, index_of(words))

    def render(self, act: Act, voice: Voice) -> Utterance:
        """Put an act into words: the same seed, lines already said and line before give the same text.

        Raises:
            WordsMissing: an act this book was not checked with.
        """
        facts, lines = self._open(act, voice)
        memory = Memory.of(voice.said, self.index)
        form = form_of(voice.treatment, voice.caller_is_female)
        common = self._common(voice, form)
        slots, inside = {**common, **facts.slots}, []
        for slot, phrase in facts.phrases.items():
            slots[slot] = ""
            if phrase:
                name, line = memory.freshest(self._phrase_lines(phrase), voice.seed, voice.segment, voice.tone)[0]
                inside.append(memory.mark(name))
                slots[slot] = fill(line, {**common, **phrase.slots}, form=form, person_is_female=None, inside=True)
        name, text = self._choose(lines, facts, slots, memory, voice)
        return Utterance(act=act, text=text, variant="+".join((memory.mark(name), *inside)))

    def variants(self, act: Act, voice: Voice) -> tuple[Utterance, ...]:
        """Give the act in all its words, for a look at them or a test, whichever segment and tone a line is meant for.

        Every line comes, and every phrase in one of them: where the phrases are more, lines come again with others.
        """
        facts, lines = self._open(act, voice)
        form = form_of(voice.treatment, voice.caller_is_female)
        common = self._common(voice, form)
        parts = {
            slot: (phrase, self._phrase_lines(phrase).variants) for slot, phrase in facts.phrases.items() if phrase
        }
        named_lines = list(lines.named())
        said = []
        for index in range(max(len(named_lines), *(len(each) for _, each in parts.values()), 1)):
            slots = {**common, **facts.slots, **dict.fromkeys(facts.phrases, "")}
            for slot, (phrase, each) in parts.items():
                values = {**common, **phrase.slots}
                slots[slot] = fill(each[index % len(each)], values, form=form, person_is_female=None, inside=True)
            variant, line = named_lines[index % len(named_lines)]
            text = fill(line, slots, form=form, person_is_female=facts.person_is_female)
            said.append(Utterance(act, text, variant))
        return tuple(said)

    def _open(self, act: Act, voice: Voice) -> tuple[Facts, Lines]:
        facts = facts_of(act, Scene(voice.local_time.date(), voice.treatment, self.persona))
        key = key_of(type(act).__name__, facts.case)
        lines = self.words.acts.get(key)
        if lines is None:
            raise WordsMissing(key)
        return facts, lines

    def _phrase_lines(self, phrase: Phrase) -> Lines:
        lines = self.words.phrases.get(phrase.key)
        if lines is None:
            raise WordsMissing(phrase.key)
        return lines

    def _choose(
        self, lines: Lines, facts: Facts, slots: Mapping[str, str], memory: Memory, voice: Voice
    ) -> tuple[str, str]:
        """Take the first of the least worn lines that does not echo the line before, or else the first."""
        form = form_of(voice.treatment, voice.caller_is_female)
        ways = memory.freshest(lines, voice.seed, voice.segment, voice.tone)
        least = memory.worn(ways[0][0])[:2]
        first: tuple[str, str] | None = None
        for name, line in ways:
            if memory.worn(name)[:2] != least:
                break
            text = fill(line, slots, form=form, person_is_female=facts.person_is_female)
            if not voice.previous or not echoes(text, voice.previous):
                return name, text
            first = first or (name, text)
        return first or ways[0]

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
