"""What intake tells about whose a petition is, and of its petitioner's being forgotten."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.contracts.fact import Fact
from shared.contracts.petition import OfPetition


class PetitionClaimed(OfPetition, Fact):
    """A member proved to be the petitioner of a petition filed without logging in: it is theirs from now on."""

    TYPE: ClassVar[str] = "petition.claimed"
    member_id: UUID


class PetitionRetained(OfPetition, Fact):
    """Its member asked to be forgotten, and the authority must keep the petition for `years` (at least) after its end.

    `basis` is the rule that says so, as people read it.
    """

    TYPE: ClassVar[str] = "petition.retained"
    years: int
    basis: str | None = None


class PetitionErased(OfPetition, Fact):
    """The key that sealed everything about its petitioner, `subject_id`, is destroyed (PDPA B.E. 2562 s. 33)."""

    TYPE: ClassVar[str] = "petition.erased"
    subject_id: UUID
