"""A payment card's number and codes taken out of a caller's words before anything else reads or keeps them.

Nobody asks for them, and some people say them all the same. What may not be stored is the number, and the code on the
back not even encrypted (PCI DSS v4.0, requirements 3.3.1 and 3.5.1), so it must not reach a transcript, a log, a model.
The last four digits alone may be kept (3.4.1): "o cartão final 1234" stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stdnum import luhn
from stdnum.br import cnpj

from voicebot.understanding.normalise import Line, read_line
from voicebot.understanding.sketch import Sketch, draw, words

HIDDEN: Final = "[cartão]"
"""What stands in the words in its place."""

_SEVERAL: Final = re.compile(r"\d(?:\D*\d){2}")
_SAID: Final = re.compile(r"\b(?:cart\w+|cvv|cvc|codigo)\b")
_ROW: Final = words(r"§(?:(?: (?:[,.;:/-]|e|eh|ah|ai|dai|depois|ponto|traco))* §)*")
_NUMBER_OF_CARD: Final = re.compile(
    r"\b(?:numeros?|numeracao) (?:do|de|dele|no)? ?(?:meu |seu |um )?cart(?:ao|aozinho)"
    r"(?: (?!e |eh )\w+){0,4}(?: [,:]| e| eh)*$"
    r"|\bcart(?:ao|aozinho)(?: de (?:credito|debito))?(?: [,:])? (?:(?:o )?numero(?: dele)? )(?:e |eh |[,:] )?$"
)
_LAST_ONLY: Final = re.compile(r"\b(?:final|finais|ultimos|termina\w*|acaba\w*)\b[^§]*$")
_CODE_OF_CARD: Final = re.compile(
    r"\b(?:cvv|cvc|ce ve ve|codigo (?:de|da) (?:seguranca|verificacao)|codigo (?:de tras|atras|do verso|do cartao))"
    r"(?: [,:]| e| eh| dele| do cartao)*$"
)
_CODE: Final = re.compile(r"\b(?:codigo|seguranca|verso|atras)(?: [,:]| e| eh)*$")
"""Beside a card's number."""
_NO_CARD: Final = re.compile(r"\b(?:protocolo|boleto|barras|linha digitavel|cnpj|pix)\b[^§]*$")
_CARD_DIGITS: Final = range(13, 20)
_USUAL_DIGITS: Final = range(15, 17)
_CODE_DIGITS: Final = range(3, 5)
_LEAST_NAMED: Final = 4


def without_cards(text: str) -> str:
    """Give the words with `HIDDEN` for each number or code of a card; the same words where there is none."""
    line = read_line(text)
    if not (_SAID.search(line.folded) or len(line.tokens) > _LEAST_NAMED or _SEVERAL.search(line.folded)):
        return text
    spans = list(_spans(line))
    if not spans:
        return text
    kept, at = [], 0
    for start, end in spans:
        kept += [line.raw[at:start], HIDDEN]
        at = end
    return "".join((*kept, line.raw[at:]))


def _spans(line: Line) -> Iterator[tuple[int, int]]:
    sketch = draw(line, dictation=True)
    rows = [(match, sketch.text[: match.start()].rstrip(), _digits(sketch, match)) for match in sketch.find(_ROW)]
    cards = [match for match, before, digits in rows if _is_card(before, digits)]
    for match, before, digits in rows:
        if match in cards or (cards and len(digits) in _CODE_DIGITS and _CODE.search(before)):
            yield sketch.span(match)


def _digits(sketch: Sketch, match: re.Match[str]) -> str:
    marks = (match.start() + at for at, char in enumerate(match.group()) if char == "§")
    return "".join(sketch.numbers[mark].digits for mark in marks)


def _is_card(before: str, digits: str) -> bool:
    if _NO_CARD.search(before) or _LAST_ONLY.search(before):
        return False
    if _CODE_OF_CARD.search(before):
        return len(digits) in _CODE_DIGITS
    if _NUMBER_OF_CARD.search(before):
        return len(digits) >= _LEAST_NAMED
    if len(digits) not in _CARD_DIGITS or cnpj.is_valid(digits):
        return False
    # One digit misheard breaks the check sum; fifteen or sixteen in a row that begin as cards do are nothing else here.
    return luhn.is_valid(digits) or (len(digits) in _USUAL_DIGITS and digits[0] in "23456")
