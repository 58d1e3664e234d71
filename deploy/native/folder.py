"""A server's own folder: one owner at a time, ports and passwords that stay, and no process left from before."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from deploy.native.processes import LOOPBACK, POLL_SECONDS, ChildFailed

EPHEMERAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST_PORT = 15_000
_log = structlog.get_logger(__name__)


class FolderInUse(RuntimeError):
    """Another living process runs a server on this folder."""


@contextmanager
def sole_owner(directory: Path) -> Iterator[None]:
    """Hold the folder (created with mode 0700) for this process. The kernel lets go of it when the process dies."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise FolderInUse(f"another process already runs a server on {directory}") from None
    try:
        yield
    finally:
        os.close(descriptor)


def processes_in(directory: Path, names: Collection[str]) -> list[int]:
    """Living processes with one of these program names that work in the folder or below."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _is_one(entry, directory, names)
    ]


def end_leftovers(
    directory: Path,
    names: Collection[str],
    stop_signal: signal.Signals = signal.SIGTERM,
    *,
    patience_seconds: float = 0.0,
    grace_seconds: float = 20.0,
) -> None:
    """End what an earlier, killed owner left running on the folder: patience, a signal, a grace time, then SIGKILL.

    Patience is for programs that stop at once, and badly, when told twice: the kernel told them when their owner died.
    Only for the sole owner: whatever still runs there then belongs to nobody.
    """
    if _all_end(directory, names, patience_seconds):
        return
    for next_signal, seconds in ((stop_signal, grace_seconds), (signal.SIGKILL, 5.0)):
        left = processes_in(directory, names)
        _log.warning("leftover_processes_ended", signal=next_signal.name, processes=left)
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, next_signal)
        if _all_end(directory, names, seconds):
            return
    raise ChildFailed(f"processes {processes_in(directory, names)} on {directory} do not end")


def _all_end(directory: Path, names: Collection[str], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while processes_in(directory, names):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def secret(path: Path) -> str:
    """The password kept in the file (mode 0600), a random one the first time."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Replace a file, readable by its owner only, at once and as a whole."""
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def ports(path: Path, names: Sequence[str], fixed: Collection[str] = ()) -> dict[str, int]:
    """A port for each name: those kept in the file, fresh ones for names without one or whose port is taken.

    ChildFailed when a port of a `fixed` name is taken: the data of that server knows it.
    """
    kept: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    chosen: dict[str, int] = {}
    for name in names:
        if name in kept and is_free(kept[name]):
            chosen[name] = kept[name]
        elif name in kept and name in fixed:
            raise ChildFailed(f"port {kept[name]} ({name} of {path.parent}) is taken by another program")
        else:
            chosen[name] = free_port(excluding={*kept.values(), *chosen.values()})
    write_private(path, json.dumps(chosen))
    return chosen


def free_port(excluding: Collection[int] = ()) -> int:
    """A loopback port that was free a moment ago.

    Below the range the kernel takes for outgoing connections, so that none of those can be in the way afterwards.
    """
    highest = int(EPHEMERAL_PORTS.read_text().split()[0]) - 1
    span = range(LOWEST_PORT, highest) if highest > LOWEST_PORT + 1_000 else range(LOWEST_PORT, 65_000)
    for _ in range(1_000):
        port = secrets.choice(span)
        if port not in excluding and is_free(port):
            return port
    raise ChildFailed(f"no free port between {span.start} and {span.stop}")


def is_free(port: int) -> bool:
    """Whether a server could listen on that loopback port now; connections of a former one are no hindrance."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _is_one(process: Path, directory: Path, names: Collection[str]) -> bool:
    try:
        named = (process / "comm").read_text().strip() in names
        return named and (process / "cwd").readlink().is_relative_to(directory)
    except OSError:  # ended meanwhile, or somebody else's
        return False
