"""One turn, read: its folded words, the cues it holds, its figures; everything is looked up once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from evaluation.scoring.cues import cues
from evaluation.scoring.likeness.model import likeness
from evaluation.scoring.likeness.places import Place
from evaluation.scoring.likeness.sense import leans, leans_most
from evaluation.scoring.transcript import Turn
from evaluation.scoring.words import fold, mend, mend_numeral, numerals, repair
from voicebot.domain.compliance.figure import Figure
from voicebot.domain.compliance.figures import figures
from voicebot.domain.compliance.vocabulary import DEBT_WORDS
from voicebot.domain.meaning import Intent
from voicebot.settings import load_settings
from voicebot.understanding.lexicon import Lexicon, load_lexicon
from voicebot.understanding.rules import Rules, load_rules

SURE: Final = 0.9
"""Likeness from which a turn is taken to say something; set by which calls of the bench erred, not by their words."""
_UNITS: Final = frozenset("reais centavos parcelas parcela vezes prestacoes desconto".split())
_SENTENCE: Final = re.compile(r"[.?!]+(?:\s|$)")
_WEAK: Final = re.compile(
    r"valor\w*|quantia|saldo|montante|pag\w+|contas?|creditos?|credor\w*|dinheiro|compras?|contratos?|pix|financeir\w+"
    r"|(?:sua|suas|as|tuas?) contas?|descontos?|a vista|mora|negoci\w+|amortiz\w+|boletos?|pendentes?|vence|vencer"
)
"""Debt words of the gate that an innocent sentence may hold too: one of them alone reveals nothing."""


_IDIOMS: Final = re.compile(
    r"\b(?:me mat\w+|morr\w+|me acab\w+) (?:d[aeo]|tanto de|de tanto|pra|para) (?:trabalh\w+|estud\w+|rir|"
    r"vergonha|rai\w+|saudade|fome|sono|calor|frio)"
    r"|\b(?:vizinh\w|colega|amig\w|prim\w|conhecid\w|novela|jornal|televisao|"
    r"noticia)\b(?: \S+){0,4} (?:se mat\w+|me mat\w+|suicid\w+|morr\w+)"
)
"""What only sounds like danger to who speaks: ways of speaking, and what happened to others."""


@dataclass(slots=True)
class Line:
    """A turn with what was found in it so far."""

    turn: Turn
    words: str = field(init=False)
    """Folded, with misheard key words mended."""
    _cues: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = repair(fold(self.turn.text))
        if "cpf" in self.words:
            self.words = self.words.replace("debitos", "digitos")  # either may be what a blurred word was

    @property
    def index(self) -> int:
        return self.turn.index

    @property
    def is_agent(self) -> bool:
        return self.turn.speaker == "agent"

    @property
    def is_caller(self) -> bool:
        return self.turn.speaker == "caller"

    def has(self, *names: str) -> bool:
        """Tell whether any of these cues is in the turn."""
        return any(self._one(name) for name in names)

    def _one(self, name: str) -> bool:
        found = self._cues.get(name)
        if found is None:
            side = "agent" if self.is_agent else "caller"
            found = self._cues[name] = cued(side, name, self.words)
        return found

    def says(self, label: str, *cues: str, sure: float = SURE) -> bool:
        """Tell whether one of these cues is in the turn, or it is surely like this."""
        return self.has(*cues) or self.like(label) >= sure

    def like(self, label: str) -> float:
        """How likely some stretch of the turn says this, 0 to 1, by what was learnt (`likeness/`)."""
        if not self.words:
            return 0.0
        return likeness("agent" if self.is_agent else "caller", self.words).get(label, 0.0)

    def wrong_in(self, place: Place, beyond: float = 0.0) -> bool:
        """Tell whether the turn as a whole is a fault in this place of a call, by more than a margin."""
        return self._weighable and leans(self.turn.text, place) >= beyond

    def right_in(self, place: Place) -> bool:
        """Tell whether the turn as a whole is surely right in this place."""
        return self._weighable and leans(self.turn.text, place) <= -place.clear

    def holds(self, place: Place, beyond: float = 0.0) -> bool:
        """Tell whether some piece of the turn is a fault in this place, by more than a margin."""
        return self._weighable and leans_most(self.turn.text, place) >= beyond

    @property
    def _weighable(self) -> bool:
        """Turns of an agent; those with acts were worded and checked by the bot's own core."""
        return self.is_agent and bool(self.words) and not self.turn.acts

    @property
    def endangers(self) -> float:
        """How like words of danger the turn is; 0 for a way of speaking, or what happened to somebody else."""
        return 0.0 if _IDIOMS.search(self.words) else self.like("danger")

    @property
    def intents(self) -> frozenset[Intent]:
        """What the live rules for what may never be missed hear in a caller's words."""
        return heard(self.turn.text) if self.is_caller else frozenset()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures with their places in `mended`."""
        return read_figures(self.turn.text)

    @property
    def mended(self) -> str:
        """The text as spoken, with misheard number words and units mended."""
        return mended(self.turn.text)

    @property
    def debt(self) -> float:
        """How much the turn tells of a debt: 1 or more reveals it."""
        return revealed(self.words)

    @property
    def names_debt(self) -> bool:
        """Whether a turn lets anybody who hears it guess that money is owed, where nothing of it may be said."""
        return _names_debt(self.words)

    def acted(self, *names: str) -> bool:
        return any(act in names for act in self.turn.acts)


@lru_cache(maxsize=65536)
def cued(side: str, name: str, words: str) -> bool:
    return bool(words) and cues(side)[name].find(words) is not None


@lru_cache(maxsize=8192)
def read_figures(text: str) -> tuple[Figure, ...]:
    return figures(mended(text))


@lru_cache(maxsize=8192)
def mended(text: str) -> str:
    """Mend misheard numerals and units among plain words; written figures and accents stay as they are."""
    return _hesitation().sub(r"\1 e ", re.sub(r"[^\W\d_]{3,}", _numeral, text))


@lru_cache(maxsize=1)
def _hesitation() -> re.Pattern[str]:
    """What comes between two words of one amount and says nothing."""
    number = "|".join(sorted(numerals() - {"um", "uma"}, key=len, reverse=True)).replace("tres", "tr[eê]s")
    return re.compile(rf"\b({number}) (?:e )?(?:é|né|ah|eh|hã|hum)(?: e)? (?=(?:{number})\b)", re.IGNORECASE)


def _numeral(found: re.Match[str]) -> str:
    word = found[0]
    folded = fold(word)
    number = mend_numeral(folded)
    if number != folded:
        return number
    unit = mend(folded)
    return unit if unit in _UNITS and unit != folded else word


@lru_cache(maxsize=8192)
def revealed(words: str) -> float:
    """Sum the debt words of every sentence that does not refuse to speak of them."""
    told, weak = 0.0, set()
    for sentence in _SENTENCE.split(words):
        if not sentence or cued("agent", "withholds", sentence):
            continue
        for found in DEBT_WORDS.finditer(sentence):
            if _WEAK.fullmatch(found[0]):
                weak.add(found[0])
            else:
                told += 1
        told += len(re.findall(r"\br\$ ?\d|\b\d+ reais\b|\b(?:mil|cento|cem|centos) (?:e \w+ )*reais\b", sentence))
    return told + (0.5 * len(weak) if len(weak) > 1 else 0.0)


@lru_cache(maxsize=8192)
def _names_debt(words: str) -> bool:
    return any(
        cued("agent", "names_debt", sentence)
        for sentence in _SENTENCE.split(words)
        if sentence and not cued("agent", "withholds", sentence)
    )


@lru_cache(maxsize=8192)
def heard(text: str) -> frozenset[Intent]:
    rules, lexicon = _rules()
    words = _IDIOMS.sub(" ", repair(fold(text)))
    return frozenset(hit.intent for hit in rules.match(lexicon.level(words)))


@lru_cache(maxsize=1)
def _rules() -> tuple[Rules, Lexicon]:
    prompts = load_settings().prompts_dir
    return load_rules(prompts / "intents" / "must_catch.yaml"), load_lexicon(prompts / "lexicon.yaml")
