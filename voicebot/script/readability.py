"""How plain a text is to the ear: Flesch's reading ease, adapted to Portuguese.

    248.835 - 1.015 x (words / sentences) - 84.6 x (syllables / words)

Martins, Ghiraldelo, Nunes and Oliveira Jr. (1996), "Readability formulas applied to textbooks in Brazilian
Portuguese", Notas do ICMSC 28, USP: Flesch's own formula with 42 added, since Portuguese words are longer. Their
bands: 75 to 100 very easy (the first four school years), 50 to 75 easy (up to the eighth), 25 to 50 difficult, 0 to
25 very difficult. The formula was made for texts of some length: judge passages, or many lines of one kind together.

A spoken amount, date, hour or number is one word: nobody reads "mil trezentos e trinta e um reais" word by word. It
has no part in the syllables per word, or a bill would seem hard for being large.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from voicebot.script.syllables import count_syllables

VERY_EASY: Final = 75.0
EASY: Final = 50.0
DIFFICULT: Final = 25.0

MAX_WORDS: Final = 20
"""In a spoken sentence."""
LINE_WORDS: Final = 10
"""Besides figures. Shorter lines are judged with their kind alone: one long word would decide."""
LINE_EASE: Final = EASY
KIND_EASE: Final = 60.0
"""For all the lines of one kind together: the upper half of what the authors call easy."""

_BASE: Final = 248.835
_PER_WORD: Final = 1.015
_PER_SYLLABLE: Final = 84.6

_NUMERAL: Final = (
    r"(?:zero|um|uma|dois|duas|tr[eê]s|quatro|cinco|seis|meia|sete|oito|nove|dez|onze|doze|treze|[cq]u?atorze|quinze|"
    r"dez[ea]sseis|dez[ea]ssete|dezoito|dez[ea]nove|vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa|"
    r"cem|cento|(?:du|tre)zent[oa]s|quatrocent[oa]s|quinhent[oa]s|(?:seis|sete|oito|nove)cent[oa]s|mil|"
    r"milh(?:ão|ões)|bilh(?:ão|ões)|primeiro)"
)
_NUMBER: Final = rf"{_NUMERAL}(?:(?: e |,? ){_NUMERAL})*(?: vírgula {_NUMERAL}(?: {_NUMERAL})*)?"
_MONTH: Final = (
    "(?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)"  # in their order
)
_WEEKDAY: Final = "(?:segunda|terça|quarta|quinta|sexta|sábado|domingo)(?:-feira)?"
_MONEY: Final = rf"{_NUMBER}(?: de)? (?:reais|real|dólar(?:es)?|euros?)(?: e {_NUMBER} centavos?)?|{_NUMBER} centavos?"
_DATE: Final = (
    rf"(?:(?:{_WEEKDAY}|amanhã), )?(?:dia {_NUMBER}(?: de {_MONTH})?|{_NUMBER} de {_MONTH})(?: de {_NUMBER})?"
)
_HOUR: Final = rf"{_NUMBER}(?: horas?)? da (?:manhã|tarde|noite|madrugada)|{_NUMBER} horas?|meio-dia|meia-noite"
_WRITTEN: Final = r"R\$ ?\d[\d.,]*|\d[\d.,/:h-]*\d%?|\d+[%h]?"
_FIGURE: Final = re.compile(
    rf"(?<!\w)(?:{_WRITTEN}|{_MONEY}|{_DATE}|{_HOUR}|{_NUMBER} por cento|{_NUMBER})(?!\w)", re.IGNORECASE
)
_ALONE: Final = frozenset({"um", "uma", "meia", "primeiro"})
"""Numerals that by themselves are articles or adverbs."""
_MARK: Final = "⟦⟧"
_SENTENCE_END: Final = re.compile(r"[.?!…]+(?:\s+|$)")
_WORD: Final = re.compile(rf"{_MARK}|[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Readability:
    """What was counted in a text, and the ease it comes to."""

    sentences: int
    words: int
    """Figures included, one each."""
    figures: int
    syllables: int
    """Of the words that are no figures."""
    longest: int
    """Words in the longest sentence."""

    @property
    def ease(self) -> float | None:
        """Reading ease, higher is easier; most texts come between 0 and 100. None where nothing but figures is said."""
        spelled = self.words - self.figures
        if not spelled:
            return None
        return _BASE - _PER_WORD * self.words / self.sentences - _PER_SYLLABLE * self.syllables / spelled


def measure(text: str) -> Readability:
    """Count words, sentences and syllables; `text` may be one line or many, as said or as written."""
    counted = [words for sentence in _SENTENCE_END.split(text) if (words := words_of(sentence))]
    every = [word for words in counted for word in words]
    figures = every.count(_MARK)
    return Readability(
        sentences=len(counted),
        words=len(every),
        figures=figures,
        syllables=sum(count_syllables(word) for word in every if word != _MARK),
        longest=max((len(words) for words in counted), default=0),
    )


def long_sentences(text: str) -> tuple[str, ...]:
    """Give the sentences that are too long to be followed by ear."""
    every = (sentence.strip() for sentence in _SENTENCE_END.split(text))
    return tuple(sentence for sentence in every if len(words_of(sentence)) > MAX_WORDS)


def hard_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Give the lines of at least `LINE_WORDS` words that are not easy."""
    return tuple(line for line in lines if _is_hard(measure(line)))


def kind_ease(lines: Iterable[str]) -> float:
    """Give the ease of all lines of one kind together; what is nothing but figures is as easy as can be."""
    ease = measure("\n".join(lines)).ease
    return 100.0 if ease is None else ease


def words_of(sentence: str) -> list[str]:
    """Give the words of a sentence; an amount, date, hour or number is the one word "⟦⟧"."""
    return _WORD.findall(_FIGURE.sub(lambda found: found[0] if found[0].lower() in _ALONE else _MARK, sentence))


def _is_hard(read: Readability) -> bool:
    return read.words - read.figures >= LINE_WORDS and read.ease is not None and read.ease < LINE_EASE


def band(ease: float) -> str:
    """Name the band of an ease, in Portuguese, as the authors did."""
    if ease >= VERY_EASY:
        return "muito fácil"
    if ease >= EASY:
        return "fácil"
    return "difícil" if ease >= DIFFICULT else "muito difícil"
