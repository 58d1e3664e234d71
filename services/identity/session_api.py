"""The HTTP gateway of identity, for the portal alone: sessions, and the tokens that go with them (docs/adr/0008)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr

from services.identity.persons import claims_of, full_name, identity_of
from services.identity.sessions import Session
from services.identity.staff_desk import Member
from services.identity.tokens import PERSONS_LIFETIME, issue
from services.identity.wiring import BASE, Identity
from shared.contracts.staff import StaffRole
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import Role, Scope
from shared.gateway.tokens import Caller, service_with

Keeper = Annotated[Caller, Depends(service_with(Scope.SESSIONS))]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=200)]
_ENDED = "เซสชันสิ้นสุดแล้ว กรุณาเข้าสู่ระบบใหม่"
router = APIRouter(prefix=BASE, tags=["sessions"])


class HandoverInput(BaseModel):
    """The value of the cookie `khamrong-handover`."""

    handover: Secret


class SessionInput(BaseModel):
    """The secret of a session, as `POST /sessions` answered it."""

    session: Secret


class TokenInput(SessionInput):
    """`staff_id`: for work in one of the person's positions; without it, for the person's own business."""

    staff_id: UUID | None = None


class PositionView(BaseModel):
    """A role that the person may work in."""

    staff_id: UUID
    authority: str
    role: StaffRole
    department: str | None


class SessionView(BaseModel):
    """A session with a token for the gateways. `session` is the secret for the portal's HttpOnly cookie, and is
    answered only when the session begins. `registered`: the person has an account. `acting`: the token is for work in
    this position."""

    session: str | None = None
    session_id: UUID
    person_id: UUID
    provider: str
    assurance_level: str | None
    registered: bool
    positions: list[PositionView]
    acting: PositionView | None = None
    ends_at: datetime
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int


class LoggedOut(BaseModel):
    """`redirect_to` ends the session at the provider as well; null where there is nothing to end."""

    redirect_to: str | None


@router.post("/sessions", status_code=201, responses=responses(401, 403, 422), summary="Begin a session (the portal)")
def begin(request: Request, response: Response, keeper: Keeper, body: HandoverInput) -> SessionView:
    """401 for a hand-over that was taken before, is older than a minute, or unknown."""
    identity = identity_of(request)
    begun = identity.sessions.begin(body.handover.get_secret_value())
    if begun is None:
        raise Problem(401, _ENDED, kind="urn:khamrong:handover-invalid")
    secret, session = begun
    return _view(identity, response, session).model_copy(update={"session": secret})


@router.post("/sessions/tokens", responses=responses(401, 403, 422), summary="A token for a session (the portal)")
def tokens(request: Request, response: Response, keeper: Keeper, body: TokenInput) -> SessionView:
    """Counts as use. 401 when the session has ended, was idle too long, or never was; 403 for a position that is not
    (any more) the person's."""
    identity = identity_of(request)
    session = identity.sessions.see(body.session.get_secret_value())
    if session is None:
        raise Problem(401, _ENDED, kind="urn:khamrong:session-ended")
    return _view(identity, response, session, body.staff_id)


@router.post("/logout", responses=responses(401, 403, 422), summary="End a session (the portal)")
def logout(request: Request, response: Response, keeper: Keeper, body: SessionInput) -> LoggedOut:
    """Ours first, then the provider's; again is no error."""
    identity = identity_of(request)
    ended = identity.sessions.end(body.session.get_secret_value())
    response.headers["Cache-Control"] = "no-store"
    return LoggedOut(redirect_to=identity.logouts.begin(ended.provider) if ended else None)


def _view(identity: Identity, response: Response, session: Session, staff_id: UUID | None = None) -> SessionView:
    response.headers["Cache-Control"] = "no-store"
    registered = identity.members.find(session.person_id) is not None
    positions = [_position(member) for member in identity.staff.of_person(session.person_id)]
    acting = _chosen(positions, staff_id) if staff_id else None
    caller = _at_work(identity, session, acting) if acting else _for_oneself(session, registered)
    return SessionView(
        session_id=session.session_id,
        person_id=session.person_id,
        provider=session.provider,
        assurance_level=session.assurance_level,
        registered=registered,
        positions=positions,
        acting=acting,
        ends_at=session.began_at + identity.sessions.limits.whole,
        access_token=issue(identity.keys, caller, PERSONS_LIFETIME),
        expires_in=int(PERSONS_LIFETIME.total_seconds()),
    )


def _for_oneself(session: Session, registered: bool) -> Caller:
    role = Role.MEMBER if registered else Role.NEWCOMER
    return Caller(sub=str(session.person_id), role=role, authority="", sid=session.session_id)


def _at_work(identity: Identity, session: Session, position: PositionView) -> Caller:
    return Caller(
        sub=str(position.staff_id),
        role=Role(position.role),
        authority=position.authority,
        department=position.department,
        name=full_name(claims_of(identity, session.person_id)),
        sid=session.session_id,
    )


def _chosen(positions: list[PositionView], staff_id: UUID) -> PositionView:
    found = next((position for position in positions if position.staff_id == staff_id), None)
    if found is None:
        raise Problem(403, "คุณไม่มีบทบาทนี้แล้ว", kind="urn:khamrong:position-revoked")
    return found


def _position(member: Member) -> PositionView:
    at = member.position
    return PositionView(staff_id=member.staff_id, authority=at.authority, role=at.role, department=at.department)
