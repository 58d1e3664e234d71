"""Supervised child processes: nothing that was started here outlives the process that started it.

Children are stopped in reverse order; the kernel ends them when the parent dies, `kill -9` included (PR_SET_PDEATHSIG).

**The kernel ties that signal to the thread that started the child, not to the process.** Start children from the main
thread, or from one that lives as long as they should: when a short-lived thread ends, its children are stopped with it.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
LOG_LIMIT_BYTES = 8_000_000
LOG_TAIL_CHARACTERS = 3_000
POLL_SECONDS = 0.01
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class ChildFailed(RuntimeError):
    """A child ended early or was not ready in time; the text holds the end of its log."""


class NotInstalled(RuntimeError):
    """A program is missing on this machine; the text says which command brings it."""


@dataclass(frozen=True)
class Child:
    """A running child, leader of a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    grace_seconds: float

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        """Return once the condition holds; ChildFailed when the child ends first or the time is over."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                raise self._failure(f"ended with code {self.process.returncode} before {what}")
            if time.monotonic() > deadline:
                raise self._failure(f"is not ready after {seconds:.0f} s: {what}")
            time.sleep(POLL_SECONDS)

    def wait_for_port(self, port: int, seconds: float = 30.0) -> None:
        """Return once something listens on that loopback port."""
        self.wait_until(lambda: listens(port), f"listening on {LOOPBACK}:{port}", seconds)

    def stop(self) -> None:
        """Signal, wait the grace time, then kill the whole group."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.grace_seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group: nothing can be written or cleaned up any more."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log_tail(self) -> str:
        """The last characters of the child's output."""
        return self.log.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:] if self.log.exists() else ""

    def _failure(self, what_happened: str) -> ChildFailed:
        return ChildFailed(f"{self.name} {what_happened}\n--- end of {self.log} ---\n{self.log_tail()}")


class ChildProcesses:
    """The children of one server. They work and log in its folder: `<name>.log`, the one before as `<name>.log.1`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._running: list[Child] = []

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        user: pwd.struct_passwd | None = None,
        environment: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace_seconds: float = 15.0,
    ) -> Child:
        """Start a command; `stop_signal` also reaches it when this process, or the calling thread, dies."""
        log = self._directory / f"{name}.log"
        rotate(log)
        with open(log, "ab", opener=_private) as output:
            process = subprocess.Popen(
                command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                process_group=0,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                # Runs after the change of user, which would clear the setting.
                preexec_fn=_end_with_parent(stop_signal),
            )
        child = Child(name, process, log, stop_signal, grace_seconds)
        self._running = [*(one for one in self._running if one.process.poll() is None), child]
        return child

    def stop(self) -> None:
        """Stop in reverse order of starting."""
        while self._running:
            self._running.pop().stop()

    def kill(self) -> None:
        """SIGKILL to all, newest first."""
        while self._running:
            self._running.pop().kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def listens(port: int) -> bool:
    """Whether something accepts connections on that loopback port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def run(
    command: Sequence[str],
    *,
    directory: Path | None = None,
    user: pwd.struct_passwd | None = None,
    environment: Mapping[str, str] | None = None,
    text: str = "",
    seconds: float = 60.0,
) -> str:
    """Output of a command that reads `text` and ends by itself; ChildFailed, with what it printed, when it fails."""
    try:
        finished = subprocess.run(
            command,
            cwd=directory,
            input=text,
            capture_output=True,
            text=True,
            env=environment,
            timeout=seconds,
            check=False,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=_end_with_parent(signal.SIGKILL),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ChildFailed(f"{command[0]}: {error}") from error
    if finished.returncode:
        raise ChildFailed(f"{command[0]} ended with code {finished.returncode}: {finished.stdout}{finished.stderr}")
    return finished.stdout


def rotate(log: Path) -> None:
    """Keep one earlier log once this one has grown past LOG_LIMIT_BYTES."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _end_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def ask_kernel() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os._exit(1)

    return ask_kernel
