"""The question how the call went passes the gate to the verified person, with its own scale, and to nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.voicebot.domain.compliance.cases import CASE, MONDAY, TOKEN
from voicebot.domain.compliance import gate_rules as rule
from voicebot.domain.compliance.gate import Facts, Listener, Refused, Released, release
from voicebot.domain.dialogue.acts import AskSatisfaction, Verified
from voicebot.domain.dialogue.utterance import Utterance

TEXT = "De zero a dez, quanto você indicaria a gente para um amigo?"
STRANGER = replace(TOKEN, debtor_ref="D999")


def judged(text: str, token: Verified | None, listener: Listener) -> Released | Refused:
    line = Utterance(AskSatisfaction(TOKEN), text, "AskSatisfaction/0")
    return release(line, case=CASE, token=token, facts=Facts(MONDAY, listener))


def test_the_verified_person_is_asked() -> None:
    assert isinstance(judged(TEXT, TOKEN, Listener.SAYS_DEBTOR), Released)


@pytest.mark.parametrize(
    ("token", "listener"),
    [
        pytest.param(None, Listener.SAYS_DEBTOR, id="not verified"),
        pytest.param(None, Listener.UNKNOWN, id="nobody knows who"),
        pytest.param(None, Listener.INBOUND_CALLER, id="an inbound caller"),
        pytest.param(TOKEN, Listener.THIRD_PARTY, id="somebody else, after the verification"),
        pytest.param(STRANGER, Listener.SAYS_DEBTOR, id="another debtor"),
    ],
)
def test_nobody_else_is(token: Verified | None, listener: Listener) -> None:
    verdict = judged(TEXT, token, listener)
    assert isinstance(verdict, Refused)
    assert verdict.rule == rule.TOKEN.id


def test_another_scale_is_no_figure_of_the_question() -> None:
    verdict = judged("De um a cinquenta, quanto você indicaria a gente?", TOKEN, Listener.SAYS_DEBTOR)
    assert isinstance(verdict, Refused)
    assert verdict.rule == rule.FIGURE.id
