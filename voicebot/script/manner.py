"""The notation of script lines and how it becomes speech for one listener.

- `{slot}`: a fact of the act, or one of the words below;
- `{,caller}`: ", Ana" once the first name may be used, else nothing;
- `[a|b]` or `[a|b|c]`: for você | for senhor and senhora, or each of the three apart;
- `<a|b|c>`: by the person asked for: a woman | a man | not known.

Sentences get their capital here, so a line may start with a slot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from voicebot.domain.portfolio import Treatment


class Form(IntEnum):
    """How the listener is addressed; the value is the place in a `[a|b|c]`."""

    VOCE = 0
    SENHOR = 1
    SENHORA = 2


_WORDS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "voce": ("você", "o senhor", "a senhora"),
        "pra_voce": ("pra você", "para o senhor", "para a senhora"),
        "a_voce": ("a você", "ao senhor", "à senhora"),
        "de_voce": ("de você", "do senhor", "da senhora"),
        "com_voce": ("com você", "com o senhor", "com a senhora"),
        "em_voce": ("em você", "no senhor", "na senhora"),
        "pra": ("pra", "para", "para"),
        "pro": ("pro", "para o", "para o"),
        "ta": ("tá", "está", "está"),
    }
)
FORM_WORDS: Final = frozenset(_WORDS)
SLOT: Final = re.compile(r"\{(,?)([a-z_0-9]+)\}")
_BY_FORM: Final = re.compile(r"\[([^\[\]]*)\]")
_BY_PERSON: Final = re.compile(r"<([^<>]*)>")
_SENTENCE_START: Final = re.compile(r"(^|[.?!…]\s+)(\w)")


def form_of(treatment: Treatment, is_female: bool | None) -> Form:
    """Choose the form; where senhor or senhora is not known, "você" offends nobody."""
    if treatment is Treatment.VOCE or is_female is None:
        return Form.VOCE
    return Form.SENHORA if is_female else Form.SENHOR


def form_words(form: Form) -> dict[str, str]:
    return {slot: words[form] for slot, words in _WORDS.items()}


def fill(
    line: str, slots: Mapping[str, str], *, form: Form, person_is_female: bool | None, inside: bool = False
) -> str:
    """Write a line out for one listener; `inside` another line it keeps its small first letter.

    Raises:
        ValueError: an alternative with a wrong number of parts.
        KeyError: a slot without a value; loading has refused such lines.
    """
    chosen = _BY_FORM.sub(lambda found: _pick_form(found[1], form), line)
    chosen = _BY_PERSON.sub(lambda found: _pick_person(found[1], person_is_female), chosen)
    text = SLOT.sub(lambda found: _slot(found, slots), chosen)
    return text if inside else tidy(text)


def tidy(text: str) -> str:
    """Mend spaces left by empty slots and give each sentence its capital."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.?!…:;])", r"\1", text)
    return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)


def slots_of(line: str) -> set[str]:
    return {found[2] for found in SLOT.finditer(line)}


def named(name: str, *, treatment: Treatment, is_female: bool | None) -> str:
    """Give a name as one says it: "Ana", or "dona Maria" and "seu Osvaldo" where the treatment is formal."""
    if treatment is Treatment.VOCE or is_female is None:
        return name
    return f"{'dona' if is_female else 'seu'} {name}"


def with_article(name: str, is_female: bool | None) -> str:
    return name if is_female is None else f"{'a' if is_female else 'o'} {name}"


def _slot(found: re.Match[str], slots: Mapping[str, str]) -> str:
    value = slots[found[2]]
    return f", {value}" if found[1] and value else value


def _pick_form(written: str, form: Form) -> str:
    parts = written.split("|")
    if len(parts) not in (2, 3):
        raise ValueError(f"[{written}] needs two or three parts: você|senhor and senhora, or você|senhor|senhora")
    return parts[min(form, len(parts) - 1)]


def _pick_person(written: str, is_female: bool | None) -> str:
    parts = written.split("|")
    if len(parts) != 3:
        raise ValueError(f"<{written}> needs three parts: a woman|a man|not known")
    return parts[2] if is_female is None else parts[0 if is_female else 1]
