"""Who gives a command, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.petition_commands import ActorRole


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, the petitioner of this very petition, or the system.

    `name` is the display name that facts keep of staff; it is empty for petitioners, whose names are personal.
    """

    id: str
    roles: frozenset[ActorRole]
    name: str = ""
