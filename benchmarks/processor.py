"""How long each process of a stack has kept a processor busy: unlike latencies, hardly touched by what else runs."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from khamrong.stack import Stack

_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    program: str
    seconds: float


def seconds(stack: Stack) -> dict[str, float]:
    """User and system time by process; those of the database and the broker together, by their program's name."""
    names = {child.process.pid: name for name, child in stack.running.items()}
    worked: defaultdict[str, float] = defaultdict(float)
    for process in _below(os.getpid()):
        worked[names.get(process.pid, process.program)] += process.seconds
    return worked


def _below(root: int) -> Iterator[_Process]:
    every = list(_processes())
    family = {root}
    while more := {each.pid for each in every if each.parent in family} - family:
        family |= more
    return (each for each in every if each.pid in family)


def _processes() -> Iterator[_Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it ended
            continue
        program, _, rest = told.partition("(")[2].rpartition(")")
        fields = rest.split()
        worked = sum(map(int, fields[11:15]))  # proc(5): utime, stime, and the same of children waited for
        yield _Process(int(folder.name), int(fields[1]), program, worked / _TICKS)
