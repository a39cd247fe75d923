"""A short "certo" before the answer comes at most once in three turns, and nothing else is dropped with it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.domain.dialogue.cases import BIRTH, CPF, SOU_EU, means, play, said
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Ack, Act, Farewell
from voicebot.domain.dialogue.openers import SPACING, spaced
from voicebot.domain.meaning import Intent

_ASK = acts.AskCallbackTime()
_OPENERS = tuple(acts.Acknowledge(kind) for kind in Ack if kind not in {Ack.SORRY_TO_HEAR, Ack.WILL_LOOK})
_TURNS = st.lists(
    st.sampled_from(
        [
            *((opener, _ASK) for opener in _OPENERS),
            (_ASK,),
            (acts.AcknowledgeRefusal(), _ASK),
            (acts.Acknowledge(Ack.WILL_LOOK), _ASK),
            (acts.Acknowledge(Ack.UNDERSTOOD),),
        ]
    ),
    max_size=12,
)


def _opens(words: tuple[Act, ...]) -> bool:
    return len(words) > 1 and words[0] in _OPENERS


@given(_TURNS)
def test_openers_are_three_turns_apart_and_the_rest_is_said(turns: list[tuple[Act, ...]]) -> None:
    opened, at = -SPACING, []
    for number, wanted in enumerate(turns):
        kept, opened = spaced(wanted, number, opened)
        assert kept == wanted or (kept == wanted[1:] and _opens(wanted))
        if _opens(kept):
            at.append(number)
    assert all(later - before >= SPACING for before, later in pairwise(at))


def test_the_first_answer_may_begin_with_one_and_the_next_does_not() -> None:
    words, opened = spaced((_OPENERS[0], _ASK), 1, -SPACING)
    assert words == (_OPENERS[0], _ASK)
    assert spaced((_OPENERS[1], _ASK), 2, opened) == ((_ASK,), opened)


def test_who_is_left_in_peace_still_hears_that_they_were_understood() -> None:
    leaving = (acts.Acknowledge(Ack.UNDERSTOOD), acts.SayGoodbye(Farewell.THIRD_PARTY))
    assert spaced(leaving, 2, 1) == (leaving, 1)


def test_a_dropped_opener_leaves_what_was_told_before_to_be_repeated() -> None:
    decisions = play(SOU_EU, CPF, BIRTH, means(Intent.EVASIVE), means(Intent.REPEAT))
    assert "ExplainDebt" in said(decisions[-3]), "the debt was told"
    assert "ExplainDebt" in said(decisions[-1]), "and is told again"
