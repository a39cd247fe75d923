import pytest

from voicebot.domain.portfolio import Treatment
from voicebot.script.manner import Form, form_of, named
from voicebot.script.names import is_female


@pytest.mark.parametrize(
    ("name", "female"),
    [
        ("Ana Beatriz", True),
        ("Maria das Dores Nascimento", True),
        ("Patrícia Gomes", True),
        ("Fernanda", True),
        ("Beatriz", True),
        ("Raquel", True),
        ("Alice", True),
        ("Inês", True),
        ("Conceição", True),
        ("Carlos Eduardo", False),
        ("João Pedro", False),
        ("Antônio Carlos", False),
        ("Rafael", False),
        ("José", False),
        ("Luca", False),
        ("Osvaldo", False),
        pytest.param("Darci", None, id="Darci is either"),
        pytest.param("Alex", None, id="Alex is either"),
        pytest.param("Xyz", None, id="not known"),
        pytest.param("", None, id="no name"),
    ],
)
def test_a_first_name_tells_or_does_not(name: str, female: bool | None) -> None:
    assert is_female(name) is female


def test_an_unknown_gender_is_never_called_senhor() -> None:
    assert form_of(Treatment.SENHOR, None) is Form.VOCE
    assert named("Darci", treatment=Treatment.SENHOR, is_female=None) == "Darci"
