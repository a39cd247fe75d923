"""Yes and no in their many forms; one truth value a line, from the words it opens or, in the north-east, ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from voicebot.domain.meaning import EntityType
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Found, found

_OPENING: Final = re.compile(
    r"(?:(?:ah|e|eh|olha|bom|entao|ai|oxe|oxente|uai|ue|nao sei|ixi|vixe|ta|hum|bem|opa|rapaz|moca|moco) ,? ?)*"
)
_YES: Final = words(
    r"sim|isso(?: mesmo| ai| memo)?|claro(?: que sim)?|com certeza|com toda certeza|aham|ahan|aha|uhum|hum hum|hunrum|"
    r"positivo|exato|exatamente|certo|certinho|certissimo|correto|corretissimo|pode ser|fechado|fecha|fechou|beleza|"
    r"blz|ta bom|ta certo|ta otimo|ok|okay|e sim|e isso(?: mesmo| ai)?|pode(?: sim)?(?! (?:mandar|me|ligar|falar))|"
    r"quero sim|aceito(?: sim)?|concordo|combinado|bora|demorou|logico|obvio|obviamente|perfeito|de acordo|"
    r"to de acordo|estou de acordo|sem duvida|com prazer|sou sim|sou eu(?: sim| mesm[oa])?|consigo sim|posso sim|"
    r"vou sim|tenho sim|da sim|ate que sim|acho que sim|creio que sim|afirmativo|yes|show|maravilha|simbora|firmeza|"
    r"ta fechado|ta combinado|de boa|por mim tudo bem|tudo bem|claro ne"
)
_NO: Final = words(
    r"nao(?! (?:mais (?:do )?(?:que|de)|passa|passo) )|num (?:quero|posso|da|vou|sei|tenho|consigo)|"
    r"nem(?! so)|negativo|"
    r"de jeito nenhum|de forma alguma|de maneira nenhuma|nunca|jamais|claro que nao|logico que nao|que nada|"
    r"acho que nao|creio que nao|sim nao|nada disso|(?:e|quero|posso|tenho|vou|consigo|da|sou) nao|nops|nao nao|"
    r"sem chance|nem a pau|nem pensar|de modo algum"
)


def booleans(sketch: Sketch) -> Iterator[Found]:
    """Give the truth value of a line's opening; a "no" there wins over a "yes"."""
    opening = _OPENING.match(sketch.text)
    start = opening.end() if opening else 0
    unsure = sketch.text.startswith("nao sei")
    for pattern, value in ((_NO, "false"), (_YES, "true")):
        match = pattern.match(sketch.text, start) or (None if unsure else pattern.match(sketch.text))
        if match:
            yield found(EntityType.BOOLEAN, sketch.raw, sketch.span(match), value)
            return
