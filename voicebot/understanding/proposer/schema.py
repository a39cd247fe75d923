"""What the proposer may answer: the JSON schema that is sent, and the strict reading of what comes back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voicebot.domain.meaning import EntityType, Intent
from voicebot.understanding.proposer.errors import ProposerAnswerInvalid, ProposerRefused

MOST_INTENTS: Final = 5
MOST_ENTITIES: Final = 8
MOST_CHARS: Final = 200


class Kind(StrEnum):
    """The entity types that may be proposed: nothing that proves who someone is or how to reach them."""

    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    INSTALMENTS = "instalments"

    @property
    def type(self) -> EntityType:
        return EntityType(self.value)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class ProposedEntity(_Strict):
    """A span that the proposer reads as `type`; its value is never taken from the proposer."""

    type: Kind
    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARS, repr=False)]


class Proposal(_Strict):
    """One reading of the caller's words, as a language model gives it."""

    intent: Intent
    also: Annotated[tuple[Intent, ...], Field(max_length=MOST_INTENTS)]
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    entities: Annotated[tuple[ProposedEntity, ...], Field(max_length=MOST_ENTITIES)]


class _Message(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """The part of a chat completion that is read; servers add fields of their own, which are ignored."""

    model_config = ConfigDict(hide_input_in_errors=True)

    choices: Annotated[tuple[_Choice, ...], Field(min_length=1)]


JSON_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "intent": {"type": "string", "enum": [intent.value for intent in Intent]},
        "also": {"type": "array", "items": {"type": "string", "enum": [intent.value for intent in Intent]}},
        "confidence": {"type": "number"},
        "entities": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "enum": [kind.value for kind in Kind]},
                    "text": {"type": "string"},
                },
                "required": ["type", "text"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["intent", "also", "confidence", "entities"],
    "additionalProperties": False,
}
"""Only what every server's strict mode knows: bounds on numbers and lengths are checked here when the answer comes."""


def read_completion(body: bytes) -> Proposal:
    """Read a chat completion.

    Raises:
        ProposerRefused: the model declined.
        ProposerAnswerInvalid: anything else that is no proposal.
    """
    # `from None`: what pydantic says could quote the answer.
    try:
        choice = _Completion.model_validate_json(body).choices[0]
    except ValidationError as error:
        raise ProposerAnswerInvalid(f"the server's body is no chat completion: {_first(error)}") from None
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ProposerRefused("the model declined to answer")
    if choice.finish_reason not in {None, "stop"}:
        raise ProposerAnswerInvalid("the model's answer stops before its end")
    return read_proposal(choice.message.content or "")


def read_proposal(content: str) -> Proposal:
    """Read the model's own words as a proposal, strictly.

    Raises:
        ProposerAnswerInvalid: not the JSON object that the schema asks for.
    """
    try:
        return Proposal.model_validate_json(content)
    except ValidationError as error:
        raise ProposerAnswerInvalid(f"the model's answer breaks the schema: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    """Name the kind of the first fault, and nothing of what was answered: even a field's name is the model's word."""
    return error.errors(include_input=False, include_url=False, include_context=False)[0]["type"]
