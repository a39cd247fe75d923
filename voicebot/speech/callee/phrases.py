"""What recordings, menus and assistants say in Brazil, and what only people say: stems, and how much each one tells.

A phrase is a row of word stems, in order, with at most three other words between them; `$` ends a whole word. A weight
of 1 decides alone; two halves decide together; what people say counts against. Our own list: no operator's text is
copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from voicebot.domain.callee import Callee

SURER: Final = 1.5
"""Tells more than a phrase that other machines use too."""
SURE: Final = 1.0
HALF: Final = 0.5
WHOLE: Final = "$"


@dataclass(frozen=True, slots=True)
class Phrase:
    stems: tuple[str, ...]
    callee: Callee
    weight: float


def _of(callee: Callee, weight: float, *phrases: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(tuple(text.split()), callee, weight) for text in phrases)


def _each(callee: Callee, subjects: str, predicates: tuple[str, ...]) -> tuple[Phrase, ...]:
    """Pair every subject with every predicate: operators vary both, their callees say neither so."""
    return tuple(
        Phrase((subject, *predicate.split()), callee, SURE) for subject in subjects.split() for predicate in predicates
    )


_LINES: Final = "numero telefone celular aparelho terminal linha"
_CALLS: Final = "chamada ligacao"

_PAIRED: Final = (
    *_each(
        Callee.VOICEMAIL,
        "deixe$ deixa$ grave registre",
        ("contato", "telefone", "recado", "mensagem", "nome e telefone"),
    ),
    *_each(Callee.VOICEMAIL, "fale falar fala", ("apos o", "depois do sinal", "depois do bipe", "depois do toque")),
    *_each(Callee.VOICEMAIL, "caixa correio servico memoria", ("de recado", "de mensagen", "de voz")),
    *_each(Callee.VOICEMAIL, "apos depois partir", ("sinal", "bip", "bipe", "toque", "apito", "tom")),
    *_each(Callee.VOICEMAIL, "recado mensagem", ("de voz", "gravad", "sera gravad", "e desligue", "automatica")),
    *_each(Callee.VOICEMAIL, "gravar", ("recado", "mensagem")),
    *_each(
        Callee.INTERCEPT_INVALID,
        _LINES + " codigo",
        (
            "nao existe",
            "invalido",
            "incorret",
            "alterad",
            "cancelad",
            "nao em uso",
            "nao confere",
            "nao pertence",
            "nao aceita",
            "nao recebe",
        ),
    ),
    *_each(Callee.INTERCEPT_INVALID, "digitou", ("errado", "incorret")),
    *_each(Callee.INTERCEPT_INVALID, "digitou discou ligou", ("nao existe", "nao confere")),
    *_each(Callee.INTERCEPT_INVALID, "verifique confira confirme", ("disque", "numero", "digito", "chamada")),
    *_each(Callee.INTERCEPT_INVALID, "nao existe", ("assinante", "cliente")),
    *_each(
        Callee.INTERCEPT_UNAVAILABLE,
        _LINES + " assinante cliente usuario",
        (
            "sem sinal",
            "sem cobertura",
            "sem servico",
            "fora de alcance",
            "bloquead",
            "suspenso",
            "interrompid",
            "nao pode receber",
            "ocupado no momento",
            "encontra ocupado",
            "encontra desligado",
        ),
    ),
    *_each(
        Callee.INTERCEPT_UNAVAILABLE,
        _CALLS,
        ("nao pode ser", "nao foi completada", "nao foi concluida", "nao concluida"),
    ),
    *_each(Callee.INTERCEPT_UNAVAILABLE, "nao conseguimos", ("completar", "concluir")),
    *_each(Callee.INTERCEPT_UNAVAILABLE, "sistema circuito rede", ("congestionad", "ocupad")),
    *_each(
        Callee.INTERCEPT_UNAVAILABLE, "tente ligue", ("em instantes", "daqui a alguns minutos", "em alguns minutos")
    ),
    *_each(Callee.IVR, "tecla tecle digite pressione disque aperte", ("um", "dois", "tres", "quatro", "nove", "ramal")),
    *_each(Callee.IVR, "ligacao", ("muito importante", "sera atendid")),
    *_each(Callee.IVR, "permaneca aguarde espere", ("na linha", "ja vamos atender", "atendimento")),
    *_each(Callee.IVR, "tempo lugar", ("de espera", "na fila", "da fila")),
    *_each(Callee.IVR, "atendimento", ("eletronico", "automatico", "digital")),
    *_each(Callee.IVR, "horario", ("de atendimento", "de funcionamento")),
    *_each(
        Callee.SCREENING,
        "assistente secretari recepcionista portaria porteir",
        ("virtual", "digital", "celular", "automatic", "inteligente", "remot"),
    ),
    *_each(Callee.SCREENING, "chamad ligaco", ("identificad", "anunciad", "filtrad", "transcrit", "desconhecid")),
    *_each(Callee.SCREENING, "filtra bloqueia protegid protecao contra", ("spam", "telemarketing", "desconhecid")),
    *_each(
        Callee.SCREENING, "diga fale informe grave conte", ("nome e assunto", "seu nome", "quem e", "por que ligou")
    ),
    *_each(Callee.SCREENING, "diga", ("a finalidade", "o motivo", "o assunto")),
)

PHRASES: Final[tuple[Phrase, ...]] = (
    *_PAIRED,
    *_of(Callee.INTERCEPT_INVALID, SURE, "a pedido do cliente"),
    *_of(Callee.IVR, SURE, "voce da fila"),
    *_of(Callee.IVR, SURER, "chamada a cobrar", "ligacao a cobrar", "opcoes tecle", "digite agora"),
    *_of(
        Callee.SCREENING,
        SURER,
        "triagem",
        "filtro de chamadas",
        "filtro de ligacoes",
        "identifique se",
        "atenda por ela",
        "atendo por ele",
        "passe a ligacao",
        "quer$ atender$",
        "filtragem",
        "atende por el",
    ),
    *_of(
        Callee.VOICEMAIL,
        HALF,
        "nao consegui atender",
        "nao posso falar",
        "ligo de volta",
        "retorno sua ligacao",
        "te retorno",
        "estamos fechados",
        "nao disponivel",
    ),
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
        "deixe$ seu recado",
        "deixa seu recado",
        "deixe$ o recado",
        "deixe$ um recado",
        "deixe$ sua mensagem",
        "deixe$ uma mensagem",
        "deixe$ mensagem",
        "deixe$ seu nome",
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
        "nao pode$ atender",
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
        "manda zap respondo",
        "grava$ ai$",
        "gravador",
        "e gravacao",
        "se nao atendi",
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
        "nao recebe ligaco",
        "numero desativado",
        "numero discado",
        "verifique o numero",
        "confira o numero",
        "consulte a lista",
    ),
    *_of(
        Callee.INTERCEPT_INVALID,
        HALF,
        "mudou de numero",
        "nao existe",
        "foi desativado",
        "numero chamado",
        "numero que voce discou",
    ),
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
        "assistente filtra",
        "assistente do celular",
        "transcrev",
        "transcric",
        "quem devo anunciar",
        "de nao perturbe",
        "modo nao perturbe",
        "usa um assistente",
        "inteligencia artificial",
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
        "deixei",
        "nao deixe$",
        "nao deixa$",
        "dando caixa",
        "cair na caixa",
        "deixar$ recado",
        "deixar$ algum",
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
        "dela",
        "caiu aqui",
        "por isso",
        "voces",
        "e sobre o que",
        "te liguei",
        "liguei de volta",
        "caiu na caixa",
        "nao to",
        "eu to",
        "tava",
    )
)
"""Each takes half away."""
GREETINGS: Final = frozenset({"alo", "pronto", "oi", "opa", "fala", "diga", "quem", "sim", "ha", "hum", "mae", "eai"})
"""First words that a recording seldom begins with."""
COLLOQUIAL: Final = frozenset(
    {"eu", "meu", "minha", "dele", "dela", "to", "ta", "tava", "pra", "pro", "ne", "moca", "moco", "gente", "ce"}
)
"""Words of a person speaking of themselves or of another: no operator's announcement and no menu has them."""
ASKING: Final = frozenset({"quem"})
"""Assistants begin with it too, when more follows."""
