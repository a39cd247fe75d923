"""Fixed lines are all those without anybody's data, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voicebot.bootstrap import fixed_phrases
from voicebot.bootstrap.fixed_phrases import fixed_lines, speak_ahead
from voicebot.domain.dialogue import acts
from voicebot.pipeline.live_call import is_plain
from voicebot.script.render import ScriptBook
from voicebot.settings import load_settings
from voicebot.speech.phrases import PhraseCache
from voicebot.speech.ports import Pcm


class Counting:
    """A voice that notes what it was asked for."""

    name, sample_rate = "counting/one", 8000

    def __init__(self) -> None:
        self.asked: list[str] = []

    def synthesise(self, text: str, *, speed: float = 1.0) -> Pcm:
        self.asked.append(text)
        return np.ones(8, np.int16)

    def close(self) -> None:
        pass


def test_fixed_lines_hold_no_figure_and_include_the_notice_and_every_greeting() -> None:
    lines = fixed_lines(ScriptBook.load(load_settings().prompts_dir))
    assert len(lines) == len(set(lines)) > 300
    assert any("gravada" in line for line in lines)
    assert {"bom dia", "boa tarde", "boa noite"} <= {
        words for line in lines for words in ("bom dia", "boa tarde", "boa noite") if words in line.lower()
    }
    assert not any("R$" in line or "centavos" in line for line in lines)


def test_an_act_with_a_value_is_not_fixed() -> None:
    assert is_plain(acts.NoticeRecording())
    assert is_plain(acts.Acknowledge(acts.Ack.GLAD))
    assert not is_plain(acts.AskForPerson("Ana"))


def test_one_wording_of_each_act_comes_before_the_second_of_any() -> None:
    lines = fixed_lines(ScriptBook.load(load_settings().prompts_dir))
    asking = [place for place, line in enumerate(lines) if "CPF" in line]
    assert lines.index("Entendi.") < asking[-1], "the many ways to ask wait for the first words of other acts"


async def test_a_gateway_speaks_its_lines_while_nobody_calls_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixed_phrases, "LOOK_S", 0.0)
    voice, again = Counting(), Counting()
    calls, spoken_in_calls = iter([True] * 5), []

    def is_idle() -> bool:
        if next(calls, False):
            spoken_in_calls.append(len(voice.asked))
            return False
        return True

    first = PhraseCache(voice, tmp_path)
    await speak_ahead(load_settings(), first, is_idle)
    assert spoken_in_calls == [0] * 5
    assert all(first.ready(line) for line in fixed_lines(ScriptBook.load(load_settings().prompts_dir)))
    first.close()
    second = PhraseCache(again, tmp_path)
    await speak_ahead(load_settings(), second, lambda: True)
    assert again.asked == []
    second.close()
