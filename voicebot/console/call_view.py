"""A call as its page shows it: covered where it must be, its evidence tied to the turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from voicebot.application.qa.calls import CallFile, CallLine
from voicebot.application.qa.overlaps import Span, began_over
from voicebot.application.qa.redaction import Piece, redact
from voicebot.application.qa.scorecard import Criterion
from voicebot.console.agreed import agreed
from voicebot.console.measured import Measured, measured
from voicebot.domain.compliance.gate_rules import RULES

_REFUSES: Final = MappingProxyType({rule.id: rule.reason for rule in RULES})


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: CallLine
    pieces: tuple[Piece, ...] = field(repr=False)
    marks: tuple[str, ...]
    """Criteria that failed here and fatal errors shown here."""
    fatal: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    index: int
    at_s: float | None


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    criterion: Criterion
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CallView:
    file: CallFile
    name: str
    phone: str
    lines: tuple[ShownLine, ...] = field(repr=False)
    criteria: tuple[ShownCriterion, ...]
    fatals: tuple[tuple[str, tuple[Evidence, ...], str], ...]
    """Id, where it shows, and why."""
    marks: Mapping[str, str]
    """Criterion to result, to begin the form with: the newest review's, else the machine's."""
    fatal_marks: frozenset[str]
    escalations: tuple[tuple[str, str, tuple[Piece, ...]], ...] = field(repr=False)
    talk: tuple[tuple[str, str], ...]
    """Measures of how the talk went: name and value."""
    agreement: tuple[tuple[str, str], ...] = field(repr=False)
    """Name and value of what was agreed; empty where nothing was."""
    incidents: tuple[tuple[str, str, float], ...]
    """Rule, what it refuses, and when."""
    measured: Measured
    named: tuple[tuple[str, tuple[tuple[str, tuple[Evidence, ...]], ...]], ...]
    """What the caller named, under its title: reasons for the default, objections; each with where it was said."""

    @property
    def plain_lines(self) -> tuple[ShownLine, ...]:
        """Give the lines without anybody's marks, for a blind judgement."""
        return tuple(replace(each, marks=(), fatal=False) for each in self.lines)


def view_of(file: CallFile, *, reveal: bool) -> CallView:
    names = (file.debtor_name,) if file.debtor_name else ()
    times = {line.index: line.at_s for line in file.lines}
    card = file.scorecard
    counted = measured(card.measures if card else {})
    newest = file.reviews[0] if file.reviews else None
    criteria = card.criteria if card else ()
    fatals = {name: _fatal_turns(file, name) for name in (card.fatal if card else ())}
    return CallView(
        file=file,
        name=(file.debtor_name or "–") if reveal else covered_name(file.debtor_name),
        phone=(file.phone or "–") if reveal else covered_phone(file.phone),
        lines=tuple(_line(line, names, criteria, fatals, reveal=reveal) for line in file.lines),
        criteria=tuple(ShownCriterion(each, _evidence(each.evidence, times)) for each in criteria),
        fatals=tuple(
            (name, _evidence(turns, times), card.fatal_reasons.get(name, "") if card else "")
            for name, turns in fatals.items()
        ),
        marks=dict(newest.results) if newest else {each.id: each.result for each in criteria},
        fatal_marks=frozenset(newest.fatal if newest else card.fatal if card else ()),
        escalations=tuple(
            (reason, urgency, _pieces(summary, names, "agent", None, reveal=reveal))
            for reason, urgency, summary in file.escalations
        ),
        talk=_talk(file),
        agreement=agreed(file.agreement),
        incidents=tuple(
            (each.rule, _REFUSES.get(each.rule, "regra que não vigora mais"), each.at_s) for each in file.incidents
        ),
        measured=counted,
        named=tuple(
            (title, tuple((kind, _evidence(turns, times)) for kind, turns in each))
            for title, each in (
                ("Por que atrasou", counted.reasons),
                ("Causa, e o que há por trás", counted.causes),
                ("Objeções", counted.objections),
            )
            if each
        ),
    )


def covered_name(name: str | None) -> str:
    """Give the initials: enough to tell two calls apart, not to know who it is."""
    return " ".join(f"{word[0]}." for word in name.split() if word[0].isupper()) if name else "–"


def covered_phone(phone: str | None) -> str:
    """Give the area code and the last four digits."""
    return f"{phone[:5]} ••••• {phone[-4:]}" if phone and len(phone) > 9 else "–"


def _fatal_turns(file: CallFile, name: str) -> tuple[int, ...]:
    card = file.scorecard
    return tuple(card.fatal_evidence.get(name, ())) if card else ()


def _evidence(turns: tuple[int, ...], times: Mapping[int, float | None]) -> tuple[Evidence, ...]:
    return tuple(Evidence(turn, times[turn]) for turn in turns if turn in times)


def _line(
    line: CallLine,
    names: tuple[str, ...],
    criteria: tuple[Criterion, ...],
    fatals: Mapping[str, tuple[int, ...]],
    *,
    reveal: bool,
) -> ShownLine:
    fatal = tuple(name for name, turns in fatals.items() if line.index in turns)
    failed = tuple(each.id for each in criteria if each.result == "fail" and line.index in each.evidence)
    return ShownLine(
        line, _pieces(line.text, names, line.speaker, line.phase, reveal=reveal), fatal + failed, bool(fatal)
    )


def _pieces(text: str, names: tuple[str, ...], speaker: str, phase: str | None, *, reveal: bool) -> tuple[Piece, ...]:
    return (Piece(text),) if reveal else tuple(redact(text, names=names, speaker=speaker, phase=phase))


def _talk(file: CallFile) -> tuple[tuple[str, str], ...]:
    """Reckon what can be from the times of the lines."""
    spoken = {"agent": 0, "caller": 0}
    for line in file.lines:
        spoken[line.speaker] = spoken.get(line.speaker, 0) + len(line.text.split())
    words = sum(spoken.values())
    waits = sorted(response_times_s(file.lines))
    found = [("Fala do agente", f"{100 * spoken['agent'] / words:.0f} %" if words else "–")]
    if waits:
        found.append(("Resposta (mediana)", f"{waits[len(waits) // 2]:.1f} s".replace(".", ",")))
        found.append(("Resposta mais lenta", f"{waits[-1]:.1f} s".replace(".", ",")))
    found.append(("Falas do agente sem chegar ao fim", str(sum(line.cut_off for line in file.lines))))
    if "interruptions" not in (file.scorecard.measures if file.scorecard else {}):
        found += [("Agente interrompeu", str(interruptions(file.lines, by="agent")))]
        found += [("Cliente interrompeu", str(interruptions(file.lines, by="caller")))]
    return tuple(found)


def response_times_s(lines: tuple[CallLine, ...]) -> list[float]:
    """Give how long the caller waited each time for the agent: from the end of one line to the start of the next."""
    return [
        max(line.at_s - before.end_s, 0.0)
        for before, line in pairwise(lines)
        if (before.speaker, line.speaker) == ("caller", "agent")
        and before.end_s is not None
        and line.at_s is not None
        and line.end_s is not None
    ]


def interruptions(lines: tuple[CallLine, ...], *, by: str) -> int:
    """Count them as the scorer does, for a call that it has not counted."""
    spans = [Span(line.index, line.speaker, line.at_s, line.end_s) for line in lines if line.text]
    return len(began_over(spans, by=by))
