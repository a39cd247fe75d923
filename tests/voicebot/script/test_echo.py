"""Two lines of one turn do not begin, thank or excuse themselves alike where the script has another way."""

import pytest

from tests.voicebot.script.support import book, voice
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Act, Farewell
from voicebot.script.echo import echoes


@pytest.mark.parametrize(
    ("line", "previous", "expected"),
    [
        pytest.param("Sem problema nenhum.", "Claro, sem problema.", True, id="first words said just before"),
        pytest.param("Desculpe pelo incômodo.", "Tudo bem. Desculpe.", True, id="excused twice"),
        pytest.param("Peço desculpas.", "Desculpe, não peguei.", True, id="another form of the excuse"),
        pytest.param("Foi bom, e obrigada.", "Certo, obrigada.", True, id="thanked twice"),
        pytest.param("Agradeço a atenção.", "Obrigada.", True, id="thanked in other words"),
        pytest.param("Claro, eu repito.", "Claro.", True, id="the same first word"),
        pytest.param("Então fica assim.", "Entendi. Então está bem.", True, id="like a later sentence before"),
        pytest.param("Pode ser amanhã?", "Certo, entendi.", False, id="nothing in common"),
        pytest.param("É só falar.", "Que bom que é hoje.", False, id="a small word inside is no echo"),
        pytest.param("Certo.", "", False, id="nothing before"),
        pytest.param("…", "Certo.", False, id="no word at all"),
    ],
)
def test_an_echo_is_heard(line: str, previous: str, expected: bool) -> None:
    assert echoes(line, previous) is expected


@pytest.mark.parametrize(
    ("act", "previous"),
    [
        pytest.param(acts.SayGoodbye(Farewell.STOP), "Desculpe o incômodo.", id="an apology, then a stop"),
        pytest.param(acts.SayGoodbye(Farewell.NEUTRAL), "Certo, obrigada.", id="thanks, then a goodbye"),
        pytest.param(acts.SayGoodbye(Farewell.THIRD_PARTY), "Obrigada pela ajuda.", id="thanks to a third party"),
        pytest.param(acts.SayGoodbye(Farewell.KIND), "Obrigada por avisar.", id="thanks, then a kind goodbye"),
        pytest.param(acts.AcknowledgeRefusal(), "Claro, sem problema.", id="no problem twice"),
        pytest.param(acts.Acknowledge(acts.Ack.OF_COURSE), "Claro, eu espero.", id="claro twice"),
        pytest.param(acts.Apologise(), "Este número sai agora da nossa lista.", id="nothing to avoid"),
    ],
)
@pytest.mark.parametrize("seed", range(8))
def test_the_next_line_of_a_turn_is_no_echo(act: Act, previous: str, seed: int) -> None:
    said = book().render(act, voice(seed=seed, previous=previous))

    assert not echoes(said.text, previous)


def test_where_every_line_echoes_one_is_said_all_the_same() -> None:
    previous = " ".join(each.text for each in book().variants(acts.Apologise(), voice()))

    assert book().render(acts.Apologise(), voice(previous=previous)).text in previous


def test_a_line_not_yet_said_goes_before_one_that_only_sounds_different() -> None:
    act, previous = acts.SayGoodbye(Farewell.NEUTRAL), "Muito obrigada."
    different = {each.variant for each in book().variants(act, voice()) if not echoes(each.text, previous)}

    said = book().render(act, voice(said=tuple(different), previous=previous))

    assert said.variant not in different
