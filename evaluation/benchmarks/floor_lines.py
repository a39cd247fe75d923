"""What is said in the turn-taking bench: interruptions, words of somebody who listens, turns with and without a pause.

Those who say them are the shipped Kokoro voices and their blends; the ear for beginnings learnt from other speakers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

from evaluation.corpora.casting import TEST, TRAINING, Recipe

BACKCHANNELS: Final = (
    "Aham.",
    "Uhum.",
    "Sei.",
    "Tá.",
    "Certo.",
    "Entendi.",
    "Sim, sim.",
    "Sim.",
    "Tá bom.",
    "Ok.",
    "Isso.",
    "Hum.",
)
SHORT: Final = tuple(
    "Peraí.|Espera.|Não, escuta.|Quanto é?|Não.|Espera aí, moça.|Olha só.|Quem é?|Para, para.|Moça, escuta.|Ei, calma.|"
    "Um momento.|Deixa eu falar.|Eu já paguei.|Que conta é essa?|Mas espera.|Como assim?|De quem?|Por quê?|Qual valor?|"
    "Fala devagar.|Escuta, por favor.|Não quero.|Opa, opa, espera.|Alô, alô?".split("|")
)
LONG: Final = (
    "Espera aí, moça, eu quero falar uma coisa antes.",
    "Não, escuta, eu não tenho como pagar esse valor agora.",
    "Mas quanto é que dá isso tudo com os juros?",
    "Desculpa te cortar, mas eu já paguei essa conta na semana passada.",
    "Olha, eu tô no meio do trabalho, não dá pra falar.",
    "Você pode me dizer de onde está falando, por favor?",
    "Eu queria entender por que cobraram duas vezes.",
    "Isso aí não é meu, eu nunca comprei nessa loja.",
    "Péra, qual é mesmo o nome da empresa que você falou?",
    "Minha senhora, faz três meses que eu perdi o emprego.",
    "Quero falar com uma pessoa de verdade, não com gravação.",
    "Tem alguma forma de diminuir essa entrada?",
    "Já expliquei pra outra moça que não fui eu.",
    "Amanhã cedo eu passo no banco e vejo isso.",
    "Fala mais alto que a ligação está muito ruim.",
)
AFTER_BACKCHANNEL: Final = (
    "Sim, mas eu já paguei isso.",
    "Tá, mas quanto fica?",
    "Sei, só que não dá pra mim.",
    "Certo, e o desconto?",
    "Entendi, mas não concordo.",
)
"""Interruptions that begin as listening does: nobody can know before the second word."""
HESITATING: Final = (
    "Eu queria saber se dá pra parcelar essa conta em mais vezes.",
    "É que eu fiquei desempregado e não consegui pagar.",
    "Eu posso pagar uma parte agora e o resto no mês que vem.",
    "Olha, eu até quero pagar, mas esse valor está muito alto.",
    "Meu salário só cai no dia dez, aí eu consigo resolver.",
    "Então, eu já tinha falado com outra pessoa sobre isso.",
    "Eu acho que consigo cento e cinquenta reais por mês.",
    "Pode ser no dia vinte e cinco de dezembro, depois do almoço.",
    "A minha esposa é que cuida das contas, eu não sei direito.",
    "Nesse mês ficou complicado por causa do remédio da minha mãe.",
    "Eu paguei a primeira parcela e depois não veio mais o boleto.",
    "Se vocês tirarem os juros eu pago tudo de uma vez.",
    "Eu preciso ver com meu marido antes de fechar qualquer coisa.",
    "Cinco dois nove, oito oito sete, zero um.",
    "Quatro sete um, dois três meia, oito nove zero, um dois.",
    "Doze de março de mil novecentos e oitenta e quatro.",
    "Eu não reconheço essa compra porque nunca estive nessa loja.",
    "Consigo dar duzentos reais de entrada e parcelar o resto.",
    "Tem como esperar até o começo do ano que vem pra começar?",
    "O problema é que cortaram a minha hora extra no serviço.",
)
COMPLETE: Final = (
    "Sim, sou eu mesmo.",
    "Não, não quero.",
    "Pode ser.",
    "Quero parcelar em três vezes.",
    "No dia dez.",
    "Cento e vinte reais.",
    "Eu já paguei essa conta.",
    "Quanto fica com desconto?",
    "Não posso pagar agora.",
    "É engano, aqui não mora ninguém com esse nome.",
    "Pode mandar por mensagem.",
    "Boleto, por favor.",
    "Fiquei desempregado no mês passado.",
    "Quero falar com um atendente.",
    "Prefiro pagar tudo de uma vez.",
    "Não entendi, pode repetir?",
    "Amanhã à tarde.",
    "Meu salário atrasou esse mês.",
    "Tá bom, pode gerar o boleto.",
    "Cinco dois nove.",
)
BOT: Final = (
    "Então, o valor total hoje, com os juros e a multa, é de mil trezentos e trinta e um reais e sessenta e sete "
    "centavos.",
    "Eu tenho aqui uma proposta que talvez caiba melhor no seu bolso, e queria te explicar com calma como ela "
    "funciona.",
    "Essa conta é da Loja Horizonte, venceu no dia dez de agosto, e desde então está em aberto no seu nome.",
    "Acontece com muita gente, viu. A gente pode dividir em até seis vezes, com a primeira parcela só no mês que vem.",
)
VOICES: Final[Mapping[str, Recipe]] = MappingProxyType({**TRAINING.voices, **TEST.voices})
BOT_VOICE: Final = "dora"


@dataclass(frozen=True, slots=True)
class Saying:
    """One line in one voice."""

    kind: str
    text: str
    voice: str
    speed: float


def sayings() -> Iterator[Saying]:
    """Give all that the bench says, always the same."""
    random = Random(3)
    names = list(VOICES)
    for kind, texts, voices, fastest in (
        ("back", BACKCHANNELS, None, 1.25),
        ("short", SHORT, 5, 1.25),
        ("long", LONG, 4, 1.25),
        ("afterback", AFTER_BACKCHANNEL, 4, 1.25),
        ("hes", HESITATING, 4, 1.15),
        ("done", COMPLETE, 3, 1.15),
    ):
        for text in texts:
            for voice in names if voices is None else random.sample(names, voices):
                yield Saying(kind, text, voice, round(random.uniform(0.9, fastest), 2))
    for text in BOT:
        yield Saying("bot", text, BOT_VOICE, 1.0)
