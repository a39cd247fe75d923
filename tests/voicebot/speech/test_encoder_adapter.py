from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voicebot.speech import real
from voicebot.speech import encoder_adapter
from voicebot.speech.ct2_weights import encoder_variables, openai_names, read_variables
from voicebot.speech.encoder_adapter import SHIPPED, Adapter, read, respelt, stepped, write
from voicebot.speech.errors import ModelDamaged, ModelMissing

MOST_BYTES = 12_000_000


def drawn(shape: tuple[int, ...], seed: int, size: float = 1e-3) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).normal(size=shape) * size, np.float32)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.lists(st.integers(1, 12), min_size=1, max_size=2), st.integers(-4, 0), st.integers(0, 99))
def test_no_number_is_further_off_than_half_a_step_of_its_row(
    rows: int, rest: list[int], power: int, seed: int
) -> None:
    delta = drawn((rows, *rest), seed, 10.0**power)
    steps, step = stepped(delta)
    assert steps.shape == delta.shape
    wide = step.astype(np.float32).reshape(-1, *[1] * len(rest))
    assert np.all(np.abs(steps * wide - delta) <= 0.51 * wide)


def test_a_tenth_of_a_difference_is_lost() -> None:
    delta = drawn((64, 512), 0)
    steps, step = stepped(delta)
    lost = np.linalg.norm(steps * step.astype(np.float32)[:, None] - delta) / np.linalg.norm(delta)
    assert 0.08 < lost < 0.12


@pytest.mark.parametrize(
    "row",
    [pytest.param(np.zeros(50), id="nothing"), pytest.param(np.eye(1, 50)[0] * 3, id="one number only")],
)
def test_odd_rows_are_kept(row: np.ndarray) -> None:
    steps, step = stepped(np.asarray(row[None], np.float32))
    assert np.abs(steps[0] * step.astype(np.float32) - row).max() <= 0.04


def test_what_is_written_is_read(tmp_path: Path) -> None:
    deltas = {"a/weight": drawn((90, 70), 0), "conv/weight": drawn((80, 9, 3), 1), "a/bias": np.ones(4, "f4")}
    adapter = write(deltas, tmp_path / "new" / "adapter.npz")
    found = read(adapter)
    assert found.keys() == deltas.keys()
    for name, delta in deltas.items():
        np.testing.assert_allclose(found[name], delta, atol=2.5e-4)


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        pytest.param("Seis centos reais.", "Seiscentos reais.", id="split"),
        pytest.param("Dosentos e cinquenta reais.", "Duzentos e cinquenta reais.", id="misspelt"),
        pytest.param("Pago dois centos reais.", "Pago duzentos reais.", id="two"),
        pytest.param("mil e tres centos", "mil e trezentos", id="three"),
        pytest.param("Quin centos.", "Quinhentos.", id="five"),
        pytest.param("nove centas parcelas", "novecentas parcelas", id="feminine"),
        pytest.param("Seis cento e cinquenta reais.", "Seiscentos e cinquenta reais.", id="money"),
        pytest.param("Seis cento e vinte.", "Seis cento e vinte.", id="perhaps two groups of digits"),
        pytest.param("Duzentos reais.", "Duzentos reais.", id="as it should be"),
        pytest.param("Seis por cento.", "Seis por cento.", id="per cent"),
        pytest.param("Dois reais e seis centavos.", "Dois reais e seis centavos.", id="cents"),
        pytest.param("Os dois sentados aqui.", "Os dois sentados aqui.", id="another word"),
    ],
)
def test_hundreds_are_written_as_one_word(heard: str, written: str) -> None:
    assert respelt(heard) == written


def test_steps_without_their_size_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    arrays: dict[str, Any] = {"a/weight/steps": np.ones((3, 2), np.int8), "a/weight/step": np.ones(2, np.float16)}
    np.savez(path, **arrays)
    with pytest.raises(ModelDamaged, match="no adapter"):
        read(Adapter(path))


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
