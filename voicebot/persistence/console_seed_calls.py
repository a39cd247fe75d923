"""Made-up calls to try the console with: what was said, what came of it, what a scorer would say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CRITERIA: Final = (
    ("greeting", 5),
    ("recording_notice", 10),
    ("verification", 15),
    ("purpose_itemised", 10),
    ("empathy", 10),
    ("listening", 10),
    ("negotiation", 15),
    ("commitment", 10),
    ("plain_language", 5),
    ("closing", 5),
    ("record", 5),
)
CREDITORS: Final = ("Lojas Aurora S.A.", "Banco Ipê S.A.", "Sabiá Telecom Ltda.", "Escola Jatobá Ltda.")
NAMES: Final = ("Ana Beatriz Souza", "Carlos Eduardo Lima", "Maria Aparecida Nunes", "João Pedro Alves", "Rosa Freitas")
A, C = "agent", "caller"
Line = tuple[str, str, str, str]
"""Speaker, phase, acts with commas between, text; {name} is the debtor's first name."""


WHY: Final = "{why}"
"""Where a caller says why they fell behind, each in words of their own."""
WHYS: Final = (
    ("job_loss", "job_loss", 26, "Eu perdi o emprego em agosto, porque a loja em que eu trabalhava fechou."),
    ("illness", "illness", 16, "Minha mãe ficou doente e o dinheiro foi todo no tratamento."),
    ("lower_income", "cannot_pay", 20, "Meu salário diminuiu, o movimento caiu muito."),
    ("over_indebted", "over_indebted", 12, "São muitas dívidas, virou uma bola de neve."),
    ("separation", "cannot_pay", 7, "Eu me separei e fiquei com tudo para pagar."),
    ("forgot", "forgot", 11, "Para falar a verdade eu esqueci, passou batido."),
    ("contested", "dispute_amount", 8, "Eu acho esse valor errado, não era tudo isso."),
)
"""Kind, the intent that it is understood as, how often, and the words."""
INTENTS: Final = {
    "Sou eu sim, quem está falando?": "identity_confirm",
    "cinco dois nove": "provide_document",
    "doze de março": "provide_birth_date",
    "À vista não dá, tem como parcelar?": "ask_installments",
    "Pode ser, dia cinco eu consigo a entrada.": "accept_offer",
    "Certo, pode mandar no WhatsApp.": "choose_channel",
    "Já falei que não dá.": "reject_offer",
    "Não, é a irmã. É sobre o quê?": "third_party",
    "Não, é a mãe. É cobrança?": "third_party",
    "Eu nunca comprei nada nessa loja.": "dispute_debt",
    "Meu marido está internado, eu não tenho cabeça para isso agora.": "illness",
    "Prefiro falar com gente mesmo.": "request_human",
    "Você está me ameaçando?": "abusive",
    "Não vou passar nada, isso é golpe.": "suspects_fraud",
    "Olha, eu não aguento mais, às vezes acho melhor não estar mais aqui.": "self_harm",
}
"""What some of the callers' lines are understood as."""
BEHIND: Final = {"job_loss": "company_closed"}
"""What the words of a reason tell to lie behind it."""
FEELINGS: Final = {
    WHY: -0.5,
    "Já falei que não dá.": -1.0,
    "Eu nunca comprei nada nessa loja.": -0.5,
    "Meu marido está internado, eu não tenho cabeça para isso agora.": -1.0,
    "Você está me ameaçando?": -1.0,
    "Não vou passar nada, isso é golpe.": -1.0,
    "Olha, eu não aguento mais, às vezes acho melhor não estar mais aqui.": -1.0,
    "Obrigada por ouvir.": 1.0,
    "Pode ser, dia cinco eu consigo a entrada.": 0.5,
    "Certo, pode mandar no WhatsApp.": 1.0,
    "Eu sabia que tinha coisa errada.": -1.0,
}
"""How a caller's line feels; the others feel like nothing."""
OBJECTIONS: Final = {
    "À vista não dá, tem como parcelar?": "no_money",
    "Já falei que não dá.": "refuses",
    "Eu nunca comprei nada nessa loja.": "contested",
    "Não vou passar nada, isso é golpe.": "distrust",
}


@dataclass(frozen=True, slots=True)
class Story:
    disposition: str
    weight: int
    lines: tuple[Line, ...] = field(repr=False)
    fails: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)
    """Criterion to the turns that show it and the reason."""
    fatal: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)
    """Fatal error to the turns that show it and the reason."""
    confidence: float = 0.93
    escalation: tuple[str, str, str] | None = None
    promise: bool = False
    judged: bool = True
    """False where there is nothing to score."""


_OPEN: Final[tuple[Line, ...]] = (
    (A, "opening", "Greet", "Oi! Bom dia."),
    (A, "opening", "AskForPerson", "É com {name} que eu falo?"),
    (C, "opening", "", "Sou eu sim, quem está falando?"),
    (A, "verification", "IdentifySelf", "Eu sou a Clara, uma assistente virtual da {creditor}."),
    (A, "verification", "NoticeRecording", "A ligação é gravada, e você pode pedir uma cópia."),
    (A, "verification", "AskIdentityFactor", "Como começa o seu CPF, os três primeiros números?"),
    (C, "verification", "", "cinco dois nove"),
    (A, "verification", "AskIdentityFactor", "E o dia e o mês do seu aniversário?"),
    (C, "verification", "", "doze de março"),
    (A, "explanation", "Acknowledge", "Certo, obrigada."),
    (A, "explanation", "ExplainDebt", "É sobre o contrato do cartão: o valor original é de R$ 1.200,00."),
    (A, "explanation", "ExplainTotal", "Com multa de R$ 24,00 e juros de R$ 107,67, o total hoje é de R$ 1.331,67."),
)  # fmt: skip
_AGREE: Final[tuple[Line, ...]] = (
    (C, "explanation", "", WHY),
    (A, "negotiation", "AcknowledgeHardship", "Sinto muito que esteja passando por isso. Vamos ver o que cabe."),
    (A, "negotiation", "MakeOffer", "Consigo fazer por R$ 1.065,34 à vista, com vinte por cento de desconto."),
    (C, "negotiation", "", "À vista não dá, tem como parcelar?"),
    (A, "negotiation", "MakeOffer", "Dá sim: entrada de R$ 133,17 e dez parcelas de R$ 119,85."),
    (C, "confirmation", "", "Pode ser, dia cinco eu consigo a entrada."),
    (A, "confirmation", "RecapAgreement", "Então fica a entrada de R$ 133,17 no dia 5 de dezembro, pelo Pix. Certo?"),
    (C, "confirmation", "", "Certo, pode mandar no WhatsApp."),
    (A, "payment", "SendPayment", "Vou mandar o código para o WhatsApp do seu cadastro."),
    (A, "closing", "SayGoodbye", "Obrigada pela conversa, {name}. Um bom dia para você."),
)  # fmt: skip

STORIES: Final = (
    Story("agreement", 90, (*_OPEN, *_AGREE), promise=True),
    Story(
        "agreement", 40, (*_OPEN, *_AGREE), promise=True,
        fails={"listening": ((13,), "Falou por cima quando a pessoa explicava o motivo do atraso.")},
    ),
    Story(
        "refused", 60,
        (*_OPEN,
         (C, "explanation", "", WHY),
         (A, "negotiation", "MakeOffer", "Consigo fazer por R$ 1.065,34 à vista, com vinte por cento de desconto."),
         (C, "negotiation", "", "Já falei que não dá."),
         (A, "closing", "AcknowledgeRefusal", "Tudo bem, não vou insistir. Quando puder, é só ligar."),
         (A, "closing", "SayGoodbye", "Um bom dia para você.")),
        fails={"empathy": ((12, 13), "A pessoa contou uma dificuldade e a oferta veio sem acolhimento."),
               "negotiation": ((13,), "Só uma proposta foi apresentada.")},
        confidence=0.62,
    ),
    Story(
        "vulnerable_hold", 4,
        (*_OPEN,
         (C, "distress", "", "Olha, eu não aguento mais, às vezes acho melhor não estar mais aqui."),
         (A, "distress", "StayAndListen", "Eu ouvi o que disse, e isso é mais importante do que qualquer conta."),
         (A, "distress", "SupportCrisis", "O CVV atende agora, de graça, pelo 188. Uma pessoa nossa vai ligar hoje."),
         (C, "distress", "", "Obrigada por ouvir."),
         (A, "closing", "SetAside", "A cobrança fica suspensa. Cuide-se, {name}.")),
        escalation=("self_harm", "immediate", "Falou em não querer mais viver; ouviu o 188; aguarda retorno."),
    ),
    Story(
        "handed_over", 10,
        (*_OPEN,
         (C, "explanation", "", "Meu marido está internado, eu não tenho cabeça para isso agora."),
         (A, "distress", "AcknowledgeHardship", "Sinto muito. Posso passar para uma pessoa da nossa equipe."),
         (C, "hand_over", "", "Prefiro falar com gente mesmo."),
         (A, "hand_over", "Escalate", "Vou chamar uma pessoa agora, fique na linha.")),
        escalation=("illness", "today", "Doença na família; prefere falar com uma pessoa."),
    ),
    Story(
        "no_agreement", 3,
        (*_OPEN,
         (C, "explanation", "", "E se eu não pagar, o que acontece?"),
         (A, "negotiation", "ExplainConsequences", "Se não pagar hoje, amanhã o oficial de justiça vai na sua casa."),
         (C, "negotiation", "", "Você está me ameaçando?"),
         (A, "closing", "SayGoodbye", "Pense bem. Até logo.")),
        fails={"empathy": ((13, 15), "Pressionou em vez de acolher."),
               "closing": ((15,), "Encerrou sem resumo nem protocolo.")},
        fatal={"threat_or_ridicule": ((13,), "ameaçou com oficial de justiça na casa da pessoa"),
               "false_claim": ((13,), "anunciou para amanhã uma visita que ninguém pediu")},
        confidence=0.97,
    ),
    Story(
        "third_party", 30,
        ((A, "opening", "Greet", "Oi! Boa tarde."),
         (A, "opening", "AskForPerson", "É com {name} que eu falo?"),
         (C, "third_party", "", "Não, é a irmã. É sobre o quê?"),
         (A, "third_party", "WithholdPurpose", "É um assunto particular. Quando consigo falar com essa pessoa?"),
         (C, "third_party", "", "De noite, depois das sete."),
         (A, "closing", "Farewell", "Obrigada. Uma boa tarde.")),
    ),
    Story(
        "third_party", 2,
        ((A, "opening", "Greet", "Oi! Boa tarde."),
         (A, "opening", "AskForPerson", "É com {name} que eu falo?"),
         (C, "third_party", "", "Não, é a mãe. É cobrança?"),
         (A, "third_party", "", "É sim, é sobre a dívida do cartão, de R$ 1.331,67."),
         (C, "third_party", "", "Eu sabia que tinha coisa errada."),
         (A, "closing", "Farewell", "Peça para retornar, por favor.")),
        fails={"verification": ((3,), "Falou da dívida sem conferir quem estava na linha.")},
        fatal={"third_party_disclosure": ((3,), "disse à mãe que há uma dívida, e de quanto")},
    ),
    Story(
        "dispute", 25,
        (*_OPEN,
         (C, "dispute", "", "Eu nunca comprei nada nessa loja."),
         (A, "dispute", "RegisterDispute", "Vou registrar a sua contestação, e a cobrança para enquanto é analisada."),
         (C, "dispute", "", "E como eu acompanho?"),
         (A, "closing", "SayGoodbye", "Pelo site oficial, com o número que vai por mensagem. Um bom dia.")),
        confidence=0.68,
        fails={"plain_language": ((13,), "A frase sobre a análise ficou longa e pouco clara.")},
    ),
    Story(
        "not_verified", 35,
        (*_OPEN[:8],
         (C, "verification", "", "Não vou passar nada, isso é golpe."),
         (A, "verification", "OfferFraudCheck", "Faz bem em desconfiar. Pode conferir no site oficial."),
         (A, "closing", "SayGoodbye", "Obrigada pela atenção.")),
    ),
    Story("no_answer", 90, (), judged=False),
    Story("voicemail", 45, ((A, "voicemail", "", "Caixa postal."),), judged=False),
    Story("busy", 25, (), judged=False),
)  # fmt: skip
"""Weights are relative."""
