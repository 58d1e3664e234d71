"""docker-compose.yml fits the Compose Specification and the processes that it starts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic_settings import BaseSettings

from khamrong.environment import MARK
from khamrong.installation import DIGITAL_ID, SECRETS, SERVICES, common_settings, digital_id_clients
from sandbox.digital_id import DigitalIdSettings
from sandbox.digital_id import __main__ as digital_id
from sandbox.sms_gateway import __main__ as sms_gateway
from services.intake.settings import IntakeSettings
from services.tracking.settings import TrackingSettings
from tests.unit.deploy.compose_files import (
    COMPOSE,
    PRODUCTION,
    PRODUCTION_VARIABLES,
    Missing,
    loaded,
    production,
    services,
    variables,
)
from tests.unit.deploy.process_settings import asks_for_tokens, names, options, read_by, read_by_all, roles

# From https://github.com/compose-spec/compose-spec (Apache-2.0, see compose-spec.LICENSE), as the PyPI package
# check-jsonschema 0.39.0 carries it.
SCHEMA = json.loads((Path(__file__).parent / "compose-spec.json").read_text(encoding="utf-8"))
PROCESSES = {f"{service}-{role}": (service, role) for service in SERVICES for role in sorted(roles(service))}
SERVERS = {"postgres", "rabbitmq", "s3", "clamav", "nginx"}
SANDBOXES = {"sandbox-sms": sms_gateway, "sandbox-digital-id": digital_id}
OWN_CHECK = {"clamav"}
"""Images that bring a health check."""
ONCE = {"migrate", "setup", "operator"}
LISTENING = ["--host", "0.0.0.0", "--port", "8080"]
LIMITS = [
    f"KHAMRONG_{name.upper()}"
    for kind in (IntakeSettings, TrackingSettings)
    for name in kind.model_fields
    if any(word in name for word in ("limit", "failures", "step_ups"))
]


def environment(name: str, among: dict[str, dict[str, Any]] | None = None) -> dict[str, str]:
    """What a container of the service finds in its environment."""
    return {key: str(value) for key, value in (among or services())[name].get("environment", {}).items()}


def kinds(name: str) -> list[type[BaseSettings]]:
    """The settings that the service's process reads."""
    return {"setup": [IntakeSettings]}.get(name) or (read_by(*PROCESSES[name]) if name in PROCESSES else read_by_all())


@pytest.mark.parametrize("path", [COMPOSE, PRODUCTION], ids=lambda path: path.name)
def test_it_fits_the_specification(path: Path) -> None:
    content = loaded(path, variables() | PRODUCTION_VARIABLES)
    faults = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(content)]
    assert faults == []


def test_without_a_file_of_variables_it_says_what_to_do() -> None:
    with pytest.raises(Missing, match=r"make_env\.py"):
        services({})


def test_every_role_of_every_service_is_there_and_nothing_else() -> None:
    assert set(services()) == {*PROCESSES, *SERVERS, *ONCE, *SANDBOXES}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_runs_its_role_where_the_others_reach_it(name: str) -> None:
    service, role = PROCESSES[name]
    assert services()[name]["command"] == ["python", "-m", f"services.{service}", role, *LISTENING]


@pytest.mark.parametrize("name", [*PROCESSES, *sorted(ONCE)])
def test_every_setting_without_a_default_is_set(name: str) -> None:
    given = {key for key, value in environment(name).items() if value}
    # The broker is no business of `migrate`.
    assert (
        names([kind for kind in kinds(name) if name != "migrate" or "amqp_url" not in kind.model_fields], required=True)
        <= given
    )


@pytest.mark.parametrize("laid_over", [False, True], ids=["alone", "production"])
@pytest.mark.parametrize("name", [*PROCESSES, *sorted(ONCE)])
def test_a_process_gets_no_setting_that_it_does_not_read(name: str, laid_over: bool) -> None:
    given = environment(name, production() if laid_over else services())
    assert {key for key in given if key.startswith("KHAMRONG_")} <= names(kinds(name))


@pytest.mark.parametrize("name", PROCESSES)
def test_the_settings_are_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in environment(name).items():
        monkeypatch.setenv(key, value)
    for kind in kinds(name):
        assert kind()


@pytest.mark.parametrize("name", [name for name, process in PROCESSES.items() if asks_for_tokens(*process)])
def test_who_reads_other_services_feeds_has_the_secret_that_identity_knows(name: str) -> None:
    given = environment(name)
    clients = json.loads(environment("identity-api")["KHAMRONG_IDENTITY_CLIENTS"])
    known = clients[PROCESSES[name][0]]
    secret = known["secret"] if isinstance(known, dict) else known
    assert secret == given["KHAMRONG_CLIENT_SECRET"] != ""
    assert given["KHAMRONG_INTERNAL_URL"] == "http://nginx:8000"


def test_the_portal_keeps_sessions_with_the_secret_that_identity_knows() -> None:
    clients = json.loads(environment("identity-api")["KHAMRONG_IDENTITY_CLIENTS"])
    secret = environment("portal-api")["KHAMRONG_CLIENT_SECRET"]
    assert clients["portal"] == {"secret": secret, "scopes": ["sessions"]}
    assert secret != ""


@pytest.mark.parametrize("name", SANDBOXES)
def test_a_sandbox_is_given_options_that_it_has(name: str) -> None:
    module = SANDBOXES[name]
    assert set(environment(name)) <= options(module)
    assert services()[name]["command"] == ["python", "-m", module.__name__.removesuffix(".__main__"), *LISTENING]


def test_the_digital_id_sandbox_knows_khamrong_as_in_the_other_ways_of_running() -> None:
    told = environment("sandbox-digital-id")
    secrets = {name: variables()[name.upper()] for name in ("thaid_client_secret", "dga_client_secret")}
    public_url = told["KHAMRONG_SANDBOX_DIGITAL_ID_URL"].removesuffix(DIGITAL_ID)
    clients = json.loads(told["KHAMRONG_SANDBOX_DIGITAL_ID_CLIENTS"])
    elsewhere = json.loads(digital_id_clients(public_url, secrets))
    for here, there in zip(clients, elsewhere, strict=True):
        path = there.pop("backchannel_logout_uri").removeprefix(public_url)
        assert here.pop("backchannel_logout_uri") == f"http://identity-api:8080{path}", "past the people's address"
    assert clients == elsewhere
    assert DigitalIdSettings.model_validate({"clients": clients}).clients


def test_the_sandbox_answers_with_the_secret_that_notification_expects() -> None:
    given = environment("notification-api")
    told = environment("sandbox-sms")
    assert told["KHAMRONG_SANDBOX_SMS_CALLBACK_PASSWORD"] == given["KHAMRONG_SMS_RECEIPT_SECRET"]
    assert told["KHAMRONG_SANDBOX_SMS_CALLBACK_URL"] == given["KHAMRONG_SMS_CALLBACK_URL"]


def test_a_database_address_names_the_login_of_its_service() -> None:
    for name, (service, _) in PROCESSES.items():
        given, password = environment(name), variables()[f"{service.upper()}_DATABASE_PASSWORD"]
        login = f"postgresql+psycopg://khamrong_{service}:{password}@postgres/khamrong"
        assert given[f"KHAMRONG_{service.upper()}_DATABASE_URL"] == f"{login}_{service}"
        if service != "portal":  # it holds no personal data but drafts, under a key of its own
            assert given[MARK] == f"{login}_keyring"


@pytest.mark.parametrize("among", [services(), production()], ids=["alone", "production"])
def test_only_nginx_can_be_reached_from_outside(among: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in among.items() if service.get("ports")] == ["nginx"]
    assert [name for name, service in among.items() if service.get("network_mode")] == []


def test_it_is_reached_from_this_machine_alone() -> None:
    assert services()["nginx"]["ports"] == ["127.0.0.1:8000:8000"]


def test_what_somebody_waits_for_is_there_and_can_say_that_it_is_ready() -> None:
    everything = services()
    for name, service in everything.items():
        for other, how in service.get("depends_on", {}).items():
            waited_for = everything[other]
            healthy = how["condition"] == "service_healthy"
            assert healthy == (waited_for["restart"] != "no"), (name, other)
            assert not healthy or waited_for["healthcheck"], (name, other)
            assert "profiles" not in waited_for, (name, other)


def test_everything_that_keeps_running_is_checked_and_started_again() -> None:
    for name, service in services().items():
        assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
        assert ("healthcheck" in service) == (name not in ONCE | OWN_CHECK), name


def test_nothing_hinders_scaling() -> None:
    for name, service in services().items():
        assert "container_name" not in service, name
        assert "hostname" not in service or name == "rabbitmq"


def test_no_process_of_ours_may_write_its_file_system_or_has_privileges() -> None:
    for name in {*services()} - SERVERS:
        service = services()[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["image"] == services()["migrate"]["image"]


def test_images_are_pinned() -> None:
    for name, service in services().items():
        tag = service["image"].rpartition(":")[2]
        assert tag == "local" or re.search(r"\d+[.-]\d+", tag), name


def test_every_mounted_file_and_volume_exists() -> None:
    named = loaded(COMPOSE)["volumes"]
    for service in services().values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (COMPOSE.parent / source).is_file() if source.startswith(".") else source in named


def test_the_sample_authorities_are_set_up() -> None:
    files = [argument for argument in services()["setup"]["command"] if argument.endswith(".yaml")]
    assert files == sorted(
        str(path.relative_to(COMPOSE.parent)) for path in COMPOSE.parent.glob("deploy/authorities/*.yaml")
    )


def test_limits_are_as_generous_as_in_the_other_ways_of_running() -> None:
    usual = common_settings(Path(), "", str, dict.fromkeys(SECRETS, ""))
    given = environment("intake-api") | environment("tracking-api")
    assert {name: given[name] for name in LIMITS} == {name: usual[name] for name in LIMITS}


def test_production_has_the_strict_limits() -> None:
    given = environment("intake-api", production()) | environment("tracking-api", production())
    fields = IntakeSettings.model_fields | TrackingSettings.model_fields
    assert {name: given[name] for name in LIMITS} == {
        name: fields[name.removeprefix("KHAMRONG_").lower()].default for name in LIMITS
    }


def test_production_does_without_the_sandbox() -> None:
    everything = production()
    for name in SANDBOXES:
        assert everything[name]["profiles"] == ["sandbox"]
        assert everything["nginx"]["depends_on"][name]["required"] is False
    told = [value for name in everything if name not in SANDBOXES for value in environment(name, everything).values()]
    assert [value for value in told if "sandbox" in value] == []


def test_production_lays_nothing_over_what_is_not_there() -> None:
    assert set(loaded(PRODUCTION, variables() | PRODUCTION_VARIABLES)["services"]) <= set(services())


@pytest.mark.parametrize("more", [[], ["-f", str(PRODUCTION)]], ids=["alone", "production"])
def test_compose_accepts_it(more: list[str], tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("Docker Compose is not installed")
    known = tmp_path / "known.env"
    known.write_text("".join(f"{name}={value}\n" for name, value in (variables() | PRODUCTION_VARIABLES).items()))
    command = [docker, "compose", "--env-file", str(known), "-f", str(COMPOSE), *more, "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
