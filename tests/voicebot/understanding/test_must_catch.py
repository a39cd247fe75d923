"""Paraphrases that must be caught, and figures of speech that must not; none of these lines is training data."""

from __future__ import annotations

import pytest

from tests.voicebot.understanding.conftest import Understand
from voicebot.domain.dialogue.distress import SURE
from voicebot.domain.dialogue.phases import Asks
from voicebot.domain.meaning import Intent

CAUGHT = {
    Intent.SELF_HARM: (
        "Volmi matar",
        "Volmimatás",
        "Bom, me matar",
        "Vou me matar.",
        "Vô me mata",
        "Houve matar",
        "vome matar",
        "eu vou acabar me matando, não, vou me matar mesmo",
        "às vezes eu acho que era melhor sumir de vez",
        "eu só queria dormir e não acordar mais",
        "quero morrer logo",
        "não tenho mais razão pra viver",
        "vou me jogar na frente de um caminhão",
        "penso em tirar a minha própria vida",
        "tô pensando em fazer uma besteira",
        "minha vida acabou moço",
        "não vejo saída",
        "vocês todos iam ficar melhor sem mim",
        "tomei um monte de remédio",
        "vou dar um fim na minha vida",
        "ninguém vai sentir minha falta",
    ),
    Intent.DOMESTIC_VIOLENCE: (
        "ele me bateu ontem por causa de dinheiro",
        "meu marido não me deixa sair de casa",
        "apanho todo dia em casa",
        "fala baixo que ele tá aqui do lado, não posso falar",
        "tenho medo do meu marido descobrir",
        "meu companheiro toma meu cartão",
        "tenho medida protetiva contra meu ex",
        "se ele descobrir ele me mata",
    ),
    Intent.ACUTE_DISTRESS: (
        "tô aqui chorando, moça",
        "eu tô muito desesperada",
        "não tô conseguindo respirar",
        "tô tendo uma crise de ansiedade",
        "eu não durmo faz uma semana pensando nisso",
        "tô passando mal aqui",
        "meu Deus, o que vai ser de mim",
    ),
    Intent.DECEASED: (
        "Meu pai faleceu no mês passado.",
        "ela já morreu, moço",
        "o seu João partiu em agosto",
        "ele é falecido",
        "eu sou a viúva dele",
        "vocês tão ligando pra um morto",
        "o titular da conta morreu",
        "ele infelizmente veio a óbito",
    ),
    Intent.MINOR: (
        "eu tenho onze anos",
        "Tenho 9 anos.",
        "minha mãe foi trabalhar",
        "sou menor de idade",
        "a mãe tá no banho tio",
        "eu sou só uma criança",
    ),
    Intent.WRONG_NUMBER: (
        "não tem ninguém aqui com esse nome",
        "você ligou errado",
        "esse número não é mais dela",
        "é engano",
        "não conheço nenhum Carlos",
        "comprei esse chip semana passada",
        "eu não sou a Ana",
        "aqui não mora nenhuma Fernanda",
    ),
    Intent.THIRD_PARTY: (
        "aqui é a esposa dele",
        "não, é a mãe dela",
        "ele não tá, saiu cedo",
        "sou o irmão da Ana",
        "ela só chega de noite",
        "é o marido dela que tá falando",
        "quer deixar recado?",
        "Não, ele tá no serviço. É a esposa. É sobre o quê?",
    ),
    Intent.STOP_CALLING: (
        "não me ligue nunca mais",
        "parem de ligar pra mim",
        "tira o meu telefone desse cadastro",
        "para de me ligar",
        "não quero mais receber ligação de vocês",
        "vocês ligam o dia todo",
        "já pedi pra vocês não ligarem mais",
        "me tira da lista",
    ),
    Intent.HAS_LAWYER: (
        "fala com a minha advogada",
        "isso aí já está com o meu advogado",
        "já tem um processo na justiça sobre isso",
        "a defensoria pública tá cuidando",
        "contratei um advogado",
    ),
    Intent.PRIVACY_REQUEST: (
        "como é que vocês conseguiram esse número?",
        "quero que apague os meus dados",
        "quem deu meu telefone pra vocês",
        "isso aí é contra a LGPD",
        "não autorizo essa gravação",
        "quais informações vocês têm sobre mim",
    ),
    Intent.REQUEST_HUMAN: (
        "quero falar com um ser humano",
        "me passa pro atendente",
        "não quero conversar com robô",
        "chama o supervisor",
        "tem alguma pessoa aí pra falar comigo?",
        "Atendente!",
        "prefiro falar com gente de verdade",
    ),
    Intent.ALREADY_PAID: (
        "mas eu já paguei isso",
        "paguei na terça pela lotérica",
        "essa conta já foi quitada",
        "tô com o comprovante na mão",
        "isso tá pago",
        "já fiz o pix ontem",
        "minha esposa já pagou essa conta",
    ),
    Intent.DISPUTE_DEBT: (
        "essa dívida não é minha",
        "nunca comprei nada nessa loja",
        "não reconheço essa compra",
        "clonaram o meu cartão",
        "alguém fez um empréstimo no meu nome",
        "não devo nada a vocês",
        "não fui eu que comprei",
        "usaram meus documentos",
    ),
    Intent.BEREAVEMENT: (
        "perdi minha esposa faz um mês",
        "enterrei meu filho ontem",
        "tô de luto",
        "teve um falecimento na família",
        "gastei tudo no velório da minha mãe",
    ),
    Intent.ILLNESS: (
        "tô internada no hospital",
        "minha filha tá na UTI",
        "tô fazendo quimio",
        "sofri um acidente de carro",
        "tô encostado pelo INSS",
        "operei da coluna mês passado",
        "tive um AVC",
    ),
    Intent.OVER_INDEBTED: (
        "devo pra Deus e o mundo",
        "tô atolado em dívida até o pescoço",
        "se eu pagar isso fico sem comer",
        "ou pago o aluguel ou pago vocês",
        "meu salário não dá nem pra metade das contas",
        "tenho quatro empréstimos descontando na folha",
    ),
}

SOUNDS_ALIKE = [
    ("vou me matar de trabalhar pra pagar isso", Intent.SELF_HARM),
    ("vou me matar de trabalhar", Intent.SELF_HARM),
    ("tô me matando de trabalhar", Intent.SELF_HARM),
    ("morri de rir", Intent.SELF_HARM),
    ("morri de rir", Intent.DECEASED),
    ("tô morrendo de fome, vou almoçar", Intent.SELF_HARM),
    ("quero matar essa dívida logo", Intent.SELF_HARM),
    ("vamos acabar com essa dívida", Intent.SELF_HARM),
    ("meu cachorro morreu", Intent.DECEASED),
    ("meu celular morreu a bateria", Intent.DECEASED),
    ("fui no banco com meu filho", Intent.MINOR),
    ("tenho um filho de dez anos", Intent.MINOR),
    ("quero uma parcela menor", Intent.MINOR),
    ("vou falar com a minha mulher primeiro", Intent.THIRD_PARTY),
    ("pode mandar no zap da minha filha", Intent.THIRD_PARTY),
    ("não, não conheço essa dívida", Intent.WRONG_NUMBER),
    ("não tem jeito", Intent.WRONG_NUMBER),
    ("não sou obrigado a pagar", Intent.WRONG_NUMBER),
    ("ainda não paguei", Intent.ALREADY_PAID),
    ("esqueci de pagar", Intent.ALREADY_PAID),
    ("quando eu pagar eu aviso", Intent.ALREADY_PAID),
    ("não tenho advogado", Intent.HAS_LAWYER),
    ("não me liga de manhã, liga à tarde", Intent.STOP_CALLING),
    ("preciso falar com meu marido antes", Intent.REQUEST_HUMAN),
    ("minha saúde financeira tá ruim", Intent.ILLNESS),
]


@pytest.mark.parametrize(
    ("text", "intent"),
    [pytest.param(text, intent, id=f"{intent.value}: {text}") for intent, texts in CAUGHT.items() for text in texts],
)
def test_caught_on_the_first_phrasing(understand: Understand, text: str, intent: Intent) -> None:
    assert understand(text).has(intent)


@pytest.mark.parametrize(
    ("text", "intent"), [pytest.param(*row, id=f"{row[1].value}: {row[0]}") for row in SOUNDS_ALIKE]
)
def test_what_only_sounds_alike_is_not_caught(understand: Understand, text: str, intent: Intent) -> None:
    assert not understand(text).has(intent)


@pytest.mark.parametrize(
    "text",
    [
        "Sua chamada está sendo encaminhada para a caixa postal e estará sujeita a cobrança após o sinal.",
        "Caixa postal.",
        "Deixe seu recado após o bip",
        "Grave seu recado.",
        "Oi, aqui é o Carlos, no momento não posso atender, deixe sua mensagem.",
        "Este telefone está desligado ou fora da área de cobertura",
        "O número chamado encontra-se temporariamente indisponível",
        "Este telefone está programado para não receber chamadas",
        "O número chamado não existe",
        "Não foi possível completar sua ligação. Verifique o número discado.",
        "Chamada a cobrar. Para aceitá-la, continue na linha após a identificação.",
        "Este número não recebe ligações",
        "Todos os nossos atendentes estão ocupados",
        "Digite 1 para segunda via",
        "Diga seu nome e o motivo da ligação",
        "A pessoa está usando um assistente virtual",
    ],
)
def test_machines_are_voicemail(understand: Understand, text: str) -> None:
    assert understand(text).intent is Intent.VOICEMAIL


@pytest.mark.parametrize("expecting", [None, *Asks])
@pytest.mark.parametrize(
    "text", ["pô, meu marido vai me matar se ficar sabendo disso", "eu apanho do meu marido", "eu quero me matar"]
)
def test_a_written_sign_of_the_gravest_is_never_doubtful(
    understand: Understand, text: str, expecting: Asks | None
) -> None:
    """After "com quem eu falo?" the first was read as a death, with the violence only in passing."""
    meaning = understand(text, expecting)

    assert meaning.intent in {Intent.DOMESTIC_VIOLENCE, Intent.SELF_HARM}
    assert meaning.confidence >= SURE
