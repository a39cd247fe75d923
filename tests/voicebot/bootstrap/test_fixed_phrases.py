"""Fixed lines are all those without anybody's data, and nothing else."""

from __future__ import annotations

from voicebot.bootstrap.fixed_phrases import fixed_lines
from voicebot.domain.dialogue import acts
from voicebot.pipeline.live_call import is_plain
from voicebot.script.render import ScriptBook
from voicebot.settings import load_settings


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
