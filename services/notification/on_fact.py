"""When a petition moves or an authority is configured, the read models follow."""

from __future__ import annotations

from typing import Final

from shared.projecting.reaction import Projecting
from shared.projecting.runner import Runner

QUEUE: Final = "notification.facts"


def on_fact(runner: Runner) -> Projecting:
    """Twice, late or out of order: the checkpoints tell what was applied, and holes are pulled from the owner."""
    return Projecting(QUEUE, runner)
