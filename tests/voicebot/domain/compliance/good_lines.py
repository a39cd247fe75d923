"""Lines as the bot may say them, each with the act it comes from and who listens: all must pass the gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from tests.voicebot.domain.compliance.cases import MORNING, ODD_PLAN, PLAN, SETTLEMENT, TOKEN, VIEW, at
from voicebot.domain.compliance.gate import Listener
from voicebot.domain.dialogue import acts
from voicebot.domain.dialogue.acts import Ack, Act, Farewell, Hardship, Return
from voicebot.domain.dialogue.phases import Asks, EscalationReason
from voicebot.domain.money import Money

_NOT_AGAIN: Final = acts.PromiseNoMoreCalls(about_number=True)
_CRISIS: Final = acts.SupportCrisis(EscalationReason.SELF_HARM, "188")
_DANGER: Final = acts.SupportCrisis(EscalationReason.VIOLENCE, "190")
_TODAY: Final = replace(SETTLEMENT, instalments=(replace(SETTLEMENT.instalments[0], due=MORNING.date()),))

UNKNOWN_LISTENER: Final[tuple[tuple[Act, str], ...]] = (
    (acts.Greet(), "Oi, bom dia!"),
    (acts.AskForPerson("Ana Beatriz"), "Eu queria falar com a Ana Beatriz. É você?"),
    (acts.IdentifySelf(None), "Aqui é a Clara, uma assistente virtual."),
    (
        acts.AdmitRobot(),
        "Sou uma assistente virtual, sim. Não sou uma pessoa, mas posso chamar alguém se você preferir.",
    ),
    (acts.NoticeRecording(), "A ligação é gravada, e você pode pedir uma cópia."),
    (acts.WithholdPurpose("Ana Beatriz", to_third_party=False), "É um assunto particular da Ana Beatriz."),
    (acts.PromptSilence(1), "Alô, você ainda está aí?"),
    (acts.NotUnderstood(1), "Desculpe, não entendi direito. Pode repetir?"),
    (acts.HoldOn(), "Claro, sem pressa. Eu espero um minutinho."),
    (acts.EndWithMinor(), "Tudo bem, eu ligo em outro momento. Tchau, tchau!"),
    (acts.Apologise(), "Desculpe pelo incômodo."),
    (acts.SayAgain(), "Claro, eu repito."),
    (acts.NeutralLine(), "Só um instante, por favor."),
    (
        acts.GiveOfficialContact("Lojas Aurora", "+551130000000"),
        "É da Lojas Aurora. O número oficial é onze, três zero zero zero, zero zero zero zero.",
    ),
)

THIRD_PARTY: Final[tuple[tuple[Act, str], ...]] = (
    (
        acts.WithholdPurpose("Carlos Eduardo", to_third_party=True),
        "É um assunto particular dele, por isso só posso falar com ele mesmo.",
    ),
    (acts.AskIfPersonAvailable("Carlos Eduardo"), "Sabe me dizer um bom horário? Amanhã ou na sexta?"),
    (acts.AwaitPerson("Carlos Eduardo"), "Obrigada. Eu espero aqui na linha."),
    (acts.OfferCallbackTime(at("2026-11-24 09:00")), "Amanhã, às nove da manhã, fica bom pra ele?"),
    (acts.OfferCallbackTime(at("2026-11-24 09:00")), "Amanhã cedo, entre nove e dez, fica bom pra ele?"),
    (acts.ScheduleCallback(at("2026-11-24 09:00")), "Combinado, está marcado: amanhã, dia vinte e quatro, às nove."),
    (acts.SayGoodbye(Farewell.THIRD_PARTY), "Obrigada, e uma boa tarde pra você."),
    (acts.Condole(), "Sinto muito pela sua perda. Desculpe ligar num momento assim."),
    (_NOT_AGAIN, "Já registrei aqui, e ninguém mais liga pra este número procurando por ele."),
    (_NOT_AGAIN, "Vou registrar agora, e não ligamos mais pra este número."),
    (acts.SayGoodbye(Farewell.WARM), "Um abraço pra você e pra sua família. Fique bem."),
    (
        acts.Deescalate(),
        "Entendo a sua irritação, e peço desculpas. Quer que eu desligue ou prefere falar com uma pessoa?",
    ),
)

SAYS_DEBTOR: Final[tuple[tuple[Act, str], ...]] = (
    (acts.IdentifySelf("Lojas Aurora"), "Aqui é a Clara, assistente virtual da Lojas Aurora."),
    (acts.ExplainWhyVerify(), "Antes do motivo, preciso ter certeza de que falo com a pessoa certa."),
    (acts.AskIdentityFactor(Asks.CPF_FIRST3), "Pode me dizer os três primeiros números do seu CPF?"),
    (acts.AskIdentityFactor(Asks.CPF_LAST2), "Me diz os dois últimos números do seu CPF?"),
    (acts.AskIdentityFactor(Asks.CPF, again=True), "Pode me dizer os onze números do seu CPF, com calma?"),
    (acts.AskIdentityFactor(Asks.BIRTH_DAY_MONTH), "E o dia e o mês em que você nasceu?"),
    (acts.Acknowledge(Ack.THANKS_DATA), "Obrigada."),
    (
        acts.OfferFraudCheck("Lojas Aurora", "aurora.example.com", "231171"),
        "Faz muito bem em desconfiar. Você pode desligar e ligar pro número que está no site da Lojas Aurora, "
        "e falar sobre o protocolo dois, três, onze, sete, um.",
    ),
    (acts.OfferFraudCheck("Lojas Aurora", None, "231171"), "Seu protocolo é dois três um, um sete um."),
    (
        acts.CannotVerify("Lojas Aurora"),
        "Sem confirmar os dados eu não posso seguir. O canal oficial da Lojas Aurora ajuda.",
    ),
    (acts.RegisterDispute("4711"), "Registrei o que você me disse, com o protocolo quatro, sete, um, um."),
    (acts.RegisterPrivacyRequest("4711"), "Seu pedido está registrado: protocolo quatro, sete, um, um."),
    (acts.OfferPause(None), "Não precisa decidir nada agora."),
    (acts.OfferPause(date(2026, 12, 23)), "A gente deixa isso quieto até vinte e três de dezembro."),
    (acts.AskCallbackTime(), "Que dia e hora ficam melhores pra você?"),
    (acts.Escalate(EscalationReason.REQUEST, now=True), "Claro, vou chamar uma pessoa da nossa equipe agora."),
    (
        acts.Escalate(EscalationReason.REQUEST, now=False),
        "Agora não tem ninguém livre, mas uma pessoa te liga de volta.",
    ),
    (acts.StayOnLine(), "Estou chamando, fico aqui com você."),
    (acts.OfferHuman(), "Prefere falar com uma pessoa da equipe?"),
    (acts.AcknowledgeHardship(Hardship.JOB_LOSS), "Sinto muito, Ana. Perder o emprego mexe com tudo."),
    (acts.AcknowledgeHardship(Hardship.CANNOT_PAY), "Um momento financeiro difícil cansa a gente, eu imagino."),
    (acts.ReturnToSubject(), "Entendi. Voltando ao motivo da ligação."),
)

CRISIS: Final[tuple[tuple[Act, str], ...]] = (
    (_CRISIS, "Que bom que você me contou. Vamos deixar isso de lado, não importa agora."),
    (_CRISIS, "O CVV atende de graça, vinte e quatro horas, no um oito oito."),
    (_CRISIS, "Você está em segurança neste momento? Está num lugar seguro?"),
    (_CRISIS, "Vou chamar uma pessoa da nossa equipe, e fico aqui com você."),
    (_DANGER, "Se for urgente, a polícia atende no um nove zero."),
    (acts.StayAndListen("188"), "Agora ninguém da equipe consegue atender, mas eu fico. O CVV é um oito oito."),
)

VERIFIED: Final[tuple[tuple[Act, str], ...]] = (
    (
        acts.ExplainDebt(TOKEN, VIEW),
        "É sobre o seu Cartão Aurora. A fatura de dez de julho, de mil duzentos e cinquenta reais, "
        "ainda está em aberto.",
    ),
    (acts.ExplainDebt(TOKEN, VIEW), "São vinte e cinco de multa e cinquenta e seis e sessenta e sete de juros."),
    (acts.ExplainDebt(TOKEN, VIEW), "Hoje dá mil trezentos e trinta e um e sessenta e sete."),
    (
        acts.ExplainDebt(TOKEN, VIEW),
        "Multa de vinte e cinco reais, juros de cinquenta e seis reais e sessenta e sete centavos.",
    ),
    (
        acts.ExplainTotal(TOKEN, 2, Money.of("2515.20")),
        "São duas contas. Juntas, hoje, dois mil quinhentos e quinze e vinte.",
    ),
    (acts.RemindDue(TOKEN, VIEW), "É só um lembrete da fatura de dez de julho, de mil duzentos e cinquenta reais."),
    (acts.AskSituation(TOKEN), "Faz sentido pra você?"),
    (acts.AskCapacity(TOKEN), "Pensando no seu mês como está hoje, quanto caberia?"),
    (acts.ConfirmAmount(TOKEN, Money.of(120)), "Cento e vinte por mês, entendi. É isso?"),
    (
        acts.MakeOffer(TOKEN, PLAN),
        "Consigo assim: uma entrada de cento e vinte até quinta, dia vinte e seis, e dez parcelas "
        "de cento e sete reais e "
        "oitenta e cinco centavos, todo dia dez. Assim cabe?",
    ),
    (acts.MakeOffer(TOKEN, PLAN), "Fica em R$ 120,00 de entrada e 10x de R$ 107,85."),
    (
        acts.MakeOffer(TOKEN, ODD_PLAN),
        "São dez parcelas de cento e sete e oitenta e cinco, a última de cento e sete e oitenta e oito.",
    ),
    (
        acts.MakeOffer(TOKEN, SETTLEMENT),
        "Se for tudo de uma vez, consigo vinte por cento: fica em mil e sessenta e cinco e trinta e quatro.",
    ),
    (
        acts.MakeOffer(TOKEN, _TODAY, Return.PIX_TODAY, is_last=True),
        "Se você pagar ainda hoje no Pix, chego a vinte por cento: mil e sessenta e cinco e trinta e quatro. "
        "É até onde eu consigo chegar.",
    ),
    (acts.MakeOffer(TOKEN, _TODAY, Return.TODAY), "Esse desconto vale só hoje: vinte por cento."),
    (
        acts.MakeTwoOffers(TOKEN, SETTLEMENT, PLAN),
        "Tenho duas formas: mil e sessenta e cinco e trinta e quatro à vista, ou cento e vinte de "
        "entrada e dez parcelas de "
        "cento e sete e oitenta e cinco. Qual das duas pesa menos?",
    ),
    (acts.DeclineCounter(TOKEN, Money.of(1000)), "Por mil eu não consigo, e prefiro te dizer logo."),
    (
        acts.ExplainTerms(TOKEN, 7, discounted=True),
        "Sem mais juros, se as parcelas forem pagas no dia. Se uma atrasar mais de sete dias, o desconto se perde.",
    ),
    (
        acts.ExplainConsequences(TOKEN),
        "A multa não aumenta, mas os juros continuam contando. Seu nome não vai pra nenhuma lista.",
    ),
    (acts.ExplainMethods(TOKEN, ("pix", "boleto")), "Dá pra pagar de duas formas: Pix ou boleto."),
    (acts.CalmFear(TOKEN, acts.Fear.PRISON), "Não, pode ficar em paz. Ninguém vai preso por causa disso."),
    (acts.CalmFear(TOKEN, acts.Fear.COURT), "Isso não passa por mim. Eu só ajudo a achar um jeito que caiba."),
    (acts.OnlyWithYou(TOKEN, acts.Privately.TALK), "Por segurança, eu só posso tratar disso com você."),
    (acts.OnlyWithYou(TOKEN, acts.Privately.SEND), "Só posso mandar no contato que está no cadastro."),
    (acts.TellTotal(TOKEN, PLAN), "Desse jeito, ao todo, são mil cento e noventa e oito reais e cinquenta centavos."),
    (
        acts.TellDates(TOKEN, PLAN),
        "A entrada vai até quinta, dia vinte e seis.",
    ),
    (acts.KeepEntry(TOKEN, PLAN), "A menor entrada que eu consigo é de cento e vinte reais."),
    (acts.AllowEarly(TOKEN), "Pode adiantar as parcelas quando quiser."),
    (acts.SettlesAll(TOKEN), "Sim. Pagando o combinado, o que está em atraso fica quitado."),
    (acts.WriteLater(TOKEN), "Assim que a gente combinar, eu mando tudo por escrito."),
    (acts.OfferDueDays(TOKEN, (5, 10, 15, 20)), "Eu tenho o dia cinco, dez, quinze ou vinte. Qual serve?"),
    (acts.ExplainPayee(TOKEN, "Lojas Aurora"), "O pagamento sai no nome da Lojas Aurora. Confira antes de pagar."),
    (
        acts.ExplainRates(TOKEN, Decimal(2), Decimal(1)),
        "A multa é de dois por cento, uma vez só. Os juros são de um por cento ao mês.",
    ),
    (acts.GiveTime(TOKEN, date(2026, 11, 28)), "Sem pressa: a proposta vale até sábado, dia vinte e oito de novembro."),
    (acts.DeclineDay(TOKEN, date(2026, 12, 8)), "De uma vez, eu consigo esperar até terça, oito de dezembro."),
    (acts.AskDate(TOKEN), "Que dia fica bom pra pagar: amanhã, na sexta?"),
    (
        acts.ConfirmAgreement(TOKEN, SETTLEMENT, "pix"),
        "Então é mil e sessenta e cinco e trinta e quatro, no Pix, na quinta, dia vinte e seis. Certinho?",
    ),
    (acts.AskTeachBack(TOKEN), "Só pra eu conferir se fui clara: me diz com as suas palavras o que ficou combinado?"),
    (
        acts.RecapAgreement(TOKEN, PLAN),
        "Isso mesmo: cento e vinte na quinta, e depois dez de cento e sete e oitenta e cinco.",
    ),
    (
        acts.AskChannel(TOKEN, "whatsapp", ("sms",), "01"),
        "Mando o Pix da entrada no seu WhatsApp, neste número que termina em zero um?",
    ),
    (
        acts.SendPayment(TOKEN, "pix", "whatsapp", accepted=True),
        "Pronto, já estou mandando. Se em dez minutos não chegar, me avise.",
    ),
    (acts.SendPayment(TOKEN, "pix", "whatsapp", accepted=True), "Pronto, o código do Pix já está saindo por WhatsApp."),
    (acts.SendPayment(TOKEN, "pix", "whatsapp", accepted=False), "Vou mandar o Pix no seu WhatsApp assim que der."),
    (acts.SayGoodbye(Farewell.AGREEMENT), "Obrigada pela conversa, Ana. Torço pra que o emprego venha logo."),
    (acts.SpeakDifferently("louder"), "Claro, dona Ana. É a Clara, da Lojas Aurora. Está melhor assim?"),
    (acts.Acknowledge(Ack.GLAD), "Que bom!"),
)

INBOUND: Final[tuple[tuple[Act, str], ...]] = (
    (acts.GreetInbound("Lojas Aurora"), "Lojas Aurora, bom dia! Aqui é a Clara, assistente virtual."),
    (acts.AskWhoCalls(), "Com quem eu falo?"),
    (acts.GreetInbound(None), "Bom dia! Aqui é a Clara, assistente virtual."),
)

LISTENERS: Final = {
    Listener.UNKNOWN: UNKNOWN_LISTENER,
    Listener.THIRD_PARTY: THIRD_PARTY,
    Listener.SAYS_DEBTOR: (*SAYS_DEBTOR, *CRISIS, *VERIFIED),
    Listener.INBOUND_CALLER: INBOUND,
}
GOOD_LINES: Final = tuple((listener, act, text) for listener, lines in LISTENERS.items() for act, text in lines)
