"""What can be counted in a call besides its score: time on the line, pace, feelings, reasons, objections, promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from evaluation.benchmarks.distribution import distribution
from evaluation.scoring.causes import chain
from evaluation.scoring.feeling import feeling
from evaluation.scoring.topics import OBJECTION_INTENTS, OBJECTIONS, kinds
from evaluation.scoring.transcript import Turn
from evaluation.scoring.words import fold
from voicebot.application.qa.overlaps import Span, began_over
from voicebot.domain.compliance.figure import DateFigure, MoneyFigure, RelativeDayFigure, WeekdayFigure
from voicebot.script.readability import band, long_sentences
from voicebot.script.readability import measure as read_ease

if TYPE_CHECKING:
    from evaluation.scoring.reading import Reading

_SILENCE: Final = 3.0
_MINUTE: Final = 60.0
_REPEATED_WORDS: Final = 5


def measure(reading: Reading) -> Mapping[str, Any]:
    """Count it all; what the transcript has no times for is None."""
    turns = reading.transcript.turns
    why = chain(reading.caller)
    return {
        "turns": {"agent": len(reading.agent), "caller": len(reading.caller)},
        "talk_ratio": talk_ratio(turns),
        "interruptions": {"by_agent": len(overlaps(turns, by="agent")), "by_caller": len(overlaps(turns, by="caller"))},
        "response_s": {who: distribution([round(gap, 2) for gap in _gaps(turns, who)]) for who in ("agent", "caller")},
        "silences": _silences(turns),
        "words_per_minute": {who: _pace(turns, who) for who in ("agent", "caller")},
        "repeated_lines": _repeats(reading),
        "sentiment": _sentiment(reading),
        "reasons_for_default": [{"kind": kind, "turns": list(at)} for kind, at in why.told],
        "root_cause": why.as_json(),
        "objections": _objections(reading),
        "promise": _promise(reading),
        "readability": _readability(reading),
    }


def talk_ratio(turns: Sequence[Turn]) -> float | None:
    """Share of the agent in what was said, by time where every turn has it, else by letters; None for silence."""
    timed = all(turn.start_s is not None and turn.end_s is not None for turn in turns if turn.text)
    spent = {who: 0.0 for who in ("agent", "caller", "system")}
    for turn in turns:
        spent[turn.speaker] += _length(turn) if timed else len(turn.text)
    both = spent["agent"] + spent["caller"]
    return round(spent["agent"] / both, 3) if both else None


def overlaps(turns: Sequence[Turn], *, by: str) -> list[int]:
    """Give the turns in which `by` began while the other still spoke."""
    return began_over([Span(turn.index, turn.speaker, turn.start_s, turn.end_s) for turn in turns if turn.text], by=by)


def _length(turn: Turn) -> float:
    return max(0.0, turn.end_s - turn.start_s) if turn.start_s is not None and turn.end_s is not None else 0.0


def _gaps(turns: Sequence[Turn], who: str) -> list[float]:
    """Seconds from the end of the other's turn to the beginning of theirs, never below zero."""
    spoken = [turn for turn in turns if turn.text and turn.speaker != "system"]
    return [
        max(0.0, turn.start_s - before.end_s)
        for before, turn in pairwise(spoken)
        if turn.speaker == who and before.speaker != who and turn.start_s is not None and before.end_s is not None
    ]


def _silences(turns: Sequence[Turn]) -> dict[str, Any]:
    gaps = [gap for who in ("agent", "caller") for gap in _gaps(turns, who) if gap >= _SILENCE]
    unanswered = sum(1 for turn in turns if turn.speaker == "caller" and not turn.text.strip())
    return {"over_3_s": len(gaps), "longest_s": round(max(gaps), 2) if gaps else None, "empty_turns": unanswered}


def _pace(turns: Sequence[Turn], who: str) -> float | None:
    timed = [turn for turn in turns if turn.speaker == who and _length(turn) > 0]
    spent = sum(_length(turn) for turn in timed)
    return round(sum(len(turn.text.split()) for turn in timed) / spent * _MINUTE, 1) if spent else None


def _repeats(reading: Reading) -> int:
    """How many of the agent's lines were word for word what it had said before."""
    said = Counter(line.words for line in reading.agent if len(line.words.split()) >= _REPEATED_WORDS)
    return sum(count - 1 for count in said.values())


def _sentiment(reading: Reading) -> dict[str, Any]:
    """The caller's feeling (`feeling`), -1 to 1, turn by turn, and from the first third to the last."""
    points = [(line.index, feeling(fold(line.turn.text))) for line in reading.caller]
    third = max(1, len(points) // 3)
    first, last = _mean([value for _, value in points[:third]]), _mean([value for _, value in points[-third:]])
    change = round(last - first, 2) if first is not None and last is not None else None
    return {
        "by_turn": [{"turn": at, "value": value} for at, value in points],
        "first": first,
        "last": last,
        "change": change,
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def _objections(reading: Reading) -> list[dict[str, Any]]:
    """Each kind the caller named, in order of telling, with the turns that name it."""
    found: dict[str, list[int]] = {}
    for line in reading.caller:
        for kind, _ in kinds(line.turn.text, line.turn.intent, OBJECTIONS, OBJECTION_INTENTS):
            found.setdefault(kind, []).append(line.index)
    return [{"kind": kind, "turns": turns} for kind, turns in found.items()]


def _promise(reading: Reading) -> dict[str, Any] | None:
    """What binds: amount, day, method, the agent's read-back and the caller's own words; quality is the share there."""
    agreed = next((at for at, line in enumerate(reading.lines) if line.is_caller and line.has("accepts")), None)
    recorded = reading.transcript.agreement is not None or reading.transcript.disposition in (
        "agreement",
        "promise_to_pay",
    )
    if not recorded or agreed is None:
        return None
    after = [line for _, line in reading.after(agreed)]
    agent = [line for line in reading.agent if line.index >= reading.lines[agreed].index - 4]
    figures = [each for line in agent for each in line.figures]
    parts = {
        "amount": any(isinstance(each, MoneyFigure) for each in figures),
        "date": any(isinstance(each, DateFigure | WeekdayFigure | RelativeDayFigure) for each in figures),
        "method": any(line.has("method") for line in agent),
        "read_back": any(line.is_agent and line.has("confirms") for line in after),
        "own_words": any(
            line.is_caller and any(isinstance(each, MoneyFigure | DateFigure) for each in line.figures)
            for line in after
        ),
    }
    return {**parts, "quality": round(sum(parts.values()) / len(parts), 2)}


def _readability(reading: Reading) -> dict[str, Any]:
    said = "\n".join(line.turn.text for line in reading.agent)
    counted = read_ease(said)
    ease = counted.ease
    return {
        "ease": round(ease, 1) if ease is not None else None,
        "band": band(ease) if ease is not None else None,
        "long_sentences": len(long_sentences(said)),
        "longest_sentence_words": counted.longest,
    }
