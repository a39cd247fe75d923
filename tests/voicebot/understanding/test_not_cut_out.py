"""What must be caught stays caught beside words that sound like something else, and what is innocent stays so."""

from __future__ import annotations

import pytest

from tests.voicebot.understanding.conftest import Understand
from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import Intent


@pytest.mark.parametrize(
    ("text", "intent", "expecting"),
    [
        ("nunca mais me liga no meu celular", Intent.STOP_CALLING, Asks.OPEN),
        ("não quero que ligue no meu telefone", Intent.STOP_CALLING, Asks.OPEN),
        ("não é pra ligar no meu celular", Intent.STOP_CALLING, Asks.OPEN),
        ("vocês não podem ligar no meu celular", Intent.STOP_CALLING, Asks.OPEN),
        ("eu não quero que você me ligue no meu celular", Intent.STOP_CALLING, Asks.OPEN),
        ("para de ligar no meu celular", Intent.STOP_CALLING, Asks.OPEN),
        ("tenho muita vergonha não aguento mais isso", Intent.ACUTE_DISTRESS, Asks.OPEN),
        ("tô com tanta vergonha que não durmo", Intent.ACUTE_DISTRESS, Asks.OPEN),
        ("tenho vergonha e tô desesperada", Intent.ACUTE_DISTRESS, Asks.OPEN),
        ("tenho vergonha tô passando mal", Intent.ACUTE_DISTRESS, Asks.OPEN),
        ("esse celular é da minha mãe, eu tenho oito anos", Intent.MINOR, Phase.OPENING),
        ("esse telefone é do meu pai, sou criança", Intent.MINOR, Phase.OPENING),
        ("a loja me vendeu um celular com defeito", Intent.DISPUTE_DEBT, Asks.OPEN),
        ("a geladeira veio com defeito e ninguém trocou", Intent.DISPUTE_DEBT, Asks.OPEN),
    ],
)
def test_it_is_still_caught(understand: Understand, text: str, intent: Intent, expecting: Asks | Phase) -> None:
    """Fails where a rule for a harmless phrase eats the words that weigh."""
    assert understand(text, expecting).has(intent)


@pytest.mark.parametrize(
    ("text", "intent", "expecting"),
    [
        ("liga no meu outro número", Intent.STOP_CALLING, Asks.OPEN),
        ("pode ligar pro meu celular?", Intent.STOP_CALLING, Asks.OPEN),
        ("me liga no meu celular, esse telefone é da minha mãe", Intent.MINOR, Asks.OPEN),
        ("olha, pra ser sincera eu tô com vergonha", Intent.ACUTE_DISTRESS, Asks.OPEN),
        ("o que der pra fazer de menor", Intent.MINOR, Asks.AMOUNT),
        ("meu celular tá com problema, não tô te ouvindo", Intent.DISPUTE_DEBT, Phase.OPENING),
        ("ela tá com problema de saúde", Intent.DISPUTE_DEBT, Phase.OPENING),
        ("minha geladeira tá quebrada e tô sem dinheiro", Intent.DISPUTE_DEBT, Asks.OPEN),
        ("mandaram pro número errado", Intent.DISPUTE_DEBT, Phase.OPENING),
    ],
)
def test_it_is_nothing_grave(understand: Understand, text: str, intent: Intent, expecting: Asks | Phase) -> None:
    assert not understand(text, expecting).has(intent)
