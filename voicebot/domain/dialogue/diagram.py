"""The automaton drawn from its own table, for the documentation."""

from __future__ import annotations

from collections import defaultdict

from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.dialogue.transitions import ENDS, RETURNS, TRANSITIONS, Move

_EVERYWHERE = 8
"""A move that leads to one phase from at least this many is drawn once, from "any open phase"."""


def mermaid() -> str:
    """Give a Mermaid state diagram; moves that are open everywhere are drawn from one box."""
    by_target: dict[tuple[Move, Phase], list[Phase]] = defaultdict(list)
    for (phase, move), target in TRANSITIONS.items():
        if phase is not target:
            by_target[move, target].append(phase)
    common = {key for key, phases in by_target.items() if len(phases) >= _EVERYWHERE}
    lines = ["stateDiagram-v2", "    [*] --> opening", '    state "any open phase" as any']
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (move, target), phases in by_target.items():
        sources = ["any"] if (move, target) in common else [phase.value for phase in phases]
        for source in sources:
            edges[source, target.value].append(move.value)
    for (phase, move), _targets in RETURNS.items():
        edges[phase.value, "any"].append(f"{move.value}, back to where it was")
    lines += [f"    {source} --> {target}: {' / '.join(moves)}" for (source, target), moves in edges.items()]
    lines += [f"    {phase.value} --> [*]" for phase in Phase if phase in ENDS]
    return "\n".join(lines)
