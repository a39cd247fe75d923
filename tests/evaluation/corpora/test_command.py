import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from evaluation.corpora.command import conditions, phone_corpus
from evaluation.corpora.tables import read_heard, read_lines
from voicebot.speech import catalogue
from voicebot.speech.errors import ModelError

app = typer.Typer()
app.command()(phone_corpus)
ROWS = "affirm\t\tyes_no\ta\tpode falar comigo\nself_harm\t\t\ts\tnão quero mais viver assim\n"


def test_conditions_are_decibels_or_clean() -> None:
    assert conditions("clean, 20,5.5") == (None, 20.0, 5.5)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        pytest.param(["--snr", "loud"], 2, "neither a number nor clean", id="a word for decibels"),
        pytest.param(["--cast", "opera"], 2, "choose training or test", id="no such cast"),
        pytest.param([], 1, "no lines", id="an empty folder"),
    ],
)
def test_a_wrong_request_is_refused_with_the_mend(tmp_path: Path, options: list[str], code: int, says: str) -> None:
    result = CliRunner().invoke(app, [str(tmp_path), str(tmp_path / "out.tsv"), *options], env={"COLUMNS": "200"})
    assert result.exit_code == code
    assert says in result.output
    assert not (tmp_path / "out.tsv").exists()


@pytest.mark.models
def test_real_voices_are_heard_by_the_real_recogniser(tmp_path: Path) -> None:
    for model in ("kokoro-82m", "whisper-base"):
        try:
            catalogue.verify(catalogue.find(model), catalogue.default_folder())
        except ModelError as failure:
            pytest.fail(f"{failure}; run `make install`")
    source, out = tmp_path / "lines.tsv", tmp_path / "out.tsv"
    source.write_text(ROWS, encoding="utf-8")
    result = CliRunner().invoke(app, [str(source), str(out), "--snr", "clean", "--cast", "test", "--seed", "1"])
    assert result.exit_code == 0, result.output
    rows = read_heard(out)
    assert {row.line for row in rows} == set(read_lines(source))
    assert any("viver" in row.heard.lower() for row in rows)
    shown = json.loads(result.stdout)
    assert shown["all"]["lines"] == 2
    assert shown["all"]["word_error_rate"] < 0.5
