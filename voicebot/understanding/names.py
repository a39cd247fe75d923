"""Whether a levelled line gives the speaker's own name: "aqui é o Rafael", or a bare name where one was asked for."""

from __future__ import annotations

import re
from typing import Final

from voicebot.understanding.first_names import FIRST_NAMES

_HELLO: Final = r"(?:(?:alo|oi|ola|opa|bom dia|boa tarde|boa noite|ah|e|eh|entao|sim|meu nome|tudo bem|olha|moc[oa]) )*"
_NOT_NAMES: Final = frozenset(
    """a o as os um uma de do da dos das e em no na por pra com sem que quem qual como onde quando quanto sim nao nem ja
    so mas se ou eu voce voces ele ela eles elas meu minha meus minhas seu sua esse essa isso este esta isto aquilo aqui
    ai la ali ta to tao sou e eh foi era tem tenho ter ser vai vou quero quer pode posso fala falar falando liga ligar
    ligou ligando pagar paguei pago quitei mae pai filho filha esposa esposo marido mulher irmao irma tio tia avo vo
    neta primo prima sobrinho sobrinha sogro sogra cunhado cunhada genro nora namorado namorada vizinho vizinha amigo
    amiga colega chefe patrao patroa secretaria secretario recepcao portaria porteiro empresa firma loja banco cuidador
    cuidadora dono dona mesmo mesma propria proprio titular senhor senhora moco moca atendente robo golpe engano errado
    numero telefone celular whatsapp alo oi ola opa bom boa dia tarde noite tudo obrigado nada ninguem alguem agora hoje
    amanha ontem depois depende talvez claro certo isso exato pois ok beleza entendi espera pera momento minuto repete
    divida conta fatura boleto pix acordo parcela valor cpf documento nome sei nunca cancelar cancela tchau valeu
    socorro desculpa desculpe hein ne uai oxe vixe eita gente pessoa homem menino menina crianca viuva viuvo advogado
    advogada policia justica procon caixa postal recado mensagem bip sinal digite desligado eu mim ela dela dele voz
    pessoal seguinte problema caso motivo assunto cara rapaz mano melhor pior mais menos muito pouco bem mal
    assim inquilino inquilina funcionario funcionaria faxineira diarista motorista gerente sindico sindica zelador
    zeladora pedreiro contador contadora responsavel cliente devedor devedora presidente socio socia estagiario
    estagiaria enfermeira enfermeiro medico medica professora professor policial delegado padrinho madrinha enteado
    enteada padrasto madrasta caseiro empregada empregado baba parente familiar desconto prazo entrada multa juros
    vencimento codigo link cartao limite vida jeito fim crise caixa taxa data total prestacao desemprego aluguel luz
    agua comida escola hospital casa rua trabalho servico mesmo outro outra primeira primeiro ultima ultimo
    resto""".split()
)
_PARTICLES: Final = frozenset({"de", "da", "do", "dos", "das", "e"})
_AT_THE_PHONE: Final = r"quem (?:e que )?(?:ta )?fala(?:ndo)? (?:aqui )?(?:e|eh)"
_HERE: Final = rf"(?:aqui (?:e|eh|fala|quem fala e|quem ta falando e)|{_AT_THE_PHONE})(?: so)?"
_SAYS: Final = re.compile(
    rf"^{_HELLO}(?:{_HERE} (?:o|a|eu o|eu a)|(?:o )?meu nome e(?: o| a)?|(?:eu )?me chamo|pode me chamar de|sou eu o|"
    r"sou eu a) (?P<rest>.+)"
)
_SAYS_FIRST: Final = re.compile(
    rf"^{_HELLO}(?:sim |e |isso |ta bom |olha )*(?:{_HERE}|(?:eu |que )*sou(?: eu)?|e|eh)(?: o| a)? (?P<rest>.+)"
)
_LEAD: Final = re.compile(rf"^{_HELLO}(?:(?:sou|fala|e|eh) )*")
_ARTICLE: Final = re.compile(r"^(?:com )?(?:o|a|dona|seu) ")
_GOES_ON: Final = re.compile(
    r" (?:falando|quem fala|que (?:ta )?fala\w*|bom dia|boa tarde|boa noite|tudo bem|aqui|sim|senhora?|moc[oa]|eu|"
    r"recebi|quero|queria|to|tava|gostaria|vi|vim|ligaram|voces|pode|preciso|por favor|viu|"
    r"e quero|e eu|e to|cpf|meu|mas)(?: |$)"
)
_OWN: Final = re.compile(r" (?:mesm[oa]|em pessoa|falando|sim|ne)\b.*$")
_MOST_WORDS: Final = 6


def introduces(line: str) -> bool:
    """Whether the caller says a name as their own ("aqui é o Rafael"), not a kinship or a place."""
    said = _SAYS.match(line)
    return bool(said) and _is_name(_head(said["rest"])) if said else False


def is_first_name(line: str) -> bool:
    """Whether a line says to be somebody by a common first name, without article or more ("é Antônio Ferreira")."""
    said = _SAYS_FIRST.match(line)
    head = _OWN.sub("", _head(said["rest"])) if said else ""
    return head.split(" ")[0] in FIRST_NAMES and _is_name(head)


def answers_with_name(line: str) -> bool:
    """Whether a line is a name and little more; asked of answers to "com quem eu falo?" only."""
    rest = _ARTICLE.sub("", _LEAD.sub("", line, count=1), count=1)
    return introduces(line) or (bool(rest) and _is_name(_head(rest)))


def _head(rest: str) -> str:
    return _GOES_ON.split(f"{rest} ", maxsplit=1)[0].strip()


def _is_name(text: str) -> bool:
    words = text.split()
    inner = words[1:-1]
    return (
        0 < len(words) <= _MOST_WORDS
        and all(len(word) > 1 and word.isalpha() and word not in _NOT_NAMES for word in words if word not in inner)
        and all(word in _PARTICLES or (word.isalpha() and word not in _NOT_NAMES) for word in inner)
    )
