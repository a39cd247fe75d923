"""Whose claim it is: told to whoever has proved who they are, and to nobody before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SOU_EU, context, means, play, said
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.state import Context, Decision
from voicebot.domain.meaning import Intent
from voicebot.domain.portfolio import Collector

COLLECTED = context()
COLLECTED = replace(
    COLLECTED,
    case=replace(
        COLLECTED.case,
        creditor=replace(COLLECTED.case.creditor, collector=Collector("Cobra S.A.", "Cobra", "11.222.333/0001-81")),
    ),
)


def named(decisions: list[Decision]) -> list[str]:
    return [act.company for each in decisions for act in each.acts if isinstance(act, acts.NameCreditor)]


@pytest.mark.parametrize(
    ("ctx", "times"),
    [
        pytest.param(context(reveals=True), 1, id="its name alone would tell of a debt"),
        pytest.param(COLLECTED, 1, id="the introduction named who collects"),
        pytest.param(context(), 0, id="the introduction named it"),
    ],
)
def test_the_creditor_is_named_with_the_debt_and_never_before(ctx: Context, times: int) -> None:
    before = play(SOU_EU, CPF, ctx=ctx)
    after = play(SOU_EU, CPF, BIRTH, ctx=ctx)

    assert named(before) == []
    assert named(after) == [ctx.case.creditor.spoken_name] * times


def test_who_asks_after_the_explanation_who_speaks_hears_for_whom() -> None:
    """Fails where "vocês são de onde?" is answered with the assistant's name alone."""
    asked = play(SOU_EU, CPF, BIRTH, means(Intent.WHO_IS_CALLING), ctx=context(reveals=True))[-1]

    assert said(asked)[:2] == ["IdentifySelf", "NameCreditor"]
