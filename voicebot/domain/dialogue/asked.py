"""How people ask beside the road, in their words: each function tells whether a line asks one thing."""

from __future__ import annotations

import re
from typing import Final

_KIN: Final = (
    r"(?:marido|esposa|mulher|m[ãa]e|pai|filh[ao]|irm[ãa]o?|net[ao]|sobrinh[ao]|nora|genro|namorad[ao]|amig[ao]|"
    r"companheir[ao])"
)
_PRISON: Final = re.compile(
    r"\b(?:posso|vou|vai|v[ãa]o|pode|podem|d[áa]|ser|me)\b.{0,20}"
    r"\b(?:pres[oa](?! no)|cadeia|prender|pris[ãa]o|xadrez)\b",
    re.IGNORECASE,
)
_NO_PRISON: Final = re.compile(
    rf"\b(?:sal[áa]rio|dinheiro|benef\w+)\b|\bprender (?:em|com|a|demais|muito|num|no)\b|"
    rf"\b{_KIN} (?:foi|t[áa]|est[áa]|ficou|fica) pres[oa]\b",
    re.IGNORECASE,
)
_COURT: Final = re.compile(
    r"\b(?:me process\w+|(?:vai|v[ãa]o) process\w+|ser process\w+)\b|\bvirar? processo\b|\boficial de justi[çc]a\b|"
    r"\b(?:vai|v[ãa]o|ir|parar|botar|p[ôo]r|colocar|levar)\b.{0,15}\bjusti[çc]a\b|\bpenhor\w*|"
    r"\b(?:v[ãa]o|podem|vai|pode|posso|vou)\b.{0,15}\b(?:tomar|perder|levar|pegar) (?:a |o )?(?:minhas?|meus?) "
    r"(?:cas\w+|carr\w+|m[óo]ve\w+|coisas|bens)\b",
    re.IGNORECASE,
)
_NO_COURT: Final = re.compile(
    r"\bjusti[çc]a (?:do trabalho|me|j[áa]|mandou)\b|\bj[áa] (?:t[áa]|est[áa]) na justi[çc]a\b|\bmeu processo\b|"
    r"\b(?:eu )?vou (?:process\w+|botar|p[ôo]r|levar)\b",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(
    r"\b(?:qual|quanto)\b.{0,25}\b(?:total|ao todo|no fim|tudo junto|somando)\b|"
    r"\btotal\b.{0,20}\bquanto\b|\bquanto (?:eu )?(?:pago|vou pagar|d[áa]|fica|vai ficar) (?:ao todo|no total|tudo)\b",
    re.IGNORECASE,
)
_OF_THE_DEBT: Final = re.compile(r"\b(?:d[íi]vida|devo|devendo|sem desconto|em aberto|atraso)\b", re.IGNORECASE)
_COUNT: Final = re.compile(
    r"\bquantas (?:parcelas|vezes|presta[çc][õo]es) (?:\w+ )?(?:s[ãa]o|eram|mesmo|foram|ficou|ficaram|deu)\b",
    re.IGNORECASE,
)
_SUPPOSED: Final = re.compile(
    r"\be se (?:eu |acontecer |der |a gente )?(?:de novo )?(?:perder|ficar (?:sem|doente|desempreg\w+)|"
    r"n[ãa]o (?:conseguir|puder|der)|adoecer|faltar)\b",
    re.IGNORECASE,
)
_ALREADY: Final = re.compile(
    r"\b(?:t[ôo]|estou|tenho|fiquei|perdi|operei|doente|internad\w+|c[âa]ncer|tratamento)\b", re.IGNORECASE
)
_BEGINS: Final = re.compile(
    r"^(?:e |mas |t[áa],? |bom,? |a[íi] )*(?:a primeira |a entrada )?(?:[ée] )?(?:pra )?quando (?:[ée] que |que )?"
    r"(?:come[çc]\w+|vence\w*|[ée] a primeira|seria a primeira)(?! (?:n[oa]|o|a trabalhar|em)\b)",
    re.IGNORECASE,
)
_OF_ENTRY: Final = re.compile(
    r"\bentrada (?:[ée]|fica|d[áa]|era|ficou) (?:de )?quanto\b|\bquanto (?:[ée]|fica|d[áa]) a entrada\b|"
    r"\ba entrada (?:\w+ )?(?:pode ser|fica\w*|s[óo] se for) .{0,12}\b(?:dia|semana|m[êe]s)\b",
    re.IGNORECASE,
)
_EARLY: Final = re.compile(
    r"(?<!vai )\b(?:adiant|antecip)(?:ar|o)\b.{0,20}\b(?:parcela|presta[çc]|pagament|alguma|uma|duas|tudo)",
    re.IGNORECASE,
)
_SETTLES: Final = re.compile(
    r"^(?!.*\b(?:entrada|juros|quando|quanto|quem)\b).*\b(?:quito|quita|fica quitado)"
    r"(?: (?:tudo|a d[íi]vida|a conta|mesmo))?\s*\?",
    re.IGNORECASE,
)
_PLACE: Final = r"(?:loja|banco|lot[ée]rica|caixa|aplicativo|app|balc[ãa]o)"
_WHERE: Final = re.compile(
    r"\b(?:pagar|pago|resolver|resolvo|acertar|parcelar|quitar)\b.{0,15}"
    rf"\b(?:n[oa]|pel[oa]) (?:{_PLACE}|cart[ãa]o)\b|"
    rf"\b(?:n[oa]|pel[oa]) {_PLACE}\b.{{0,15}}\b(?:pagar|pago|resolver|resolvo|acertar|acerto)\b|"
    r"\baceita\w*\b.{0,15}\b(?:cart[ãa]o|cheque|carro|moto|dinheiro)\b",
    re.IGNORECASE,
)
_WRITING: Final = re.compile(
    r"\b(?:mand\w+|envi\w+|pass\w+|receb\w+|quero|prefiro)\b.{0,25}"
    r"\b(?:por escrito|escrito|no (?:meu )?(?:whats\w*|zap\w*|e-?mail)|por (?:whats\w*|zap\w*|e-?mail|mensagem))",
    re.IGNORECASE,
)
_TO_KIN: Final = re.compile(
    r"^(?!.*\b(?:dinheiro|pens[ãa]o)\b).*\b(?:manda|mande|envia|envie|mandar|enviar)\b.{0,20}"
    rf"\b(?:pr[ao]|para [ao]) (?:meu |minha )?{_KIN}\b",
    re.IGNORECASE,
)
_WITH_KIN: Final = re.compile(
    rf"\b(?:posso|vou|deixa eu|quer que eu) pass\w+\b.{{0,20}}\bpr[ao] (?:el[ae]|(?:meu |minha )?{_KIN})\b|"
    rf"\b(?:fal\w+|convers\w+|trat\w+|resolv\w+) (?:isso |direto |s[óo] )*com (?:o meu |a minha |meu |minha ){_KIN}\b"
    r"(?=.{0,20}\b(?:cuida|resolve|v[êe] isso|paga|sabe|entende)\b)|"
    rf"\b{_KIN} (?:que|quem|[ée] que) (?:cuida|resolve|paga|v[êe]) (?:isso|disso|as contas)\b.{{0,15}}\bpass\w+",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = re.compile(
    r"^(?!.*\b(?:n[ãa]o|nunca|nem|pare|parem|parar|para de|chega|sem|paz|pro[íi]b\w+)\b).*"
    r"\b(?:lig\w+|retorn\w+|cham\w+) "
    r"(?:(?:depois|mais tarde|amanh[ãa]|de novo) )?(?:n[oa]|pr[oa]|em|nesse) (?:(?:meu|minha|outro|um|novo|o) )+"
    r"(?:n[úu]mero|telefone|celular|fixo|casa)\b",
    re.IGNORECASE,
)


def fears_prison(text: str) -> bool:
    """True for "posso ser presa por isso?"; not where money is held, or a relative is in prison."""
    return bool(_PRISON.search(text)) and not _NO_PRISON.search(text)


def fears_court(text: str) -> bool:
    """True for "vão me processar?", "vão tomar minha casa?"; not for a case of the caller's own."""
    return bool(_COURT.search(text)) and not _NO_COURT.search(text)


def asks_total(text: str) -> bool:
    """True for "qual o total disso?": of the offer, not of the debt."""
    return bool(_TOTAL.search(text)) and not _OF_THE_DEBT.search(text)


def asks_count(text: str) -> bool:
    """True for "quantas parcelas são mesmo?": what was told, and not what there could be."""
    return bool(_COUNT.search(text))


def is_supposed(text: str) -> bool:
    """True for "e se eu ficar doente?": nothing of it has happened, and nothing of the kind was told before it."""
    found = _SUPPOSED.search(text)
    return found is not None and not _ALREADY.search(text[: found.start()])


def asks_beginning(text: str) -> bool:
    """True for "e quando começa?", "quando vence a primeira?"."""
    return bool(_BEGINS.search(text))


def asks_entry(text: str) -> bool:
    """True for "a entrada é quanto?", "a entrada pode ser dia cinco?"."""
    return bool(_OF_ENTRY.search(text))


def asks_early(text: str) -> bool:
    """True for "posso adiantar parcela?"."""
    return bool(_EARLY.search(text))


def asks_settled(text: str) -> bool:
    """True for "com isso eu quito tudo?"."""
    return bool(_SETTLES.search(text))


def asks_place(text: str) -> bool:
    """True for "posso pagar na loja?", "aceita cartão?"."""
    return bool(_WHERE.search(text))


def asks_in_writing(text: str) -> bool:
    """True for "me manda por escrito", "manda no zap que eu vejo"."""
    return bool(_WRITING.search(text))


def sends_to_kin(text: str) -> bool:
    """True for "manda pro meu marido": it would go to somebody else."""
    return bool(_TO_KIN.search(text))


def passes_to_kin(text: str) -> bool:
    """True for "meu marido que cuida disso, posso passar pra ele?"."""
    return bool(_WITH_KIN.search(text))


def names_other_number(text: str) -> bool:
    """True for "liga no meu outro número": a wish for another line, and not for none."""
    return bool(_OTHER_NUMBER.search(text))
