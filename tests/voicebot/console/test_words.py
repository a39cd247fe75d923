from __future__ import annotations

from voicebot.application.qa.outcomes import CAUSES, COMPLAINTS
from voicebot.console import talk_words, words
from voicebot.domain.dialogue.phases import Disposition
from voicebot.domain.meaning import Intent
from voicebot.script.specimens import act_classes


def test_everything_a_bot_does_has_words_in_portuguese() -> None:
    assert set(act_classes()) <= set(talk_words.ACTS)
    assert talk_words.act("MakeOffer") == "faz uma oferta"
    assert talk_words.act("ActOfAnOlderRecord") == "ActOfAnOlderRecord"


def test_everything_a_caller_may_mean_has_words_in_portuguese() -> None:
    assert {each.value for each in Intent} == set(talk_words.INTENTS)


def test_everything_that_reports_name_has_words_in_portuguese() -> None:
    unnamed = {code for code in CAUSES | COMPLAINTS if words.named(code) == code}
    assert unnamed == set()
    assert {each.value for each in Disposition} <= set(words.WORDS)
