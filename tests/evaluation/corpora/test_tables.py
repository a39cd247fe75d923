from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.corpora.errors import CorpusUnreadable
from evaluation.corpora.tables import (
    ANSWERS,
    SENTENCES,
    HeardLine,
    Line,
    append,
    mend_and_open,
    read_heard,
    read_lines,
)
from tests.evaluation.corpora.fakes import sentence

CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12).filter(
    lambda cell: not cell.startswith("#")
)


def test_notes_and_empty_rows_are_passed_over_and_files_are_authors(tmp_path: Path) -> None:
    (tmp_path / "b.tsv").write_text("deny\t\t\tn1\tnão\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text(
        "# note\twith a tab\n\naffirm\tthanks\tyes_no\ta1\tsim,  obrigado\n", encoding="utf-8"
    )
    first, second = read_lines(tmp_path)
    assert (first.group, first.text, first.expecting, first.template, first.source) == (
        "affirm",
        "sim, obrigado",
        "yes_no",
        "a1",
        "a",
    )
    assert (second.group, second.expecting, second.source) == ("deny", "", "b")


def test_an_answer_has_a_value_and_stands_for_its_own_skeleton(tmp_path: Path) -> None:
    (tmp_path / "answers.tsv").write_text("cpf\tcpf_last2\t08\tzero oito\n", encoding="utf-8")
    (line,) = read_lines(tmp_path / "answers.tsv")
    assert line.layout == ANSWERS
    assert (line.expecting, line.template, line.text) == ("cpf_last2", "zero oito", "zero oito")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param("affirm\tyes_no\tsegredo\n", "line 1 has 3 columns, not 4 or 5", id="columns lost"),
        pytest.param("# only a note\n", "no lines", id="nothing in it"),
        pytest.param("a\t\t\tt\tsim\n\n" + "x\t" * 8 + "\n", "line 3 has 9 columns", id="too many in the third row"),
    ],
)
def test_a_malformed_table_is_refused_without_its_text(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "lines.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusUnreadable, match=why) as refused:
        read_lines(path)
    assert "segredo" not in str(refused.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["absent", "not utf-8"])
def test_an_unreadable_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lines.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CorpusUnreadable, match=r"lines\.tsv"):
        read_lines(path)


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), unique=True, min_size=1, max_size=8),
    st.one_of(st.just(""), CELL),
)
def test_what_is_appended_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], heard: str
) -> None:
    path = tmp_path_factory.mktemp("heard") / "new" / "heard.tsv"
    mend_and_open(path, SENTENCES)
    written = [HeardLine(Line(row), heard, "dora", "10") for row in rows]
    for each in written:
        append(path, each)
    assert read_heard(path) == written


def test_breaks_in_what_was_heard_do_not_break_the_row(tmp_path: Path) -> None:
    path = tmp_path / "heard.tsv"
    mend_and_open(path, SENTENCES)
    append(path, HeardLine(sentence("sim"), "sim\tsim\nsim", "dora", "clean"))
    (back,) = read_heard(path)
    assert back.heard == "sim sim sim"


def test_a_row_cut_by_an_interruption_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "heard.tsv"
    mend_and_open(path, SENTENCES)
    whole = HeardLine(sentence("sim"), "sim", "dora", "clean")
    append(path, whole)
    path.write_bytes(path.read_bytes() + "deny\t\t\tn\tnã".encode()[:-1])
    mend_and_open(path, SENTENCES)
    assert read_heard(path) == [whole]
    assert path.read_text(encoding="utf-8").startswith("# intent\talso\texpecting\ttemplate\ttext\theard\tvoice\tsnr\n")


def test_nothing_was_heard_before_the_first_run(tmp_path: Path) -> None:
    assert read_heard(tmp_path / "none.tsv") == []
