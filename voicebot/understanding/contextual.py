"""What an answer means because of the question: digits after "seu CPF?", a bare "sim", an amount said with a "no"."""

from __future__ import annotations

import re
from typing import Final

from voicebot.domain.dialogue.phases import Asks, Phase
from voicebot.domain.meaning import EntityType, Intent
from voicebot.understanding.names import answers_with_name, introduces, is_first_name
from voicebot.understanding.withdrawn import Reading

_DOCUMENT: Final = frozenset({Asks.CPF, Asks.CPF_FIRST3, Asks.CPF_LAST2})
_BIRTH: Final = frozenset({Asks.BIRTH_DATE, Asks.BIRTH_DAY_MONTH})
_FILLER: Final = (
    r"(?:(?:ah|eh|e|oi|alo|olha|bom|entao|uai|oxe|ue|ta|opa|ai|hum|moc[oa]|vixe|aham|agora|assim|desse jeito|"
    r"capaz|bah|rapaz|nossa|meu|cara|mano) )*"
)
_YES_WORD: Final = (
    r"(?:sim|isso|isso ai|isso mesmo|e isso|e isso ai|claro|com certeza|aham|ahan|aha|ah[na]m|a ham|uhum|uh[ru]m|"
    r"hum hum|"
    r"positivo|exato|exatamente|certo|arra|e verdade|verdade|pode (?:continuar|prosseguir|seguir|confirmar|perguntar)|"
    r"confirma|to (?:sim|ouvindo)|certinho|ta certo|certeza|pode ser|pode|podemos|pode sim|fechado|fecha|fechou|"
    r"beleza|blz|ta bom|ta|ta otimo|ta ok|ok|okay|okey|e sim|e|eh|sou|bora|vamos|combinado|perfeito|tudo bem|"
    r"tudo certo|"
    r"faz sentido|faz|cabe|serve|da sim|da|quero|quero sim|aceito|concordo|sim senhora?|manda|manda ver|pode mandar|"
    r"agora sim|ai sim|ficou (?:bom|otimo)|cabe sim|"
    r"demoro|show|joia|massa|tranquilo|de boa|pode falar|correto|confirmo|confirmado|entendi|sei|fica bom|fica|"
    r"assim ta bom|ta certinho|faz sim|e minha mesmo|e minha sim|pode fazer|tudo certinho|"
    r"(?:eu )?(?:ja )?(?:sei|lembro|to sabendo)(?: (?:sim|del[ea]|disso|bem|dess[ea] (?:conta|divida|compra|fatura)|"
    r"da (?:conta|divida|compra)|do que e|qual e))*)"
)
_BARE_YES: Final = re.compile(
    rf"{_FILLER}{_YES_WORD}(?: (?:{_YES_WORD[3:-1]}|moc[oa]|senhora?|sim|entao|uai|ne|mesmo|por favor|obrigado|"
    rf"ai|assim|viu|po|mano|meu|so|doutora?|querida|filha|minha filha|tche|visse|sinhora|logo|agora))*$"
)
_LEADING_YES: Final = re.compile(
    rf"^{_FILLER}(?:sim|isso|claro|com certeza|aham|fechado|fecha|fechou|combinado|beleza|ta bom|tudo bem|pode ser|"
    r"cabe|fica bom|ficou bom|aceito|concordo|perfeito|ok|certo|da sim|serve|quero sim|bora|agora sim|"
    r"pode fechar|ta otimo)"
    r"(?: (?:sim|moc[oa]|senhora?|entao|ne|mesmo|assim|ai|pra mim))* (?=\S)"
)
_NOT_NEGATED: Final = re.compile(
    r"\b(?:nao tem problema|por que nao|como nao|pois nao|nao tem erro|sem duvida|nao vejo problema|se nao|"
    r"nao (?:tem|vem|vai ter|cobra|cobram|vao cobrar|entra|corre) (?:mais )?(?:juros?|multa)"
    r"(?= (?:depois|em cima|a mais|de novo)))\b"
)
_NO: Final = re.compile(r"\b(?:nao|nem|nunca|negativo|jamais)\b")
_BARE_NO: Final = re.compile(
    r"(?:ah |oxe |uai |vixe |olha |eita |hum |acho que |claro que |ainda |que isso |capaz que |e )*(?:nao|nem|"
    r"negativo|de (?:jeito|maneira|forma) nenhuma?|nada disso|que nada|nunca|jamais)"
    r"(?: (?:nao|senhora?|moc[oa]|obrigado|quero|precisa|carece|mesmo|de jeito nenhum|uai|ainda|agora|por favor|tche|"
    r"viu|meu filho|e|e isso|mesmo nao))*$"
)
_IDENTITY: Final = re.compile(
    rf"(?:^{_FILLER}(?:sim |isso |aham |claro |pois nao )*(?:e|eh|aqui e|fala) (?:eu|ela|ele|o proprio|a propria|"
    rf"o mesmo|a mesma)"
    r"(?: mesm[oa]| sim| quem (?:ta )?fala(?:ndo)?| que (?:ta )?fala(?:ndo)?| falando| uai| pois nao| em pessoa|"
    r" visse| moc[oa]| ta falando| aqui| pode falar| diga)*"
    r"(?: (?:mas|so que|quem|o que|agora|que que|e voce|por que|de onde|pode|qual|como) .*)?$|"
    r"\b(?:sou|so|show|soul) (?:eu|ele|ela)\b"
    r"|\beu mesm[oa]\b|\bel[ea] mesm[oa]\b|(?:ta |tao )?falando com (?:el[ea]|a propria|o proprio)|\b(?:o|"
    r"a) propri[oa]\b|\bpresente\b"
    r"|^(?:sim |isso |e )?(?:ta )?falando$|\bpois nao$|^pois nao|\bsou eu\b|\bsou (?:o|a) titular\b|"
    r"\bsou (?:eu )?sim\b)"
)
_NOT_IDENTITY: Final = re.compile(
    r"\beu mesm[oa] (?:lig|vou|pag|resolv|faco|vejo|acerto)\w*|"
    r"\b(?:sou|e|eh) (?:eu|el[ea]) nao(?: (?:nao|moc[oa]|senhora?|viu|uai|tche))*$|"
    r"\bnao (?:sou|e|eh|ta|to|fala)\b|\bnem (?:sou|e)\b|^nao\b|\b(?:sou|e|aqui e) (?:a|o|um|"
    r"uma) (?:\S+ )?(?:del[ea]|d[oa])\b|\b(?:acha|disse|falou|quem disse) que sou eu\b|\bel[ea] e (?:meu|"
    r"minha)\b|\be el[ea] que (?:paga|mora|faz|deve|mexe|resolve|cuida|sabe)\b|\bfalando (?:o que|que|de|do que)\b"
)
_REFUSE: Final = re.compile(
    r"\bnao (?:vou|quero|posso|passo|dou|falo|informo|digo|me sinto|forneco)\b|\bpra que\b|\bpor que\b|"
    r"\bprimeiro (?:me )?(?:diz|fala)\b"
)
_CHANNEL: Final = re.compile(r"\b(?:whatsapp|sms|torpedo|email|mensagem|zap)\b")
_OPEN_TO_COUNTER: Final = frozenset({Asks.YES_NO, Asks.OPEN, Asks.AMOUNT, Phase.NEGOTIATION, Phase.CONFIRMATION})
_ABLE: Final = re.compile(r"\b(?:so|somente|apenas|consigo|posso|pago|pagar|dou|maximo|pode ser|entao|melhor)\b")
_CALL: Final = re.compile(r"\b(?:lig\w+|retorn\w+|telefon\w+|volta|chega|falar|conversar)\b")


_NOT_A_CENT: Final = re.compile(
    r"\b(?:nao|num|nem|sem)(?: (?!so |mas )[a-z]+){0,4} (?:um|hum|1) (?:unico )?(?:real|centavo|tostao)\b"
)
_GREETS: Final = re.compile(r"(?:alo|oi|ola|opa|bom dia|boa tarde|boa noite)\b")
_BEFORE_PROOF: Final = frozenset({None, Asks.YES_NO, Asks.NAME, Asks.DATE, Phase.OPENING})
_WEATHER: Final = r"(?:chovendo|um (?:calor|frio|sol|vento)|quente|frio)"
_PET: Final = r"(?:o |a |meu |minha )(?:cachorr\w+|gat[oa]|passarinho|papagaio|cadela|galinha|cavalo)"
_SMALL_TALK: Final = re.compile(
    r"^(?:mas |e )?(?:(?:voce|tu) (?:viu|assistiu|ta vendo|ta assistindo)|viu) (?:o |a |aquele )?"
    r"(?:jogo|novela|futebol|filme|clasico)|"
    rf"^(?:ta|tava|esta) {_WEATHER}(?: (?:muito|demais|aqui|por aqui|hein|hoje|la fora))*$|"
    r"^(?:esfriou|esquentou|choveu|chove)(?: \S+){0,3}$|"
    rf"^{_PET} (?:ta (?:latindo|miando|cantando|chamando|solt[oa])|fugiu|quer (?:sair|comer|entrar)|late|latiu|miou|"
    r"entrou)(?: \S+){0,3}$"
)
_ASKS_BACK: Final = re.compile(
    r"\b(?:qual|quais|quando|que dia|que data|ate quando|quanto|quantos|quantas|por que|quem|golpe|garante|viu o|"
    r"robo|maquina|gravacao|pessoa de verdade|"
    r"como (?:e que |que )?(?:eu )?(?:sei|vou|posso|confirmo|tenho certeza))\b"
)
_BORN: Final = re.compile(r"\b(?:nasci|nascimento|aniversario)\b")
_FEW_DIGITS: Final = 2
_NAMES_AMOUNT: Final = re.compile(
    r"^(?:\S+ ){0,2}?(?:deixa|faz|fecha|fecho|pago|pagaria|dou|posso (?:dar|pagar)|consigo|cabe|so tenho|da pra|"
    r"tenho|uns|so)\b|"
    r"\b(?:por mes|todo mes|mensais|mensal|de entrada|ao mes|cada mes)\b"
)
_NAMES_DAY: Final = re.compile(
    r"\b(?:(?:posso|consigo|vou|quero|prefiro|dou conta de|da pra|so) (?:so )?(?:pag\w+|quit\w+|acert\w+)|pago|"
    r"quito|acerto|(?:so )?consigo|so posso)\b"
)


def negated(line: str) -> bool:
    """Whether a levelled line says no in a way that no "yes" beside it can undo."""
    return bool(_NO.search(_NOT_NEGATED.sub(" ", line)))


def is_bare_yes(line: str) -> bool:
    return bool(_BARE_YES.match(line)) and not negated(line)


def is_bare_no(line: str) -> bool:
    return bool(_BARE_NO.match(line))


def claims_identity(line: str) -> bool:
    """Whether the speaker says to be the person asked for, and says nothing to the contrary."""
    return bool(_IDENTITY.search(line)) and not denies_identity(line)


def denies_identity(line: str) -> bool:
    """Whether something in the line speaks against the speaker being the person asked for."""
    return bool(_NOT_IDENTITY.search(_NOT_NEGATED.sub(" ", line)))


def standing(reading: Reading) -> set[EntityType]:
    """Give the kinds of entity that the caller means, without what was named only to be refused."""
    named = {entity.type for entity in reading.entities if (entity.type, entity.value) != (EntityType.MONEY, "0.00")}
    return named - reading.refused


def refuses_amount(reading: Reading) -> bool:
    """Whether an amount was named only to say that it does not fit."""
    return bool(reading.refused & {EntityType.MONEY, EntityType.NUMBER}) and EntityType.MONEY not in standing(reading)


def offers_nothing(reading: Reading) -> bool:
    """Whether the only amount named is zero."""
    amounts = [entity.value for entity in reading.entities if entity.type is EntityType.MONEY]
    return bool(amounts) and set(amounts) == {"0.00"}


def leads_with_yes(line: str) -> bool:
    """Whether a line opens with a yes and goes on, and nothing in it takes the yes back."""
    return bool(_LEADING_YES.match(line)) and not negated(line)


def by_question(line: str, reading: Reading, expecting: Asks | Phase | None) -> tuple[Intent, ...]:
    """Give the intents that the question makes plain, the main one first; none when it decides nothing."""
    kinds = standing(reading)
    if _SMALL_TALK.search(line):
        return (Intent.OTHER,)
    told = _told(line, _answering(line, reading, kinds), expecting)
    who = _who(line, expecting)
    if who:
        return (*told, *who) if told else (*who, *_volunteered(kinds))
    if told:
        return told
    counter = _counter(line, reading, expecting) or _offered(line, kinds, expecting)
    if counter:
        return counter
    return _plain_answer(line, reading, expecting)


def _who(line: str, expecting: Asks | Phase | None) -> tuple[Intent, ...]:
    """What the caller says of who they are; a name given to "falo com a Ana?" is heard, but proves nothing."""
    if claims_identity(line):
        both = expecting is Asks.YES_NO and is_bare_yes(line)
        return (Intent.IDENTITY_CONFIRM, Intent.AFFIRM) if both else (Intent.IDENTITY_CONFIRM,)
    if expecting is Asks.NAME and answers_with_name(line):
        return (Intent.IDENTITY_CONFIRM,)
    if introduces(line):
        greets = expecting is Asks.YES_NO and _GREETS.match(line)
        return (Intent.GREETING,) if greets else (Intent.IDENTITY_CONFIRM,)
    if expecting in _BEFORE_PROOF and is_first_name(line):
        return (Intent.IDENTITY_CONFIRM,)
    return ()


def _answering(line: str, reading: Reading, kinds: set[EntityType]) -> set[EntityType]:
    """The kinds that may answer a question for a datum: who asks "até quando?" tells no day."""
    if _ASKS_BACK.search(line) and not _BORN.search(line):
        digits = "".join(entity.value or "" for entity in reading.entities if entity.type is EntityType.CPF)
        return kinds - {EntityType.DATE, EntityType.TIME} - ({EntityType.CPF} if len(digits) < _FEW_DIGITS else set())
    return kinds


def _offered(line: str, kinds: set[EntityType], expecting: Asks | Phase | None) -> tuple[Intent, ...]:
    """An amount or a day put forward in so many words: "faz por duzentos", "pago na segunda"."""
    if expecting not in _OPEN_TO_COUNTER or negated(line) or _CALL.search(line) or _ASKS_BACK.search(line):
        return ()
    if EntityType.MONEY in kinds and _NAMES_AMOUNT.search(line):
        return (Intent.PROPOSE_AMOUNT, *((Intent.PROPOSE_DATE,) if EntityType.DATE in kinds else ()))
    if EntityType.DATE in kinds and _NAMES_DAY.search(line):
        return (Intent.PROPOSE_DATE,)
    return ()


def _volunteered(kinds: set[EntityType]) -> tuple[Intent, ...]:
    if EntityType.CPF not in kinds:
        return ()
    return (Intent.PROVIDE_DOCUMENT, *((Intent.PROVIDE_BIRTH_DATE,) if EntityType.DATE in kinds else ()))


def _plain_answer(line: str, reading: Reading, expecting: Asks | Phase | None) -> tuple[Intent, ...]:
    if (expecting is Asks.AMOUNT and offers_nothing(reading)) or _NOT_A_CENT.search(line):
        return (Intent.CANNOT_PAY,)
    if refuses_amount(reading) and expecting in _OPEN_TO_COUNTER:
        return (Intent.REJECT_OFFER,)
    if is_bare_no(line):
        return (Intent.DENY,)
    if is_bare_yes(line) and _yes_counts(line, expecting):
        return (Intent.AFFIRM,)
    return ()


def _told(line: str, kinds: set[EntityType], expecting: Asks | Phase | None) -> tuple[Intent, ...]:
    """A datum of the kind asked for answers the question, whatever yes or no stands beside it."""
    if expecting in _DOCUMENT:
        if kinds & {EntityType.CPF, EntityType.CNPJ} and not _REFUSE.search(line):
            return (Intent.PROVIDE_DOCUMENT,)
        return (Intent.PROVIDE_BIRTH_DATE,) if EntityType.DATE in kinds else ()
    if expecting in _BIRTH:
        if EntityType.DATE in kinds and not _REFUSE.search(line):
            return (Intent.PROVIDE_BIRTH_DATE,)
        return (Intent.PROVIDE_DOCUMENT,) if EntityType.CPF in kinds else ()
    if expecting is Asks.AMOUNT or expecting is Asks.TEACH_BACK:
        return _amount_told(kinds, expecting)
    if expecting is Asks.DATE and EntityType.CPF not in kinds and kinds & {EntityType.DATE, EntityType.TIME}:
        return (Intent.PROVIDE_BIRTH_DATE,) if _BORN.search(line) else (Intent.PROPOSE_DATE,)
    if expecting is Asks.CHANNEL and (_CHANNEL.search(line) or EntityType.EMAIL in kinds) and not negated(line):
        return (Intent.CHOOSE_CHANNEL,)
    return ()


def _counter(line: str, reading: Reading, expecting: Asks | Phase | None) -> tuple[Intent, ...]:
    """An amount or a date said with a "no" to an offer is what counts, not the "no"."""
    kinds = standing(reading)
    able = expecting in _OPEN_TO_COUNTER and negated(line) and _ABLE.search(line)
    if not (able or reading.replaced & kinds) or _CALL.search(line):
        return ()
    if EntityType.MONEY in kinds:
        return (Intent.PROPOSE_AMOUNT,)
    return (Intent.PROPOSE_DATE,) if EntityType.DATE in kinds else ()


def _amount_told(kinds: set[EntityType], expecting: Asks) -> tuple[Intent, ...]:
    if EntityType.MONEY in kinds:
        also = (Intent.PROPOSE_DATE,) if EntityType.DATE in kinds and expecting is Asks.TEACH_BACK else ()
        return (Intent.PROPOSE_AMOUNT, *also)
    if EntityType.PERCENT in kinds and expecting is Asks.AMOUNT:
        return (Intent.PROPOSE_AMOUNT,)
    return (Intent.PROPOSE_DATE,) if EntityType.DATE in kinds else ()


def _yes_counts(line: str, expecting: Asks | Phase | None) -> bool:
    """Outside a yes-or-no question only the plain words of assent count, not "pode ser" or "beleza"."""
    if expecting in {Asks.YES_NO, Asks.OPEN, Asks.CHANNEL, Asks.TEACH_BACK, Asks.NAME}:
        return True
    return bool(
        re.match(
            rf"{_FILLER}(?:sim|isso|isso mesmo|aham|ahan|aha|uhum|claro|exato|certo|positivo|com certeza|e sim|"
            rf"correto|confirmo|confirmado|exatamente|perfeito|arra)(?: |$)",
            line,
        )
    )
