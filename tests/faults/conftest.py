"""The full way as child processes, to be killed. One stack for all tests of this folder: it takes a while to start."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.native.folder import free_port
from khamrong.stack import Stack, started
from tests.faults.state import State, opened

RETRY_SCALE = "0.01"
"""A fact that always fails is parked after 8 s instead of 13 minutes."""


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Everything, ready. A test leaves it whole and quiet."""
    with (
        tempfile.TemporaryDirectory(prefix="khamrong-stack-") as folder,
        started(Path(folder), free_port(), {"KHAMRONG_RETRY_SCALE": RETRY_SCALE}) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def state(stack: Stack) -> Iterator[State]:
    """What the stack has stored."""
    with opened(stack) as state:
        yield state


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    """A client of the stack's one origin."""
    with httpx.Client(base_url=stack.public_url, timeout=10) as opened_client:
        yield opened_client
