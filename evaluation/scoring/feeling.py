"""The feeling in a caller's words, by a small word list: greetings, yes and no have none, and "não" turns it round."""

from __future__ import annotations

import re
from typing import Final

from evaluation.scoring.topics import clauses

_GREETING: Final = re.compile(
    r"\b(?:(?:um |uma )?(?:bom|boa) (?:dia|tarde|noite|semana|final|fim)(?: de semana)?|tudo (?:bem|bom|joia)|"
    r"(?:ta|tá|esta|muito) bom(?: entao)?$|bom$|boa$)"
)
"""What is said without feeling it; a lone "bom" begins a sentence, "tá bom" lets one pass."""
_THANKS: Final = re.compile(
    r"\b(?:obrigad\w\w?|brigad\w|agradec\w+|valeu|gratidao|deus (?:te|lhe) (?:abencoe|pague))\b"
)
_GOOD: Final = re.compile(
    r"\b(?:otim\w|perfeit\w|maravilh\w+|excelente|gost(?:ei|ando|o)|adorei|feliz|alivi\w+|que bom|bem melhor|"
    r"(?:muito|tao|fica|ficou|foi|esta|ta) (?:boa?|bom|bem|gentil|educad\w|atencios\w)|boa noticia|"
    r"(?:me |ja |muito )?ajud(?:ou|a) (?:\w+ )?(?:muito|bastante|demais)|me ajud(?:ou|a)|tranquil\w|show|legal|"
    r"contente|satisfeit\w|gentil|paciencia com(?:igo)?|maneiro)\b"
)
_BAD: Final = re.compile(
    r"\b(?:absurd[oa]|raiva|droga|inferno|pessim\w|ruim|dificil|triste|tristeza|medo|nervos\w|desesper\w+|"
    r"chora\w*|odei\w+|"
    r"irrita\w+|palhacada|vergonha|humilh\w+|problemas?|doent\w|desempregad\w|mentira|mentiros\w|pior|"
    r"cansad\w|morreu|"
    r"faleceu|preocupad\w|chatead\w|enche\w* o saco|saco cheio|nao aguento|sem saida|angusti\w+|sufoc\w+|"
    r"falta de respeito|"
    r"desrespeit\w+|aflit\w|chat[oa]|indignad\w|ameac\w+|golpe|nao sei (?:mais )?o que fazer|idiota|porcaria|"
    r"merda|porra|"
    r"me deixa\w* em paz|complicad\w)\b"
)
_NOT: Final = re.compile(r"\b(?:nao|nem|nunca|jamais|sem|nenhum\w?)(?: (?!que\b|porque\b|e\b)\w+){0,2}$")
_NO_MATTER: Final = re.compile(r"\b(?:sem|nao (?:tem|ha|e|tenho)) (?:\w+ )?problemas?(?: nenhum)?\b")
_FAVOUR: Final = re.compile(r"\bnao (?:foi|e|esta|ta) (?:tao |nada )?(?:ruim|dificil)\b")


def feeling(words: str) -> float:
    """Give it for a folded line: -1 all bad, 1 all good, 0 where nothing is felt or as much of both."""
    good = bad = 0
    for clause in clauses(words):
        rest, thanks = _THANKS.subn(" ", clause)
        rest = _NO_MATTER.sub(" ", _FAVOUR.sub(" ", _GREETING.sub(" ", rest.strip())))
        good += thanks
        for found in _GOOD.finditer(rest):
            denied = _denied(rest, found.start())
            good, bad = (good, bad + 1) if denied else (good + 1, bad)
        bad += sum(not _denied(rest, found.start()) for found in _BAD.finditer(rest))
    return round((good - bad) / (good + bad), 2) if good + bad else 0.0


def _denied(clause: str, at: int) -> bool:
    return _NOT.search(clause[:at].rstrip()) is not None
