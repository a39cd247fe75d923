from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.speech import real
from voicebot.speech import encoder_adapter
from voicebot.speech.ct2_weights import encoder_variables, openai_names, read_variables
from voicebot.speech.encoder_adapter import SHIPPED, Adapter, factors, read, write
from voicebot.speech.errors import ModelDamaged, ModelMissing

MOST_BYTES = 8_000_000


def low_rank(shape: tuple[int, ...], rank: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    product = np.tensordot(random.normal(size=(shape[0], rank)), random.normal(size=(rank, *shape[1:])), 1)
    return np.asarray(product * 1e-3, np.float32)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 40), st.lists(st.integers(2, 12), min_size=1, max_size=2), st.integers(1, 4), st.integers(0, 99))
def test_factors_of_enough_rank_give_the_difference_back(rows: int, rest: list[int], rank: int, seed: int) -> None:
    delta = low_rank((rows, *rest), rank, seed)
    left, right = factors(delta, rank)
    assert right.shape[1:] == tuple(rest)
    np.testing.assert_allclose(np.tensordot(left, right, 1), delta, atol=1e-6)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    deltas = {
        "a/weight": low_rank((90, 70), 5, 0),
        "conv/weight": low_rank((80, 9, 3), 5, 1),
        "a/bias": np.ones(4, "f4"),
    }
    adapter = write(deltas, tmp_path / "new" / "adapter.npz")
    found = read(adapter)
    assert found.keys() == deltas.keys()
    for name, delta in deltas.items():
        np.testing.assert_allclose(found[name], delta, atol=2e-5)


def test_too_small_a_rank_keeps_the_strongest_part() -> None:
    delta = np.diag([4.0, 3.0, 1.0]).astype(np.float32)
    left, right = factors(delta, 2)
    assert np.allclose(left @ right, np.diag([4.0, 3.0, 0.0]), atol=1e-6)


def test_another_file_than_the_one_named_is_refused(tmp_path: Path) -> None:
    written = write({"a/bias": np.ones(4, np.float32)}, tmp_path / "adapter.npz")
    with pytest.raises(ModelDamaged, match="sha256"):
        read(Adapter(written.path, "f" * 64))


@pytest.mark.parametrize("content", [pytest.param(b"", id="empty"), pytest.param(b"no arrays", id="something else")])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "adapter.npz"
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match="no adapter"):
        read(Adapter(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"none\.npz"):
        read(Adapter(tmp_path / "none.npz"))


def test_the_shipped_adapter_is_the_one_of_the_card() -> None:
    assert SHIPPED.path.stat().st_size <= MOST_BYTES
    assert all(np.isfinite(values).all() for values in read(SHIPPED).values())
    assert str(SHIPPED.sha256) in (SHIPPED.path.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.models
def test_the_shipped_adapter_changes_the_encoder_and_nothing_else() -> None:
    model = real.models_folder() / "whisper-base" / "model.bin"
    variables = encoder_variables(openai_names(read_variables(model)))
    deltas = read(SHIPPED)
    assert {name: values.shape for name, values in deltas.items()} == {
        name: values.shape for name, values in variables.items()
    }
    assert len(encoder_adapter.adapted(model)) == model.stat().st_size
