"""Names of things that callers choose among; the only caller words that the policy itself reads."""

from __future__ import annotations

import re
from typing import Final

from voicebot.domain.portfolio import Channel

_CHANNELS: Final = (
    (Channel.WHATSAPP, re.compile(r"\b(whats\w*|zap\w*|uats\w*|what ?sapp?|wats\w*)", re.IGNORECASE)),
    (Channel.SMS, re.compile(r"\b(s\.?m\.?s|mensagem de texto|torpedo|esse ?me ?esse)\b", re.IGNORECASE)),
    (Channel.EMAIL, re.compile(r"\b(e-?mail|imeio|i-?mei[lo])", re.IGNORECASE)),
)
_METHODS: Final = (
    ("boleto", re.compile(r"\bboletos?\b", re.IGNORECASE)),
    ("pix", re.compile(r"\b(pix|piks|pics|picks|piques)\b", re.IGNORECASE)),
)
_MONTHLY: Final = re.compile(r"\b(por|ao|cada|todo) m[eê]s|mensa\w+|parcela\w*|vezes\b", re.IGNORECASE)
_LUMP: Final = re.compile(r"[àa] vista|de uma vez|tudo|quit\w+|total", re.IGNORECASE)


def named_channel(text: str) -> Channel | None:
    return next((channel for channel, pattern in _CHANNELS if pattern.search(text)), None)


def named_method(text: str) -> str | None:
    return next((method for method, pattern in _METHODS if pattern.search(text)), None)


_NOW: Final = re.compile(r"\b(agora|hoje|j[aá] (pago|quero pagar|acerto)|na hora)\b", re.IGNORECASE)
_PAYS: Final = re.compile(r"\b(pag\w+|quit\w+|acert\w+|resolv\w+|pix|manda)\b", re.IGNORECASE)
_ENGLISH: Final = re.compile(
    r"\b(hello|hi|who|what|this|is|the|speak|english|sorry|don'?t|understand|calling|please|you|my|not|yes|i'?m)\b",
    re.IGNORECASE,
)
ENGLISH_WORDS: Final = 3


def says_now(text: str) -> bool:
    """True for "pago agora", "quero quitar hoje": paying, and at once."""
    return bool(_NOW.search(text) and _PAYS.search(text))


def speaks_english(text: str) -> bool:
    """True where most of the words are the commonest English ones."""
    words = text.split()
    found = len(_ENGLISH.findall(text))
    return found >= ENGLISH_WORDS and found * 2 >= len(words)


def says_monthly(text: str) -> bool | None:
    """True for an amount a month, False for a sum at once, None when the words do not tell."""
    if _MONTHLY.search(text):
        return True
    return False if _LUMP.search(text) else None
