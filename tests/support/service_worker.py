"""`python -m services.<service> worker` as a child process, on a real broker."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.native.folder import free_port
from deploy.native.processes import ChildProcesses
from shared.kernel.settings import PREFIX, Settings
from shared.messaging.declaring import declare
from shared.messaging.topology import FACTS
from tests.support.reacting import environment_of
from tests.support.servers import Broker


@contextmanager
def service_worker(service: str, settings: Settings, broker: Broker, folder: Path) -> Iterator[None]:
    """Running until the end of the block; nobody answers where it would pull what it misses."""
    declare(broker.uri, FACTS)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    nowhere = f"http://127.0.0.1:{free_port()}"
    more = {"KHAMRONG_AMQP_URL": broker.uri, "KHAMRONG_INTERNAL_URL": nowhere, "KHAMRONG_CLIENT_SECRET": "sample"}
    with ChildProcesses(folder) as children:
        command = [sys.executable, "-m", f"services.{service}", "worker"]
        children.start(f"{service}-worker", command, environment=clean | environment_of(settings) | more)
        yield
