"""Names of things that callers choose among; the only caller words that the policy itself reads."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from voicebot.domain.portfolio import Channel

_CHANNELS: Final = (
    (Channel.WHATSAPP, re.compile(r"\b(whats\w*|zap\w*|uats\w*|what ?sapp?|wats\w*)", re.IGNORECASE)),
    (Channel.SMS, re.compile(r"\b(s\.?m\.?s|mensagem (?:de )?texto|torpedo|esse ?me ?esse)\b", re.IGNORECASE)),
    (Channel.EMAIL, re.compile(r"\b(e-?mail|imeio|i-?mei[lo])", re.IGNORECASE)),
)
_METHODS: Final = (
    ("boleto", re.compile(r"\bboletos?\b", re.IGNORECASE)),
    ("pix", re.compile(r"\b(pix|piks|pics|picks|piques)\b", re.IGNORECASE)),
)
_MONTHLY: Final = re.compile(r"\b(por|ao|cada|todo) m[eê]s|mensa\w+|parcela\w*|vezes\b", re.IGNORECASE)
_LUMP: Final = re.compile(r"[àa] vista|de uma vez|tudo|quit\w+|total", re.IGNORECASE)


def named_channel(text: str) -> Channel | None:
    return next((channel for channel, pattern in _CHANNELS if pattern.search(text)), None)


_CHANNEL_WORD: Final = "(?:" + "|".join(pattern.pattern.removeprefix(r"\b") for _, pattern in _CHANNELS) + ")"
_LACKING: Final = re.compile(
    rf"\b(?:n[ãa]o|nem) (?:tem|tenho|uso|mexo|recebo|funciona|abro|sei) (?:(?!manda|pode|problema|prefer)\w+ ){{0,4}}?"
    rf"{_CHANNEL_WORD}(?: nem (?:o |por |no )?{_CHANNEL_WORD})*|"
    rf"\b{_CHANNEL_WORD}(?: \w+){{0,3}}? (?:n[ãa]o (?:funciona|pega|abre|uso|tenho|serve)|mud(?:ou|ei)|troquei|velho|"
    rf"antig[oa]|bloque\w+|perdi)\b|\b{_CHANNEL_WORD} n[ãa]o\b|"
    rf"\b(?:mudei|troquei|perdi) (?:de |o |a |meu )*{_CHANNEL_WORD}|\bsem {_CHANNEL_WORD}",
    re.IGNORECASE,
)
_UNWANTED: Final = re.compile(rf"\bn[ãa]o (?:mand\w+|quero|envi\w+)(?: \w+){{0,2}}? {_CHANNEL_WORD}", re.IGNORECASE)
_ANY: Final = re.compile(
    r"^(?!.*(?:\?|\bn[ãa]o\b)).*\b(?:tanto faz|qualquer um|n[oa]s dois|os dois|as duas|voc[êe] que (?:sabe|escolhe)|"
    r"voc[êe] escolhe|como (?:for|ficar) melhor|o que for melhor|onde (?:for|quiser))\b",
    re.IGNORECASE,
)


def lacking_channels(text: str, asked: Channel) -> tuple[str, frozenset[Channel]]:
    """Give the words less the channels that will not do, and those: "não tenho zap nem sms".

    "Não manda no zap" is a no to `asked`, the one that was asked about; of another one it is a wish.
    """
    found = [each.group() for each in _LACKING.finditer(text)]
    unwanted = _UNWANTED.search(text)
    if unwanted is not None and named_channel(unwanted.group()) is asked:
        found.append(unwanted.group())
    for words in found:
        text = text.replace(words, " ")
    return text, frozenset(channel for words in found for channel, pattern in _CHANNELS if pattern.search(words))


def says_any(text: str) -> bool:
    """True for "tanto faz", "nos dois": each of what was offered will do."""
    return bool(_ANY.search(text))


def named_method(text: str) -> str | None:
    return next((method for method, pattern in _METHODS if pattern.search(text)), None)


_NO_WISH: Final = re.compile(r"\?|\b(?:n[aã]o|nem|sem|qual|quais|como|tem|aceita\w*|diferen[çc]a)\b", re.IGNORECASE)


def wished_method(text: str) -> str | None:
    """Give the way to pay that a line wishes for: neither refuses nor asks about."""
    return None if _NO_WISH.search(text) else named_method(text)


_IT_WAS: Final = re.compile(r"\b(?:era|eram|foi|foram|custou|comprei|devia)\b", re.IGNORECASE)
_NOW: Final = re.compile(r"\b(agora|hoje|j[aá] (pago|quero pagar|acerto)|na hora)\b", re.IGNORECASE)
_PAYS: Final = re.compile(r"\b(pag\w+|quit\w+|acert\w+|resolv\w+|pix|manda)\b", re.IGNORECASE)
_ADDED: Final = re.compile(r"\b(juros?|multa|taxa|acr[eé]scimo|aument\w+)\b", re.IGNORECASE)
_LATER: Final = re.compile(r"\b(depois|atras\w+|mais pra frente|de novo|em cima disso|nas parcelas)\b", re.IGNORECASE)
_DELAY: Final = re.compile(
    r"\bse (?:eu |a gente )?(?:atras\w+|n[aã]o (?:conseguir|der|puder|pagar)|perder o dia|falhar)", re.IGNORECASE
)
_ENTRY: Final = re.compile(r"\b(de|na|pra|como|uma|a) entrada\b|\bde sinal\b|\bpra come[cç]ar\b", re.IGNORECASE)
_PAID: Final = re.compile(
    r"\bj[áa] (?:\w+ )?(?:pag|quit|acert)|\b(?:paguei|quitei|quitad[oa]|acertei|depositei|transferi|comprovante)\b|"
    r"\b(?:t[áa]|foi|est[áa]|era|ficou) (?:tudo )?pag[oa]\b",
    re.IGNORECASE,
)
_YES: Final = re.compile(
    r"\b(sim|isso|cert\w+|confirm\w+|ok|combinad\w+|fechad\w+|fecho|perfeit\w+|exat\w+|positivo|claro|aham|uhum|"
    r"beleza|t[áa] bom|aceito|concordo)\b",
    re.IGNORECASE,
)
_KIN: Final = (
    r"(?:minha|meu|a|o) (?:net[ao]|filh[ao]|sobrinh[ao]|nora|genro|marido|esposa|irm[ãa]o?|cuidadora?|afilhad[ao])"
)
_SAYS_KIN: Final = re.compile(
    r"(?<!t[ôo] )\b(?:sou|aqui(?: [ée])?|quem fala [ée]) (?:s[óo] )?(?:[oa] )?"
    r"(?:filh[ao]|espos[ao]|marido|mulher|m[ãa]e|pai|irm[ãa]o?|net[ao]|sobrinh[ao]|nora|genro|cunhad[ao]|vizinh[ao])\b"
    r"(?! [úu]nic)",
    re.IGNORECASE,
)
_NOT_BY_HEART: Final = re.compile(
    r"\bde (?:cabe[çc]a|cor|mem[óo]ria)\b|\bn[ãa]o (?:me )?lembro\b|\besqueci\b|"
    r"\b(?:deixa eu|vou|tenho que|preciso) (?:ir )?(?:pegar|buscar|procurar|achar|ver)\b",
    re.IGNORECASE,
)
_HELPER: Final = re.compile(
    rf"\b{_KIN}\b.{{0,20}}\b(ajuda|cuida|resolve|entende|v[êe] isso|mexe)|"
    rf"\bquem (?:me )?(?:ajuda|cuida|resolve|entende|v[êe])\b.{{0,20}}\b{_KIN}\b",
    re.IGNORECASE,
)
_NEAR: Final = (
    r"(?:aqui|comigo|perto|do (?:meu )?lado|em casa|n[ao] (?:sala|cozinha|quarto|quintal|casa|outro c[ôo]modo)|"
    r"junto|dormindo)"
)
_TRUSTED: Final = (
    r"(?:m[ãa]e|pai|irm[ãa]o?|filh[ao]|marido|esposa|mulher|amig[ao]|vizinh[ao]|av[óo]|v[óo]|ti[ao]|prim[ao]|"
    r"namorad[ao]|companheir[ao]|sogr[ao]|cunhad[ao])"
)
_COMPANY: Final = re.compile(
    rf"\b(?:minha|meu|a|o|uma|um) {_TRUSTED}\b (?:t[áa]|est[áa]|fica|mora)\b[^,.!?]{{0,15}}\b{_NEAR}\b|"
    rf"\b(?:t[ôo]|estou|tem|moro) (?:com )?(?:a |o )?(?:minha|meu|uma|um) {_TRUSTED}\b",
    re.IGNORECASE,
)
_APART: Final = re.compile(r"\b(?:n[ãa]o|num|morr\w+|falec\w+|doente|hospital|brig\w+|bate\w*|medo)\b", re.IGNORECASE)
_STANDS_IN: Final = re.compile(
    r"\b(fala|falar|diz|dizer|deixar?) (comigo|para mim|pra mim)|"
    r"\beu (que |mesm[oa] )?(resolvo|pago|cuido|acerto|vejo)\b|"
    r"\b(d[ií]vida|cobran[cç]a|conta atrasada)\b",
    re.IGNORECASE,
)
_FETCHES: Final = re.compile(
    r"\b(?:vou|t[ôo]|estou|deixa(?: eu)?|j[áa]|eu) (?:(?:l[áa]|j[áa]|ir|indo|ali) )*cham(?:o|ar|ando)\b|"
    r"\b(?:vou|t[ôo]|estou|deixa eu|posso|j[áa]|eu) (?:(?:lhe|j[áa]) )*pass(?:o|ar|ando) "
    r"(?:aqui )?(?:(?:pr[ao]|para) el[ae]|(?:pr[ao]|para [ao]) (?:dona|seu)|"
    r"o (?:telefone|celular|fone)|a liga[çc][ãa]o)\b|"
    r"\bel[ae] j[áa](?: j[áa])? (?:vem|vai (?:vir|atender|falar)|(?:est[áa]|t[áa]) vindo|atende)\b|"
    r"\bj[áa] j[áa] atende\b|"
    r"\bel[ae] (?:vai (?:vir|atender)|(?:est[áa]|t[áa]) vindo)\b|"
    r"\b(?:vou|deixa eu) (?:l[áa] )?ver se el[ae] (?:pode|quer|t[áa]|est[áa]|atende|consegue)\b",
    re.IGNORECASE,
)
_FETCHES_NOT: Final = re.compile(
    r"\bel[ae] (?:ainda |agora )?n[ãa]o\b|\bn[ãa]o (?:pode|quer|consegue|t[áa]|est[áa]|vou|quero|posso|precisa)\b|"
    r"\b(?:fal[ae]\w*|di[zg]\w*|assunto|recado)\b.{0,30}\bque eu passo\b|\b(?:telefone|celular) d[aeo]\b|\bvivo\b|"
    r"\b(?:dormi\w+|zap|whats\w*|procon|delegacia|justi[çc]a|de volta|de novo|voc[êe]s|embora|intern\w+|recado|"
    r"mensagem|contato|n[úu]mero|pol[íi]cia|advogad\w+|"
    r"mais tarde|depois|trabalho|viaj\w+|hospital|financeiro)\b",
    re.IGNORECASE,
)
_PAYEE: Final = re.compile(
    r"\b(?:pix|boleto|pagamento|dinheiro|conta)\b.{0,15}\bnome de quem\b|"
    r"\b(?:que|qual o) nome (?:\w+ )?(?:aparec|sai|vem|vai)|"
    r"\bquem [ée] o (?:benefici[áa]rio|favorecido|recebedor)\b|\bnome do (?:benefici[áa]rio|favorecido|recebedor)\b|"
    r"(?<!meu )\bnome (?:que )?(?:aparece|sai|vem) (?:n[oa] (?:pix|boleto|tela)|l[áa])\b|"
    r"\bquem (?:[ée] que )?vai receber\b|"
    r"\b(?:pra|para) quem (?:[ée] que )?vai (?:o |esse |este )?(?:pix|dinheiro|pagamento|valor)",
    re.IGNORECASE,
)
_RATES: Final = re.compile(
    r"\btaxas? (?:de|dos) juros?\b|\bquantos? por cento (?:de juros|ao m[êe]s|por m[êe]s)\b|"
    r"\bquanto (?:\w+ ){0,2}cobram? de juros\b|\bque taxa\b|"
    r"\bjuros? (?:[ée]|s[ãa]o|t[áa]|est[áa]) de quanto\b|(?<!sem )\b(?:juros?|taxa) (?:por|ao|de cada) m[êe]s\b|"
    r"\b(?:quanto|qual) (?:[ée]|que [ée]|[ée] que [ée]) a taxa\b(?! do boleto)",
    re.IGNORECASE,
)
_SMALLER_ENTRY: Final = re.compile(
    r"\bentrada (?:bem |um pouco |mais )*(?:menor|baixa|pequena)\b|\bsem (?:dar )?(?:nenhuma |a )?entrada\b|"
    r"\b(?:menor|diminu\w+|baix\w+|abaix\w+|reduz\w+) (?:de |a |essa |um pouco |bem )*entrada\b|\bmenos de entrada\b|"
    r"\bn[ãa]o (?:tenho|consigo|posso|d[áa])(?: \w+){0,3} entrada\b",
    re.IGNORECASE,
)
_EXAMPLE: Final = re.compile(
    r"\bquanto (?:que |[ée] que )?(?:eu |a gente )?(?:t(?:enho|eria)|precis(?:o|aria)|fica(?:ria)?|"
    r"sai(?:ria)?|d[áa]|daria|seria)\b.{0,20}\b(?:por m[êe]s|a parcela|cada parcela|as parcelas|de parcela)\b|"
    r"\bquanto (?:que )?(?:voc[êe]s?|a loja) quer\w*\b|\b(?:qual|quanto) (?:[ée] |seria )?o m[íi]nimo\b|"
    r"\bo (?:m[íi]nimo|menor) (?:que|poss[íi]vel)\b|\bo que (?:der|tiver|puder)\b.{0,20}\bmenor\b",
    re.IGNORECASE,
)
_HASTE: Final = re.compile(
    r"\b(?:dirig\w+|volante|tr[âa]nsito|trabalh\w+|servi[çc]o|reuni[ãa]o|ocupad\w+|n[ãa]o posso|depois|mais tarde|"
    r"amanh[ãa]|agora)\b",
    re.IGNORECASE,
)
_WHEN: Final = re.compile(r"\b(?:quando|assim que|depois que|s[óo] posso|s[óo] consigo)\b", re.IGNORECASE)
_OF_THE_CALL: Final = re.compile(
    r"\b(?:lig\w+|retorn\w+|telefon\w+|cham[ae]\w*|fal[aeo]\w*|atend\w+|convers\w+|ocupad\w+|trabalh\w+|dirig\w+|"
    r"reuni[ãa]o|correria|hor[áa]rio|outra hora|depois)\b",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(
    r"\b(hello|hi|who|what|this|is|the|speak|english|portuguese|sorry|don'?t|can'?t|can|understand|calling|please|you|"
    r"my|not|yes|i'?m|i|am|just|only|visiting|here|wrong|number|are|it|to|have|help|language)\b",
    re.IGNORECASE,
)
_SAYS_NAME: Final = re.compile(
    r"\b(?i:aqui (?:é|e)|quem (?:tá )?fala(?:ndo)? (?:é|e)|meu nome (?:é|e)|me chamo|sou) (?i:o |a |seu |dona )?"
    r"(?P<name>[A-ZÀ-Ú][a-zà-ÿ]{2,})\b"
)
_IS_NAME: Final = re.compile(
    r"\b(?i:é|e) (?i:o |a |seu |dona )(?P<name>[A-ZÀ-Ú][a-zà-ÿ]{2,})"
    r"(?=,? (?i:sim|mesm[oa]|falando|quem|aqui)\b|[.!,]?$)"
)
"""An answer to "is it Ana?"; "é a Aurora?" asks."""
_SHORTEST_NAME: Final = 3
_FEW_WORDS: Final = 6
_DENIALS: Final = frozenset({"nao", "nem"})
_NO_NAMES: Final = frozenset({"eu", "ela", "ele", "quem", "mesmo", "mesma", "não", "nao", "sim"})
ENGLISH_WORDS: Final = 2


def says_now(text: str) -> bool:
    """True for "pago agora", "quero quitar hoje": paying, and at once."""
    return bool(_NOW.search(text) and _PAYS.search(text))


def wants_smaller_entry(text: str) -> bool:
    """True for "dá pra diminuir a entrada?", "sem entrada": less to begin with."""
    return bool(_SMALLER_ENTRY.search(text))


def asks_for_an_example(text: str) -> bool:
    """True for "quanto fica por mês?", "qual o mínimo?": the caller would rather hear a sum than name one."""
    return bool(_EXAMPLE.search(text))


def says_entry(text: str) -> bool:
    """True for "dou trezentos de entrada": a first sum, with more to come."""
    return bool(_ENTRY.search(text))


def says_own_name(text: str, own: str) -> bool:
    """True where the words are little more than the name asked for: "é a Maria das Dores"."""
    parts = {_folded(part) for part in own.split() if len(part) >= _SHORTEST_NAME}
    words = [_folded(word.strip(",.!?")) for word in text.split()]
    return len(words) <= _FEW_WORDS and not parts.isdisjoint(words) and _DENIALS.isdisjoint(words)


def says_kin(text: str) -> bool:
    """True for "sou o filho", "aqui é a esposa dele": who speaks is somebody else."""
    return bool(_SAYS_KIN.search(text))


def looks_for_document(text: str) -> bool:
    """True for "não sei de cabeça, deixa eu pegar": willing, and without the number at hand."""
    return bool(_NOT_BY_HEART.search(text))


def says_paid(text: str) -> bool:
    """True for "já paguei", "tá pago": done, and no "eu pago no começo do mês"."""
    return bool(_PAID.search(text))


def says_yes(text: str) -> bool:
    """True where a plain yes is among the words: "pode ser por boleto" names a way to pay, and agrees to nothing."""
    return bool(_YES.search(text))


def names_helper(text: str) -> bool:
    """True for "minha neta que me ajuda", "quem vê isso é meu filho": somebody of trust, said without being asked."""
    return bool(_HELPER.search(text))


def names_company(text: str) -> bool:
    """True for "minha mãe tá na sala", "tô com a minha irmã": somebody is near, and nothing is said against them."""
    return bool(_COMPANY.search(text)) and not _APART.search(text)


def stands_in(text: str) -> bool:
    """True for "pode falar comigo, eu resolvo", "é dívida, né?": somebody else who means well, or wants to know."""
    return bool(_STANDS_IN.search(text))


def fetches_person(text: str) -> bool:
    """True for "vou chamar ela, um minutinho", "ela já vem": whoever answered fetches the person asked for."""
    return bool(_FETCHES.search(text)) and not _FETCHES_NOT.search(text)


def asks_payee(text: str) -> bool:
    """True for "esse Pix é no nome de quem?": who is paid."""
    return bool(_PAYEE.search(text))


def asks_rates(text: str) -> bool:
    """True for "qual é a taxa de juros?": the rates, not the sums."""
    return bool(_RATES.search(text))


def says_what_it_was(text: str) -> bool:
    """True for "eram mil e duzentos só": the sum as the caller knows it, not one that they would pay."""
    return bool(_IT_WAS.search(text))


def speaks_of_haste(text: str) -> bool:
    """True for "tô dirigindo, me liga no fixo": now is no time to talk."""
    return bool(_HASTE.search(text))


def says_when(text: str) -> bool:
    """True for "só posso quando eu receber": willing, and not yet."""
    return bool(_WHEN.search(text))


def speaks_of_the_call(text: str) -> bool:
    """True for "agora não posso falar", "me liga depois": of talking, and not of money."""
    return bool(_OF_THE_CALL.search(text))


def says_whole(text: str) -> bool:
    """True for "pago tudo", "quero quitar": all of it, at one time."""
    return bool(_LUMP.search(text) and _PAYS.search(text))


def asks_of_a_delay(text: str) -> bool:
    """True for "e se atrasar uma parcela?": what becomes of the offer, not of the debt."""
    return bool(_DELAY.search(text))


def asks_what_comes_later(text: str) -> bool:
    """True for "e tem juros depois?", "se eu atrasar, tem multa?": of the offer's terms, not of the account."""
    return bool(_ADDED.search(text) and _LATER.search(text))


def speaks_english(text: str) -> bool:
    """True where most of the words are the commonest English ones."""
    words = text.split()
    found = len(_ENGLISH.findall(text))
    return found >= ENGLISH_WORDS and found * 5 >= len(words) * 3


def says_other_name(text: str, own: str) -> bool:
    """True where the caller gives a name ("aqui é o Rafael") that is no part of `own`, the full name asked for."""
    parts = {_folded(part) for part in own.split()}
    said = [found["name"] for form in (_SAYS_NAME, _IS_NAME) for found in form.finditer(text)]
    return any(_folded(name) not in parts and name.lower() not in _NO_NAMES for name in said)


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def says_monthly(text: str) -> bool | None:
    """True for an amount a month, False for a sum at once, None when the words do not tell."""
    if _MONTHLY.search(text):
        return True
    return False if _LUMP.search(text) else None
