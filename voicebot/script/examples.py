"""An example of any act from the types of its fields, so that a new act is checked without anyone writing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from voicebot.domain.dialogue.acts import Act
from voicebot.script.errors import ActWithoutExample

Known = Mapping[Any, Any]
"""A value for each type that has no obvious one: an offer, an amount, a verification."""


def example_of(act_class: type[Act], known: Known) -> Act:
    """Build one act, taking the defaults where there are any.

    Raises:
        ActWithoutExample: a field of a type with no example; says which and where to give one.
    """
    hints = get_type_hints(act_class)
    values: dict[str, Any] = {}
    for each in fields(act_class):
        if each.default is not MISSING or each.default_factory is not MISSING:
            continue
        try:
            values[each.name] = _value(hints[each.name], known)
        except LookupError:
            raise ActWithoutExample(act_class.__name__, each.name) from None
    return act_class(**values)


def _value(hint: Any, known: Known) -> Any:
    if get_origin(hint) in (Union, UnionType):
        return _value(next(each for each in get_args(hint) if each is not type(None)), known)
    if get_origin(hint) is tuple:
        return (_value(get_args(hint)[0], known),)
    if hint in known:
        return known[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    raise LookupError(hint)


PLAIN: dict[Any, Any] = {
    str: "23117",
    int: 2,
    bool: False,
    date: date(2026, 12, 23),
    datetime: datetime(2026, 11, 28, 13, 0, tzinfo=UTC),
    Decimal: Decimal(10),
}
