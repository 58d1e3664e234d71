"""`python -m services.<name> <role>`: what keeps a process from starting is told in plain words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from shared.kernel import process
from shared.kernel.migrating import NotMigrated
from shared.kernel.process import Address, run_role
from shared.kernel.settings import PREFIX, SettingsMissing

NEEDED = ("INTAKE_DATABASE_URL", "KEYRING_DATABASE_URL", "KEYRING_KEK", "PEPPER", "CAPABILITY_KEY")


def started(service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process without any settings, at its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    command = [sys.executable, "-m", f"services.{service}", *arguments]
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=False, timeout=60)


def test_with_nothing_set_each_variable_is_named() -> None:
    ended = started("intake", "api")
    assert (ended.returncode, ended.stdout) == (process.WRONG_USE, "")
    assert [name for name in NEEDED if f"{PREFIX}{name}: is not set" not in ended.stderr] == []
    assert "Traceback" not in ended.stderr


def test_a_relay_misses_its_broker_too() -> None:
    ended = started("intake", "relay")
    assert ended.returncode == process.WRONG_USE
    assert f"{PREFIX}AMQP_URL: is not set" in ended.stderr
    assert f"{PREFIX}PEPPER: is not set" in ended.stderr


def call(monkeypatch: pytest.MonkeyPatch, role: Callable[[Address], None], *arguments: str) -> None:
    """As the command line would."""
    monkeypatch.setattr(sys, "argv", ["x", *arguments])
    run_role("sample", {"api": role, "worker": role})


def test_a_role_gets_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Address] = []
    call(monkeypatch, seen.append, "worker", "--host", "0.0.0.0", "--port", "8080")
    call(monkeypatch, seen.append, "api")
    assert seen == [Address("0.0.0.0", 8080), Address("127.0.0.1", 0)]


@pytest.mark.parametrize("arguments", [[], ["sing"], ["api", "--port", "x"]])
def test_what_is_no_role_is_wrong_use(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call(monkeypatch, lambda _: None, *arguments)
    assert ended.value.code == process.WRONG_USE


@pytest.mark.parametrize(
    ("error", "code"),
    [(SettingsMissing("settings: x"), process.WRONG_USE), (NotMigrated("behind"), process.NOT_READY)],
)
def test_what_keeps_it_from_starting_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    def role(_: Address) -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        call(monkeypatch, role, "api")
    assert ended.value.code == code
    assert capsys.readouterr().err == f"{error}\n"
