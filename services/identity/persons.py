"""What the gateways of identity share about the person who calls."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.identity.login import VerifiedPerson
from services.identity.wiring import Identity
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only, unauthorized

_ENDED = "เซสชันสิ้นสุดแล้ว กรุณาเข้าสู่ระบบใหม่"


def identity_of(request: Request) -> Identity:
    """The running identity."""
    identity: Identity = request.app.state.identity
    return identity


def _person(
    request: Request, caller: Annotated[Caller, Depends(only(frozenset({Role.MEMBER, Role.NEWCOMER})))]
) -> Caller:
    """A token outlives its session by minutes; here, where the session is known, it does not."""
    if caller.sid is None or not identity_of(request).sessions.goes_on(caller.sid):
        raise unauthorized(_ENDED)
    return caller


Person = Annotated[Caller, Depends(_person)]
"""Who has logged in, with an account or without."""


def claims_of(identity: Identity, person_id: UUID) -> VerifiedPerson:
    """What the last login told. Raises Problem 401 for a person who was forgotten meanwhile."""
    claims = identity.people.claims(person_id)
    if claims is None:
        raise unauthorized(_ENDED)
    return claims


def full_name(claims: VerifiedPerson) -> str:
    """As colleagues and forms call somebody."""
    return " ".join(filter(None, (claims.given_name, claims.family_name)))
