"""A script that breaks a rule of the house is refused when it loads, with the file, the line and the mend."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.voicebot.script.support import LOCALE
from voicebot.script.errors import BadScript, ScriptUnreadable
from voicebot.script.pronunciation import Pronunciation
from voicebot.script.render import ScriptBook

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Give a copy of the locale with one text replaced in one file of the script."""

    def replaced(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "pt-BR"
        shutil.copytree(LOCALE, folder)
        path = folder / "script" / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}: this test tests nothing"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return replaced


@pytest.mark.parametrize(
    ("file", "old", "new", "variant", "rule"),
    [
        pytest.param("line.yaml", "HoldOn:", "HoldOnn:", "HoldOn", "has no words", id="an act without words"),
        pytest.param("line.yaml", "HoldOn:", "HoldOnn:", "HoldOnn", "is no act or case", id="a misspelled act"),
        pytest.param("line.yaml", "  silence:", "  quiet:", "SayGoodbye.silence", "has no words", id="a missing case"),
        pytest.param("line.yaml", "Claro, eu espero.", "Claro, {nome}.", "HoldOn/0", "unknown slot nome", id="slot"),
        pytest.param("line.yaml", '"Claro, eu espero."', '""', "HoldOn/0", "empty line", id="an empty line"),
        pytest.param(
            "line.yaml", "Claro, eu espero.", "Espero?", "HoldOn/0", "expects no answer", id="a stray question"
        ),
        pytest.param("line.yaml", "Claro, eu espero.", "Espero [a].", "HoldOn/0", "two or three", id="one alternative"),
        pytest.param("line.yaml", "Claro, eu espero.", "Espero 5 minutos.", "HoldOn/0", "digits", id="digits"),
        pytest.param("line.yaml", "Claro, eu espero.", "Claro, espero", "HoldOn/0", "no end", id="no full stop"),
        pytest.param(
            "line.yaml",
            "Claro, eu espero.",
            "É urgente.",
            "HoldOn/0",
            "forbidden word 'urgente'",
            id="a forbidden word",
        ),
        pytest.param(
            "line.yaml", "Claro, eu espero.", "É da sua fatura.", "HoldOn/0", "'fatura' implies a debt", id="a leak"
        ),
        pytest.param(
            "line.yaml",
            "Claro, eu espero.",
            "Claro. " + "Eu espero " + "bem " * 18 + "aqui.",
            "HoldOn/0",
            "a sentence has 21 words, more than 20",
            id="one word too many",
        ),
        pytest.param(
            "line.yaml",
            "Claro, eu espero.",
            "Eu fico aqui bem na linha esperando o tempo que for preciso mesmo.",
            "HoldOn/0",
            "words before the first pause",
            id="a slow beginning",
        ),
        pytest.param(
            "opening.yaml", "Com quem eu falo?", "Quem é? Com quem eu falo?", "AskWhoCalls/0", "2 questions", id="twice"
        ),
        pytest.param(
            "verification.yaml",
            "Qual é o número do seu CPF?",
            "Diga o número do seu CPF.",
            "AskIdentityFactor.cpf/2",
            "0 questions",
            id="an asking act that does not ask",
        ),
        pytest.param(
            "care.yaml",
            "Tem mês que aperta mesmo.",
            "Tem mês que aperta, mas passa.",
            "AcknowledgeHardship.cannot_pay/0",
            "takes the acknowledgement back",
            id="a but",
        ),
        pytest.param(
            "debt.yaml",
            "de {original}, ainda está em aberto. {additions} Hoje dá {total}.",
            "de {original}, com {fine} e {interest}, está em aberto. Hoje dá {total}.",
            "ExplainDebt.only/0",
            "3 figures in one sentence",
            id="three figures",
        ),
        pytest.param("phrases.yaml", "limit:", "limite:", "limit", "has no words", id="a missing phrase"),
        pytest.param("phrases.yaml", "limit:", "limite:", "limite", "is used by no act", id="a stray phrase"),
        pytest.param(
            "phrases.yaml", "{total}, {by}", "{tudo}, {by}", "terms_single/0", "unknown slot tudo", id="p slot"
        ),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(
    edit: Edit, file: str, old: str, new: str, variant: str, rule: str
) -> None:
    with pytest.raises(BadScript) as refused:
        ScriptBook.load(edit(file, old, new))

    found = [fault for fault in refused.value.faults if fault.variant == variant and rule in fault.rule]
    assert found, str(refused.value)
    assert found[0].mend
    assert str(found[0]) in str(refused.value)


def test_twenty_words_are_the_most_and_not_too_many(edit: Edit) -> None:
    folder = edit("line.yaml", "Claro, eu espero.", "Claro. Eu espero " + "bem " * 17 + "aqui.")

    assert ScriptBook.load(folder).words.acts["HoldOn"].variants[0].endswith("bem aqui.")


def test_all_faults_are_told_at_once(edit: Edit) -> None:
    folder = edit("line.yaml", "Claro, eu espero.", "É urgente?")

    with pytest.raises(BadScript) as refused:
        ScriptBook.load(folder)

    assert len({fault.rule for fault in refused.value.faults}) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("HoldOn:", "Greet: [\nHoldOn:", "not valid YAML", id="broken YAML"),
        pytest.param("HoldOn:", "SayAgain:", "written twice", id="the same act twice in one file"),
    ],
)
def test_an_unreadable_file_is_named(edit: Edit, old: str, new: str, message: str) -> None:
    with pytest.raises(ScriptUnreadable, match=rf"line\.yaml: .*{message}|{message}"):
        ScriptBook.load(edit("line.yaml", old, new))


def test_an_act_written_in_two_files_is_refused(edit: Edit) -> None:
    folder = edit("callback.yaml", "AskCallbackTime:", 'HoldOn: ["Claro."]\nAskCallbackTime:')

    with pytest.raises(BadScript, match=r"HoldOn: written in two files; keep it in callback\.yaml alone"):
        ScriptBook.load(folder)


def test_an_act_with_no_list_is_refused(edit: Edit) -> None:
    folder = edit("callback.yaml", "AskCallbackTime:", "Greeting: Oi\nAskCallbackTime:")

    with pytest.raises(BadScript, match="Greeting: has no lines"):
        ScriptBook.load(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptUnreadable, match=r"persona\.yaml: cannot be read"):
        ScriptBook.load(tmp_path)


@pytest.mark.parametrize(
    ("written", "voiced"),
    [
        pytest.param("no seu WhatsApp.", "no seu uátizáp.", id="any word"),
        pytest.param("o Pix, hoje", "o píquis, hoje", id="before a comma"),
        pytest.param("seu CPF?", "seu cê pê éfe?", id="an acronym"),
        pytest.param("Pixel e sites", "Pixel e sites", id="whole words only"),
        pytest.param("por e-mail", "por imêiu", id="a hyphen inside"),
        pytest.param("R$ 10,00 no Pix", "dez reais no píquis", id="written figures too"),
    ],
)
def test_the_voice_gets_respellings(written: str, voiced: str) -> None:
    assert Pronunciation.load(LOCALE / "pronunciation.yaml")(written) == voiced


def test_a_respelling_must_be_text(tmp_path: Path) -> None:
    path = tmp_path / "pronunciation.yaml"
    path.write_text("Pix: [a]\n", encoding="utf-8")

    with pytest.raises(ScriptUnreadable, match="look at Pix"):
        Pronunciation.load(path)
