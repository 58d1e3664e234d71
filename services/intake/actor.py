"""Who gives a command, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is towards a petition of an authority."""

    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    ADMIN = "admin"
    PETITIONER = "petitioner"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, the petitioner of this very petition, or the system.

    `name` is the display name that facts keep of staff; it is empty for petitioners, whose names are personal.
    """

    id: str
    roles: frozenset[Role]
    name: str = ""
