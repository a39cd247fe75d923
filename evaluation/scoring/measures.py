"""What can be counted in a call besides its score: time on the line, pace, feelings, reasons, objections, promises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from evaluation.benchmarks.distribution import distribution
from evaluation.scoring.transcript import Turn
from evaluation.scoring.words import fold, repair
from voicebot.domain.compliance.figure import DateFigure, MoneyFigure, RelativeDayFigure, WeekdayFigure
from voicebot.script.readability import band, long_sentences
from voicebot.script.readability import measure as read_ease

if TYPE_CHECKING:
    from evaluation.scoring.reading import Reading

_OVER: Final = 0.3
"""Seconds of talking together before it counts as an interruption."""
_SILENCE: Final = 3.0
_MINUTE: Final = 60.0
_REPEATED_WORDS: Final = 5
_GOOD: Final = re.compile(
    r"\b(?:obrigad\w|brigad\w|otim\w|bom|boa|gost\w+|perfeit\w|legal|tranquil\w|agradec\w+|ajud\w+|certo|combinado|feliz|alivi\w+|maravilh\w+|valeu|consigo|sim)\b"
)
_BAD: Final = re.compile(
    r"\b(?:absurdo|raiva|droga|inferno|pessim\w|ruim|dificil|triste|medo|nervos\w|desespera\w+|chora\w*|odei\w+|irrita\w+|palhacada|vergonha|"
    r"problema|doent\w+|desemprega\w+|mentira|golpe|nao|nunca|pior|cansad\w|morr\w+|preocupad\w)\b"
)
_REASONS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "job_loss": re.compile(
        r"\b(?:desempreg\w+|demiti\w+|mand\w+ embora|perdi (?:o|meu) (?:emprego|servico|trabalho)|"
        r"sem (?:emprego|trabalho|servico))"),
        "illness": re.compile(r"\b(?:doen\w+|hospital|intern\w+|cirurgia|remedio\w*|tratamento|cancer|acidente|uti)\b"),
        "bereavement": re.compile(r"\b(?:morreu|faleceu|falecimento|luto|enterro|velorio)\b"),
        "lower_income": re.compile(
        r"\b(?:salario (?:atras\w+|caiu|menor)|diminu\w+|renda|vendas? (?:ca\w+|fracas?)|reduz\w+|"
        r"bico)\b"),
        "over_indebted": re.compile(r"\b(?:endividad\w|muitas? (?:contas|dividas)|tantas? (?:contas|dividas)|afogad\w|"
        r"virou bola de neve)\b"),
        "separation": re.compile(r"\b(?:separ(?:ei|acao|ando|ada|ado)|divorci\w+|pensao)\b"),
        "forgot": re.compile(r"\b(?:esquec\w+|nao lembr\w+|passou batido|nao (?:chegou|recebi)(?: \w+){0,3} (?:boleto|"
        r"fatura|conta))"),
        "contested": re.compile(r"\b(?:nao reconheco|cobranca indevida|valor errado|ja paguei|nao fiz|fraude|golpe)\b"),
    }
)  # fmt: skip
_OBJECTIONS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "too_expensive": re.compile(r"\b(?:car[oa]|alt[oa]|puxad[oa]|salgad[oa]|muito (?:juros|dinheiro))\b"),
        "no_money": re.compile(r"\b(?:nao tenho (?:\w+ )?(?:dinheiro|como|condic\w+)|sem dinheiro|nao (?:posso|consigo|"
        r"da) (?:\w+ )?pagar)\b"),
        "not_now": re.compile(r"\b(?:agora nao|outra hora|depois|mais tarde|ocupad\w|trabalhando|mes que vem|"
        r"semana que vem)\b"),
        "must_ask": re.compile(
        r"\b(?:falar com|conversar com|ver com|consultar) (?:a |o |meu |minha )?(?:espos\w|marido|"
        r"mulher|filh\w|mae|pai|contador)"),
        "distrust": re.compile(r"\b(?:golpe|fraude|como (?:eu )?sei|confi\w+|suspeit\w+|trote)\b"),
        "contested": re.compile(r"\b(?:nao reconheco|nao devo|ja paguei|nao e minha|errad[oa])\b"),
        "wants_less": re.compile(r"\b(?:desconto|abaix\w+|baixa|menor|melhor(?:ar)? (?:o|esse|a|essa))\b"),
        "refuses": re.compile(r"\b(?:nao (?:vou|quero) (?:\w+ )?pagar|nao aceito|nao quero)\b"),
    }
)  # fmt: skip


def measure(reading: Reading) -> Mapping[str, Any]:
    """Count it all; what the transcript has no times for is None."""
    turns = reading.transcript.turns
    return {
        "turns": {"agent": len(reading.agent), "caller": len(reading.caller)},
        "talk_ratio": talk_ratio(turns),
        "interruptions": {"by_agent": len(overlaps(turns, by="agent")), "by_caller": len(overlaps(turns, by="caller"))},
        "response_s": {who: distribution([round(gap, 2) for gap in _gaps(turns, who)]) for who in ("agent", "caller")},
        "silences": _silences(turns),
        "words_per_minute": {who: _pace(turns, who) for who in ("agent", "caller")},
        "repeated_lines": _repeats(reading),
        "sentiment": _sentiment(reading),
        "reasons_for_default": _named(reading, _REASONS),
        "objections": _named(reading, _OBJECTIONS),
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
    found = []
    for before, turn in pairwise(turn for turn in turns if turn.text and turn.speaker != "system"):
        other = before.speaker != turn.speaker
        if other and turn.speaker == by and turn.start_s is not None and before.end_s is not None:
            if before.end_s - turn.start_s > _OVER:
                found.append(turn.index)
    return found


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
    """The caller's feeling, -1 to 1, turn by turn and from the first third to the last, by a small word list."""
    points = [(line.index, _feeling(line.turn.text)) for line in reading.caller]
    third = max(1, len(points) // 3)
    first, last = _mean([value for _, value in points[:third]]), _mean([value for _, value in points[-third:]])
    change = round(last - first, 2) if first is not None and last is not None else None
    return {
        "by_turn": [{"turn": at, "value": value} for at, value in points],
        "first": first,
        "last": last,
        "change": change,
    }


def _feeling(text: str) -> float:
    words = repair(fold(text))
    good, bad = len(_GOOD.findall(words)), len(_BAD.findall(words))
    return round((good - bad) / (good + bad), 2) if good + bad else 0.0


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def _named(reading: Reading, patterns: Mapping[str, re.Pattern[str]]) -> list[dict[str, Any]]:
    """Each kind the caller named, with the turns that name it."""
    found = []
    for name, pattern in patterns.items():
        at = [line.index for line in reading.caller if pattern.search(line.words)]
        if at:
            found.append({"kind": name, "turns": at})
    return found


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
