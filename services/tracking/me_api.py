"""The HTTP gateway of tracking, for members: their own petitions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.tracking.wiring import Tracking
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.gateway.problems import responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only

Member = Annotated[Caller, Depends(only(frozenset({Role.MEMBER})))]
router = APIRouter(prefix="/api/tracking/v1", tags=["me"])


class OwnPetition(BaseModel):
    """A petition that is the member's, as the public status shows it. `subject` is the member's own text."""

    number: str
    authority: str
    status: str
    status_label: str
    category: str
    department: str
    subject: str | None
    filed_at: datetime
    due_at: datetime


@router.get("/me/petitions", responses=responses(401, 403), summary="My petitions")
def petitions(request: Request, response: Response, member: Member) -> list[OwnPetition]:
    """All that were filed with this account, or claimed, the newest first; what was just filed may be missing still."""
    tracking: Tracking = request.app.state.tracking
    response.headers["Cache-Control"] = "no-store"
    return [_own(row) for row in tracking.petitions.of_member(UUID(member.sub))]


def _own(row: dict[str, object]) -> OwnPetition:
    label = STATE_LABELS[PetitionState(str(row["state"]))]
    named = {"status": row["state"], "category": row["category_label"], "department": row["department_name"]}
    return OwnPetition.model_validate({**row, **named, "status_label": label})
