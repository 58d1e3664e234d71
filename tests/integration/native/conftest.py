from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

Owner = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    """`owner(code)`: another Python process that has run the code, which knows `folder`, and is there to be killed."""
    with ExitStack() as ends:

        def start(code: str) -> subprocess.Popen[str]:
            before = f"import sys, pathlib; folder = pathlib.Path({str(tmp_path)!r})"
            program = [before, code, "print('READY', flush=True); sys.stdin.read()"]
            pipe = subprocess.PIPE
            process = subprocess.Popen([sys.executable, "-c", "\n".join(program)], stdin=pipe, stdout=pipe, text=True)
            ends.callback(process.wait)
            ends.callback(process.kill)
            assert process.stdout
            assert any(line == "READY\n" for line in process.stdout)
            return process

        yield start
