"""The conversation as JSON lines: what `chat` reads and writes, as the contracts have it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from voicebot.application.conversation import Conversation, Turn
from voicebot.application.meaning_json import entity_json
from voicebot.domain.agreement import as_contract, offer_as_contract
from voicebot.domain.compliance.rules import Refused
from voicebot.domain.dialogue.acts import Escalate
from voicebot.domain.dialogue.phases import Phase
from voicebot.domain.meaning import Meaning

KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class BadLine(Exception):
    """An input line is none of the three forms; nothing has changed."""

    reason: str

    def __str__(self) -> str:
        return self.reason


def blocked(refusal: Refused, at: datetime) -> dict[str, Any]:
    """The one line of a call that a rule refuses."""
    possible = refusal.possible_from.isoformat() if refusal.possible_from is not None else None
    return {
        "turn": 0,
        "at": at.isoformat(),
        "say": "",
        "acts": [],
        "phase": "closing",
        "asks": None,
        "heard": None,
        "verified": False,
        "offers": [],
        "ended": True,
        "disposition": "blocked",
        "agreement": None,
        "escalation": None,
        "callback_at": None,
        "incident": None,
        "blocked_by": {"rule": refusal.rule, "reason": refusal.reason, "possible_from": possible},
    }


def turn_json(turn: Turn, number: int) -> dict[str, Any]:
    """One turn's output line."""
    state = turn.state
    escalation = state.escalation
    return {
        "turn": number,
        "at": turn.at.isoformat(),
        "say": turn.text,
        "acts": [type(line.act).__name__ for line in turn.lines],
        "phase": state.phase.value,
        "asks": state.asks.value if state.asks is not None else None,
        "heard": _heard(turn.heard),
        "verified": state.verified,
        "offers": [offer_as_contract(offer, new=offer.id in turn.new_offers) for offer in state.bargain.offers],
        "ended": state.ended,
        "disposition": state.disposition.value if state.disposition is not None and state.ended else None,
        "agreement": as_contract(state.agreement) if state.agreement is not None else None,
        "escalation": None
        if escalation is None
        else {
            "reason": escalation.reason.value,
            "urgency": escalation.urgency.value,
            "summary": escalation.summary,
        },
        "callback_at": state.callback_at.isoformat() if state.callback_at is not None else None,
        "incident": turn.incident,
    }


def _heard(meaning: Meaning | None) -> dict[str, Any] | None:
    if meaning is None:
        return None
    return {
        "intent": meaning.intent.value,
        "also": [intent.value for intent in meaning.also],
        "confidence": round(meaning.confidence, 3),
        "entities": [entity_json(entity) for entity in meaning.entities],
    }


async def hold(conversation: Conversation, lines: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """Give the first line, then exactly one line for each input line; input after the end is ignored."""
    number = 0
    yield turn_json(await conversation.start(), number)
    for raw in lines:
        if conversation.state.ended:
            return
        try:
            turn = await _take(conversation, raw)
        except BadLine as error:
            yield {"error": error.reason}
            continue
        if _handed_over(turn):
            joined = await conversation.human_joined()
            turn = replace(turn, state=joined.state)
        number += 1
        yield turn_json(turn, number)
    if not conversation.state.ended:
        yield turn_json(await conversation.hung_up(), number + 1)


def _handed_over(turn: Turn) -> bool:
    """In text a person takes over at once; in a crisis the bot stays for as long as the caller writes."""
    return turn.state.phase is Phase.HAND_OVER and any(isinstance(line.act, Escalate) for line in turn.lines)


async def _take(conversation: Conversation, raw: str) -> Turn:
    """Read one input line.

    Raises:
        BadLine: it is not `{"text": ...}`, `{"silence": true}` or `{"dtmf": ...}`.
    """
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadLine('not JSON: write {"text": "alô"}, {"silence": true} or {"dtmf": "529"}') from None
    if not isinstance(event, dict) or len(event) != 1:
        raise BadLine('one of {"text": ...}, {"silence": true}, {"dtmf": ...} is expected')
    match next(iter(event.items())):
        case "text", str(text):
            return await conversation.hear(text)
        case "silence", True:
            return await conversation.silence()
        case "dtmf", str(keys) if keys and set(keys) <= KEYS:
            return await conversation.pressed(keys)
        case _:
            raise BadLine('unknown form: write {"text": "alô"}, {"silence": true} or {"dtmf": "529"}')
