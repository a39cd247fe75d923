"""docker-compose.yml is valid, keeps no secret, opens no port to the network, and names only settings that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft7Validator
from pydantic import AliasChoices

from voicebot.settings import Settings

ROOT: Final = Path(__file__).parents[1]
SCHEMA: Final = ROOT / "tests" / "data" / "compose-spec.json"
CONTRACT: Final = (
    "VOICEBOT_DATABASE_URL", "VOICEBOT_PG_DIR", "VOICEBOT_DATA_DIR", "VOICEBOT_PUBLIC_URL", "VOICEBOT_SECRET_KEY",
    "VOICEBOT_OUTCOME_URL", "VOICEBOT_TEST_DATA", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_BASE",
)  # fmt: skip
"""The variables that the product promises to read."""
SECRET_NAME: Final = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL")
FROM_ENVIRONMENT: Final = re.compile(r"\$\{\w+")
ONE_SHOT: Final = frozenset({"models"})


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def _services(compose: dict[str, Any]) -> dict[str, Any]:
    services: dict[str, Any] = compose["services"]
    return services


def _setting_names() -> set[str]:
    names: set[str] = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias or f"VOICEBOT_{name.upper()}"]
        names |= {str(choice) for choice in choices}
    return names


def _faults(compose: object) -> list[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    # The schema writes `id`, the older name of `$id`; its references are all inside the file.
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(compose)]


def test_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    assert _faults(compose) == []


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"services": {"a": {"image": 3}}}, id="an image that is a number"),
        pytest.param({"services": {"a": {"image": "b", "port": ["80"]}}}, id="a key with a slip"),
        pytest.param({"services": {"a": {"depends_on": {"b": {"condition": "soon"}}}}}, id="an unknown condition"),
    ],
)
def test_the_schema_would_notice(broken: object) -> None:
    assert _faults(broken)


def test_the_services_are_those_of_the_design(compose: dict[str, Any]) -> None:
    services = _services(compose)
    assert set(services) - ONE_SHOT == {"gateway", "dialler", "postgres", "piper"}
    assert services["postgres"]["image"] == "postgres:18"


@pytest.mark.parametrize("service", ["gateway", "dialler"])
def test_our_services_set_only_settings_that_exist(compose: dict[str, Any], service: str) -> None:
    assert set(_services(compose)[service]["environment"]) - _setting_names() == set()


CARRIES: Final = ("PROVIDER", "CALLER_ID", "ASTERISK_", "DIALLING", "CALLS_PER_HOUR", "SPEND_PER_DAY", "CALL_COST")
ASKED_WITH_A_CALL: Final = ("MACHINE_DETECTION", "PROVIDER_RECORDING")


@pytest.mark.parametrize(
    ("service", "wanted"),
    [
        pytest.param("gateway", (*CARRIES, *ASKED_WITH_A_CALL, "HANDOVER"), id="gateway"),
        pytest.param("dialler", (*CARRIES, *ASKED_WITH_A_CALL), id="dialler"),
    ],
)
def test_what_an_operator_may_set_reaches_the_service(
    compose: dict[str, Any], service: str, wanted: tuple[str, ...]
) -> None:
    starts = tuple(f"VOICEBOT_{name}" for name in wanted)
    needed = {name for name in _setting_names() if name.startswith((*starts, "TWILIO_"))} - {"TWILIO_API_BASE"}
    assert len(needed) > len(wanted)
    assert needed - set(_services(compose)[service]["environment"]) == set()


def test_the_dialler_is_a_command_of_ours_and_leaves_in_time(compose: dict[str, Any]) -> None:
    service = _services(compose)["dialler"]
    assert service["command"] == ["python", "-m", "voicebot", "dial", "--keep"]
    assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert int(service["stop_grace_period"].removesuffix("s")) >= 30


def test_every_promised_variable_is_a_setting() -> None:
    assert set(CONTRACT) - _setting_names() == set()


def test_secrets_come_from_the_environment(compose: dict[str, Any]) -> None:
    written = {
        f"{name}.{variable}": value
        for name, service in _services(compose).items()
        for variable, value in service.get("environment", {}).items()
        if SECRET_NAME.search(variable) and value is not None and not FROM_ENVIRONMENT.search(str(value))
    }
    assert written == {}


def test_ports_are_bound_to_this_machine(compose: dict[str, Any]) -> None:
    ports = [port for service in _services(compose).values() for port in service.get("ports", [])]
    assert ports
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_every_service_that_stays_says_whether_it_is_well(compose: dict[str, Any]) -> None:
    staying = {name: service for name, service in _services(compose).items() if name not in ONE_SHOT}
    assert [name for name, service in staying.items() if "healthcheck" not in service] == []
    assert [name for name, service in staying.items() if service.get("restart") != "unless-stopped"] == []


def test_named_volumes_are_declared(compose: dict[str, Any]) -> None:
    mounted = {volume.split(":")[0] for service in _services(compose).values() for volume in service.get("volumes", [])}
    assert mounted == set(compose["volumes"])


def test_the_image_builds_what_compose_asks_for(compose: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stages = set(re.findall(r"^FROM .+ AS (\w+)$", dockerfile, re.MULTILINE))
    targets = {service["build"]["target"] for service in _services(compose).values() if "build" in service}
    assert targets <= stages
    assert "FROM python:3.11-slim" in dockerfile
    assert "WORKDIR /app" in dockerfile
    assert "uv sync --frozen --no-dev" in dockerfile
    copied = re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
