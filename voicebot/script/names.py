"""Whether a Brazilian first name is a woman's or a man's, for articles and titles; when in doubt, None."""

from __future__ import annotations

import unicodedata
from typing import Final

_EITHER: Final = frozenset(
    "darci juraci jurandir valdeci iraci jaci nadir alcione ariel sasha cris duda alex rosimar eli noa andrea".split()
)
_WOMEN: Final = frozenset(
    "adelaide agnes alice aline alzeni anne beatriz berenice carmen carol caroline celeste cibele clarice cleide "
    "conceicao assuncao consuelo cristiane daiane dalete deise denise dolores doris edite elaine elen ellen eliane "
    "elisabete elisabeth elizabete elizabeth ester esther fabiane geane gisele giselle gladys hellen ines ingrid "
    "irene iris isabel isabele isabelle isis ivone jaqueline jordane josiane joyce judite karen karine katiane "
    "kelly lais leidiane leonor liane lilian liz lourdes luciane luciene lurdes mabel maite margarete margareth "
    "maribel marlene marli mercedes meire michele michelle miriam monique nair neide nicole nicolle noemi odete "
    "raquel regiane rachel rosane rose roseli rosely rosemary rute ruth simone socorro solange sofie sueli suely "
    "suzane tais tatiane thais valdirene viviane vivian yasmin yasmim zuleide amparo rosario carmo".split()
)
_MEN: Final = frozenset(
    (
        "abel adilson alan alexandre allan andre antony artur arthur caique cesar claudemir clovis dante davi david "
        "diogenes edgar edmar elder enrique felipe filipe francis gabriel gaspar guilherme heitor helder henrique "
        "igor ismael israel ivan jaime joel jorge jose josue josimar juan juca kaique kevin leonel luca luiz lucca "
        "manoel manuel miguel natan natanael nikita oscar osmar otoniel paul rafael raphael raul renan richard ruan "
        "ruben rubens ryan samuel saul valdemar valdir vicente victor vitor waldemar waldir wallace walter valter "
        "wagner vagner william willian yan yuri ygor daniel emanuel ezequiel joaquim benjamim benjamin levi ravi "
        "giovani rui ruy ney nei sidney sidnei wesley vanderlei wanderley ademir almir altair josemar lair edmir jair"
    ).split()
)
_MEN_ENDINGS: Final = ("o", "os", "us", "as", "es", "is", "son", "ton", "ao")


def is_female(name: str) -> bool | None:
    """Guess from the first word of a name; None where both bear it or nothing is known, never a coin toss."""
    words = name.split()
    if not words:
        return None
    first = _plain(words[0])
    if first in _EITHER:
        return None
    if first in _WOMEN or first in _MEN:
        return first in _WOMEN
    if first.endswith("a"):
        return True
    return False if first.endswith(_MEN_ENDINGS) else None


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
