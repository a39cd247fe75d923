"""Twilio's own OpenAPI contract, held against what the vendor's client asked of the carrier and what it answered.

The document is read, never shipped: from the folder that VOICEBOT_TEST_DATA names, or ../shared/data beside this tree.
"""

from __future__ import annotations

import json
import os
import re
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from telephony.providers.simulator.exchanges import Exchange

ROOT = Path(__file__).parents[2]
FORM = "application/x-www-form-urlencoded"
_formats = FormatChecker(formats=())


@_formats.checks("http-method")
def _is_method(value: object) -> bool:
    return value in {"GET", "POST"}


@_formats.checks("uri")
def _is_uri(value: object) -> bool:
    if not isinstance(value, str) or value.startswith("/"):
        return True  # answers hold the resource's path alone
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


@_formats.checks("phone-number")
@_formats.checks("endpoint")
def _is_number(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"\+[1-9]\d{6,14}", value) is not None


@_formats.checks("twiml")
def _is_twiml(value: object) -> bool:
    return not isinstance(value, str) or (value.lstrip().startswith("<") and len(value) <= 4_000)


@_formats.checks("date-time-rfc-2822", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None


class TwilioContract:
    """The part of the document that this product's requests fall under."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas = document["components"]["schemas"]
        self._paths = [
            (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))), item)
            for path, item in document["paths"].items()
        ]

    def violations(self, seen: Exchange) -> list[str]:
        """Name each way in which the exchange departs from the contract, without the values themselves."""
        found = [(match, item) for pattern, item in self._paths if (match := pattern.fullmatch(seen.path))]
        if not found or seen.method.lower() not in found[0][1]:
            return [f"{seen.method} of a path that does not exist"]
        match, operation = found[0][0], found[0][1][seen.method.lower()]
        return [
            *self._parameters(operation, "path", tuple(match.groupdict().items())),
            *self._parameters(operation, "query", seen.query),
            *self._form(operation, seen),
            *self._answer(operation, seen),
        ]

    def _parameters(self, operation: dict[str, Any], where: str, pairs: tuple[tuple[str, str], ...]) -> list[str]:
        known = [each for each in operation.get("parameters", []) if each["in"] == where]
        schema = {
            "properties": {each["name"]: each["schema"] for each in known},
            "required": [each["name"] for each in known if each.get("required")],
        }
        return self._pairs(schema, pairs, where)

    def _form(self, operation: dict[str, Any], seen: Exchange) -> list[str]:
        body = operation.get("requestBody")
        if body is None:
            return ["a body where none is taken"] if seen.form else []
        if not seen.content_type.startswith(FORM):
            return [f"a body that is {seen.content_type or 'of no type'}, not a form"]
        return self._pairs(body["content"][FORM]["schema"], seen.form, "form")

    def _pairs(self, schema: dict[str, Any], pairs: tuple[tuple[str, str], ...], where: str) -> list[str]:
        properties = {name: self._plain(each) for name, each in schema["properties"].items()}
        values: dict[str, Any] = {}
        for name, text in pairs:
            kind = properties.get(name, {}).get("type")
            if kind == "array":
                values.setdefault(name, []).append(text)
            elif name in values:
                return [f"{where}: {name} is given twice"]
            else:
                values[name] = _typed(text, kind)
        strict = {
            "type": "object",
            "properties": properties,
            "required": schema.get("required", []),
            "additionalProperties": False,
        }
        return self._faults(strict, values, where)

    def _answer(self, operation: dict[str, Any], seen: Exchange) -> list[str]:
        if seen.status >= 400:
            # The document describes successes only; errors are told in one shape.
            error = json.loads(seen.body)
            return [] if {"code", "message", "status"} <= set(error) else ["an error without code, message and status"]
        answer = operation["responses"].get(str(seen.status))
        if answer is None:
            return [f"HTTP {seen.status} is no answer to this"]
        schema = answer["content"]["application/json"]["schema"]
        return self._faults(self._plain(schema), json.loads(seen.body), "answer")

    def _faults(self, schema: dict[str, Any], value: object, where: str) -> list[str]:
        checker = Draft202012Validator(schema, format_checker=_formats)
        return [
            f"{where}: {'/'.join(map(str, error.absolute_path)) or 'as a whole'}: breaks {error.validator}"
            for error in checker.iter_errors(value)
        ]

    def _plain(self, schema: Any) -> Any:
        """Give the schema with its references resolved and `nullable` said in JSON Schema's words."""
        if isinstance(schema, list):
            return [self._plain(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self._plain(self._schemas[schema["$ref"].rsplit("/", 1)[1]])
        plain = {name: self._plain(each) for name, each in schema.items()}
        if plain.pop("nullable", False) is True and isinstance(plain.get("type"), str):
            plain["type"] = [plain["type"], "null"]
        return plain


def _typed(text: str, kind: str | None) -> object:
    if kind == "integer":
        return int(text) if text.lstrip("-").isdigit() else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


@cache
def load() -> TwilioContract | None:
    """Read the document; None where it is not on this machine."""
    folder = Path(os.environ.get("VOICEBOT_TEST_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "twilio" / "twilio_api_v2010.json"
    return TwilioContract(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def needed() -> TwilioContract:
    """Give the contract, or skip the test."""
    contract = load()
    if contract is None:
        pytest.skip("no test data: Twilio's OpenAPI document is not here; VOICEBOT_TEST_DATA names its folder")
    return contract


class Inspector:
    """Watches a carrier; `faults` are the departures from the contract so far."""

    def __init__(self, contract: TwilioContract | None) -> None:
        self._contract = contract
        self.faults: list[str] = []
        self.seen: list[Exchange] = []

    def __call__(self, exchange: Exchange) -> None:
        self.seen.append(exchange)
        if self._contract is not None:
            self.faults += self._contract.violations(exchange)
