"""Every seeded fault is caught, and by the rule that is about it."""

from __future__ import annotations

import re

import pytest

from tests.voicebot.domain.compliance.bad_lines import Bad, bad_lines
from tests.voicebot.domain.compliance.cases import ANA, CASE, MONDAY, SETTLEMENT, TOKEN
from voicebot.domain.compliance import gate_rules
from voicebot.domain.compliance.gate import Facts, Listener, Refused, Released, release
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.utterance import Utterance

BAD_LINES = bad_lines()


@pytest.mark.parametrize(
    "bad", [pytest.param(bad, id=f"{index}-{type(bad.act).__name__}") for index, bad in enumerate(BAD_LINES)]
)
def test_refuses(bad: Bad) -> None:
    facts = Facts(MONDAY, bad.listener)
    verdict = release(Utterance(bad.act, bad.text, "test/0"), case=bad.case, token=bad.token, facts=facts)
    assert isinstance(verdict, Refused), bad.text
    assert verdict.rule in bad.rules, bad.text


def test_there_are_enough_faults() -> None:
    assert len(BAD_LINES) >= 200


def test_every_rule_of_the_gate_catches_something() -> None:
    named = {rule for bad in BAD_LINES for rule in bad.rules} | {gate_rules.EMPTY.id}
    assert named == {rule.id for rule in gate_rules.RULES}


def test_an_empty_line_is_refused() -> None:
    verdict = release(
        Utterance(acts.Greet(), "  ", "test/0"), case=CASE, token=None, facts=Facts(MONDAY, Listener.UNKNOWN)
    )
    assert isinstance(verdict, Refused)
    assert verdict.rule == gate_rules.EMPTY.id


def test_no_reason_holds_personal_data() -> None:
    personal = re.compile(rf"\b({'|'.join([*ANA.name.split(), 'Aurora'])})\b|\d{{3,}}")
    assert not [rule for rule in gate_rules.RULES if personal.search(rule.reason)]


def test_debt_is_never_said_to_an_unknown_caller() -> None:
    line = Utterance(acts.MakeOffer(TOKEN, SETTLEMENT), "Fica bom assim?", "test/0")
    verdict = release(line, case=None, token=TOKEN, facts=Facts(MONDAY, Listener.INBOUND_CALLER))
    assert isinstance(verdict, Refused)


def test_a_fraud_check_message_may_be_claimed_once_accepted() -> None:
    line = Utterance(acts.OfferFraudCheck("Lojas Aurora", None, "4711"), "Estou mandando.", "test/0")
    sent = Facts(MONDAY, Listener.SAYS_DEBTOR, message_accepted=True)
    assert release(line, case=CASE, token=None, facts=sent) == Released(line)
