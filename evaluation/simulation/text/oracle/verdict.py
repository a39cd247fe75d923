"""All rules over one call."""

from __future__ import annotations

from evaluation.simulation.text.log import CallLog, Violation
from evaluation.simulation.text.oracle import care, disclosure, offers, traces, words


def judge(log: CallLog) -> tuple[Violation, ...]:
    """Give every violation, in the order of the call."""
    found = [each for rules in (disclosure, offers, traces, words, care) for each in rules.judge(log)]
    violations = []
    for each in sorted(found, key=lambda one: one.turn):
        exchange = log.exchanges[each.turn]
        heard = exchange.said.text if exchange.said is not None else ""
        clean = exchange.said.clean if exchange.said is not None else True
        say = exchange.out["say"]
        violations.append(Violation(each.rule, log.seed, log.character, each.turn, heard, say, each.detail, clean))
    return tuple(violations)
