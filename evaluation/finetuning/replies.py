"""What the held voices say in the test: answers with a true value, and replies of which the words count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evaluation import corpora
from evaluation.benchmarks.short_answers import KINDS, SENTENCES, Answer, answers
from evaluation.corpora.tables import read_lines
from voicebot.domain.dialogue.phases import Asks

SEED: Final = 2026
ANSWERS_A_KIND: Final = 9
PLAIN: Final = (
    "Deixa eu pegar uma caneta.",
    "Isso está no meu nome mesmo?",
    "Ela só volta depois do almoço.",
    "Não estou ouvindo direito.",
    "Posso pagar pelo aplicativo do banco?",
    "Quem autorizou essa compra?",
    "Manda o boleto para o meu endereço.",
    "Perdi meu emprego em agosto.",
    "Já mandei o comprovante ontem.",
    "Qual é o valor à vista?",
    "Estou no trabalho agora.",
    "Prefiro dar uma entrada menor.",
    "Vocês dão desconto?",
    "Repete, por favor.",
    "Meu filho está chorando aqui.",
    "Quantas parcelas faltam?",
    "Eu vou procurar o Procon.",
    "Liga mais tarde, estou almoçando.",
    "Minha mãe faleceu em junho.",
    "Esse telefone é da minha vizinha.",
    "Quero falar com uma pessoa.",
    "Nunca comprei nada aí.",
    "Até que horas vocês atendem?",
    "Está muito caro para mim.",
)
_CORPORA: Final = Path(corpora.__file__).parent
_NEVER: Final = ("answers.tsv", "intents_blind.tsv", "intents_blind2.tsv", "intents_blind3.tsv")


def replies(answers_a_kind: int = ANSWERS_A_KIND) -> list[Answer]:
    """Give the test's replies; one without a value counts by its words."""
    valued = [
        answer
        for asks in KINDS
        for answer in answers(asks, answers_a_kind * 8 // 7 + 1, SEED)
        if answer.value is not None
    ]
    return [*valued, *(Answer(Asks.OPEN, None, text) for text in (*SENTENCES, *PLAIN))]


def never_taught() -> Iterator[str]:
    """Give every text that some test says and training therefore may not."""
    yield from (reply.text for reply in replies())
    for asks in KINDS:
        yield from (answer.text for seed in (0, SEED) for answer in answers(asks, 40, seed))
    for name in _NEVER:
        yield from (line.text for line in read_lines(_CORPORA / name))
