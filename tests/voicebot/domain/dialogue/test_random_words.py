"""Random calls in the script's own words: nothing is said in two turns running with the very same words, unasked."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.voicebot.domain.dialogue.exploration import Edge
from tests.voicebot.domain.dialogue.properties import ASKED_AGAIN, meaning_of
from tests.voicebot.domain.dialogue.random_calls import calls, hold_call
from voicebot.application.ports import Voice
from voicebot.domain.dialogue.acts import Act
from voicebot.domain.dialogue.phases import Direction
from voicebot.domain.dialogue.policy import decide
from voicebot.domain.dialogue.state import CallState, Context, Started
from voicebot.domain.portfolio import Treatment
from voicebot.script.render import ScriptBook
from voicebot.settings import ROOT

BOOK = ScriptBook.load(ROOT / "prompts" / "pt-BR")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(calls(), st.data())
def test_no_line_comes_twice_running_unasked(call: tuple[Context, Direction], data: st.DataObject) -> None:
    ctx, direction = call
    said, before = _worded(decide(CallState(direction), Started(), ctx).acts, ctx, ())
    for edge in hold_call(data.draw, ctx, direction):
        said, lines = _worded(edge.after.acts, ctx, said)
        twice = [line for line in lines if line in before]
        assert not twice or _asked(edge), f"{twice} after {edge}"
        before = lines


def _asked(edge: Edge) -> bool:
    heard = meaning_of(edge)
    return heard is not None and heard.has(*ASKED_AGAIN)


def _worded(said_acts: tuple[Act, ...], ctx: Context, said: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The turn's lines, and what has been said with them."""
    lines: list[str] = []
    for act in said_acts:
        voice = Voice(
            "Clara", Treatment.VOCE, None, None, ctx.now, seed=len(said), said=said, previous=" ".join(lines) or None
        )
        line = BOOK.render(act, voice)
        said = (*said, line.variant)
        lines.append(line.text)
    return said, lines
