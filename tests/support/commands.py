"""The command line `khamrong`, on the folder of an installation."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 120.0


def environment_without_settings() -> dict[str, str]:
    """This process's environment without any of Khamrong's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KHAMRONG_")}


def khamrong(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        _command(folder, *arguments),
        env=environment_without_settings(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


class Subscriber:
    """A running `khamrong subscribe`, which prints into a file."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self._process = process
        self._output = output

    def printed(self) -> list[dict[str, Any]]:
        """The facts that were printed, as often as they were."""
        lines = self._output.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)


@contextmanager
def subscribing(folder: Path, pattern: str, output: Path) -> Iterator[Subscriber]:
    """`khamrong subscribe PATTERN`; killed at the end unless the block stopped it."""
    with output.open("wb") as file:
        command = _command(folder, "subscribe", pattern)
        process = subprocess.Popen(command, env=environment_without_settings(), stdout=file)
    try:
        yield Subscriber(process, output)
    finally:
        process.kill()
        process.wait()


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "khamrong", "--data", str(folder), *arguments]
