"""The callers of `bench latency`: one story told briefly, at length, and with questions, and heard from the record.

A caller who transcribed the bot would take the processor from it and answer late; this one reads what the bot said,
and answers as soon as people do.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from evaluation.simulation.persona import Persona, find
from evaluation.simulation.spoken_caller import SpokenCaller
from telephony.codecs import RATE_HZ, Int16
from telephony.providers.simulator.phone import Phone

HESITATING: Final = 0.3
HESITATION_S: Final = (0.4, 0.9)
THINKING_MS: Final = (300, 900)
"""How long the caller lets the bot be silent before they speak."""
STORY: Final = "agreement"
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {}
_LONG: Final[Mapping[str, tuple[str, ...]]] = {
    "Sou eu mesma.": ("Sou eu mesma, pode falar, mas eu estou no ônibus agora.",),
    "Pode mandar no WhatsApp.": ("Pode mandar tudo certinho no meu WhatsApp, que eu olho hoje de noite.",),
    "Isso, pode fechar.": ("Isso mesmo, pode fechar desse jeito que está bom para mim.",),
    "Doze de março.": ("Eu nasci no dia doze de março.",),
    "É que eu fui mandada embora em agosto, moça.": (
        "Olha, é que eu fui mandada embora em agosto, e desde então eu só faço bico.",
    ),
    "Ah, uns cento e vinte por mês, no máximo.": (
        "Olha, fazendo as contas aqui eu consigo pagar uns cento e vinte reais por mês.",
    ),
    "Sim, cabe.": ("Sim, assim cabe no meu bolso, pode ser desse jeito.",),
}
_ASKING: Final[Mapping[str, tuple[str, ...]]] = {
    "Sim, sou eu. Quem está falando?": ("Quem está falando?", "Sou eu, sim."),
    "Cinco. Dois. Nove.": ("Mas do que se trata?", "Quinhentos e vinte e nove."),
    "É que eu fui mandada embora em agosto, moça.": ("Pode repetir o valor?", "Eu perdi o emprego em agosto."),
    "Ah, uns cento e vinte por mês, no máximo.": ("Tem algum desconto?", "Cento e vinte por mês."),
    "Sim, cabe.": ("E o que acontece se eu não pagar?", "Dá para dividir em mais vezes?", "Pode ser, eu aceito."),
}


def told(persona: Persona, name: str, other_words: Mapping[str, tuple[str, ...]]) -> Persona:
    """Give the persona with some of its lines said otherwise; a line may become several, used one after the other."""
    rules = tuple(
        replace(rule, say=tuple(new for line in rule.say for new in other_words.get(line, (line,))))
        for rule in persona.rules
    )
    return replace(persona, name=name, rules=rules)


def callers() -> tuple[Persona, ...]:
    """Those who call in turn."""
    story = find(STORY)
    return (told(story, "brief", _PLAIN), told(story, "long", _LONG), told(story, "asking", _ASKING))


@dataclass(frozen=True, slots=True)
class Said:
    """What the bot has said since it was last asked, and whether the phone has played it to its end."""

    text: str
    is_played: bool


@dataclass(slots=True)
class ReadingCaller(SpokenCaller):
    """Hesitates now and then, as people do, and notes where it did."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))
    read: Callable[[Phone], Awaitable[Said]] | None = None
    """Looks the bot's words up in the record."""
    spoken: list[tuple[float, float, bool]] = field(default_factory=list)
    """Start and end of each utterance on the phone's clock, and whether it hesitated."""
    audio: list[Int16] = field(default_factory=list)
    """Each utterance as it was said, hesitation and all; 8 kHz."""
    _unread: str = ""

    async def _listen(self, phone: Phone, patience_s: float) -> str:
        """Wait until the bot has said its lines, then as long as a person thinks; its words come from the record."""
        pause_ms = self.chance.randint(*THINKING_MS)
        until = phone.at_s + patience_s
        while phone.at_s < until:
            heard = await phone.listen(silence_ms=pause_ms, timeout_s=until - phone.at_s)
            if heard is None or self.read is None:
                break
            said = await self.read(phone)
            self._unread = f"{self._unread} {said.text}".strip()
            if said.is_played:
                break
        text, self._unread = self._unread, ""
        return text

    async def _say(self, phone: Phone, line: str) -> None:
        pcm = await self._audio(line)
        hesitates = len(line.split()) > 3 and self.chance.random() < HESITATING
        if hesitates:
            pcm = pause_inside(pcm, self.chance.uniform(*HESITATION_S))
        start = phone.at_s
        self.audio.append(pcm)
        await phone.say(pcm)
        self.spoken.append((start, phone.at_s, hesitates))


def pause_inside(pcm: Int16, seconds: float) -> Int16:
    """Cut the audio at its quietest 20 ms in the middle third and put silence there."""
    frame = RATE_HZ // 50
    third = len(pcm) // 3
    starts = range(third, 2 * third, frame)
    quiet = min(starts, key=lambda at: float(np.mean(np.abs(pcm[at : at + frame].astype(np.float64)))))
    gap = np.zeros(int(seconds * RATE_HZ), np.int16)
    return np.concatenate([pcm[:quiet], gap, pcm[quiet:]])
