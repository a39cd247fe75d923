"""Learns the likeness anew: `python -m evaluation.scoring.likeness.fit`; a few minutes on one core.

Nothing that the scorer is measured on is read here: the lines are those of `corpus/`, the labelled callers' lines of
`prompts/pt-BR/intents`, and what the bot says in simulated calls.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import numpy as np
import typer

from evaluation.scoring.cues import sources
from evaluation.scoring.likeness.batch import Batch
from evaluation.scoring.likeness.corpus import TEACHERS, Template, drawn, templates
from evaluation.scoring.likeness.ear import misheard
from evaluation.scoring.likeness.features import SLOTS, slots
from evaluation.scoring.likeness.model import SIDES, Floats, Model, save, stretches
from evaluation.scoring.likeness.phrases import phrase
from evaluation.scoring.words import common, fold
from voicebot.domain.meaning import Intent
from voicebot.settings import load_settings
from voicebot.understanding.corpus import read_labelled, training_files

FAULTS: Final = ("threat", "ridicule", "claim", "denies_bot", "defies_stop", "defies_dispute", "cuts_off", "legalese")
TOLD: Final = ("debt", "presses")
KEPT: Final = (
    "helps", "honours_stop", "honours_dispute", "feels", "notice", "hello", "names_self", "asks_person",
    "asks_factor", "takes_data", "mismatch", "farewell", "reads_factor",
)  # fmt: skip
AGENT: Final = (*FAULTS, *TOLD, *KEPT)
CALLER: Final[dict[str, frozenset[Intent]]] = {
    "stop": frozenset({Intent.STOP_CALLING, Intent.HAS_LAWYER}),
    "dispute": frozenset({Intent.ALREADY_PAID, Intent.DISPUTE_DEBT}),
    "danger": frozenset({Intent.SELF_HARM, Intent.DOMESTIC_VIOLENCE}),
    "distress": frozenset({Intent.ACUTE_DISTRESS}),
    "stranger": frozenset(
        {Intent.THIRD_PARTY, Intent.WRONG_NUMBER, Intent.DECEASED, Intent.MINOR, Intent.VOICEMAIL}
    ),
    "hardship": frozenset({Intent.JOB_LOSS, Intent.ILLNESS, Intent.BEREAVEMENT, Intent.OVER_INDEBTED}),
    "accepts": frozenset({Intent.ACCEPT_OFFER, Intent.AFFIRM}),
    "refuses": frozenset({Intent.REJECT_OFFER, Intent.CANNOT_PAY, Intent.ASK_DISCOUNT}),
    "defers": frozenset({Intent.NEEDS_TIME, Intent.REQUEST_CALLBACK}),
    "unheard": frozenset({Intent.REPEAT, Intent.SPEAK_LOUDER, Intent.SPEAK_SLOWER, Intent.CONFUSED}),
    "anger": frozenset({Intent.ABUSIVE}),
}  # fmt: skip
_OF_INTENTS: Final = frozenset({"accepts", "refuses", "defers", "unheard", "anger"})
"""Labels of callers that only the labelled lines tell of."""
_CUES: Final[dict[str, dict[str, str]]] = {
    "agent": {
        "threat": "threat", "ridicule": "ridicule", "listed_already": "claim", "false_authority": "claim",
        "false_law": "claim", "false_urgency": "claim", "denies_bot": "denies_bot", "defies_stop": "defies_stop",
        "defies_stop_plainly": "defies_stop", "defies_dispute": "defies_dispute",
        "defies_dispute_plainly": "defies_dispute", "cuts_off": "cuts_off", "helps_in_crisis": "helps",
        "honours_stop": "honours_stop", "honours_dispute": "honours_dispute", "hears_feeling": "feels",
        "notice": "notice", "names_self": "names_self", "asks_factor": "asks_factor", "mismatch": "mismatch",
        "farewell": "farewell", "reads_factor": "reads_factor", "jargon": "legalese",
    },
    "caller": {
        "is_other": "stranger", "contested": "dispute", "fears_for_life": "danger", "severe_distress": "distress",
        "hardship": "hardship",
    },
}  # fmt: skip
_TAUGHT: Final[dict[str, frozenset[str]]] = {
    "threat": frozenset({"threat"}), "ridicule": frozenset({"ridicule"}), "false_claim": frozenset({"claim"}),
    "denies_bot": frozenset({"denies_bot"}), "defies_stop": frozenset({"defies_stop"}),
    "defies_dispute": frozenset({"defies_dispute"}), "rude_listen": frozenset({"cuts_off"}),
    "jargon": frozenset({"legalese"}), "leaks_data": frozenset({"reads_factor"}), "ok_law": frozenset(),
    "ok_stop": frozenset({"honours_stop"}), "ok_dispute": frozenset({"honours_dispute"}),
    "ok_crisis": frozenset({"helps"}), "ok_feel": frozenset({"feels"}), "ok_bot": frozenset(),
    "ok_close": frozenset({"farewell"}), "ok_ask_id": frozenset({"asks_factor"}), "ok_listen": frozenset(),
    "ok_third_party": frozenset(),
    **{f"c_{label}": frozenset({label}) for label in CALLER if label not in _OF_INTENTS}, "c_plain": frozenset(),
}  # fmt: skip
"""The groups of taught lines that are learnt from here, with the labels they stand for."""
_OF_A_CUE: Final = 160
_NEAR: Final = {
    "dispute": frozenset({Intent.DISPUTE_AMOUNT, Intent.DISPUTE_TIME_BARRED, Intent.SUSPECTS_FRAUD}),
    "hardship": frozenset({Intent.CANNOT_PAY, Intent.ACUTE_DISTRESS, Intent.DECEASED}),
    "accepts": frozenset({Intent.IDENTITY_CONFIRM, Intent.PROPOSE_AMOUNT, Intent.PROPOSE_DATE, Intent.CHOOSE_CHANNEL}),
    "refuses": frozenset(
        {
            Intent.JOB_LOSS, Intent.ILLNESS, Intent.OVER_INDEBTED, Intent.PROPOSE_AMOUNT, Intent.DENY,
            Intent.ASK_INSTALLMENTS, Intent.DISPUTE_AMOUNT,
        }
    ),
    "defers": frozenset({Intent.EVASIVE, Intent.HOLD_ON, Intent.PROPOSE_DATE}),
    "unheard": frozenset({Intent.HOLD_ON}),
}  # fmt: skip
"""Neither for nor against."""
_RATES: Final = (0.0, 0.1, 0.2)
_EACH: Final = 10
_BOT_CALLS: Final = 120
_BATCH: Final = 512
_EPOCHS: Final = 5
_STEP: Final = 0.3
_DECAY: Final = 3e-6
_SLOWER: Final = 0.6
_POSITIVE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Example:
    words: tuple[str, ...]
    truth: tuple[float, ...]
    counts: tuple[float, ...]
    """Weight of each label's truth; 0 where it is not known."""
    place: str


def _cut(text: str) -> tuple[str, ...]:
    return tuple(fold(text).replace(",", " ").replace(".", " ").replace("?", " ").replace("!", " ").split())


def _labelled(labels: Sequence[str], template: Template, text: str) -> Example:
    own = template.labels
    truth = tuple(float(label in own) for label in labels)
    return Example(_cut(text), truth, tuple(_known(label, own) for label in labels), template.place)


def _known(label: str, own: frozenset[str]) -> float:
    """Faults may speak of the debt and press besides; that is neither for nor against."""
    if label in own:
        return _POSITIVE
    if label in _OF_INTENTS:
        return 0.0
    if label in TOLD and own & {*FAULTS, *TOLD, "notice"}:
        return 0.0
    if {label, *own} <= {"threat", "claim"} or {label, *own} <= {"ridicule", "cuts_off"}:
        return 0.5
    return 1.0 if own.isdisjoint({"honours_stop", "honours_dispute", "feels"}) or label in FAULTS else 0.3


def agent_examples(rng: Random) -> Iterator[Example]:
    for name in ("faults.txt", "plain.txt"):
        for template in templates(name):
            for text in drawn(template, _EACH, rng):
                yield _labelled(AGENT, template, text)
    yield from _taught(AGENT, rng, of_callers=False)
    nothing = tuple(0.0 for _ in AGENT)
    only_faults = tuple(float(label in FAULTS) for label in AGENT)
    for text in bot_lines(_BOT_CALLS):
        for words in stretches(fold(text)):
            yield Example(words, nothing, only_faults, f"bot:{zlib.crc32(text.encode()) % 997}")


def _taught(labels: Sequence[str], rng: Random, *, of_callers: bool) -> Iterator[Example]:
    for teacher in TEACHERS:
        for template in templates(f"taught_{teacher}.txt"):
            (group,) = template.labels
            if group in _TAUGHT and group.startswith("c_") is of_callers:
                known = replace(template, labels=_TAUGHT[group])
                yield from (_labelled(labels, known, text) for text in drawn(template, 1, rng))


def bot_lines(calls: int) -> Iterable[str]:
    """Give what the bot says in calls with simulated callers, each line once."""
    from evaluation.simulation.text.runner import scenarios
    from evaluation.simulation.text.stage import play

    said = (each.out["say"] for scenario in scenarios(calls, 7_000_001, None) for each in play(scenario).exchanges)
    return list(dict.fromkeys(str(text) for text in said if text))


def caller_examples(rng: Random) -> Iterator[Example]:
    labels = tuple(CALLER)
    for template in templates("callers.txt"):
        for text in drawn(template, _EACH, rng):
            yield _labelled(labels, template, text)
    yield from _taught(labels, rng, of_callers=True)
    for line in read_labelled(training_files(load_settings().prompts_dir)):
        truth = tuple(float(bool(line.intents & CALLER[label])) for label in labels)
        counts = tuple(
            0.0 if line.intents & _NEAR.get(label, frozenset()) and not is_so else 1.0 + is_so
            for label, is_so in zip(labels, truth, strict=True)
        )
        yield Example(_cut(line.text), truth, counts, line.template)


def cue_examples(side: str, labels: Sequence[str], plain: Sequence[Example], rng: Random) -> Iterator[Example]:
    """Give phrases that the patterns of a side accept, among words of other lines; only their own label is known."""
    words = sorted({word for each in plain for word in each.words})
    ends: dict[str, list[str]] = {}
    for word in sorted({*words, *common()}):
        for size in range(1, 5):
            ends.setdefault(word[:size], []).append(word)
    idle = [each for each in plain if not any(each.truth) and any(each.counts)]
    for name, label in _CUES[side].items():
        patterns = sources(side, name)
        known = tuple(1.5 * (each == label) for each in labels)
        truth = tuple(float(each == label) for each in labels)
        for at in range(_OF_A_CUE):
            said = _cut(phrase(rng.choice(patterns), rng, words, ends))
            before, after = rng.choice(idle).words[-rng.randrange(1, 5) :], rng.choice(idle).words[: rng.randrange(5)]
            yield Example((*(before if at % 2 else ()), *said, *after), truth, known, f"cue:{name}:{at % 7}")


def blurred(examples: Iterable[Example], rng: Random) -> list[Example]:
    """Give every line as said and as misheard, some with a piece of another line before or behind."""
    plain = [each for each in examples if each.words]
    known = sorted({word for each in plain for word in each.words})
    made = []
    for each in plain:
        for share in _RATES:
            words = misheard(each.words, share, rng, known) if share else list(each.words)
            if words:
                made.append(Example(tuple(words), each.truth, each.counts, each.place))
    return made


def fitted(labels: Sequence[str], examples: Sequence[Example], rng: Random, say: Callable[[str], None]) -> Model:
    """Fit one weight for each slot and label by steps down the logistic loss."""
    rows = [np.array(slots(each.words), dtype=np.int64) for each in examples]
    truth = np.array([each.truth for each in examples], dtype=np.float32)
    counts = np.array([each.counts for each in examples], dtype=np.float32)
    weights = np.zeros((SLOTS, len(labels)), dtype=np.float32)
    bias = np.full(len(labels), -3.0, dtype=np.float32)
    speed: Floats = np.zeros_like(weights)
    force: Floats = np.zeros_like(weights)
    order = list(range(len(rows)))
    step = 0
    for epoch in range(_EPOCHS):
        rng.shuffle(order)
        lost = 0.0
        for start in range(0, len(order), _BATCH):
            step += 1
            part = order[start : start + _BATCH]
            batch = Batch.of([rows[at] for at in part])
            chances = 1.0 / (1.0 + np.exp(-np.clip(batch.scores(weights) + bias, -30, 30)))
            off = (chances - truth[part]) * counts[part]
            lost += float(np.abs(off).sum())
            slope = batch.slope(off, SLOTS) / len(part) + _DECAY * weights
            speed = (0.9 * speed + 0.1 * slope).astype(np.float32)
            force = (0.99 * force + 0.01 * slope**2).astype(np.float32)
            pace = _STEP * _SLOWER**epoch
            weights -= pace * (speed / (1 - 0.9**step)) / (np.sqrt(force / (1 - 0.99**step)) + 1e-6)
            bias -= pace * off.mean(axis=0)
        say(f"round {epoch + 1}: {lost / len(order):.4f} off a line")
    return Model(tuple(labels), weights, bias)


def gathered(side: str, rng: Random) -> tuple[tuple[str, ...], list[Example]]:
    """Give the labels of one side, agent or caller, and its lines as said."""
    labels = AGENT if side == "agent" else tuple(CALLER)
    plain = list(agent_examples(rng) if side == "agent" else caller_examples(rng))
    return labels, [*plain, *cue_examples(side, labels, plain, rng)]


def main() -> None:
    for side in SIDES:
        rng = Random(f"likeness-{side}")
        labels, examples = gathered(side, rng)
        lines = blurred(examples, rng)
        typer.echo(f"{side}: {len(examples)} lines, {len(lines)} as heard")
        save(side, fitted(labels, lines, rng, typer.echo))


if __name__ == "__main__":
    main()
