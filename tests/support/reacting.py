"""A process that reacts to one fact: `python -m tests.support.reacting <service> <queue> <file of the envelope>`.

Its settings come from the environment, as those of a worker do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretBytes, SecretStr

from shared.contracts.envelope import Envelope
from shared.kernel.crashpoints import VARIABLE
from shared.kernel.settings import PREFIX, Settings, load
from shared.messaging.inbox import handle_once
from shared.messaging.reaction import Desk
from tests.support.gateways import base64_of


def react_in_child(queue: str, envelope: Envelope, settings: Settings, folder: Path, crash_at: str = "") -> int:
    """The exit code of a process that reacts to the fact, and dies at a point where that is named."""
    file = folder / f"{envelope.id}.json"
    file.write_text(envelope.model_dump_json(), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment = clean | environment_of(settings) | {VARIABLE: crash_at}
    command = [sys.executable, "-m", "tests.support.reacting", queue.partition(".")[0], queue, str(file)]
    return subprocess.run(command, env=environment, check=False, timeout=180).returncode


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables that give these settings."""
    values = {name: _plain(value) for name, value in settings if value is not None}
    return {f"{PREFIX}{name.upper()}": value for name, value in values.items()}


def _plain(value: Any) -> str:
    if isinstance(value, SecretBytes):
        return base64_of(value.get_secret_value())
    return str(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _desk(service: str) -> Desk:
    if service == "notification":
        from services.notification.settings import NotificationSettings
        from services.notification.wiring import build as build_notification

        return build_notification(load(NotificationSettings)).desk
    if service == "intake":
        from services.intake.settings import IntakeSettings
        from services.intake.wiring import build as build_intake

        return build_intake(load(IntakeSettings)).desk
    from services.documents.settings import DocumentsSettings
    from services.documents.wiring import build as build_documents

    return build_documents(load(DocumentsSettings)).desk


if __name__ == "__main__":
    desk = _desk(sys.argv[1])
    fact = Envelope.model_validate_json(Path(sys.argv[3]).read_bytes())
    handle_once(desk.engine, sys.argv[2], desk.reactions[sys.argv[2]], fact)
