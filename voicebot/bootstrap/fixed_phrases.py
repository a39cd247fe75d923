"""The lines that are the same for everybody, made once per voice and kept: afterwards no call waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Final

from voicebot.application.conversation import ASSISTANT
from voicebot.application.ports import Voice
from voicebot.bootstrap import speech
from voicebot.bootstrap.busy_line import busy_words
from voicebot.domain.portfolio import Treatment
from voicebot.pipeline.live_call import is_plain
from voicebot.script.render import ScriptBook
from voicebot.script.specimens import specimens
from voicebot.settings import Settings

HOURS: Final = (9, 15, 19)
"""Morning, afternoon and evening: greetings differ."""
BATCH: Final = 20
_DAY: Final = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=-3)))


def fixed_lines(book: ScriptBook) -> list[str]:
    """Give every wording of every act without values, each once."""
    lines = (
        said.text for act in specimens() if is_plain(act) for voice in _voices() for said in book.variants(act, voice)
    )
    return list(dict.fromkeys(lines))


def warm(settings: Settings, say: Callable[[str], None] = lambda _: None) -> int:
    """Make what is missing, about twelve minutes of one core the first time; gives how many lines there are."""
    lines = [*busy_words(settings.prompts_dir).values(), *fixed_lines(ScriptBook.load(settings.prompts_dir))]
    voice = speech.voice(settings)
    cache = speech.phrases(settings, voice)
    try:
        for start in range(0, len(lines), BATCH):
            asyncio.run(cache.prepare(lines[start : start + BATCH], keep=True))
            say(f"{min(start + BATCH, len(lines))} of {len(lines)} fixed lines")
    finally:
        cache.close()
        voice.close()
    return len(lines)


def _voices() -> Iterator[Voice]:
    for treatment in Treatment:
        for is_female in (True, False, None):
            for hour in HOURS:
                yield Voice(ASSISTANT, treatment, None, is_female, _DAY.replace(hour=hour), seed=0)
