"""What callers bring up: why they fell behind, and what they set against a proposal, told by their own words.

A clause counts for a kind where it says so, says it of the caller and not of something else (`but`), and is not
negated. Clauses end at a mark or at "mas": "Não, sem problema nenhum" denies nothing of what follows the comma.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from evaluation.scoring.words import fold, repair
from voicebot.domain.meaning import Intent

_CLAUSE: Final = re.compile(r"[.,;!?]+|\b(?:mas|porem|so que)\b")
_NOT: Final = re.compile(r"\b(?:nao|nem|nunca|jamais)(?: \w+){0,3}$")
_LOUD: Final = (
    r"fal[aeo]\w*|som|volume|voz|ouv\w+|escut\w+|telefone|celular|barulho|musica|tv|televis\w+|radio|tom|ligacao"
)
_THING: Final = r"celular|telefone|bateria|aparelho|internet|sinal|linha|ligacao|chip|assunto|wifi"
_PAID: Final = (
    r"valor|valores|parcelas?|prestac\w+|juros|preco|total|multa|entrada|mensalidade|isso|isto|conta|proposta"
)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


@dataclass(frozen=True, slots=True)
class Topic:
    """How one kind is said; patterns are for folded words."""

    says: re.Pattern[str]
    but: re.Pattern[str] | None = None
    """In the same clause: then it is about something else."""
    plain: bool = True
    """A negation before it takes it back; False where the negation is part of saying it."""

    def told(self, clause: str) -> bool:
        found = self.says.search(clause)
        if found is None or (self.but is not None and self.but.search(clause)):
            return False
        return not (self.plain and _NOT.search(clause[: found.start()].rstrip()))

    def mentioned(self, clause: str) -> bool:
        """Tell whether its words are there, meant so or not."""
        return self.says.search(clause) is not None


_CONTESTS: Final = Topic(
    _words(
        r"nao reconheco|desconheco (?:ess[ea]|est[ea]|a)|nao devo(?: mais)? (?:nada|isso|esse|essa)|nao devo$|"
        r"nao (?:estou|to) devendo|(?:eu )?ja (?:paguei|quitei|foi pag[oa]|esta pag[oa]|ta pag[oa])|"
        r"ess[ea] (?:divida|conta|compra|contrato|cartao|fatura) nao e (?:minha|meu)|"
        r"nao e (?:minha|meu) (?:ess[ea] )?(?:divida|conta|compra|contrato|fatura)|"
        r"nunca (?:comprei|fiz|tive|peguei|assinei)|nao (?:fiz|comprei|assinei) (?:ess[ea]|nenhum\w?|nada|isso)|"
        r"(?:valor|conta|cobranca|juros|fatura)(?: \w+){0,3} (?:errad[oa]s?|indevid[oa]s?)|"
        r"errad[oa] (?:esse|essa|o|a|este) (?:valor|conta|cobranca)|nao (?:e|era) (?:tudo|tanto) isso"
    ),
    _words(r"(?:primeira|segunda|ultima|uma|duas|tres|metade|parte|entrada)|se (?:eu )?ja paguei"),
    plain=False,
)
REASONS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "job_loss": Topic(
            _words(
                r"desempreg\w+|(?:fui|foi|fomos|me|sido) (?:demiti\w+|dispensad\w|mandad\w embora)|"
                r"demiti(?:d[ao]|ram)|"
                r"(?:me )?mand(?:aram|ou) (?:\w+ )?embora|perdi (?:o|meu|o meu) (?:emprego|servico|trabalho)|"
                r"(?:estou|to|fiquei|ficou|estava) (?:\w+ ){0,2}(?:sem (?:emprego|trabalho|servico)|"
                r"parad[ao])|pedi demissao|"
                r"perdeu o (?:emprego|servico|trabalho)"
            ),
            _words(rf"vizinh\w|{_THING}|transito"),
        ),
        "company_closed": Topic(
            _words(
                r"(?:firma|empresa|loja|fabrica|negocio|comercio|restaurante|escola|bar|salao|oficina|"
                r"obra)(?: \w+){0,4}"
                r" (?:fechou|fechad[ao]|faliu|quebrou|parou|encerrou|foi a falencia)|"
                r"fechei (?:a|o|meu|minha)(?: \w+)? (?:loja|negocio|comercio|restaurante|bar|salao|oficina|firma)|"
                r"cort(?:e|aram) (?:de |o |muito )?(?:pessoal|funcionarios|gente)|demissao em massa|"
                r"(?:reduziram|cortaram) o quadro"
            ),
            _words(r"cedo|hoje|ontem|domingo|feriado|horas|quando (?:eu )?cheguei"),
        ),
        "illness": Topic(
            _words(
                r"doent\w+|adoec\w+|hospital|internad\w|internacao|intern(?:ou|aram|ei|ar)|cirurgia|operad\w|"
                r"(?:me|se) operei|remedios?|(?:fazendo|no|em|o|um) tratamento|quimio\w*|cancer|acidente|"
                r"acidentad\w|"
                r"uti|avc|infarto|quebrei (?:a|o) (?:perna|braco|pe|mao)|(?:estou|to|fiquei) (?:de|"
                r"afastad[ao])(?: \w+)? (?:atestado|pelo inss)|depressao"
            ),
            _words(
                r"(?:trabalho|trabalha|emprego|vaga)(?: \w+)? (?:no|num|em um|de|do) hospital|gost\w+|obrigad\w|"
                r"(?:bom|seu|pelo) tratamento|me deixa doente|tem remedio|anuncio"
            ),
        ),
        "bereavement": Topic(
            _words(r"morreu|morreram|faleceu|faleceram|falecimento|(?:de|em) luto|enterro|enterrei|velorio|"
                   r"perdi (?:o )?(?:meu|minha|a minha|um) (?:pai|mae|marido|espos\w|filh\w|irma\w*|av[oa])"),
            _words(rf"{_THING}|carro|plano|vizinh\w|novela"),
        ),
        "lower_income": Topic(
            _words(
                r"nao me pag(?:ou|aram)|salario(?: \w+){0,3} (?:atras\w+|caiu|menor|diminu\w+|cortad\w|"
                r"reduzid\w)|atrasaram (?:o )?meu salario|"
                r"(?:renda|movimento|faturamento|comissao|comissoes)(?: \w+){0,2} (?:caiu|cairam|diminu\w+|"
                r"menor|frac[oa])|"
                r"vendas?(?: \w+){0,2} (?:ca(?:iu|iram)|fracas?|diminu\w+|sumi\w+)|clientes? (?:sumi\w+|parou|"
                r"pararam)|"
                r"(?:de|so|fazendo|faco|fiz) (?:uns )?bicos?|ganhando (?:bem |muito )?menos|"
                r"(?:reduziram|cortaram|diminuiram) (?:a |o |as )?(?:minhas?|meus?) (?:renda|salario|horas?|"
                r"comiss\w+)|"
                r"(?:cortaram|perdi|suspenderam|bloquearam) (?:o |a )?(?:meu |minha )?(?:auxilio|beneficio|"
                r"comissao|hora "
                r"extra)|(?:auxilio|beneficio)(?: \w+)? (?:cortad\w|suspens\w|bloquead\w)"
            )
        ),
        "over_indebted": Topic(
            _words(
                r"endividad\w|(?:muitas?|tantas?|cheia? de|cheio de|um monte de|"
                r"varias) (?:outras )?(?:contas?|dividas?)|"
                r"afogad\w|(?:virou|e) (?:uma )?bola de neve|devendo (?:para|pra|a) (?:todo mundo|varios|"
                r"muita gente)"
            ),
            _words(r"cliente|clientes"),
        ),
        "separation": Topic(
            _words(
                r"(?:me|nos|se) separ(?:ei|amos|ando|ou|ar)|separei d[eoa]|separacao|(?:estou|to|fiquei|"
                r"sou) separad[ao]|"
                r"divorci\w+|pag\w+ (?:\w+ )?pensao|pensao alimenticia"
            )
        ),
        "unexpected_cost": Topic(
            _words(
                r"(?:carro|moto|caminhao|geladeira|telhado|casa|maquina)(?: \w+){0,3} (?:quebrou|estragou|"
                r"alagou|pifou|"
                r"queimou|deu problema)|bat(?:i|eram) (?:n?o )?(?:meu )?carro|imprevistos?|"
                r"gastos? (?:inesperados?|extras?)|"
                r"(?:me |fui )?(?:roubaram|roubad\w|assaltad\w|assaltaram)|enchente|incendio|"
                r"(?:cai|caiu) (?:em|num|nun|em um) (?:um )?golpe|vitima de (?:um )?golpe"
            )
        ),
        "forgot": Topic(
            _words(
                r"(?:me )?esqueci|(?:tinha|havia) (?:me )?esquecido|passou batido|nao (?:me )?lembr(?:ei|ava)|"
                r"perdi (?:a data|o prazo|o vencimento|o boleto)|nao (?:chegou|recebi|veio)(?: \w+){0,3} "
                r"(?:boleto|fatura|conta)|(?:boleto|fatura|conta)(?: \w+){0,2} nao (?:chegou|veio)"
            ),
            _words(r"cpf|numero|senha|nasci|documento|rg|seu nome|pergunt\w+|nao (?:me )?esqueci|codigo"),
            plain=False,
        ),
        "contested": _CONTESTS,
    }
)  # fmt: skip
OBJECTIONS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "too_expensive": Topic(
            _words(
                rf"(?:muito|tao|bem|meio|mais|ta|esta|ficou?|achei|acho|sai|saiu|custa|(?:{_PAID}) e) (?:\w+ )?"
                r"(?:car[oa]s?|puxad[oa]s?|salgad[oa]s?|pesad[oa]s?)|"
                rf"(?:{_PAID})(?: \w+){{0,4}} (?:alt[oa]s?|car[oa]s?|puxad[oa]s?|salgad[oa]s?|pesad[oa]s?|"
                rf"abusiv[oa]s?)|"
                r"e (?:muito )?(?:caro|puxado|salgado)|(?:e|esta|ta|ficou|achei) (?:muito|tao|bem) alt[oa]|"
                r"muitos? juros|juros demais|muito dinheiro|"
                r"dinheiro demais|e muito pra mim|um absurdo de (?:caro|juros)"
            ),
            _words(rf"{_LOUD}|caro (?:senhor|amigo)|cara de|pressao|clima"),
        ),
        "no_money": Topic(
            _words(
                r"nao (?:tenho|tem|sobra|sobrou|entra)(?: \w+){0,2} (?:dinheiro|grana|condic\w+|centavo|"
                r"de onde tirar)|"
                r"sem (?:dinheiro|grana|condic\w+|um tostao)|nao tenho como$|"
                r"nao tenho como(?: \w+){0,2} (?:pagar|arcar|quitar|dar|assumir)|"
                r"nao (?:posso|consigo|da|vou conseguir|vou poder|estou conseguindo|to conseguindo|dou conta)"
                r"(?: \w+){0,2} (?:pagar|arcar|quitar|assumir)|a vista nao (?:da|consigo|posso|tenho)|"
                r"nao (?:cabe|vai caber) (?:no|em)|(?:estou|to|ando) (?:dur[oa]|quebrad[oa]|lis[oa]|zerad[oa]|"
                r"apertad[oa])"
            ),
            _words(r"trocado|dinheiro vivo"),
            plain=False,
        ),
        "not_now": Topic(
            _words(
                r"agora nao(?: (?:da|posso|consigo))?$|agora nao (?:da|posso|consigo)|outra hora|"
                r"nao (?:posso|da|consigo|tenho como)(?: \w+){0,2} (?:falar|conversar|atender)|"
                r"(?:liga\w*|retorna\w*|fala\w*)(?: \w+){0,2} (?:depois|mais tarde|amanha|outro dia)|"
                r"(?:estou|to) (?:\w+ )?(?:ocupad[ao]|dirigindo|em reuniao|no trabalho|no servico|na rua|"
                r"no onibus|na correria|"
                r"no transito|trabalhando)|(?:so|somente)(?: \w+){0,3} (?:mes que vem|semana que vem|mes seguinte)|"
                r"deixa\w* (?:pra|para) (?:depois|o mes|a semana|outro)"
            ),
            _words(r"de novo|novamente|desde|gracas|nao (?:estou|to) (?:\w+ )?(?:ocupad[ao]|dirigindo)"),
            plain=False,
        ),
        "must_ask": Topic(
            _words(
                r"(?:preciso|precisava|tenho que|tenho de|vou|deixa eu|quero|queria|teria que|so posso|antes|"
                r"depois de)"
                r"(?: \w+){0,2} (?:falar|conversar|ver|consultar|perguntar|combinar|"
                r"confirmar)(?: isso)?(?: com| pra| "
                r"para| a| ao)?(?: a| o)?(?: meu| minha)? (?:espos\w|marido|mulher|filh\w|mae|pai|contador|"
                r"advogad\w|"
                r"patrao|irma\w*|namorad\w|soci[oa]|familia)"
            )
        ),
        "distrust": Topic(
            _words(
                r"golpe|golpista|fraude|trote|como (?:e que )?(?:eu )?(?:sei|vou saber|posso saber|"
                r"saber) (?:que|se)|"
                r"(?:estou|to|fico|fiquei) (?:meio )?desconfiad[ao]|desconfi(?:o|ando)|nao confio|nao acredito|"
                r"suspeit[oa]|quem (?:me )?garante|"
                r"nao (?:vou )?(?:passo|passar|dou|dar|informo|informar|digo|dizer)(?: \w+){0,3} (?:cpf|dados|"
                r"documento)"
            ),
            _words(
                r"(?:cai|caiu|levei|sofri|vitima)(?: \w+){0,2} golpe|(?:sei|vi|acredito) que nao e (?:um )?golpe|"
                r"nao (?:estou|to) desconfi\w+|nao desconfio|nao acredito que (?:eu )?(?:esqueci|consegui|passou)"
            ),
            plain=False,
        ),
        "contested": _CONTESTS,
        "wants_less": Topic(
            _words(
                r"(?:tem|faz|fazem|consegue\w*|consigo|da|queria|quero|algum|mais|maior|melhor|rola|ganho|sem|"
                r"uns?|cade o|"
                r"pedir) (?:\w+ ){0,3}descontos?|descont(?:inho|ao)|abaix\w+ (?:o|a|os|esse|essa|mais|um|pra|"
                r"isso)|baixar "
                rf"(?:o|a|os|mais|esse|essa|um)|(?:{_PAID})(?: \w+){{0,2}} menor(?:es)?|menor (?:valor|"
                rf"parcela|entrada)|"
                r"por menos|diminu\w+ (?:o|a|esse|essa|os|um pouco)|tira\w* (?:o|os|a|esses?) (?:juros|multa)|"
                r"melhorar (?:o|a|esse|essa|mais|um pouco|isso)|mais (?:barato|em conta|baix[oa])|menos juros"
            ),
            _words(rf"{_LOUD}|nao (?:quero|preciso)(?: \w+)? desconto|obrigad\w|gostei"),
            plain=False,
        ),
        "refuses": Topic(
            _words(
                r"nao (?:vou|quero|pretendo)(?: \w+)? pagar|nao pago|nao aceito|nao quero(?: mais)?$|"
                r"nao vou aceitar|"
                r"nao quero (?:saber|negociar|acordo|fazer acordo|nenhum|conversa|proposta|nada)|"
                r"nao vou (?:negociar|fazer (?:nenhum )?acordo)|nao tenho interesse|nao me interessa|"
                r"pode (?:esquecer|protestar|me processar|processar)|ja falei que nao"
            ),
            _words(r"a vista|hoje|agora|de uma vez|atrasad\w|em dobro|duas vezes|errado|nao aceito (?:cartao|pix)"),
            plain=False,
        ),
    }
)  # fmt: skip
REASON_INTENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Intent.JOB_LOSS: "job_loss",
        Intent.ILLNESS: "illness",
        Intent.BEREAVEMENT: "bereavement",
        Intent.OVER_INDEBTED: "over_indebted",
        Intent.FORGOT: "forgot",
        Intent.ALREADY_PAID: "contested",
        Intent.DISPUTE_DEBT: "contested",
        Intent.DISPUTE_AMOUNT: "contested",
    }
)
OBJECTION_INTENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Intent.CANNOT_PAY: "no_money",
        Intent.REQUEST_CALLBACK: "not_now",
        Intent.SUSPECTS_FRAUD: "distrust",
        Intent.ASK_DISCOUNT: "wants_less",
        Intent.ALREADY_PAID: "contested",
        Intent.DISPUTE_DEBT: "contested",
        Intent.DISPUTE_AMOUNT: "contested",
    }
)
_ELSEWHERE: Final = frozenset(
    each.value
    for each in (
        Intent.SPEAK_LOUDER,
        Intent.SPEAK_SLOWER,
        Intent.REPEAT,
        Intent.PROVIDE_DOCUMENT,
        Intent.PROVIDE_BIRTH_DATE,
        Intent.MINOR,
        Intent.VOICEMAIL,
    )
)
"""What a turn understood so speaks of: the line or the person, and not of money."""


def clauses(words: str) -> tuple[str, ...]:
    """Cut folded words at marks and at "mas"."""
    return tuple(part.strip() for part in _CLAUSE.split(words) if part.strip())


def kinds(
    text: str, intent: str | None, topics: Mapping[str, Topic], intents: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    """Give the kinds that a caller's line tells, each with the place of the clause that does, in order of telling.

    What the words say as they stand comes first; what they say once mended, or by the intent of the record, counts
    only where nothing of that kind is mentioned in them, for then they may take it back.
    """
    if intent in _ELSEWHERE:
        return ()
    folded = fold(text)
    parts = clauses(folded)
    mentioned = {kind for kind, topic in topics.items() if any(topic.mentioned(part) for part in parts)}
    found = _told(parts, topics)
    for kind, place in _told(clauses(repair(folded)), topics).items():
        if kind not in mentioned:
            found.setdefault(kind, place)
    meant = intents.get(intent) if intent is not None else None
    if meant is not None and meant not in mentioned:
        found.setdefault(meant, len(parts))
    return tuple(sorted(found.items(), key=lambda each: each[1]))


def _told(parts: tuple[str, ...], topics: Mapping[str, Topic]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, part in enumerate(parts):
        for kind, topic in topics.items():
            if kind not in found and topic.told(part):
                found[kind] = place
    return found
