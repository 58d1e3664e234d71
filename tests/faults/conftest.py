"""The full way as child processes, to be killed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from khamrong.stack import Stack, started


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own for the module, with quick retries."""
    folder: Path = tmp_path_factory.mktemp("stack")
    with started(folder, free_port(), {"KHAMRONG_RETRY_SCALE": "0.2"}) as running:
        yield running


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the stack's one origin."""
    with httpx.Client(base_url=stack.public_url, timeout=10) as opened:
        yield opened


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
