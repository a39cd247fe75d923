"""Whether a hard word was really said as one: denied, quoted, granted as the caller's right, or an everyday phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_CLAUSE: Final = re.compile(r"[.?!;]")
_DENIES: Final = re.compile(
    r"\b(?:nao|nunca|jamais|nem|nenhum|nenhuma|ninguem|sem|nada de|longe de|deixa de)\b((?: \S+){0,6}) ?$"
)
_BREAKS_DENIAL: Final = re.compile(
    r"\b(?:pag\w+|quit\w+|acert\w+|resolv\w+|regulariz\w+|fech\w+|liqu\w+|deposit\w+|mas|senao|porque|entao|atend\w+"
    r"|retorn\w+|respond\w+|colabor\w+|negoci\w+|cumpr\w+|tem jeito|adianta|tem vergonha|sente)\b|,.*,"
)
_IF: Final = re.compile(r"\b(?:se|caso|enquanto|quem|quando|ja que|como|senao|ou)(?: \S+){0,3} ?$")
_QUOTES: Final = re.compile(
    r"\b(?:voce|o senhor|a senhora|senhor|senhora|eles?|elas?|alguem|quem|outra pessoa|outro|outra empresa|colega)"
    r"(?: \S+){0,5} (?:fal\w+|diss\w+|mencion\w+|coment\w+|cont(?:ou|aram)|ouviu|ouvi\w*|ameac\w+|"
    r"cham\w+|usou|citou|leu|receb\w+"
    r"|perguntou|pergunta)\b|\b(?:medo|receio|preocupacao|preocupad\w|duvida|pergunta|palavra|golpe|mensagem)\b"
)
_RIGHT: Final = re.compile(
    r"\b(?:direito|fica a vontade|fique a vontade|a vontade|livre|pode (?:\S+ ){0,3}(?:procurar|"
    r"buscar|acionar|recorrer|consultar|"
    r"entrar|reclamar|falar com))\b"
)
_NEVER: Final = re.compile(
    r"\b(?:ninguem|nunca|jamais|nao (?:vou|vamos|vai|e|ha|tem|existe|esta|foi|precisa|se preocupe|"
    r"(?:\S+ )?ameac\w+))\b(?! (?:\S+ ){0,4}"
    r"(?:mais|para sempre|pagar|ter vergonha))"
)
_EVERYDAY: Final = re.compile(
    r"processo (?:de|do|da|interno|todo|inteiro|rapid\w+|simples|seguro|leva|demora)\b"
    r"(?! (?:cobranca judicial|execucao|penhora|judicial))|processo (?:e|fica) (?:bem |muito |"
    r"todo )?(?:rapid|simples|segur|assim|tranquil|facil)\w*|(?:todo|esse|este|o|"
    r"nosso) processo (?!judicial|contra|na justica|vai|esta|ja)"
    r"|process(?:ar|o|amos|ando|ad[oa]|amento) (?:o |a |seu |sua |esse |essa |"
    r"d[oae] )*(?:pagamento|pedido|solicitacao|baixa|pix|boleto|"
    r"informac\w+|dados|acordo|registro|cadastro)"
    r"|bloque\w+ (?:(?:de |as |os |do |da |o |esse |seu |sua |todas |essas |novas |"
    r"meu )*)(?:ligac\w+|contato\w*|numero|telefone|chamad\w+|lista|cobranca)"
    r"|(?:numero|telefone|contato) (?:\S+ ){0,3}bloquead\w|sem (?:nenhuma )?enrolacao|"
    r"execucao (?:do|desse|deste) (?:acordo|servico|pedido)"
    r"|juros (?:\S+ )?(?:corr\w+|continu\w+|segu\w+|som\w+)|lixo eletronico"
    r"|(?:caixa|pasta) de (?:spam|lixo)|horas? extras?"
)


def serious(words: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Give the matches that nothing around them takes the edge off."""
    everyday: list[tuple[int, int]] | None = None
    for found in pattern.finditer(words):
        if everyday is None:  # most lines match nothing, and this is the dearer search
            everyday = [each.span() for each in _EVERYDAY.finditer(words)]
        if any(start <= found.start() < end for start, end in everyday):
            continue
        before, after = _around(words, found)
        if not (_denied(before) or _QUOTES.search(before) or _RIGHT.search(before) or _RIGHT.search(after[:40])):
            yield found


def everyday(words: str) -> bool:
    """Tell whether a hard word stands in an everyday phrase."""
    return _EVERYDAY.search(words) is not None


def softened(words: str) -> bool:
    """Tell whether a sentence denies, quotes or grants as a right what it speaks of."""
    return any(_QUOTES.search(part) or _RIGHT.search(part) or _NEVER.search(part) for part in _CLAUSE.split(words))


def _around(words: str, found: re.Match[str]) -> tuple[str, str]:
    """Give the rest of the sentence on both sides; without marks, a dozen words of it."""
    before = _CLAUSE.split(words[: found.start()])[-1]
    after = _CLAUSE.split(words[found.end() :])[0]
    return " ".join(before.split(" ")[-13:]), " ".join(after.split(" ")[:13])


def _denied(before: str) -> bool:
    found = next(reversed(list(_DENIES.finditer(before))), None)
    if found is None or _BREAKS_DENIAL.search(found[1]):
        return False
    return _IF.search(before[: found.start()]) is None
