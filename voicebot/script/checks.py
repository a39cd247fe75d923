"""The house's rules for script lines, checked on every variant in every form before a call can use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Final

from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, DebtAct
from voicebot.domain.portfolio import Treatment
from voicebot.domain.segments import Tone
from voicebot.script import taboo
from voicebot.script.book import Lines, Words, key_of
from voicebot.script.errors import Fault
from voicebot.script.facts import Facts, Scene, facts_of
from voicebot.script.facts_debt import MONEY_SLOTS
from voicebot.script.manner import FORM_WORDS, Form, fill, slots_of
from voicebot.script.persona import Persona
from voicebot.script.readability import MAX_WORDS
from voicebot.script.specimens import TODAY, act_classes, specimens

COMMON_SLOTS: Final = (
    FORM_WORDS
    | {"assistant", "the_assistant", "an_assistant", "caller", "thanks"}
    | {
        "good_day",
        "a_good_day",
    }
)
"""Slots every line may use, whatever the act."""
MAX_FIRST_WORDS: Final = 12
"""Up to the first pause: that piece is synthesised alone, and the caller waits for it."""
MAX_FIGURES: Final = 2
_MAY_WONDER: Final = (acts.PromptSilence,)
"""Acts that want no answer of their own but are a question by nature."""
_MARK: Final = re.compile(r"⟦([a-z_0-9]+)⟧")
_SENTENCE: Final = re.compile(r"[^.?!…]+[.?!…]*")

Rule = Callable[[str, type[Act]], Iterator[tuple[str, str]]]


def faults_of(words: Words, persona: Persona) -> tuple[Fault, ...]:
    """Give everything to mend in the script, in the order of the acts; empty when it may be used."""
    return (*_coverage(words), *_audiences(words), *_lines(words, persona))


def _coverage(words: Words) -> Iterator[Fault]:
    wanted: dict[str, Facts] = {}
    for act in specimens():
        facts = facts_of(act, _scene(None))
        wanted.setdefault(key_of(type(act).__name__, facts.case), facts)
    for key in sorted(set(wanted) - set(words.acts)):
        yield Fault("script", key, "has no words", _how_to_write(key, wanted[key]))
    for key in sorted(set(words.acts) - set(wanted)):
        yield Fault(words.acts[key].file, key, "is no act or case", f"did you mean {_nearest(key, wanted)}?")


def _audiences(words: Words) -> Iterator[Fault]:
    """A group is a fact of the debt, and nobody may be left without words."""
    debt_acts = {name for name, act_class in act_classes().items() if issubclass(act_class, DebtAct)}
    for lines in (*words.acts.values(), *words.phrases.values()):
        for index, audience in enumerate(lines.audiences):
            if audience.segments and lines.key.split(".")[0] not in debt_acts:
                mend = "leave the segment out: only the lines of acts about the debt may differ by it"
                yield Fault(lines.file, f"{lines.key}/{index}", "a segment in an act anyone may hear", mend)
        for tone in Tone:
            if not any(lines.heard_by(None, tone)):
                mend = "add a line for everyone, or for this tone, without a segment"
                yield Fault(lines.file, lines.key, f"has no line for the tone {tone}", mend)


def _lines(words: Words, persona: Persona) -> Iterator[Fault]:
    classes = act_classes()
    seen: set[tuple[str, str, str]] = set()
    shapes: set[tuple[str, frozenset[tuple[str, str | None]]]] = set()
    used: set[str] = set()
    met: set[tuple[str, str]] = set()
    for act in specimens():
        facts = facts_of(act, _scene(persona))
        name = type(act).__name__
        lines = words.acts.get(key_of(name, facts.case))
        if lines is None:
            continue
        phrase_keys = frozenset((slot, phrase.key if phrase else None) for slot, phrase in facts.phrases.items())
        used |= {key for _, key in phrase_keys if key}
        if (lines.key, phrase_keys) in shapes:
            continue
        shapes.add((lines.key, phrase_keys))
        for fault in _of_specimen(lines, facts, words, classes[name], met):
            mark = (fault.file, fault.variant, fault.rule)
            if mark not in seen:
                seen.add(mark)
                yield fault
    for key in sorted(set(words.phrases) - used):
        yield Fault(words.phrases[key].file, key, "is used by no act", "remove it")


def _of_specimen(
    lines: Lines, facts: Facts, words: Words, act_class: type[Act], met: set[tuple[str, str]]
) -> Iterator[Fault]:
    """Check the lines with every line of their phrases; `met` are the pairs of lines and phrase checked before."""
    known = frozenset(phrase for key, phrase in met if key == lines.key)
    fillings, broken = _phrase_fillings(facts, words, known)
    met |= {(lines.key, phrase.key) for phrase in facts.phrases.values() if phrase}
    yield from broken
    allowed = COMMON_SLOTS | set(facts.slots) | set(facts.phrases)
    for variant, line in lines.named():
        unknown = slots_of(line) - allowed
        if unknown:
            own = ", ".join(sorted(allowed - COMMON_SLOTS)) or "none of its own"
            rule = f"unknown slot {', '.join(sorted(unknown))}"
            yield Fault(lines.file, variant, rule, f"it may use {own}, and the common ones")
            continue
        if not line.strip():
            yield Fault(lines.file, variant, "empty line", "write it or remove it")
            continue
        for filling in fillings if not broken else ():
            for rule, mend in _broken_rules(line, filling, act_class, lines.key):
                yield Fault(lines.file, variant, rule, mend)


def _phrase_fillings(facts: Facts, words: Words, known: frozenset[str]) -> tuple[list[dict[str, str]], list[Fault]]:
    """Give ways to fill a line's phrases that together hold every phrase, with `⟦slot⟧` for each fact.

    A line meets each line of a phrase; two phrases of one line, sentences apart, do not meet in all pairs. A phrase
    in `known`, met before by the same lines, gives its first line only.
    """
    faults: list[Fault] = []
    options: list[list[tuple[str, str]]] = []
    for slot, phrase in facts.phrases.items():
        if phrase is None:
            options.append([(slot, "")])
            continue
        lines = words.phrases.get(phrase.key)
        if lines is None:
            faults.append(Fault("phrases.yaml", phrase.key, "has no words", "add it with at least one line"))
            continue
        for variant, line in lines.named():
            unknown = slots_of(line) - set(phrase.slots) - COMMON_SLOTS
            if unknown:
                own = ", ".join(sorted(phrase.slots)) or "none"
                faults.append(Fault(lines.file, variant, f"unknown slot {', '.join(sorted(unknown))}", f"use {own}"))
        options.append([(slot, line) for line in lines.variants[: 1 if phrase.key in known else None]])
    ways = max((len(option) for option in options), default=1)
    return [dict(option[way % len(option)] for option in options) for way in range(ways)], faults


def _broken_rules(line: str, filling: dict[str, str], act_class: type[Act], key: str) -> Iterator[tuple[str, str]]:
    whole = re.sub(r"\{([a-z_0-9]+)\}", lambda found: filling.get(found[1], found[0]), line)
    marks = {slot: f"⟦{slot}⟧" for slot in slots_of(whole)}
    persons = (True, False, None) if "<" in whole else (None,)
    checked: set[str] = set()
    for form, female in product(Form, persons):
        try:
            text = fill(whole, marks, form=form, person_is_female=female)
        except ValueError as error:
            yield str(error), "write the parts with a | between them"
            return
        if text in checked:
            continue
        checked.add(text)
        for rule in _RULES:
            yield from rule(text, act_class)
        if not issubclass(act_class, DebtAct):
            yield from _implies_debt(text, key)


def _short(text: str, act_class: type[Act]) -> Iterator[tuple[str, str]]:
    for index, sentence in enumerate(_SENTENCE.findall(text)):
        count = len(sentence.split())
        if count > MAX_WORDS:
            yield f"a sentence has {count} words, more than {MAX_WORDS}", f"split it: {sentence.strip()!r}"
        opening = len(re.split(r"[,;:.?!…]", sentence)[0].split())
        if not index and opening > MAX_FIRST_WORDS:
            rule = f"{opening} words before the first pause, more than {MAX_FIRST_WORDS}"
            yield rule, f"begin shorter: {sentence.strip()!r}"
        figures = sum(mark in MONEY_SLOTS for mark in _MARK.findall(sentence))
        if figures > MAX_FIGURES:
            yield f"{figures} figures in one sentence", f"at most {MAX_FIGURES}: {sentence.strip()!r}"


def _asks_once(text: str, act_class: type[Act]) -> Iterator[tuple[str, str]]:
    marks = text.count("?")
    asking = _asks(act_class)
    if asking and (marks != 1 or not text.endswith("?")):
        yield f"{marks} questions in an act that asks", "end it with its one question"
    if not asking and marks > (1 if act_class in _MAY_WONDER else 0):
        yield "a question in an act that expects no answer", "say it as a statement"


def _decent(text: str, act_class: type[Act]) -> Iterator[tuple[str, str]]:
    found = taboo.FORBIDDEN.search(text)
    if found:
        yield f"forbidden word {found[0]!r}", "say it plainly and without pressure"
    if act_class is acts.AcknowledgeHardship and (back := taboo.AFTER_EMPATHY.search(text)):
        yield f"{back[0]!r} takes the acknowledgement back", "end the line with the acknowledgement"
    if re.search(r"\d", _MARK.sub("", text)):
        yield "digits in a line", "write numbers out as they are said"


def _well_formed(text: str, act_class: type[Act]) -> Iterator[tuple[str, str]]:
    if not text.endswith((".", "?", "!", "…")):
        yield "no end of sentence", "end it with a full stop or a question mark"
    if re.search(r"[\[\]<>{}|]", text):
        yield "a bracket that belongs to no alternative", "check the notation in the head of manner.py"


_RULES: Final[tuple[Rule, ...]] = (_short, _asks_once, _decent, _well_formed)


def _implies_debt(text: str, key: str) -> Iterator[tuple[str, str]]:
    for found in taboo.DEBT_WORDS.finditer(_MARK.sub("", text)):
        if (key, found[0].lower()) not in taboo.DEBT_WORDS_ALLOWED:
            yield f"{found[0]!r} implies a debt in an act anyone may hear", "say it without that word"


def _how_to_write(key: str, facts: Facts) -> str:
    act_class = act_classes()[key.split(".")[0]]
    slots = ", ".join(f"{{{slot}}}" for slot in sorted({*facts.slots, *facts.phrases}))
    ending = ", each ending with its question" if _asks(act_class) else ""
    about = "about the debt" if issubclass(act_class, DebtAct) else "without a word about the debt"
    return f"add four lines or more under it to any file of the script, {about}{ending}; slots: {slots or 'none'}"


def _asks(act_class: type[Act]) -> bool:
    return act_class.asks is not None or act_class is acts.AskIdentityFactor


def _scene(persona: Persona | None) -> Scene:
    spoken = persona or Persona("Clara", True, {}, "a conta", frozenset())
    return Scene(TODAY, Treatment.VOCE, spoken)


def _nearest(key: str, wanted: Mapping[str, Facts]) -> str:
    alike = sorted(each for each in wanted if each.split(".")[0] == key.split(".")[0])
    return " or ".join(alike) if alike else "one of the acts in voicebot/domain/dialogue/acts.py"
