"""The HTTP gateway of identity, for the portal alone: sessions, and the tokens that go with them (docs/adr/0008)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr

from services.identity.sessions import Session
from services.identity.tokens import PERSONS_LIFETIME, issue
from services.identity.wiring import BASE, Identity
from shared.gateway.problems import Problem, responses
from shared.gateway.tokens import Caller, Role, Scope, service_with

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


class SessionView(BaseModel):
    """A session with a token for the gateways. `session` is the secret for the portal's HttpOnly cookie, and is
    answered only when the session begins. `registered`: the person has an account."""

    session: str | None = None
    session_id: UUID
    person_id: UUID
    provider: str
    assurance_level: str | None
    registered: bool
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
    identity = _identity(request)
    begun = identity.sessions.begin(body.handover.get_secret_value())
    if begun is None:
        raise Problem(401, _ENDED, kind="urn:khamrong:handover-invalid")
    secret, session = begun
    return _view(identity, response, session).model_copy(update={"session": secret})


@router.post("/sessions/tokens", responses=responses(401, 403, 422), summary="A token for a session (the portal)")
def tokens(request: Request, response: Response, keeper: Keeper, body: SessionInput) -> SessionView:
    """Counts as use. 401 when the session has ended, was idle too long, or never was."""
    identity = _identity(request)
    session = identity.sessions.see(body.session.get_secret_value())
    if session is None:
        raise Problem(401, _ENDED, kind="urn:khamrong:session-ended")
    return _view(identity, response, session)


@router.post("/logout", responses=responses(401, 403, 422), summary="End a session (the portal)")
def logout(request: Request, response: Response, keeper: Keeper, body: SessionInput) -> LoggedOut:
    """Ours first, then the provider's; again is no error."""
    identity = _identity(request)
    ended = identity.sessions.end(body.session.get_secret_value())
    response.headers["Cache-Control"] = "no-store"
    return LoggedOut(redirect_to=identity.logouts.begin(ended.provider) if ended else None)


def _view(identity: Identity, response: Response, session: Session) -> SessionView:
    response.headers["Cache-Control"] = "no-store"
    registered = identity.members.find(session.person_id) is not None
    role = Role.MEMBER if registered else Role.NEWCOMER
    caller = Caller(sub=str(session.person_id), role=role, authority="", sid=session.session_id)
    return SessionView(
        session_id=session.session_id,
        person_id=session.person_id,
        provider=session.provider,
        assurance_level=session.assurance_level,
        registered=registered,
        ends_at=session.began_at + identity.sessions.limits.whole,
        access_token=issue(identity.keys, caller, PERSONS_LIFETIME),
        expires_in=int(PERSONS_LIFETIME.total_seconds()),
    )


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity
