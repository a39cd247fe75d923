"""What recordings, menus and assistants say in Brazil, and what only people say: stems, and how much each one tells.

A phrase is a row of word stems, in order, with at most three other words between them. A weight of 1 decides alone; two
halves decide together; what people say counts against. Our own list: no operator's text is copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from voicebot.domain.callee import Callee

SURE: Final = 1.0
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Phrase:
    stems: tuple[str, ...]
    callee: Callee
    weight: float


def _of(callee: Callee, weight: float, *phrases: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(tuple(text.split()), callee, weight) for text in phrases)


PHRASES: Final[tuple[Phrase, ...]] = (
    *_of(
        Callee.VOICEMAIL,
        SURE,
        "caixa postal",
        "caixa de mensagen",
        "caixa mensage",
        "correio de voz",
        "secretaria eletronica",
        "apos o sinal",
        "depois do sinal",
        "apos o bip",
        "depois do bip",
        "apos o tom",
        "apos o final",
        "depois do final",
        "deixe seu recado",
        "deixa seu recado",
        "deixe o recado",
        "deixe um recado",
        "deixe sua mensagem",
        "deixe uma mensagem",
        "deixe mensagem",
        "deixe seu nome",
        "grave seu recado",
        "grave sua mensagem",
        "gravar um recado",
        "manda mensagem que respondo",
        "pessoa que chamou nao disponivel",
        "chamada encaminhada",
        "ligacao encaminhada",
        "chamada transferida",
        "sujeita a cobranca",
        "pessoa que esta chamando nao",
    ),
    *_of(
        Callee.VOICEMAIL,
        HALF,
        "voce ligou para",
        "nao posso atender",
        "nao podemos atender",
        "nao pode atender",
        "no momento nao",
        "nao estamos no momento",
        "retorno assim que",
        "respondo assim que",
        "retorno a ligacao",
        "o cliente nao atende",
        "grave",
        "o sinal",
        "do bip",
        "recado",
        "ao terminar desligue",
        "manda mensagem",
    ),
    *_of(
        Callee.INTERCEPT_INVALID,
        SURE,
        "numero nao existe",
        "telefone nao existe",
        "numero inexistente",
        "numero incorreto",
        "numero mudou",
        "telefone chamado mudou",
        "mudou de numero",
        "nao recebe ligaco",
        "numero desativado",
        "numero discado",
        "verifique o numero",
        "confira o numero",
        "consulte a lista",
    ),
    *_of(Callee.INTERCEPT_INVALID, HALF, "nao existe", "foi desativado", "numero chamado", "numero que voce discou"),
    *_of(
        Callee.INTERCEPT_UNAVAILABLE,
        SURE,
        "desligado ou fora",
        "fora da area",
        "area de cobertura",
        "temporariamente indisponivel",
        "temporariamente fora",
        "fora de servico",
        "nao receber chamadas",
        "programado para nao",
        "possivel completar",
        "nao pode ser completada",
        "linhas estao ocupadas",
        "cliente indisponivel",
        "cliente chamado",
    ),
    *_of(
        Callee.INTERCEPT_UNAVAILABLE,
        HALF,
        "esta desligado",
        "tente novamente",
        "tente mais tarde",
        "indisponivel",
        "ligue mais tarde",
        "temporariamente",
        "numero chamado",
        "telefone chamado",
        "assinante",
        "cobertura",
    ),
    *_of(
        Callee.IVR,
        SURE,
        "digite um",
        "digite dois",
        "digite 1",
        "digite 2",
        "digite o ramal",
        "pressione um",
        "pressione dois",
        "pressione 1",
        "pressione 2",
        "tecle",
        "nossos atendentes",
        "chamada a cobrar",
        "aguarde na linha",
        "continue na linha",
        "outras opcoes",
    ),
    *_of(
        Callee.IVR,
        HALF,
        "central de atendimento",
        "digite",
        "pressione",
        "bem vindo",
        "obrigado por ligar",
        "ramal",
        "para ser atendido",
        "opcoes",
    ),
    *_of(
        Callee.SCREENING,
        SURE,
        "diga seu nome",
        "informe seu nome",
        "nome e o motivo",
        "assistente para atender",
        "assistente virtual",
        "filtro de chamadas",
        "chamada filtrada",
        "esta sendo filtrada",
        "usando um assistente",
        "informe quem",
        "antes de completar a ligacao",
        "vou verificar se a pessoa",
    ),
    *_of(
        Callee.SCREENING,
        HALF,
        "quem esta ligando",
        "motivo da ligacao",
        "qual o assunto",
        "qual o motivo",
        "diga quem",
        "por que esta ligando",
        "e o assunto",
        "e o motivo",
        "pessoa pode atender",
    ),
)

PEOPLE_SAY: Final[tuple[tuple[str, ...], ...]] = tuple(
    tuple(text.split())
    for text in (
        "quer deixar",
        "deixar recado",
        "deixar algum",
        "deixar a mensagem comigo",
        "comigo",
        "tudo bem",
        "quem fala",
        "quem ta falando",
        "quem e que",
        "com quem",
        "de onde",
        "pois nao",
        "pode falar",
        "fala mais alto",
        "perai",
        "espera ai",
        "gostaria de falar",
        "ela ta",
        "ele saiu",
        "ela dela",
        "dela ta",
        "aqui em casa",
        "to no",
        "to dirigindo",
        "me liga",
        "voce pode me ligar",
        "nao quero",
        "esposa",
        "meu pai",
        "minha mae",
        "gravacao",
        "dela",
        "caiu aqui",
        "por isso",
        "voces",
        "e sobre o que",
    )
)
"""Each takes half away."""
GREETINGS: Final = frozenset({"alo", "pronto", "oi", "opa", "fala", "diga", "quem", "sim", "ha", "hum", "mae", "eai"})
"""First words that a recording seldom begins with."""
ASKING: Final = frozenset({"quem"})
"""Assistants begin with it too, when more follows."""
