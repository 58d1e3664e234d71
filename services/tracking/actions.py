"""What the citizen may do with a petition now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from shared.contracts.petition_states import PETITIONERS_COMMANDS

BY_COMMAND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "provide_information": "provide-information",
        "add_photo": "provide-information",
        "withdraw": "withdraw",
    }
)
"""Actions that are commands of intake. A photo is added with the words that go with it."""


def actions(row: Mapping[str, Any], now: datetime) -> list[str]:
    """The actions that are open, in the order in which they are offered. `row` is one of the petition's read model."""
    return [name for name, command in BY_COMMAND.items() if row["state"] in PETITIONERS_COMMANDS[command]]
