"""A line without the small words that colour it: how it is opened ("bah,"), whom it calls ("minha querida"), pauses.

They say where somebody comes from, not what they mean, so that no rule and no statistics should lean on them. A word
that may also carry meaning ("meu", "mulher", "cara") goes only where its neighbours show that it calls somebody.
"""

from __future__ import annotations

import re
from typing import Final

_START: Final = r"^[\s,.!…-]*"
_STOP: Final = r"[\s,.!?;…-]"
_PAUSE: Final = re.compile(
    r"(?<!\S)(?:é|e)?(?:\.\.\.|…)(?!\S)|(?<!\S)(?:é\.\.\.|ahn|hum(?=\s*r\$)|hmm+|aham\.\.\.)(?!\S)"
)
_OPENS: Final = re.compile(
    rf"{_START}(?:(?:bah|oxe|oxente|vixe|vixi|[ée]gua|p[oô]|ih|eita|uai|rapaz|ahn|olha|ó|nó|nossa|tipo|poxa|ah|eh|"
    r"ave maria|minha nossa|veja bem|então(?! tá\b)|entao(?! ta\b)|hum(?! hum|\s*r\$))\b[\s,!]+|"
    r"(?:é|e|ó|o|nó|no|meu|assim|capaz|cara|bom|bem|mulher|gente|mano|mana|guria|moç[ao]|querid[ao]|minha filha|"
    r"meu filho|minha querida|minha fia)\s*,\s*)(?=\S)"
)
_CALLS: Final = (
    r"(?:minha |meu )?querid[ao]|maninh[ao]|bichinh[ao]|visse|tchê|tche|uai|guri[a]?|[ée]gua|bah|"
    r"moç[ao]|moc[ao]|mocinh[ao]|meu bem|meu amor|meu anjo|meu rei|sô(?! (?:eu|el[ea])\b)|"
    r"minha linda|minha flor|minha jovem|chefia|véi"
)
_MAYBE: Final = (
    r"meu|mulher|cara|man[ao]|rapaz|minha (?:filha|fia)|meu (?:filho|fio)|gente|amig[ao]|amor|linda|jovem|dona|"
    r"sabe|viu|entendeu|sacou|n[ée]|tá|tá ligad[oa]|ta ligad[oa]|hein|hum|é que|então"
)
_HOLDS: Final = (
    r"a|o|as|os|e|é|eh|um|uma|de|da|do|das|dos|em|na|no|com|sem|por|pra|pro|para|pela|pelo|que|qual|quem|como|onde|meu|"
    r"minha|seu|sua|esse|essa|este|esta|aquela|aquele|outra|outro|nem|num|sou|era|foi|tá|ta|tão|tao|muito|mais|"
    r"meio|bem|bastante|ficou|fica|achei|perdi|perdeu|perder|enterrei|nunca|pouco|"
    r"demais|então|entao|tudo|se|me|te|lhe|ninguém|ninguem|alguém|ouviu|conta|parcela|chama|chamar|aqui|ex|minha ex"
)
_NAMED_BY: Final = (
    r"a|o|as|os|um|uma|de|da|do|das|dos|na|no|com|sem|por|pra|pro|para|pela|pelo|que|qual|ess[ae]|est[ae]|aquel[ae]|"
    r"outr[ao]|ex|perdi|enterrei"
)
_CALLED: Final = re.compile(rf"(?<!\S)(?P<before>(?:{_NAMED_BY})\s+)?(?P<call>{_CALLS})(?=$|{_STOP})")
_ENDS: Final = re.compile(rf"(?P<before>\S+)(?P<gap>\s+)(?P<call>{_MAYBE})[\s,.!?…]*$")
_VERBS: Final = frozenset({"sabe", "viu", "entendeu", "sacou", "tá"})
_TAGS: Final = frozenset({"né", "ne"})
_SUBJECTS: Final = frozenset({"não", "nao", "você", "voce", "cê", "ce", "ele", "ela", "eles", "elas", "eu"})
_HELD: Final = re.compile(rf"(?:{_HOLDS})", re.IGNORECASE)


def plain_words(text: str) -> str:
    """Take the small words off a line; one that is nothing else stays as it is."""
    line = _PAUSE.sub(" ", text.lower())
    line = _CALLED.sub(_unless_held, line)
    while (ended := _ENDS.search(line)) and not _held(ended):
        line = line[: ended.start("gap")]
    while opened := _OPENS.match(line):
        line = line[opened.end() :]
    return line.strip(" ,") if re.search(r"\w", line) else text


def _unless_held(match: re.Match[str]) -> str:
    """Drop a form of address, unless the word before makes it part of the sentence ("a moça do banco")."""
    return match.group() if match["before"] else ""


def _held(match: re.Match[str]) -> bool:
    """Whether the last word belongs to what stands before it: "não é meu", "falei com minha filha"."""
    before = match["before"]
    if before.endswith((",", ".", "!", "?", ";")):
        return False
    if match["call"] in _TAGS and before == "ser":
        return True  # "pode ser, né" is half a yes
    if before in _SUBJECTS and match["call"] in _VERBS:
        return True
    return bool(_HELD.fullmatch(before.strip(".,!?;")))
