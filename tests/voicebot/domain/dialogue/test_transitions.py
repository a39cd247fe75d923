"""The table itself: nothing unreachable, nothing without an end, the refusals that must be honoured everywhere."""

from __future__ import annotations

import pytest

from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.transitions import ENDS, RETURNS, TRANSITIONS, IllegalMove, Move, target

OPEN = [phase for phase in Phase if phase not in ENDS]


def edges() -> set[tuple[Phase, Phase]]:
    plain = {(phase, after) for (phase, _), after in TRANSITIONS.items()}
    return plain | {(phase, after) for (phase, _), targets in RETURNS.items() for after in targets}


def reachable(start: Phase) -> set[Phase]:
    found, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for source, after in edges():
            if source is here and after not in found:
                found.add(after)
                frontier.append(after)
    return found


def test_every_phase_is_reachable_from_the_opening() -> None:
    assert reachable(Phase.OPENING) == set(Phase)


@pytest.mark.parametrize("phase", OPEN)
def test_every_open_phase_can_end(phase: Phase) -> None:
    assert reachable(phase) & ENDS


@pytest.mark.parametrize("phase", sorted(ENDS))
def test_nothing_leads_out_of_an_end(phase: Phase) -> None:
    assert not [after for source, after in edges() if source is phase]


@pytest.mark.parametrize("phase", [phase for phase in OPEN if phase is not Phase.DISTRESS])
@pytest.mark.parametrize(
    ("move", "after"),
    [
        pytest.param(Move.STOP, Phase.STOP_CALLING, id="stop calling"),
        pytest.param(Move.NOBODY_OF_THAT_NAME, Phase.WRONG_NUMBER, id="wrong number"),
        pytest.param(Move.IN_CRISIS, Phase.DISTRESS, id="crisis"),
        pytest.param(Move.WANTS_HUMAN, Phase.HAND_OVER, id="human"),
    ],
)
def test_these_are_honoured_from_every_open_phase(phase: Phase, move: Move, after: Phase) -> None:
    assert target(phase, move, None) is after


def test_no_way_leads_from_distress_back_to_money() -> None:
    assert reachable(Phase.DISTRESS) == {Phase.DISTRESS, Phase.CLOSING}


def test_an_unknown_row_is_refused_by_name() -> None:
    with pytest.raises(IllegalMove, match="no transition from opening on taught back"):
        target(Phase.OPENING, Move.TAUGHT_BACK, None)


def test_a_side_road_returns_where_it_left() -> None:
    assert target(Phase.SILENCE, Move.SPOKE_AGAIN, Phase.CONFIRMATION) is Phase.CONFIRMATION
    assert target(Phase.BAD_LINE, Move.LINE_IS_FINE, Phase.PAYMENT) is Phase.PAYMENT
