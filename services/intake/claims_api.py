"""The HTTP gateway of intake, for members: making petitions their own that they filed without logging in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final, TypeVar

import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake import fields
from services.intake.claims import NotThePetitioner
from services.intake.filing import MemberIdentity
from services.intake.filing_member import known_member
from services.intake.proofs.proofs import ProofRefused, Proofs, ProofsUnavailable, Why
from services.intake.wiring import Intake
from shared.gateway.petitioner import petitioner_in
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only
from shared.kernel.field_errors import Findings

NOBODY: Final = "member"
"""The step-up of a member who has nothing to claim is for a petition of this kind, which is none."""
_AWAY: Final = "ขณะนี้ส่งหรือตรวจรหัส OTP ไม่ได้ กรุณาลองใหม่ในอีกสักครู่"
_WRONG: Final = "รหัส OTP ไม่ถูกต้อง ใช้ไปแล้ว หรือหมดอายุ กรุณาตรวจสอบอีกครั้งหรือขอรหัสใหม่"
_NOT_SIX: Final = "กรุณากรอกรหัส OTP เป็นตัวเลข 6 หลัก"
_TOO_MANY: Final = "มีการขอหรือกรอกรหัส OTP หลายครั้ง กรุณาลองใหม่ภายหลัง หรือติดต่อหน่วยงานทางโทรศัพท์"
_NO_CONSENT: Final = "ท่านถอนความยินยอมให้ใช้ข้อมูลแล้ว กรุณาให้ความยินยอมก่อน"
_Done = TypeVar("_Done")
_log = structlog.get_logger(__name__)
Member = Annotated[Caller, Depends(only(frozenset({Role.MEMBER})))]
router = APIRouter(prefix="/api/intake/v1", tags=["members"])


class ClaimAsked(BaseModel):
    """The phone that was told when the petitions were filed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "0812345678"}]})
    phone: str = Field(max_length=30)


class ClaimBegun(BaseModel):
    """Where the code is to be told, and until when."""

    id: str
    expires_at: datetime


class ClaimProven(ClaimAsked):
    """The same phone, and the six digits from the SMS. Thai digits, blanks and dashes will do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "0812345678", "otp": "042917"}]})
    otp: str = Field(max_length=40)


class Claimed(BaseModel):
    """The numbers of the petitions that are the member's from now on; empty when they were before."""

    numbers: list[str]


@router.post("/me/claims", status_code=202, responses=responses(401, 403, 409, 422, 429, 503), summary="Ask for a code")
def ask(request: Request, response: Response, caller: Member, asked: ClaimAsked) -> ClaimBegun:
    """A code goes to the phone if it is on file of a petition with the member's citizen number that was filed without
    logging in. The answer is the same whether or not there is one."""
    intake, member = _intake(request), _member(request, caller)
    phone = _phone(asked.phone)
    number = intake.claims.newest(member.citizen_id, phone) or f"{NOBODY}{member.subject_id.hex}"
    begun = _told(lambda: _proofs(request).ask(number, _client(request)))
    _log.info("claim_asked", member=str(member.subject_id))
    response.headers["Cache-Control"] = "no-store"
    return ClaimBegun(id=begun.id, expires_at=begun.expires_at)


@router.post("/me/claims/{claim_id}", responses=responses(401, 403, 409, 422, 429, 503), summary="Tell the code")
def prove(request: Request, response: Response, caller: Member, claim_id: str, typed: ClaimProven) -> Claimed:
    """All petitions that were filed with the member's citizen number and this phone are theirs: in their list, with
    their own texts, files, forms and commands. Whatever does not fit gets the same 422."""
    intake, member = _intake(request), _member(request, caller)
    phone = _phone(typed.phone)
    token = _told(lambda: _proofs(request).token(claim_id, typed.otp, _client(request)))
    proven = petitioner_in(intake.settings.capability_key.get_secret_value(), token)
    try:
        numbers = intake.claims.claim(
            member.subject_id, member.citizen_id, phone, proven.number if proven else "", request.state.correlation_id
        )
    except NotThePetitioner:
        raise _wrong(_WRONG) from None
    _log.info("petitions_claimed", member=str(member.subject_id), petitions=len(numbers))
    response.headers["Cache-Control"] = "no-store"
    return Claimed(numbers=numbers)


def _member(request: Request, caller: Caller) -> MemberIdentity:
    member = known_member(request, caller)
    if member is None:
        raise Problem(409, _NO_CONSENT, kind="urn:khamrong:consent-withdrawn")
    return member


def _phone(typed: str) -> str:
    """As it is kept. Raises Problem 422."""
    found = Findings()
    phone = fields.phone(found, "phone", typed)
    if found.errors:
        errors = [FieldProblem(field=each.field, message=each.message) for each in found.errors]
        raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors)
    return phone


def _told(ask: Callable[[], _Done]) -> _Done:
    """What tracking says. Raises Problem 422, 429, 503."""
    try:
        return ask()
    except ProofRefused as refused:
        if refused.why is not Why.TOO_MANY:
            raise _wrong(_NOT_SIX if refused.why is Why.NO_CODE else _WRONG) from None
        wait = {"Retry-After": refused.retry_after}
        raise Problem(429, _TOO_MANY, kind="urn:khamrong:too-many-failures", headers=wait) from None
    except ProofsUnavailable:
        raise Problem(503, _AWAY, kind="urn:khamrong:proofs-unavailable", headers={"Retry-After": "5"}) from None


def _wrong(message: str) -> Problem:
    """Not 401: it is the code that is not right, and not who asks."""
    return Problem(422, message, kind="urn:khamrong:wrong-otp", errors=[FieldProblem(field="otp", message=message)])


def _proofs(request: Request) -> Proofs:
    proofs: Proofs = request.app.state.proofs
    return proofs


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.intake
    return intake
