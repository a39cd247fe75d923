"""Debt told to somebody else, or to somebody whose identity nobody proved."""

from __future__ import annotations

from typing import Final

from evaluation.scoring.findings import Finding, absent, failed, passed
from evaluation.scoring.likeness.places import TO_A_STRANGER
from evaluation.scoring.line import SURE, Line
from evaluation.scoring.reading import Reading
from voicebot.domain.compliance import gate_rules as rule

THIRD: Final = "third_party_disclosure"
UNVERIFIED: Final = "unverified_disclosure"
_LIKELY: Final = 0.75
"""Likeness that counts in a call with misheard words."""


def third_party(reading: Reading) -> Finding:
    """Judge what a stranger heard; what the agent had told them before they said who they are is `unverified`."""
    if reading.stranger_from is None:
        return absent(THIRD, "ninguém além da pessoa procurada apareceu na ligação")
    told = [
        at
        for at, line in enumerate(reading.lines)
        if line.is_agent and reading.listener_is_stranger(at) and _tells(reading, line)
    ]
    if not told:
        return passed(THIRD, "outra pessoa atendeu e nada da dívida foi dito a ela")
    reason = f"falou da dívida a outra pessoa ({rule.DEBT_WORD.cites})"
    return failed(THIRD, reason, _turns(reading, told), _sure(reading, told))


def _tells(reading: Reading, line: Line) -> bool:
    if line.debt >= 1 or reading.lets_guess(line) or line.wrong_in(TO_A_STRANGER):
        return True
    return line.like("debt") >= (_LIKELY if reading.noisy else SURE) and not line.right_in(TO_A_STRANGER)


def unverified(reading: Reading) -> Finding:
    told = [at for at in reading.debt_told if not reading.listener_is_stranger(at)]
    early = [at for at in told if not reading.verified(at)]
    if not told:
        return absent(UNVERIFIED, "a dívida não foi mencionada")
    if not early:
        return passed(UNVERIFIED, "a identidade foi conferida antes da dívida")
    return failed(
        UNVERIFIED, f"falou da dívida sem conferir a identidade ({rule.TOKEN.cites})", _turns(reading, early),
        _sure(reading, early),
    )  # fmt: skip


def _turns(reading: Reading, at: list[int]) -> tuple[int, ...]:
    return tuple(reading.lines[each].index for each in at)


def _sure(reading: Reading, at: list[int]) -> float:
    most = max(reading.lines[each].debt for each in at)
    return round(min(0.97, 0.7 + 0.1 * most) - (0.1 if reading.noisy else 0.0), 2)
