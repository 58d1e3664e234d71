"""Whose a petition is that was filed without logging in: found again, and claimed. Pure."""

from __future__ import annotations

from uuid import UUID

from services.intake.petition import Petition
from shared.contracts.fact import Fact
from shared.contracts.ownership import PetitionClaimed
from shared.kernel.secrets import keyed_hash


def petitioner_hash(pepper: bytes, citizen_id: str, phone: str) -> str:
    """How the petitions of who filed with this citizen number and phone (E.164) are found; neither is kept."""
    return keyed_hash(pepper, f"petitioner\n{citizen_id}\n{phone}")


def claim(petition: Petition, member_id: UUID) -> list[Fact]:
    """It is the member's from now on. Nothing when it is somebody's already, or nothing of its petitioner is left."""
    if petition.member_id is not None or petition.erased:
        return []
    return [
        PetitionClaimed(
            petition_id=petition.petition_id,
            number=petition.number,
            authority=petition.authority,
            member_id=member_id,
        )
    ]
