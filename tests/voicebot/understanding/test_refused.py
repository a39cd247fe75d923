"""A sum or a day that is named only to say no to it, and a sum that is somebody's limit."""

from __future__ import annotations

import pytest

from tests.voicebot.understanding.conftest import Understand
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import EntityType

_AMOUNTS = {EntityType.MONEY, EntityType.NUMBER}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("cento e vinte não dá pra mim", True),
        ("não consigo cento e vinte", True),
        ("cento e vinte por mês é muito", True),
        ("não dá pra pagar esses cento e vinte", True),
        ("não posso pagar nem cem reais", True),
        ("duzentos reais fica puxado pra mim", True),
        ("cento e vinte é muito bom", False),
        ("não dá mais que cento e vinte", False),
        ("assim não, só cento e vinte", False),
        ("mais de cento e vinte eu não consigo", False),
        ("passa de cem eu não dou conta", False),
        ("acima de cem não consigo", False),
        ("só consigo cento e vinte, não dá mais que isso", False),
        ("cento e vinte por mês, não posso à vista", False),
        ("cento e vinte eu não consigo hoje, só dia dez", False),
    ],
)
def test_a_sum_is_refused_or_is_what_fits(understand: Understand, text: str, refused: bool) -> None:
    """Fails where what somebody cannot pay is taken for their offer, or their limit for a no."""
    assert bool(understand(text, Asks.YES_NO).refused & _AMOUNTS) is refused


@pytest.mark.parametrize(("text", "refused"), [("sexta não dá", True), ("sexta não dá, só segunda", False)])
def test_a_day_is_refused_or_another_takes_its_place(understand: Understand, text: str, refused: bool) -> None:
    assert (EntityType.DATE in understand(text, Asks.DATE).refused) is refused
