"""In a call the listener's group reaches the words only once verified; the creditor's tone reaches them all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.voicebot.application.desk import World, case, script
from voicebot.application.ports import Voice
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.utterance import Utterance
from voicebot.domain.segments import Segment, Tone


@dataclass
class Overheard:
    """A script that keeps with which voice each act was put into words."""

    voices: list[Voice] = field(default_factory=list)

    def render(self, act: Act, voice: Voice) -> Utterance:
        self.voices.append(voice)
        return script().render(act, voice)


async def heard(*texts: str, tone: str = "neutral") -> list[Voice]:
    found = case("D001")
    warm = replace(found, creditor=replace(found.creditor, tone=tone))
    overheard = Overheard()
    conversation = await World().conversation(of=warm, script_=overheard)
    await conversation.start()
    for text in texts:
        await conversation.hear(text)
    return overheard.voices


async def test_nobody_unverified_is_spoken_to_as_one_of_a_group() -> None:
    voices = await heard("sou eu", "529", "treze de março", "por quê?")

    assert {voice.segment for voice in voices} == {None}


async def test_the_verified_debtor_is() -> None:
    voices = await heard("sou eu", "529", "doze de março")

    assert voices[0].segment is None
    assert voices[-1].segment is Segment.FIRST_TIME


async def test_the_creditors_tone_is_heard_from_the_first_word() -> None:
    assert {voice.tone for voice in await heard("sou eu", tone="warm")} == {Tone.WARM}
    assert {voice.tone for voice in await heard("sou eu", tone="unheard of")} == {Tone.NEUTRAL}
