"""What the caller did not say yes to and is on record all the same counts as a wrong commit."""

from __future__ import annotations

import pytest

from evaluation.simulation.text import commits
from tests.evaluation.simulation.logs import SETTLEMENT, call, out, said

READ_BACK = out("Fica assim. É isso?", verified=True, offers=[SETTLEMENT], asks="yes_no", acts=["ConfirmAgreement"])
DONE = out("Pronto.", verified=True, offers=[SETTLEMENT], ended=True, disposition="agreement")


@pytest.mark.parametrize(
    ("answer", "is_wrong"),
    [("affirm/readback", False), ("accept_offer", False), ("deny", True), ("reject_offer", True), ("other", True)],
)
def test_the_answer_to_the_last_read_back_decides(answer: str, is_wrong: bool) -> None:
    log = call((None, out("Oi!")), (said("accept_offer"), READ_BACK), (said(answer), DONE))
    assert commits.wrong(log) is is_wrong


def test_without_a_read_back_nothing_was_agreed() -> None:
    assert commits.wrong(call((None, out("Oi!")), (said("accept_offer"), DONE))) is True


def test_a_call_without_an_agreement_commits_to_nothing() -> None:
    ended = out("Até mais.", ended=True, disposition="no_agreement")
    assert commits.wrong(call((None, out("Oi!")), (said("accept_offer"), READ_BACK), (said("deny"), ended))) is None
