"""The lines that are the same for everybody, made once per voice and kept: afterwards no call waits for them.

`warm` makes them all at once; a gateway makes them one by one while nobody calls.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import zip_longest
from typing import Final

import structlog

from voicebot.application.conversation import ASSISTANT
from voicebot.application.ports import Voice
from voicebot.bootstrap import speech
from voicebot.bootstrap.busy_line import busy_words
from voicebot.domain.portfolio import Treatment
from voicebot.pipeline.live_call import is_plain
from voicebot.pipeline.ports import Phrases
from voicebot.script.render import ScriptBook
from voicebot.script.specimens import specimens
from voicebot.settings import Settings

log = structlog.get_logger(__name__)

HOURS: Final = (9, 15, 19)
"""Morning, afternoon and evening: greetings differ."""
BATCH: Final = 20
LOOK_S: Final = 1.0
"""How often a gateway with calls looks whether it has none."""
_DAY: Final = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=-3)))


def fixed_lines(book: ScriptBook) -> list[str]:
    """Give every wording of every act without values, each once; one of each act before the second of any."""
    of_each = (
        dict.fromkeys(said.text for voice in _voices() for said in book.variants(act, voice))
        for act in specimens()
        if is_plain(act)
    )
    return list(dict.fromkeys(line for round_ in zip_longest(*of_each) for line in round_ if line is not None))


async def speak_ahead(settings: Settings, phrases: Phrases, is_idle: Callable[[], bool]) -> None:
    """Make the lines one by one while nobody calls; a call has the processor to itself after the line under way."""
    try:
        lines = deque(await asyncio.to_thread(lambda: fixed_lines(ScriptBook.load(settings.prompts_dir))))
        while lines:
            if is_idle():
                await phrases.prepare([lines.popleft()], keep=True)
            else:
                await asyncio.sleep(LOOK_S)
    except Exception as error:  # noqa: BLE001 - the edge of a chore: calls are taken all the same
        log.warning("lines_not_spoken_ahead", error=type(error).__name__)


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
