"""Choosing lines so that every class, author and skeleton is heard, whatever the number asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from random import Random

from evaluation.corpora.tables import Line


def stratified(lines: Iterable[Line], limit: int | None, *, seed: int, doubled: Collection[str] = ()) -> list[Line]:
    """Give up to `limit` lines in an order of which every beginning is balanced.

    Goes round the classes, one line of each a round and two of those in `doubled`. Within a class the authors take
    turns, and a skeleton comes again only when all others have come. The same seed gives the same order.
    """
    classes: dict[str, list[Line]] = defaultdict(list)
    for line in dict.fromkeys(lines):
        classes[line.group].append(line)
    queues = {group: _in_turns(members, Random(f"{seed}/{group}")) for group, members in sorted(classes.items())}
    chosen: list[Line] = []
    rounds = Random(f"{seed}/rounds")
    while any(queues.values()):
        a_round = [queue.pop() for group, queue in queues.items() for _ in range(1 + (group in doubled)) if queue]
        rounds.shuffle(a_round)
        chosen += a_round
        if limit is not None and len(chosen) >= limit:
            return chosen[:limit]
    return chosen


def _in_turns(lines: list[Line], random: Random) -> list[Line]:
    """Order the lines of one class, the first to be taken last."""
    random.shuffle(lines)
    told: dict[tuple[str, str], int] = defaultdict(int)
    keyed: list[tuple[int, Line]] = []
    for line in lines:
        keyed.append((told[line.source, line.template], line))
        told[line.source, line.template] += 1
    by_author: dict[str, list[Line]] = defaultdict(list)
    for _, line in sorted(keyed, key=lambda pair: pair[0]):
        by_author[line.source].append(line)
    authors = list(by_author.values())
    random.shuffle(authors)
    ordered: list[Line] = []
    for turn in range(max(map(len, authors))):
        ordered += [author[turn] for author in authors if turn < len(author)]
    return ordered[::-1]
