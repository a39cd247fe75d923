"""What an act nobody wrote facts for gives its words: a slot for each field that has one plain way to be said."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

from voicebot.domain.dialogue.acts import Act
from voicebot.domain.money import Money
from voicebot.script.amounts import money
from voicebot.script.moments import at_time, date_spoken
from voicebot.script.numerals import cardinal


def plain_slots(act: Act, today: date) -> dict[str, str]:
    """Give amounts, days, hours and whole numbers by their fields' names; a datetime `at` gives `at` and `at_hour`.

    Texts and choices have no slot: how they are said, or which lines they take, is for `facts` to know.
    """
    slots: dict[str, str] = {}
    for each in fields(act):
        value = getattr(act, each.name)
        match value:
            case bool():
                continue
            case datetime():
                slots[each.name] = date_spoken(value.date(), today=today)
                slots[f"{each.name}_hour"] = at_time(value.time())
            case date():
                slots[each.name] = date_spoken(value, today=today)
            case Money():
                slots[each.name] = money(value)
            case int():
                slots[each.name] = cardinal(value)
    return slots
