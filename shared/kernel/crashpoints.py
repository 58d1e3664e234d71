"""Named points at which a test may end the process as `kill -9` would. Without the variable they do nothing."""

from __future__ import annotations

import os
from collections import Counter
from typing import Final

VARIABLE: Final = "KHAMRONG_CRASH_AT"
KILLED: Final = 137
"""The exit code of a process that SIGKILL ended, as a shell reports it."""

_passed: Counter[str] = Counter()


def crash_here(point: str) -> None:
    """End the process, without any cleaning up, when the variable names this point; with `name:n` at the n-th time."""
    wanted, _, nth = os.environ.get(VARIABLE, "").partition(":")
    if wanted != point:
        return
    _passed[point] += 1
    if _passed[point] >= int(nth or 1):
        os._exit(KILLED)
