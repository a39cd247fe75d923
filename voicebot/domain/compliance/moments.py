"""Days and hours in a spoken Portuguese text."""

from __future__ import annotations

from typing import Final

from voicebot.domain.compliance.figure import DateFigure, Figure, RelativeDayFigure, TimeFigure, WeekdayFigure
from voicebot.domain.compliance.numerals import THOUSAND, Mark, Token, whole, word

MONTHS: Final = {
    "janeiro": 1, "fevereiro": 2, "marco": 3, "abril": 4, "maio": 5, "junho": 6, "julho": 7, "agosto": 8,
    "setembro": 9, "outubro": 10, "novembro": 11, "dezembro": 12,
}  # fmt: skip
_WEEKDAYS: Final = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6}
_ALWAYS_DAYS: Final = frozenset({"sabado", "domingo"})
_BEFORE_WEEKDAY: Final = frozenset({"na", "pra", "ate", "nesta", "nessa", "proxima", "toda", "desta", "dessa"})
_AFTER_ORDINAL: Final = frozenset({"via", "parcela", "opcao", "vez", "conta", "fatura", "forma", "divida", "coisa"})
_HALVES: Final = {"manha": 0, "madrugada": 0, "tarde": 12, "noite": 12}
BEGINNINGS: Final = frozenset({"dia", "dias", "primeiro", "depois", "amanha", "hoje", "ontem", "meio", *_WEEKDAYS})
"""Words other than numbers that a day or an hour can begin with."""
_DUE_BEFORE_TODAY: Final = frozenset({"ainda", "vence", "pagar", "pague", "pagando", "paga"})
"""Before "hoje" these make it a deadline; alone it only says when one speaks."""
_LAST_DAY: Final = 31
_NOON: Final = 12
_HOURS: Final = 24
_MINUTES: Final = 60
Read = tuple[Figure, int]


def read_moment(line: tuple[Token, ...], at: int) -> Read | None:
    """Read a day or an hour that starts at a position; gives it with the position after it."""
    return _shaped(line, at) or _day(line, at) or _weekday(line, at) or _relative(line, at) or _time(line, at)


def _shaped(line: tuple[Token, ...], at: int) -> Read | None:
    token = line[at]
    if token.mark is Mark.ISO_DATE:
        year, month, day = (int(part) for part in token.text.split("-"))
        return DateFigure(token.start, token.end, day, month, year), at + 1
    if token.mark is Mark.SLASH_DATE:
        parts = [int(part) for part in token.text.split("/")]
        year_or_none = _full_year(parts[2]) if len(parts) > 2 else None
        return DateFigure(token.start, token.end, parts[0], parts[1], year_or_none), at + 1
    if token.mark is Mark.CLOCK:
        hour, _, minute = token.text.replace("h", ":").partition(":")
        return TimeFigure(token.start, token.end, int(hour), int(minute or 0), int(hour) > _NOON), at + 1
    return None


def _full_year(year: int) -> int:
    return year + 2000 if year < 100 else year


def _day(line: tuple[Token, ...], at: int) -> Read | None:
    """Read "dia dez", "dez de julho", "dia dez de julho de dois mil e vinte e seis", "cinco do doze"."""
    named = word(line, at) in {"dia", "dias"}
    start = at + 1 if named else at
    number = _day_number(line, start)
    if number is None:
        return None
    day, end = number
    month, after = _month(line, end)
    if not named and month is None:
        return None
    if month is None and day == 1 and word(line, start) == "um":
        return None
    year, after = _year(line, after) if month is not None else (None, end)
    every = named and word(line, at - 1) in {"todo", "todos", "cada"}
    return DateFigure(line[at].start, line[after - 1].end, day, month, year, every), after


def day_in_list(line: tuple[Token, ...], at: int) -> Read | None:
    """Read a further day after "dias dez": the number may follow "e", "ou" or a comma."""
    joined = at < len(line) and (line[at].plain in {"e", "ou"} or line[at].text == ",")
    number = _day_number(line, at + 1) if joined else None
    if number is None:
        return None
    day, end = number
    return DateFigure(line[at + 1].start, line[end - 1].end, day), end


def _day_number(line: tuple[Token, ...], at: int) -> tuple[int, int] | None:
    if word(line, at) == "primeiro":
        return 1, at + 1
    number = whole(line, at) if at < len(line) else None
    return (number.value, number.end) if number and 1 <= number.value <= _LAST_DAY else None


def _month(line: tuple[Token, ...], at: int) -> tuple[int | None, int]:
    if word(line, at) == "de" and word(line, at + 1) in MONTHS:
        return MONTHS[word(line, at + 1)], at + 2
    if word(line, at) == "do" and at + 1 < len(line):
        number = whole(line, at + 1)
        if number is not None and number.value in MONTHS.values():
            return number.value, number.end
    return None, at


def _year(line: tuple[Token, ...], at: int) -> tuple[int | None, int]:
    if word(line, at) not in {"de", "do"} or at + 1 >= len(line):
        return None, at
    number = whole(line, at + 1)
    if number is None or not THOUSAND < number.value < 3 * THOUSAND:
        return None, at
    return number.value, number.end


def _weekday(line: tuple[Token, ...], at: int) -> Read | None:
    name = word(line, at)
    if name not in _WEEKDAYS:
        return None
    fair = word(line, at + 1) == "feira" or (word(line, at + 1) == "-" and word(line, at + 2) == "feira")
    end = at + 1 + (0 if not fair else 1 if word(line, at + 1) == "feira" else 2)
    before, after = word(line, at - 1), word(line, end)
    ordinal = after in _AFTER_ORDINAL
    sure = fair or name in _ALWAYS_DAYS or (before in _BEFORE_WEEKDAY and not ordinal)
    likely = before in {"a", "para", "de", ",", "e", "ou"} and not ordinal
    stands_alone = after in {"", ",", ".", "?", "!", "que", "dia", "as", "de", "cedo"}
    if not sure and not (likely and stands_alone):
        return None
    return WeekdayFigure(line[at].start, line[end - 1].end, _WEEKDAYS[name]), end


def _relative(line: tuple[Token, ...], at: int) -> Read | None:
    words = tuple(word(line, at + step) for step in range(3))
    if words == ("depois", "de", "amanha"):
        return RelativeDayFigure(line[at].start, line[at + 2].end, 2), at + 3
    if words[0] == "amanha":
        return RelativeDayFigure(line[at].start, line[at].end, 1), at + 1
    if words[0] == "hoje" and word(line, at - 1) in _DUE_BEFORE_TODAY:
        return RelativeDayFigure(line[at].start, line[at].end, 0), at + 1
    if words[0] == "ontem":
        return RelativeDayFigure(line[at].start, line[at].end, -1), at + 1
    return None


def _time(line: tuple[Token, ...], at: int) -> Read | None:
    """Read "às dez", "às nove e meia da manhã", "dez da noite", "meio-dia"; bare numbers are not hours."""
    noon = _noon(line, at)
    if noon is not None:
        return noon
    number = whole(line, at)
    if number is None or number.value >= _HOURS:
        return None
    minute, end = _minutes(line, number.end)
    if word(line, end) in {"horas", "hora"} and (introduced := _introduced(line, at)):
        minute, end = _minutes(line, end + 1) if not minute else (minute, end + 1)
    else:
        introduced = _introduced(line, at)
    half, end = _half(line, end)
    if not introduced and half is None:
        return None
    hour = number.value + (half if half and number.value < _NOON else 0)
    certain = half is not None or hour > _NOON
    return TimeFigure(line[at].start, line[end - 1].end, hour % _HOURS, minute, certain), end


def _noon(line: tuple[Token, ...], at: int) -> Read | None:
    if word(line, at) != "meio" or word(line, at + 1) not in {"dia", "-"}:
        return None
    end = at + 2 if word(line, at + 1) == "dia" else at + 3
    if word(line, end - 1) != "dia":
        return None
    minute, end = _minutes(line, end)
    return TimeFigure(line[at].start, line[end - 1].end, _NOON, minute, certain=True), end


def _introduced(line: tuple[Token, ...], at: int) -> bool:
    """An hour follows "às"; "as" and "das" only after "até", "depois", "antes" or "partir"."""
    before, earlier = (line[at - 1].text if at else ""), word(line, at - 2)
    return before in {"às", "à"} or (before in {"as", "a"} and earlier == "ate") or (
        before in {"das", "da"} and earlier in {"depois", "antes", "partir"}
    )  # fmt: skip


def _minutes(line: tuple[Token, ...], at: int) -> tuple[int, int]:
    if word(line, at) != "e":
        return 0, at
    if word(line, at + 1) == "meia":
        return 30, at + 2
    number = whole(line, at + 1) if at + 1 < len(line) else None
    if number is None or not 0 < number.value < _MINUTES:
        return 0, at
    return number.value, number.end + (word(line, number.end) in {"minuto", "minutos"})


def _half(line: tuple[Token, ...], at: int) -> tuple[int | None, int]:
    if word(line, at) == "da" and word(line, at + 1) in _HALVES:
        return _HALVES[word(line, at + 1)], at + 2
    return None, at
