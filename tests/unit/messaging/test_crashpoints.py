"""A crash point ends the process at once when it is named, and does nothing otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shared.kernel.crashpoints import KILLED, VARIABLE

PROGRAM = """
from shared.kernel.crashpoints import crash_here
try:
    for count in range(3):
        print(count, flush=True)
        crash_here("here")
finally:
    print("cleaned up", flush=True)
"""


@pytest.mark.parametrize(
    ("named", "code", "printed"),
    [
        (None, 0, ["0", "1", "2", "cleaned up"]),
        ("elsewhere", 0, ["0", "1", "2", "cleaned up"]),
        ("here", KILLED, ["0"]),
        ("here:2", KILLED, ["0", "1"]),
        ("here:4", 0, ["0", "1", "2", "cleaned up"]),
    ],
)
def test_crash_here(named: str | None, code: int, printed: list[str]) -> None:
    environment = {**os.environ, **({VARIABLE: named} if named else {})}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout.split("\n")[:-1]) == (code, printed)
