"""A yes of a word or two that no list knows is none: statistics take "Bonga" for one, since most short answers are.

Such a word is what a bad line makes of anything; to ask once more is cheap, and a yes may bind.
"""

from __future__ import annotations

from typing import Final

from voicebot.domain.meaning import EntityType, Intent
from voicebot.understanding.choice import Evidence

DOUBT: Final = 0.4
"""How sure the caller is still believed to have said something else."""
_SHORT: Final = 2
_ALLOWS: Final = frozenset({"pode", "podem", "podes"})
"""Whatever follows is allowed: "pode fazer"."""
_WORDS: Final = frozenset(
    (
        "sim si confirmo confirmado confirma pode falar fala fale falando podefala diga diz dizer prossiga ouvindo "
        "estou to quero gostaria ne e eh uai ja manda mandar ver logo ai entao agora cabe tudo certo certa vou "
        "aceitar aceito hum humhum apois pois visse viu verdade amem tendi entendi entendido demoro arram arra "
        "anrram ahram ahn aham perfeitamente la por favor vamos confere isso mesmo mesma mano filho filha moca moco "
        "amigo amiga senhor senhora claro ok okay ta bom beleza joia massa tranquilo fechou fechado bora partiu opa "
        "alo pronto positivo correto exato sei lembro topo feito sou eu esta presente ele ela proprio propria comigo "
        "assim consigo posso concordo combinado show"
    ).split()
)


def is_guessed(intent: Intent, evidence: Evidence) -> bool:
    """Whether a yes rests on nothing but that short answers mostly are one."""
    words = evidence.line.split()
    if intent is not Intent.AFFIRM or not 0 < len(words) <= _SHORT or _WORDS.issuperset(words):
        return False
    if words[0] in _ALLOWS or evidence.asked:
        return False
    written = any(hit.intent is Intent.AFFIRM for hit in (*evidence.must, *evidence.common))
    return not written and not any(each.type is EntityType.BOOLEAN for each in evidence.reading.entities)
