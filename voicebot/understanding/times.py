"""Hours of the day and parts of it; an hour without its period is read as one in which people answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.meaning import EntityType
from voicebot.understanding.day_parts import parts_of_day
from voicebot.understanding.sketch import Sketch, words
from voicebot.understanding.spans import Context, Found, found

_PERIOD: Final = (
    r"(?:ja )?(?:da (?:manha(?:zinha)?|matina|madrugada|madruga|tarde|tardinha|tardezinha|noite|noitinha)|"
    r"de (?:manha|tarde|noite)|a (?:tarde|noite))"
)
_HOURS: Final = r"horas?|horinhas?|hrs?|hora|h|hs"
_NOON: Final = r"meio[- ]dia|meia[- ]noite"
_LEAD: Final = (
    r"depois das?|depois de|depois do|a partir das?|a partir do|a partir de|apos as?|apos o|passando das?|antes das?|"
    r"antes do|antes de|ate umas|ate (?:la )?pelas|ate as?|ate o|ate|"
    r"la pelas?|la pelo|por volta das?|por volta do|umas|as|a|pelas|pras|para as|"
    r"das|ao"
)
_CLOCK: Final = (
    rf"(?P<h>§|{_NOON})(?: (?P<unit>{_HOURS}))?"
    rf"(?: : (?P<colon>§)| (?:e )?(?P<m>§)(?: minutos?| min)?| e (?P<half>meia|(?<=dia e )meio))?(?P<sharp> em ponto)?"
    r"(?P<loose1> e pouc[oa]s?| e pouquinho)?"
    rf"(?: (?P<unit2>{_HOURS}))?(?:(?: ,)? (?P<period>{_PERIOD}))?(?P<sharp2> em ponto)?"
    r"(?P<loose> e pouc[oa]s?| e pouquinho)?"
    r"(?P<onward> (?:em|pra) (?:diante|frente))?"
)
_TIME: Final = words(rf"(?:(?P<lead>{_LEAD}) )?{_CLOCK}")
_TO: Final = words(
    rf"(?:(?P<lead>{_LEAD}) )?(?P<m>§)(?: minutos?)? (?:pr[ao]s?|para(?: [ao]s?)?)(?: as)? (?P<h>§|{_NOON})"
    rf"(?: (?:{_HOURS}))?(?: (?P<period>{_PERIOD}))?"
)
_END: Final = rf"(?: (?P<u%d>{_HOURS}))?(?: e (?P<half%d>meia)| : (?P<c%d>§)| e (?P<m%d>§))?"
_BETWEEN: Final = words(
    rf"(?:(?P<opened>entre|d[aeo]s?)(?: as| o)? )?(?P<h1>§|{_NOON}){_END % (1, 1, 1, 1)}(?: (?P<period1>{_PERIOD}))? "
    rf"(?P<joint>e|as|ao?|ate|ou)(?: as| ao?| o)? (?P<h2>§|{_NOON}){_END % (2, 2, 2, 2)}(?: (?P<period2>{_PERIOD}))?"
)
_EITHER: Final = words(
    rf"(?P<opened>as|la pelas|pelas|umas|por volta das|pras)? ?(?P<h1>§|{_NOON}){_END % (1, 1, 1, 1)}"
    rf"(?: (?P<period1>{_PERIOD}))? (?:ou|, ou|,) "
    rf"(?:as |la pelas |umas )?(?P<h2>§|{_NOON}){_END % (2, 2, 2, 2)}(?: (?P<period2>{_PERIOD}))?"
)
_MENDED: Final = re.compile(
    r"(?: [,.…])* (?:nao|digo|quer dizer|alias|ou melhor|melhor|minto|perdao|desculpa|opa|ops|na verdade|espera|pera)"
    r"(?: (?:[,.…]|e|as|a|la pelas|umas|melhor))* (?P<h>§)(?: e (?P<half>meia))?(?=$| [,.!?]| (?:e melhor|ta|"
    r"pode|entao))"
)
"""After an hour: another in its place."""
_ALONE: Final = re.compile(
    r"^(?:(?:[,.…]|pode ser|entao|so|tipo|acho que|e|ah|la|melhor|hoje|amanha|umas|sim|ta|bom) )*$"
)
"""Before an hour that is told with its minutes and nothing else."""
_NOON_HOUR: Final = 12
_FEW_HOURS: Final = 3
_DAY_BEFORE: Final = re.compile(
    r"\b(?:hoje|amanha|segunda|terca|quarta|quinta|sexta|sabado|domingo)(?:[- ]feira)?(?: cedo)?(?: ,)? $"
)
_AFTER: Final = re.compile(r"depois|a partir|apos|passando")
_BEFORE: Final = re.compile(r"antes|ate")
_NOT_AHEAD: Final = re.compile(r"\bnao(?: \w+){0,4} $")
_NOT_THEN: Final = re.compile(r"(?: ,)? (?:eu )?(?:nao|nem)\b")
_LASTS: Final = re.compile(
    r" (?:de (?:onibus|viagem|carro|moto|trem|metro|barco|estrada|fila|espera|atraso|servico|trabalho)|"
    r"pr?a outra|por (?:dia|semana|mes|noite)|diarias?|seguidas|extras?|esperando|n[oa] (?:fila|onibus|transito))\b"
)
_LASTING: Final = re.compile(
    r"\b(?:trabalh\w+|fiquei|fica|fico|lev[ao]|levou|demor\w+|esper\w+|durm\w+|gast\w+|faz)(?: (?:umas|mais de|"
    r"quase))? $"
)
"""Before hours that are a length of time."""
_SOME_TIME: Final = re.compile(r" (?:eu|a gente|el[ea]s?|vai|isso|dess[ae]s|ou outra)\b")
"""After "uma hora" that is some time or other."""
_CALLS: Final = r"(?:so|(?:me )?(?:liga|ligue|ligar|chama|chame|retorna|retorne|procura|procure)|pode(?: ser| ligar)?)"
_ONLY_AFTER: Final = re.compile(rf"[^.!?;]{{0,25}}?\b{_CALLS} depois(?: disso| dessa hora)?(?=$| [.,!?;])")
_ONLY_BEFORE: Final = re.compile(rf"[^.!?;]{{0,25}}?\b{_CALLS} antes(?: disso| dessa hora)?(?=$| [.,!?;])")
_LOOSE: Final = re.compile(r"la pel|por volta|umas")
_ONLY: Final = re.compile(
    r"(?:.* )?(?P<it>(?P<h>§)|manha(?:zinha)?|cedinho|cedo|tarde(?:zinha)?|tardinha|noite|"
    r"noitinha)(?: (?:mesmo|ta bom|pode ser))?"
)
_BARE_PARTS: Final = {
    "ced": ("08:00", "10:00"), "manhaz": ("08:00", "10:00"), "manha": ("08:00", "12:00"), "tardez": ("16:00", "18:00"),
    "tardi": ("16:00", "18:00"), "tarde": ("12:00", "18:00"), "noit": ("18:00", "22:00"),
}  # fmt: skip
_IN_A_WHILE: Final = words(
    r"(?:daqui(?: a)?|em|dentro de|mais|(?:me )?da)(?P<loose> uns| umas| §(?= meia)| mais ou menos)? "
    r"(?P<n>§|meia) "
    r"(?P<unit>horas?|horinhas?|minutos?|minutinhos?|min)(?P<half> e meia)?"
)
_WHILE: Final = words(
    r"(?:(?P<loose>uns|umas) )?(?P<n>§|meia) (?P<unit>hora|horinhas?|minutos?|minutinhos?|min)(?P<half>(?!))?"
)
_NAMED_PART: Final = re.compile(r"\b(?:a|de|da|na|pela) (manha|tarde|noite)\b")
_HOURS_OF: Final = {"manha": range(5, 12), "tarde": range(1, 7), "noite": range(6, 12)}
_HOUR_CUE: Final = frozenset({"as", "das", "pras", "pelas", "para as", "umas", "la pelas", "la pelo"})
_NOT_HOURS: Final = re.compile(
    r" (?:conto|contos|reais|real|pila|pau|paus|parcelas?|vezes|dias?|mes|meses|por cento|%)\b"
)


def times(sketch: Sketch, context: Context) -> Iterator[Found]:
    for match in sketch.find(_IN_A_WHILE):
        yield from _in_a_while(sketch, match, context)
    for match in sketch.find(_BETWEEN):
        yield from _between(sketch, match, context)
    for match in sketch.find(_EITHER):
        yield from _either(sketch, match)
    for match in sketch.find(_TO):
        yield from _minutes_to(sketch, match)
    for match in sketch.find(_TIME):
        yield from _time(sketch, match, context)
    yield from parts_of_day(sketch)
    if context.expecting is Phase.CALLBACK:
        yield from _bare(sketch, context)


def _bare(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Read "nove" and "tardezinha", said alone where an hour was asked for."""
    yield from _bare_while(sketch, context)
    match = _ONLY.fullmatch(sketch.text.rstrip(" .,!?…"))
    if match is None or not _ALONE.match(sketch.text[: match.start("it")]):
        return
    if match["h"] is None and sketch.text.startswith("ta "):
        return  # "tá tarde" is late
    if match["h"] is None:
        low, high = next(hours for part, hours in _BARE_PARTS.items() if match["it"].startswith(part))
        yield found(EntityType.TIME, sketch.raw, sketch.span(match, "it"), None, low=low, high=high)
    elif (hour := _hour(sketch, match, "h")) and sketch.raw[slice(*sketch.span(match, "h"))].lower() != "um":
        yield found(EntityType.TIME, sketch.raw, sketch.span(match, "it"), f"{_in_period(hour, None):02d}:00")


def _bare_while(sketch: Sketch, context: Context) -> Iterator[Found]:
    """Read "vinte minutos" and "meia horinha" alone; "duas horas" is the hour of the clock."""
    for match in sketch.find(_WHILE):
        whole = _ALONE.match(sketch.text[: match.start()]) and not sketch.text[match.end() :].strip(" .,!?…")
        if whole and (match["n"] == "meia" or not match["unit"].startswith("hora")):
            yield from _in_a_while(sketch, match, context)


def _in_a_while(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    number = sketch.number(match, "n")
    if number is not None and not 0 < number.value <= 600:
        return
    amount = float(number.value) if number else 0.5
    hours = match["unit"].startswith("hor")
    minutes = amount * 60 if hours else amount
    if match["half"]:
        minutes += 30
    then = context.at + timedelta(minutes=minutes)
    yield found(EntityType.TIME, sketch.raw, sketch.span(match), f"{then:%H:%M}", approx=bool(match["loose"]))


def _between(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    cued = (
        any(match[group] for group in ("u1", "u2", "c1", "c2", "half1", "half2", "period1", "period2"))
        or "mei" in match["h1"] + match["h2"]
        or match["opened"] == "das"
        or " as " in match.group()
        or (not context.amount and _DAY_BEFORE.search(sketch.text[: match.start()]))
    )
    marked = (match["u1"] or match["c1"]) and (match["u2"] or match["c2"])
    if not match["opened"] and not (marked and match["joint"] in {"as", "a", "ao", "ate"}):
        return
    first, second = _hour(sketch, match, "h1"), _hour(sketch, match, "h2")
    minutes = [_minute(sketch, match, str(end)) for end in (1, 2)]
    if not cued or first is None or second is None or None in minutes or _NOT_HOURS.match(sketch.text, match.end()):
        return
    period = match["period2"] or match["period1"]
    low = f"{_in_period(first, match['period1'] or period):02d}:{minutes[0]:02d}"
    high = f"{_in_period(second, period):02d}:{minutes[1]:02d}"
    if low < high:
        yield found(EntityType.TIME, sketch.raw, sketch.span(match), None, low=low, high=high)


def _either(sketch: Sketch, match: re.Match[str]) -> Iterator[Found]:
    """Read "sete ou oito da noite", "lá pelas sete, sete e meia" as a stretch."""
    cued = match["opened"] or any(
        match[group] for group in ("u1", "u2", "c1", "c2", "half1", "half2", "period1", "period2")
    )
    first, second = _hour(sketch, match, "h1"), _hour(sketch, match, "h2")
    minutes = [_minute(sketch, match, str(end)) for end in (1, 2)]
    if not cued or first is None or second is None or None in minutes or _NOT_HOURS.match(sketch.text, match.end()):
        return
    low = f"{_in_period(first, match['period1'] or match['period2']):02d}:{minutes[0]:02d}"
    high = f"{_in_period(second, match['period2'] or match['period1']):02d}:{minutes[1]:02d}"
    if low < high and int(high[:2]) - int(low[:2]) <= _FEW_HOURS:
        start = sketch.span(match, "opened" if match["opened"] else "h1")[0]
        yield found(EntityType.TIME, sketch.raw, (start, sketch.span(match)[1]), None, low=low, high=high)


def _minutes_to(sketch: Sketch, match: re.Match[str]) -> Iterator[Found]:
    """Read "quinze pras oito": a quarter of an hour before."""
    minutes, hour = sketch.number(match, "m"), _hour(sketch, match, "h")
    if minutes is None or hour is None or minutes.value not in {5, 10, 15, 20, 25}:
        return
    late = (_in_period(hour, match["period"]) * 60 - int(minutes.value)) % (24 * 60)
    yield _placed(sketch, match, f"{late // 60:02d}:{late % 60:02d}", "m")


def _time(sketch: Sketch, match: re.Match[str], context: Context) -> Iterator[Found]:
    hour = _hour(sketch, match, "h")
    minute = _minute(sketch, match)
    if hour is None or minute is None or not _is_clock(sketch, match, context):
        return
    period = match["period"] or _elsewhere(sketch, hour)
    yield _placed(sketch, match, f"{_in_period(hour, period):02d}:{minute:02d}", "h")
    if mended := _MENDED.match(sketch.text, match.end()):
        yield from _instead(sketch, mended, period)


def _instead(sketch: Sketch, match: re.Match[str], period: str | None) -> Iterator[Found]:
    """Read the bare hour that corrects another: "às três, não, quatro"."""
    hour = _hour(sketch, match, "h")
    if hour is not None:
        value = f"{_in_period(hour, period):02d}:{30 if match['half'] else 0:02d}"
        yield found(EntityType.TIME, sketch.raw, sketch.span(match, "h"), value)


def _elsewhere(sketch: Sketch, hour: int) -> str | None:
    """Give the part of the day that the line names apart from the hour: "à noite, depois das oito"."""
    parts = set(_NAMED_PART.findall(sketch.text))
    part = parts.pop() if len(parts) == 1 else None
    return part if part and hour in _HOURS_OF[part] else None


def _placed(sketch: Sketch, match: re.Match[str], text: str, starts: str) -> Found:
    """Give an hour, or the bound that its lead makes of it."""
    lead = match["lead"] or ""
    later = _ONLY_AFTER.match(sketch.text, match.end())
    after = _AFTER.search(lead) or match.groupdict().get("onward") or later
    before = _BEFORE.search(lead) or (not later and _ONLY_BEFORE.match(sketch.text, match.end()))
    group: int | str = 0 if after or before else starts
    span = (sketch.span(match, group)[0], sketch.span(match)[1])
    if after:
        return found(EntityType.TIME, sketch.raw, span, None, low=text)
    if before and (_NOT_AHEAD.search(sketch.text[: match.start()]) or _NOT_THEN.match(sketch.text, match.end())):
        return found(EntityType.TIME, sketch.raw, span, None, low=text)
    if before:
        return found(EntityType.TIME, sketch.raw, span, None, high=text)
    loosely = _LOOSE.search(lead) or match.groupdict().get("loose") or match.groupdict().get("loose1")
    return found(EntityType.TIME, sketch.raw, span, text, approx=bool(loosely))


def _is_clock(sketch: Sketch, match: re.Match[str], context: Context) -> bool:
    """Whether a number is an hour: it has a unit, a period, minutes after a colon, a lead in the plural, or is noon."""
    lead = match["lead"] or ""
    if _LASTS.match(sketch.text, match.end()) or (not lead and _LASTING.search(sketch.text[: match.start()])):
        return False
    number = sketch.number(match, "h")
    some = number is not None and number.article and match["unit"] == "hora" and not lead
    if some and context.expecting is not Phase.CALLBACK and _SOME_TIME.match(sketch.text, match.end()):
        return False
    if any(match[group] for group in ("unit", "unit2", "colon", "period", "sharp", "sharp2")) or match["h"] != "§":
        return not (match["m"] and context.amount and not match["unit"])
    if match["half"] or _is_told_with_minutes(sketch, match, context):
        return True
    told = match["loose"] or match["loose1"] or _NAMED_PART.search(sketch.text)
    if lead == "umas" and (told or context.expecting is Phase.CALLBACK):
        return True
    if lead == "a":
        return bool(number and number.article and sketch.raw[sketch.span(match)[0]] in "àÀ")
    return (
        lead in _HOUR_CUE - {"umas", "das"}
        or lead.endswith((" das", " as", " pelas"))
        or bool(match["onward"] and lead == "das")
    )


def _is_told_with_minutes(sketch: Sketch, match: re.Match[str], context: Context) -> bool:
    """Whether it is "duas e quinze", said of hours alone, or "cinco e quarenta" where an hour was asked for."""
    hour, minutes = sketch.number(match, "h"), sketch.number(match, "m")
    if hour is None or minutes is None or minutes.value % 5 or _NOT_HOURS.match(sketch.text, match.end()):
        return False
    if context.amount or context.document or context.birth:
        return False
    if context.expecting is Phase.CALLBACK or sketch.raw[hour.start : hour.end].lower() in {"uma", "duas"}:
        return True
    head = sketch.text[: match.start()]
    late = hour.value > _NOON_HOUR
    alone = _ALONE.match(head) and (late or not sketch.text[match.end() :].strip(" .,!?…"))
    return context.expecting is None and bool(alone or (late and _DAY_BEFORE.search(head)))


def _hour(sketch: Sketch, match: re.Match[str], group: str) -> int | None:
    if match[group] is not None and match[group].startswith("mei"):
        return 12 if match[group].endswith("dia") else 0
    number = sketch.number(match, group)
    if number is None or number.value != number.value.to_integral_value() or not 0 <= number.value <= 24:
        return None
    return int(number.value) % 24


def _minute(sketch: Sketch, match: re.Match[str], end: str = "") -> int | None:
    if match[f"half{end}"]:
        return 30
    number = sketch.number(match, f"{'c' if end else 'colon'}{end}") or sketch.number(match, f"m{end}")
    if number is None:
        return 0
    whole = number.value == number.value.to_integral_value()
    return int(number.value) if whole and not number.article and 0 <= number.value < 60 else None


def _in_period(hour: int, period: str | None) -> int:
    """Put a spoken hour into its half of the day; without a period, one to seven are after noon."""
    named = (period or "").split(" ")[-1]
    if named.startswith(("tard", "noit")) and hour < _NOON_HOUR:
        return hour + 12
    if not named and 1 <= hour <= 7:
        return hour + 12
    return hour
