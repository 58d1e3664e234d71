"""Settings: from the environment or from files, and what is wrong with them in plain words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.documents.settings import DocumentsSettings
from services.identity.settings import IdentitySettings
from services.intake.settings import IntakeSettings
from services.notification.settings import NotificationSettings
from services.survey.settings import SurveySettings
from shared.kernel.settings import (
    PREFIX,
    GatewaySettings,
    KeyringSettings,
    MessagingSettings,
    Settings,
    SettingsMissing,
    load,
    load_both,
)
from tests.support.gateways import base64_of

KEY = base64_of(b"k" * 32)
SECRETS = {"KEYRING_KEK": KEY, "PEPPER": KEY, "CAPABILITY_KEY": KEY}
INTAKE = {"KEYRING_DATABASE_URL": "postgresql://k", "INTAKE_DATABASE_URL": "postgresql://i", **SECRETS}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def given(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Set these variables."""
    for name, value in values.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (IntakeSettings, {"INTAKE_DATABASE_URL", "KEYRING_DATABASE_URL", "KEYRING_KEK", "PEPPER", "CAPABILITY_KEY"}),
        (NotificationSettings, {"NOTIFICATION_DATABASE_URL", "SMS_URL", "SMS_API_KEY", "SMS_RECEIPT_SECRET"}),
        (DocumentsSettings, {"DOCUMENTS_DATABASE_URL", "PEPPER", "CAPABILITY_KEY", "S3_ENDPOINT"}),
        (IdentitySettings, {"IDENTITY_DATABASE_URL", "IDENTITY_KEYS_DIR"}),
        (SurveySettings, {"SURVEY_DATABASE_URL"}),
        (MessagingSettings, {"AMQP_URL"}),
    ],
)
def test_everything_that_is_missing_is_named(kind: type[Settings], names: set[str]) -> None:
    with pytest.raises(SettingsMissing) as missing:
        load(kind)
    told = str(missing.value)
    assert {name for name in names if f"{PREFIX}{name}: " not in told} == set()


def test_what_is_set_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, INTAKE | {"PUBLIC_URL": "https://oss.example", "LOG_LEVEL": "debug"})
    settings = load(IntakeSettings)
    assert settings.pepper.get_secret_value() == b"k" * 32
    assert (settings.intake_database_url, settings.log_level) == ("postgresql://i", "DEBUG")
    assert settings.jwks == "https://oss.example/api/identity/v1/.well-known/jwks.json"
    assert settings.filing_limit_per_phone == "3/hour;10/day"


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, INTAKE)
    settings = load(IntakeSettings)
    with pytest.raises(ValidationError):
        settings.public_url = "elsewhere"  # type: ignore[misc]


def test_secrets_may_be_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A line end is no part of a secret, and the environment outranks a file."""
    for name in ("keyring_kek", "pepper", "capability_key"):
        (tmp_path / f"khamrong_{name}").write_text(f"{base64_of(b'f' * 32)}\n")
    databases = {name: value for name, value in INTAKE.items() if name.endswith("_URL")}
    given(monkeypatch, databases | {"SECRETS_DIR": str(tmp_path), "PEPPER": KEY})
    settings = load(IntakeSettings)
    assert settings.keyring_kek.get_secret_value() == settings.capability_key.get_secret_value() == b"f" * 32
    assert settings.pepper.get_secret_value() == b"k" * 32


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"KEYRING_KEK": "no base64 !"}, "KEYRING_KEK"),
        ({"KEYRING_KEK": base64_of(b"short")}, "KEYRING_KEK"),
        ({"KEYRING_KEK": base64_of(b"k" * 40)}, "KEYRING_KEK"),
        ({"PEPPER": base64_of(b"p" * 31)}, "PEPPER"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], told: str
) -> None:
    given(monkeypatch, INTAKE | changed)
    with pytest.raises(SettingsMissing) as missing:
        load(IntakeSettings)
    assert f"{PREFIX}{told}: " in str(missing.value)
    assert not any(value in str(missing.value) for value in changed.values())


def test_a_value_that_must_be_json_and_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    urls = {"KEYRING_DATABASE_URL": "k", "IDENTITY_DATABASE_URL": "i", "KEYRING_KEK": KEY}
    given(monkeypatch, urls | {"IDENTITY_KEYS_DIR": str(tmp_path), "IDENTITY_CLIENTS": "a secret"})
    with pytest.raises(SettingsMissing, match="identity_clients") as missing:
        load(IdentitySettings)
    assert "a secret" not in str(missing.value)


@pytest.mark.parametrize("vaults", [{}, {"VAULT_FOLDER": "/v", "S3_ENDPOINT": "s3:9000"}])
def test_documents_has_one_vault(monkeypatch: pytest.MonkeyPatch, vaults: dict[str, str]) -> None:
    given(monkeypatch, SECRETS | {"KEYRING_DATABASE_URL": "k", "DOCUMENTS_DATABASE_URL": "d"} | vaults)
    with pytest.raises(SettingsMissing, match="KHAMRONG_VAULT_FOLDER"):
        load(DocumentsSettings)


def test_two_kinds_are_told_of_together() -> None:
    with pytest.raises(SettingsMissing) as missing:
        load_both(GatewaySettings, MessagingSettings)
    assert str(missing.value) == "settings:\n  KHAMRONG_AMQP_URL: is not set"
    with pytest.raises(SettingsMissing) as both:
        load_both(KeyringSettings, MessagingSettings)
    assert str(both.value).count("settings:") == 1
    assert {"KEYRING_KEK", "AMQP_URL"} <= {line.partition(":")[0].strip()[9:] for line in str(both.value).splitlines()}


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, INTAKE)
    shown: Any = repr(load(IntakeSettings))
    assert "kkkk" not in shown
    assert KEY not in shown
