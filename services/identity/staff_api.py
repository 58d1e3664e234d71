"""The HTTP gateway of identity, for administrators: who works for the authority; and for whoever was invited."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr

from services.identity.persons import Person, claims_of, full_name, identity_of
from services.identity.staff import NotTheirs, Position, PositionInvalid, require_manager
from services.identity.staff_desk import InvitationUnknown, Member
from services.identity.wiring import BASE
from shared.contracts.staff import StaffRole
from shared.gateway.limits.door import Attempt, TooManyFailures
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, StaffCaller, only

_TOO_MANY: Final = "กรอกรหัสเชิญไม่ถูกต้องหลายครั้ง กรุณาลองใหม่ภายหลัง หรือติดต่อผู้ดูแลระบบของหน่วยงาน"
MANAGERS: Final = frozenset({Role.ADMIN, Role.PLATFORM_ADMIN})
Manager = Annotated[Caller, Depends(only(MANAGERS))]
router = APIRouter(prefix=BASE, tags=["staff"])


class PositionInput(BaseModel):
    """A role at an authority; with a department, in that department alone. `*` with `platform_admin`."""

    authority: str = Field(max_length=50, examples=["kathu"])
    role: StaffRole
    department: str | None = Field(default=None, max_length=50)


class InvitationView(BaseModel):
    """`code` is shown here and nowhere else: hand it to the person, who logs in and shows it."""

    invitation_id: UUID
    code: str
    expires_at: datetime


class StaffView(BaseModel):
    """Somebody in a position. `name` is what was told when it was granted, if anything."""

    staff_id: UUID
    authority: str
    role: StaffRole
    department: str | None
    name: str | None


class CodeInput(BaseModel):
    """The code of an invitation; case, dashes and spaces do not matter."""

    code: Annotated[SecretStr, Field(min_length=1, max_length=100)]


class RevocationInput(BaseModel):
    """Why the role is taken away."""

    reason: str = Field(min_length=1, max_length=500)


@router.post(
    "/staff/invitations", status_code=201, responses=responses(401, 403, 422), summary="Invite somebody to a role"
)
def invite(request: Request, response: Response, manager: Manager, body: PositionInput) -> InvitationView:
    """By an admin of the authority, or of the platform."""
    position = Position(body.authority, body.role, body.department)
    _require_manager(manager, position)
    try:
        invitation = identity_of(request).staff.invite(position, manager.sub, request.state.correlation_id)
    except PositionInvalid as invalid:
        errors = [FieldProblem(field=invalid.field, message=str(invalid))]
        raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors) from None
    response.headers["Cache-Control"] = "no-store"
    return InvitationView(
        invitation_id=invitation.invitation_id, code=invitation.code, expires_at=invitation.expires_at
    )


@router.post("/staff/invitations/accept", responses=responses(401, 403, 404, 429), summary="Show an invitation's code")
def accept(request: Request, person: Person, body: CodeInput) -> StaffView:
    """For whoever has logged in. The next session token may be one of that role. 429 after too many wrong codes."""
    identity, person_id = identity_of(request), UUID(person.sub)
    guess = _guess(request, person.sub)
    claims = claims_of(identity, person_id)
    code, citizen = body.code.get_secret_value(), identity.people.citizen_hash(claims.citizen_id)
    try:
        staff_id = identity.staff.accept(
            code, citizen, full_name(claims), f"member:{person_id}", request.state.correlation_id
        )
    except InvitationUnknown as unknown:
        raise Problem(404, str(unknown), kind="urn:khamrong:invitation-unknown") from None
    guess.succeeded()
    return _view(_found(request, staff_id))


@router.get("/staff", responses=responses(401, 403), summary="Who works for the authority")
def staff(request: Request, response: Response, manager: Manager) -> list[StaffView]:
    """Of the caller's authority; of all for a platform admin."""
    response.headers["Cache-Control"] = "no-store"
    return [_view(member) for member in identity_of(request).staff.of_authority(manager.authority)]


@router.get("/staff/colleagues", responses=responses(401, 403), summary="With whom the caller works")
def colleagues(request: Request, response: Response, caller: StaffCaller) -> list[StaffView]:
    """Everybody in a position at the caller's authority, so that work can be given to them and is told by name."""
    response.headers["Cache-Control"] = "no-store"
    return [_view(member) for member in identity_of(request).staff.of_authority(caller.authority)]


@router.post("/staff/{staff_id}/revocation", responses=responses(401, 403, 404, 409, 422), summary="Take a role away")
def revoke(request: Request, manager: Manager, staff_id: UUID, body: RevocationInput) -> StaffView:
    """The person is logged out everywhere. Nobody takes their own role away: somebody must be left to give it back."""
    member = _found(request, staff_id)
    _require_manager(manager, member.position)
    if str(staff_id) == manager.sub:
        raise Problem(409, "ถอนบทบาทของตนเองไม่ได้ กรุณาให้ผู้ดูแลคนอื่นดำเนินการ")
    identity_of(request).staff.revoke(member, body.reason, manager.sub, request.state.correlation_id)
    return _view(member)


def _guess(request: Request, person_id: str) -> Attempt:
    """Counted in advance. Raises Problem 429 with Retry-After."""
    client = request.client.host if request.client else ""
    try:
        return identity_of(request).limits.code(client, person_id)
    except TooManyFailures as closed:
        wait = {"Retry-After": str(closed.retry_after)}
        raise Problem(429, _TOO_MANY, kind="urn:khamrong:too-many-failures", headers=wait) from None


def _require_manager(manager: Caller, position: Position) -> None:
    try:
        require_manager(Position(manager.authority, StaffRole(manager.role)), position.authority, position.role)
    except NotTheirs as refused:
        raise Problem(403, str(refused)) from None


def _found(request: Request, staff_id: UUID) -> Member:
    member = identity_of(request).staff.find(staff_id)
    if member is None:
        raise Problem(404, "ไม่พบเจ้าหน้าที่คนนี้")
    return member


def _view(member: Member) -> StaffView:
    position = member.position
    return StaffView(
        staff_id=member.staff_id,
        authority=position.authority,
        role=position.role,
        department=position.department,
        name=member.name,
    )
