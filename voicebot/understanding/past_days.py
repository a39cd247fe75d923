"""Which of the days that a line names lie behind the caller: "venceu dia dez, mas só posso dia trinta"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from voicebot.understanding.sketch import Sketch

_PAID: Final = re.compile(
    r"\b(?:paguei|pagou|quitei|depositei|transferi|mandei|acertei|deposito feito|venceu|vencia|vencid[ao]|passad[ao])\b"
)
"""Words that put a bare date behind us rather than ahead, over a pause too: "já paguei, dia dois"."""
_TOLD: Final = re.compile(
    r"\b(?:comprei|caiu|recebi|fui|foi(?! mal\b)|faleceu|morreu|nasci|assinei|cancelei|combinei|fiz|perdi|"
    r"perdeu|comecei|"
    r"entrei|fiquei|(?<!que )era(?! (?:pra|bom|melhor|possivel)\b)|liguei|ligaram|desde)\b"
)
"""The same, of a day in one breath with them."""
_TURNS: Final = re.compile(
    r"\b(?:mas|porem|so|entao|vou|vamos|posso|consigo|conseguiria|pago|pagar|acerto|acertar|quito|quitar|"
    r"transfiro|pode|poderia|prefiro|deixa|deixar|marca|marcar|bota|coloca|quero|queria|preciso|resolvo|faco|fazer|"
    r"farei|pagarei|espera|e agora)\b|[,.;…] (?:ai|dai)\b"
)
"""Between a cue and a day, they turn to what is to come."""
_PROMISED: Final = re.compile(
    r"(?: (?:eu|a gente|ja|ai|que))* (?:pago|acerto|quito|vou|posso|consigo|resolvo|mando|deposito|faco|passo|"
    r"transfiro|dou)\b"
)
_STOP: Final = re.compile(r"[,.;!?…]")

Behind = Callable[[re.Match[str]], bool]


def behind(sketch: Sketch) -> Behind:
    """Give the judge of a line's matches: whether a cue puts the day that one names behind us."""
    paid = [(cue.start(), cue.end()) for cue in _PAID.finditer(sketch.text)]
    told = [(cue.start(), cue.end()) for cue in _TOLD.finditer(sketch.text)]
    if not (paid or told):
        return _never
    return lambda match: (
        any(_puts_back(sketch.text, cue, match) for cue in paid)
        or any(
            _puts_back(sketch.text, cue, match) and not _STOP.search(sketch.text, cue[1], match.start()) for cue in told
        )
    )


def _never(_: re.Match[str]) -> bool:
    return False


def _puts_back(text: str, cue: tuple[int, int], match: re.Match[str]) -> bool:
    if cue[1] <= match.start():
        return not (_TURNS.search(text, cue[1], match.start()) or _PROMISED.match(text, match.end()))
    if cue[0] < match.end():
        return True
    between = text[match.end() : cue[0]]
    return not (_TURNS.search(between) or _STOP.search(between))
