"""Every process of every service says what it is missing, and each service runs alone."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Mapping

import pytest

from deploy.native.folder import free_port
from tests.support.commands import environment_without_settings

COMMON = {"KEYRING_DATABASE_URL", "KEYRING_KEK"}
NEEDS = {
    "intake": COMMON | {"INTAKE_DATABASE_URL", "PEPPER", "CAPABILITY_KEY"},
    "tracking": COMMON | {"TRACKING_DATABASE_URL", "PEPPER", "CAPABILITY_KEY"},
    "notification": COMMON
    | {"NOTIFICATION_DATABASE_URL", "SMS_URL", "SMS_API_KEY", "SMS_API_SECRET", "SMS_RECEIPT_SECRET"},
    "documents": COMMON | {"DOCUMENTS_DATABASE_URL", "PEPPER", "CAPABILITY_KEY", "S3_ENDPOINT"},
    "identity": COMMON | {"IDENTITY_DATABASE_URL", "IDENTITY_KEYS_DIR", "PEPPER"},
    "survey": COMMON | {"SURVEY_DATABASE_URL", "PEPPER"},
}
ROLES = [
    *(("intake", role) for role in ("api", "worker", "relay")),
    *(("notification", role) for role in ("api", "worker", "relay")),
    *(("documents", role) for role in ("api", "worker", "relay")),
    *(("tracking", role) for role in ("api", "worker", "relay")),
    *(("identity", role) for role in ("api", "relay")),
    *(("survey", role) for role in ("api", "worker", "relay")),
]


@pytest.mark.parametrize(("service", "role"), ROLES)
def test_a_process_with_nothing_set_names_each_missing_setting(service: str, role: str) -> None:
    ended = run(service, role, {})
    named = {line.strip().partition(":")[0] for line in ended.stderr.splitlines() if "  KHAMRONG_" in line}
    assert ended.returncode == 2, ended.stderr
    assert named == {f"KHAMRONG_{name}" for name in NEEDS[service] | on_the_broker(role)}
    assert "Traceback" not in ended.stderr


def test_a_process_whose_database_is_away_says_so() -> None:
    away = f"postgresql+psycopg://khamrong:none@127.0.0.1:{free_port()}/khamrong_survey"
    settings = {
        "KHAMRONG_SURVEY_DATABASE_URL": away,
        "KHAMRONG_KEYRING_DATABASE_URL": away,
        "KHAMRONG_KEYRING_KEK": base64.b64encode(bytes(32)).decode(),
        "KHAMRONG_PEPPER": base64.b64encode(bytes(32)).decode(),
    }
    ended = run("survey", "api", settings)
    assert (ended.returncode, ended.stderr) == (1, "survey: the database does not answer\n")


def run(service: str, role: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A process that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", f"services.{service}", role],
        env=environment_without_settings() | dict(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def on_the_broker(role: str) -> set[str]:
    """What a process needs besides when it publishes or reacts."""
    return set() if role == "api" else {"AMQP_URL"}
