"""`khamrong up` as a child process, the way a person starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.commands import environment_without_settings
from tests.support.waiting import eventually

START_SECONDS = 120.0
USER_TIME, SYSTEM_TIME = 11, 12
"""Fields of /proc/PID/stat after the program's name (proc(5))."""
STOP_SECONDS = 30.0


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far: what a start costs, whatever else the machine does meanwhile."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])) / os.sysconf("SC_CLK_TCK")


class Embedded:
    """One start of an installation in a folder. What it prints goes to `output`, standard error too."""

    def __init__(self, folder: Path, port: int, more: Mapping[str, str]) -> None:
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        self.output = folder.with_suffix(".log")
        with self.output.open("ab") as file:
            self.process = subprocess.Popen(
                command(folder, port), stdout=file, stderr=file, env=environment_without_settings() | dict(more)
            )
        eventually(self._is_ready, START_SECONDS, pause=0.02)
        self.start_cpu_seconds = cpu_seconds(self.process.pid)

    def printed(self) -> str:
        """Everything that was printed, by earlier starts on the folder too."""
        return self.output.read_text(encoding="utf-8")

    def printed_curl(self) -> str:
        """The command that it tells to try, as it stands there."""
        return self.printed()[self.printed().rindex("curl ") :]

    def end(self, number: int) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def processes(self) -> dict[int, str]:
        """Living processes that work in the folder or name it, the one that was started included."""
        found = ((int(entry.name), entry) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return {number: name for number, entry in found if (name := self._named(entry))}

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.printed()
        try:
            return httpx.get(f"{self.url}/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    def _named(self, process: Path) -> str:
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            here = str(self.folder)
            return line if here in line or os.readlink(process / "cwd").startswith(here) else ""
        except OSError:  # ended meanwhile
            return ""


@contextmanager
def up(folder: Path, port: int, more: Mapping[str, str] | None = None) -> Iterator[Embedded]:
    """A running installation; killed at the end unless the block ended it."""
    started = Embedded(folder, port, more or {})
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()
        eventually(lambda: not started.processes(), STOP_SECONDS)


def command(folder: Path, port: int) -> list[str]:
    """What a person types."""
    return [sys.executable, "-m", "khamrong", "up", "--port", str(port), "--data", str(folder)]
