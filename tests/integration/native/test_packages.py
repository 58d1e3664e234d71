"""Debian packages are installed when they are missing, and only then. dpkg and apt-get are stand-ins here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.native import packages
from deploy.native.packages import GROUPS, NO_DAEMONS, ensure, main, missing
from deploy.native.processes import ChildFailed, NotInstalled

DPKG_QUERY = """#!/bin/sh
shift 2
for package in "$@"; do
  if grep -qx "$package" {folder}/installed; then echo "$package installed"
  elif [ "$package" = removed ]; then echo "$package config-files"
  else echo "dpkg-query: no packages found matching $package" >&2; code=1; fi
done
exit ${{code:-0}}
"""
APT_GET = """#!/bin/sh
echo "$@" >> {folder}/calls
cat {folder}/policy-rc.d > {folder}/policy-seen
shift 2
case "$1" in
  update) rm -f {folder}/broken; touch {folder}/lists/deb_InRelease ;;
  install)
    [ -e {folder}/broken ] && {{ echo "E: 404 Not Found"; exit 100; }}
    shift 2
    for package in "$@"; do echo "$package" >> {folder}/installed; done ;;
esac
"""
INSTALL = "--yes --quiet install --no-install-recommends"
UPDATE = "--yes --quiet update"


@dataclass(frozen=True)
class Machine:
    folder: Path

    @property
    def policy(self) -> Path:
        return self.folder / "policy-rc.d"

    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def ensure(self, *wanted: str) -> list[str]:
        return ensure(wanted, policy=self.policy, lists=self.folder / "lists")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for name, script in (("dpkg-query", DPKG_QUERY), ("apt-get", APT_GET)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(script.format(folder=tmp_path))
        program.chmod(0o755)
    (tmp_path / "installed").write_text("present\n")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "deb_InRelease").touch()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return Machine(tmp_path)


def test_nothing_happens_when_all_is_there(machine: Machine) -> None:
    assert machine.ensure("present") == []
    assert machine.calls() == []


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    assert machine.ensure("present", "absent", "removed", "absent") == ["absent", "removed"]
    assert machine.calls() == [f"{INSTALL} absent removed"]
    assert missing(["present", "absent"]) == []


def test_without_lists_they_are_fetched_first(machine: Machine) -> None:
    (machine.folder / "lists" / "deb_InRelease").unlink()
    machine.ensure("absent")
    assert machine.calls() == [UPDATE, f"{INSTALL} absent"]


def test_stale_lists_are_fetched_anew(machine: Machine) -> None:
    (machine.folder / "broken").touch()
    machine.ensure("absent")
    assert machine.calls() == [f"{INSTALL} absent", UPDATE, f"{INSTALL} absent"]


def test_no_daemon_starts_and_the_policy_is_gone_afterwards(machine: Machine) -> None:
    machine.ensure("absent")
    assert (machine.folder / "policy-seen").read_text() == NO_DAEMONS
    assert not machine.policy.exists()


def test_a_policy_that_is_there_stays_as_it_is(machine: Machine) -> None:
    machine.policy.write_text("#!/bin/sh\nexit 0\n")
    machine.ensure("absent")
    assert (machine.folder / "policy-seen").read_text() == "#!/bin/sh\nexit 0\n"
    assert machine.policy.read_text() == "#!/bin/sh\nexit 0\n"


def test_the_policy_is_gone_after_a_failure_too(machine: Machine) -> None:
    (machine.folder / "bin" / "apt-get").write_text("#!/bin/sh\necho E: no route; exit 100\n")
    with pytest.raises(ChildFailed, match="E: no route"):
        machine.ensure("absent")
    assert not machine.policy.exists()


def test_an_ordinary_user_is_told_what_to_type(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert machine.ensure("present") == []
    with pytest.raises(NotInstalled, match="apt-get install --no-install-recommends absent"):
        machine.ensure("absent", "present")
    assert machine.calls() == []


def test_another_distribution_is_told_what_is_missing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine.folder))
    with pytest.raises(NotInstalled, match="missing Debian packages"):
        machine.ensure("present")


def test_the_command_takes_groups(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "POLICY", machine.policy)
    monkeypatch.setattr(packages, "ensure_node", lambda: False)
    (machine.folder / "installed").write_text("\n".join([*GROUPS["test"], ""]))
    assert main(["test", "rabbitmq", "stack"]) == 0
    assert capsys.readouterr().out == "installed: nothing, all is there\n"
    (machine.folder / "installed").write_text("")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["pdf-tools"]) == 1
    assert "poppler-utils" in capsys.readouterr().err


def test_what_tests_need_from_npm_is_installed_once_for_each_lock_file(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, asked = tmp_path / "provider", []
    (folder / "node_modules").mkdir(parents=True)
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(packages, "run", lambda command, **_: asked.append(command))
    for lock in ("one", "one", "two"):
        (folder / "package-lock.json").write_text(lock)
        packages.ensure_node(folder)
    assert [command[:3] for command in asked] == [["npm", "ci", "--ignore-scripts"]] * 2
    monkeypatch.setattr(packages.shutil, "which", lambda _: None)
    (folder / "package-lock.json").write_text("three")
    assert packages.ensure_node(folder) is False
