"""Words the gate listens for, matched on lower-case text without accents, with the acts that may still say them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from voicebot.domain.compliance import gate_rules as rule
from voicebot.domain.compliance.gate_rules import GateRule
from voicebot.domain.dialogue import acts


def _never(_act: acts.Act) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern that only the acts for which `permitted` holds may contain; `effect` is named where it matters."""

    rule: GateRule
    pattern: re.Pattern[str]
    permitted: Callable[[acts.Act], bool] = _never


def _words(text: str) -> re.Pattern[str]:
    """One alternative a line; each matches from a word's start to a word's end."""
    return re.compile(rf"\b(?:{'|'.join(line.strip() for line in text.strip().splitlines())})\b")


def _is_crisis(act: acts.Act) -> bool:
    return isinstance(act, acts.SupportCrisis | acts.StayAndListen | acts.CheckSafety)


def _asks_today(act: acts.Act) -> bool:
    return isinstance(act, acts.MakeOffer) and act.in_return in {acts.Return.TODAY, acts.Return.PIX_TODAY}


def _is_accepted(act: acts.Act) -> bool:
    return isinstance(act, acts.SendPayment | acts.AnnounceOfficialMessage) and act.accepted


def _has_record(act: acts.Act) -> bool:
    return isinstance(act, acts.PromiseNoMoreCalls) or bool(getattr(act, "protocol", None))


def _is_booked(act: acts.Act) -> bool:
    return isinstance(act, acts.ScheduleCallback)


def _suppresses(act: acts.Act) -> bool:
    return isinstance(act, acts.PromiseNoMoreCalls | acts.RegisterDispute)


def _calls_someone(act: acts.Act) -> bool:
    match act:
        case acts.SupportCrisis() | acts.StayOnLine():
            return True
        case acts.StayAndListen():
            return not act.nobody_comes
        case acts.Escalate():
            return act.now
    return False


def _is_last(act: acts.Act) -> bool:
    return isinstance(act, acts.ReachedLimit) or (isinstance(act, acts.MakeOffer) and act.is_last)


DEBT_WORDS: Final = _words(
    r"""
    dividas?|endividad\w*|devedor\w*|devendo|inadimpl\w+
    debitos?|(?:conta|contas|parcela|valor|valores) em aberto|em aberto|contas? atrasadas?
    faturas?|pendenci\w+|pendentes?|cobranc\w+|cobrar\w*
    (?:re)?negoci(?:ar\w*|ac\w+|amos|ou|e|ado|ada)|(?<!de )acordos?
    pagament\w+|pag(?:ar\w*|ue|uem|a|o|ou|amos|ando)|quit(?:ar\w*|ad\w+|acao|e)
    parcel\w+|prestac(?:ao|oes)|valor(?:es)?|quantias?|saldos?|montante
    atras\w+|vencimentos?|venc(?:e|eu|ida?|idas?|idos?|er)|multas?|juros|descontos?|encargos?|boletos?|pix
    contratos?|emprestimos?|financiament\w+|crediarios?|regulariz\w+|financeir\w+|a vista|amortiz\w+
    creditos?|credor\w*|mora|dinheiro|compras?|(?:sua|suas|as|tuas?) contas?|calote\w*
    """
)
"""Words that imply a debt; only a debt act may say them."""

DEBT_WORD_EXCEPTIONS: Final[dict[type[acts.Act], frozenset[str]]] = {
    acts.AcknowledgeHardship: frozenset({"financeiro", "financeira"}),
}
"""Answers to what the caller said first: "um momento financeiro difícil" names no debt of this call."""

PHRASES: Final = (
    Phrase(
        rule.THREAT,
        _words(
            r"""
            process(?:o|os|ar|amos|aremos|ad[oa]s?)|justica|judicia\w*|juiz|juiza|tribunal|execucao|oficial de justica
            protest\w+|penhor\w*|negativ(?:ar\w*|ad[oa]s?|acao|acoes|amos|e)|spc|serasa|scpc|bloque\w+
            nome sujo|suj(?:ar|a|e|ou) (?:o )?(?:seu |teu )?nome|limp(?:ar|a|e|o) (?:o )?(?:seu )?nome|nome limpo
            restric(?:ao|oes) (?:no|em) (?:seu )?(?:cpf|nome)|delegacia|prisao|cadeia|prender|presidio
            arrepend\w+|consequencias (?:graves|serias|ruins)|vai piorar|vao piorar|vai sofrer|medidas cabiveis
            (?:contar|avisar|informar)\w* (?:(?:para|pra|pro|a|ao) )?(?:o |a )?(?:seus?|suas?) (?:chefe|patrao|empresa)
            (?:contar|avisar|informar)\w* (?:(?:para|pra|pro|a|ao) )?(?:o |a )?(?:seus?|suas?) (?:famil|vizinh)\w+
            (?:ir|vamos|passar) (?:ate |na |a )+(?:a )?sua casa|ultima notificacao
            """
        ),
    ),
    Phrase(rule.THREAT, _words(r"policia\w*"), _is_crisis),
    Phrase(
        rule.RIDICULE,
        _words(
            r"""
            inadimpl\w+|caloteir\w+|calote|mau pagador\w*|ma pagadora|vagabund\w+|irresponsa\w+|preguic\w+|mentiros\w+
            desonest\w+|enrol(?:ar|ando|ao|ona|acao|ado|ada)|tom[ae] vergonha|sem vergonha|que vergonha|vergonha na cara
            devia ter pensado|deveria ter pensado|se envergonhar|idiota|burr[oa]|ignorante|coitad\w+|palhac\w+
            desculpinha\w*
            """
        ),
    ),
    Phrase(
        rule.URGENCY,
        _words(
            r"""
            ultimo aviso|ultim[ao]s? (?:chance|oportunidade|tentativa|prazo)|agora ou nunca|antes que seja tarde
            urgent\w+|urgenci\w+|imediat\w+|sem falta|corr(?:a|e) que|nao perca|aproveite (?:agora|ja)|prazo final
            """
        ),
        _is_crisis,
    ),
    Phrase(
        rule.URGENCY,
        _words(
            r"(?:so|somente|apenas) (?:vale |valido |ate |por |para |pra )?hoje|(?:so|somente|apenas) vale ate hoje"
        ),
        _asks_today,
    ),
    Phrase(
        rule.SENT,
        _words(
            r"""
            mandei|enviei|mandamos|enviamos|encaminhei|disparei
            (?:foi|esta|estao|ja foi) (?:ja )?(?:enviad|mandad|encaminhad)\w+|(?:esta|ja) a caminho|acabou de sair
            ja chegou (?:ai|no seu|por|pelo)|(?:ja )?foi entregue
            """
        ),
    ),
    Phrase(
        rule.SENT,
        _words(
            r"""
            mandando|enviando|encaminhando|(?:esta|estao|ta) saindo
            (?:pus|coloquei|deixei) (?:\w+ ){0,4}(?:pra|para) (?:enviar|envio|sair)
            """
        ),
        _is_accepted,
    ),
    Phrase(
        rule.REGISTERED,
        _words(r"registrei|registramos|(?:esta|ficou|foi|fica) (?:tudo )?registrad\w+|registrad[oa]s?|protocolei"),
        _has_record,
    ),
    Phrase(
        rule.BOOKED,
        _words(r"agendei|agendamos|agendad[oa]s?|marquei|(?:esta|ficou|fica|deixei) marcad\w+|remarquei"),
        _is_booked,
    ),
    Phrase(
        rule.SUPPRESSED,
        _words(
            r"""
            ninguem (?:\w+ ){0,3}(?:mais )?(?:liga|vai (?:te )?ligar|ligara)|nao (?:\w+ ){0,3}lig(?:o|amos|aremos) mais
            nao (?:\w+ ){0,3}mais (?:\w+ )?lig(?:ar|amos|aremos|acoes|acao)|nunca mais|removi|retirei|tirei|apaguei
            (?:foi|esta|ficou|fica) (?:\w+ )?(?:removid|retirad|apagad|excluid|cancelad|bloquead)\w+
            """
        ),
        _suppresses,
    ),
    Phrase(
        rule.TRANSFER,
        _words(
            r"""
            vou (?:te )?(?:transferir|passar (?:para|pra|pro) (?:um|uma|alguem))|(?:estou )?transferindo|transferi
            vou chamar|(?:estou|to|ja estou) chamando|chamei|ja vem alguem|alguem (?:ja )?esta vindo
            (?:te )?transfiro agora|te passo agora|ja te (?:transfiro|passo)
            """
        ),
        _calls_someone,
    ),
    Phrase(
        rule.LAST,
        _words(
            r"""
            (?:e|seria) (?:o (?:meu )?(?:maximo|limite)|ate onde|o melhor que|o mais longe|tudo que (?:eu )?consigo)
            nao (?:consigo|posso|da pra|tenho como) (?:passar d\w+|ir alem|baixar mais|fazer melhor|melhorar)
            meu limite
            """
        ),
        _is_last,
    ),
    Phrase(rule.FLOOR, _words(r"piso|valor minimo|minimo que|desconto maximo|por menos que")),
    Phrase(
        rule.SETTLED,
        _words(
            r"""
            recebemos (?:o |seu )*pagamento|pagamento (?:\w+ )?(?:confirmado|recebido|identificado|aprovado)
            caiu o pagamento
            (?:esta|ficou|foi|consta como) (?:tudo )?(?:quitad|pag)[oa]s?|divida encerrada|baixa no sistema
            """
        ),
    ),
    Phrase(
        rule.ROBOT,
        _words(
            r"""
            (?<!nao )sou (?:uma? )?(?:human[oa]|pessoa|gente|atendente human[oa]|ser humano)|de carne e osso
            (?:nao|nunca) (?:sou|e|tem) (?:(?:um|uma|nenhum|nenhuma) )?(?:robo|maquina|bot|gravacao|computador)
            nao sou (?:uma )?(?:assistente virtual|ia|inteligencia artificial)|sou (?:gente )?de verdade
            """
        ),
    ),
)
"""Threats, false urgency and claims; the gate tries them in this order."""
