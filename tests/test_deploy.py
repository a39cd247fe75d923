"""The Kubernetes manifests parse, agree with each other and with the program, and hold no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer
import yaml
from pydantic import AliasChoices

from voicebot.__main__ import app
from voicebot.bootstrap.serving import CLOSE_S
from voicebot.settings import Settings, load_settings
from voicebot.web.metrics import Metrics

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "deploy" / "kubernetes"
VERSIONS: Final = {
    "ConfigMap": "v1", "CronJob": "batch/v1", "Deployment": "apps/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "Ingress": "networking.k8s.io/v1", "Job": "batch/v1", "Namespace": "v1", "NetworkPolicy": "networking.k8s.io/v1",
    "PersistentVolumeClaim": "v1", "PodDisruptionBudget": "policy/v1", "Secret": "v1", "Service": "v1",
    "StatefulSet": "apps/v1",
}  # fmt: skip
"""The version in which the API serves each kind today."""
WORKLOADS: Final = frozenset({"Deployment", "StatefulSet", "Job"})
SECRET_NAME: Final = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL|ACCOUNT_SID")
DNS_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
Object = dict[str, Any]


def _read(name: str) -> list[Object]:
    return [each for each in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")) if each is not None]


def _resources() -> list[str]:
    names: list[str] = _read("kustomization.yaml")[0]["resources"]
    return names


OBJECTS: Final = [(name, each) for name in _resources() for each in _read(name)]


def _of(kind: str, name: str | None = None) -> list[Object]:
    return [each for _, each in OBJECTS if each["kind"] == kind and name in {None, each["metadata"]["name"]}]


def _pods() -> Iterator[tuple[str, Object]]:
    for _, each in OBJECTS:
        if each["kind"] in WORKLOADS:
            yield each["metadata"]["name"], each["spec"]["template"]


def _containers() -> list[tuple[str, Object]]:
    return [(name, container) for name, pod in _pods() for container in pod["spec"]["containers"]]


def _setting_names() -> set[str]:
    return {
        str(choice)
        for field in Settings.model_fields.values()
        if isinstance(field.validation_alias, AliasChoices)
        for choice in field.validation_alias.choices
    }


def _config() -> dict[str, str]:
    data: dict[str, str] = _of("ConfigMap")[0]["data"]
    return data


# --- the form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "made"), OBJECTS, ids=[f"{name}:{each['kind']}" for name, each in OBJECTS])
def test_each_object_has_what_the_api_asks_of_it(file: str, made: Object) -> None:
    assert made["apiVersion"] == VERSIONS[made["kind"]], file
    assert DNS_LABEL.fullmatch(made["metadata"]["name"])
    if made["kind"] != "Namespace":
        assert made["metadata"]["namespace"] == "voicebot"


def test_every_file_is_applied_but_the_example_of_the_secret() -> None:
    files = {path.name for path in FOLDER.glob("*.yaml")}
    assert files - set(_resources()) == {"kustomization.yaml", "secret.example.yaml"}


def test_selectors_select_the_pods_they_are_for() -> None:
    labels = [pod["metadata"]["labels"] for _, pod in _pods()]
    selectors = [each["spec"]["selector"] for each in _of("Service")]
    for kind in ("Deployment", "StatefulSet", "PodDisruptionBudget"):
        selectors += [each["spec"]["selector"]["matchLabels"] for each in _of(kind)]
    selectors += [each["spec"]["podSelector"]["matchLabels"] for each in _of("NetworkPolicy")]
    assert len(selectors) >= 8
    assert all(sum(wanted.items() <= given.items() for given in labels) == 1 for wanted in selectors)


def test_volumes_are_declared_and_mounted_where_the_settings_say() -> None:
    claims = {each["metadata"]["name"] for each in _of("PersistentVolumeClaim")}
    for name, pod in _pods():
        volumes = {each["name"]: each for each in pod["spec"].get("volumes", [])}
        own = {
            each["metadata"]["name"]
            for made in _of("StatefulSet", name)
            for each in made["spec"]["volumeClaimTemplates"]
        }
        for container in pod["spec"]["containers"]:
            assert {mount["name"] for mount in container.get("volumeMounts", [])} <= set(volumes) | own
        used = {
            each["persistentVolumeClaim"]["claimName"] for each in volumes.values() if "persistentVolumeClaim" in each
        }
        assert used <= claims
    gateway = dict(_containers())["gateway"]
    mounted = {mount["mountPath"] for mount in gateway["volumeMounts"]}
    assert {_config()["VOICEBOT_DATA_DIR"], _config()["VOICEBOT_MODELS_DIR"]} <= mounted


# --- against the program -------------------------------------------------------------------------------------------


def test_every_variable_is_a_setting_and_its_value_a_good_one() -> None:
    assert set(_config()) - _setting_names() == set()
    assert set(_read("secret.example.yaml")[0]["stringData"]) - _setting_names() == set()
    fields = {
        str(alias.choices[0]): name
        for name, field in Settings.model_fields.items()
        if isinstance(alias := field.validation_alias, AliasChoices)
    }
    given = load_settings(_env_file=None, **{fields[name]: value for name, value in _config().items()})
    assert given.log_format == "json"


def test_every_command_is_one_of_ours() -> None:
    group = typer.main.get_command(app)
    for name, container in _containers():
        assert container["command"][:3] == ["python", "-m", "voicebot"], name
        words = [word for word in container["command"][3:] if not word.startswith("-")]
        command: Any = group
        while hasattr(command, "commands") and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not group, name
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in container["command"] if word.startswith("--")} <= options, name


def test_the_image_is_one_and_is_named_by_the_kustomization() -> None:
    images = {container["image"] for _, container in _containers()}
    assert images == {image["name"] for image in _read("kustomization.yaml")[0]["images"]}
    assert all(image["newTag"] not in {"", "latest"} for image in _read("kustomization.yaml")[0]["images"])


def test_probes_ask_what_the_gateway_answers() -> None:
    gateway = dict(_containers())["gateway"]
    ports = {port["name"] for port in gateway["ports"]}
    asked = {kind: gateway[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {probe["port"] for probe in asked.values()} <= ports
    assert {kind: probe["path"] for kind, probe in asked.items()} == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }


def test_a_pod_is_killed_only_after_its_drain() -> None:
    pod = dict(_pods())["gateway"]
    assert pod["spec"]["terminationGracePeriodSeconds"] > float(_config()["VOICEBOT_DRAIN_S"]) + CLOSE_S


def test_scaling_follows_a_metric_that_is_measured_with_room_to_spare() -> None:
    (scaler,) = _of("HorizontalPodAutoscaler")
    (metric,) = scaler["spec"]["metrics"]
    assert f"# TYPE {metric['pods']['metric']['name']} gauge" in Metrics().text().decode()
    target = float(metric["pods"]["target"]["averageValue"])
    assert 0.5 <= target / float(_config()["VOICEBOT_MAX_CALLS"]) < 1
    scaled = scaler["spec"]["scaleTargetRef"]
    (gateway,) = _of(scaled["kind"], scaled["name"])
    assert "replicas" not in gateway["spec"], "two would set it"
    assert scaler["spec"]["minReplicas"] >= 2


def test_disruptions_are_bounded_for_whatever_serves() -> None:
    assert {each["metadata"]["name"] for each in _of("PodDisruptionBudget")} == {"gateway", "dialler"}


def test_the_jobs_migrate_and_fetch() -> None:
    commands = {name: container["command"][3:] for name, container in _containers() if _of("Job", name)}
    assert commands == {"migrate": ["db", "upgrade"], "models": ["models", "fetch"]}


# --- what must not be there ----------------------------------------------------------------------------------------


def test_secrets_come_from_the_environment_only() -> None:
    assert [name for name in _config() if SECRET_NAME.search(name)] == []
    assert _of("Secret") == []
    assert set(_read("secret.example.yaml")[0]["stringData"].values()) == {""}
    assert [name for name, container in _containers() if "env" in container] == []


def test_no_pod_runs_as_root_or_may_become_it() -> None:
    for name, pod in _pods():
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True, name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        for container in pod["spec"]["containers"]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            assert "memory" in container["resources"]["limits"], name


def test_the_world_reaches_no_metrics_and_no_probe() -> None:
    paths = [
        path["path"] for each in _of("Ingress") for rule in each["spec"]["rules"] for path in rule["http"]["paths"]
    ]
    assert set(paths) == {"/telephony", "/api/v1", "/console"}


# --- the capacity model --------------------------------------------------------------------------------------------


def _sizes() -> list[list[float]]:
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    rows = text.partition("<!-- sizes:start -->")[2].partition("<!-- sizes:end -->")[0].splitlines()
    return [[float(re.sub(r"[^\d.]", "", cell)) for cell in row.strip("|").split("|")] for row in rows if "0 |" in row]


@pytest.mark.parametrize("row", _sizes(), ids=lambda row: f"{row[0]:.0f} a day")
def test_the_table_of_sizes_is_what_its_formulas_give(row: list[float]) -> None:
    attempts, live, a_second, pods, transactions, gigabytes = row
    peak = attempts * 0.30 * 150 / 36_000 * 1.5
    assert live == pytest.approx(peak, abs=0.5)
    assert a_second == pytest.approx(attempts / 36_000 * 1.5, abs=0.05)
    target = float(_of("HorizontalPodAutoscaler")[0]["spec"]["metrics"][0]["pods"]["target"]["averageValue"])
    assert pods == pytest.approx(peak / target, abs=1)
    assert transactions == pytest.approx(live * 0.67 + pods * 1.5, abs=1)
    assert gigabytes == pytest.approx(attempts * 0.30 * 150 * 32_000 / 1e9, rel=0.05)


def test_every_metric_that_an_alarm_names_is_there() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    exposed = Metrics().text().decode()
    named = {re.sub(r"_bucket$", "", name) for name in re.findall(r"voicebot_[a-z_]+", text)}
    assert len(named) >= 10
    assert [name for name in sorted(named) if f"# TYPE {name} " not in exposed] == []
