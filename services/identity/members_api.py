"""The HTTP gateway of identity, for services of ours: the verified data of a member who files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.identity.persons import identity_of
from services.identity.wiring import BASE
from shared.contracts.petition import Address
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import Scope
from shared.gateway.tokens import Caller, service_with

Reader = Annotated[Caller, Depends(service_with(Scope.MEMBERS))]
_log = structlog.get_logger(__name__)
router = APIRouter(prefix=BASE, tags=["members"])


class MemberView(BaseModel):
    """Names, citizen number and assurance level are the provider's word; the rest is the member's own."""

    subject_id: UUID
    assurance_level: str | None
    title: str | None
    given_name: str
    family_name: str | None
    citizen_id: str
    phone: str
    email: str | None
    address: Address | None


@router.get("/members/{person_id}", responses=responses(401, 403, 404, 409, 422), summary="Who a member is (services)")
def member(request: Request, response: Response, reader: Reader, person_id: UUID) -> MemberView:
    """404 without an account, 409 when the member no longer agrees to this use."""
    found = identity_of(request).members.find(person_id)
    if found is None:
        raise Problem(404, "ไม่พบสมาชิกนี้")
    if not found.member.agrees:
        raise Problem(409, "สมาชิกถอนความยินยอมให้ใช้ข้อมูลแล้ว", kind="urn:khamrong:consent-withdrawn")
    _log.info("personal_data_read", actor=reader.sub, person_id=str(person_id))
    response.headers["Cache-Control"] = "no-store"
    profile = found.member.profile.model_dump()
    return MemberView(subject_id=person_id, assurance_level=found.member.assurance_level, **profile)
