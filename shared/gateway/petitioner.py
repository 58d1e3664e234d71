"""The petitioner of one petition: who proved by a code on the phone on file that the petition is theirs.

The token is sent as `Authorization: Bearer`, as those of identity are; its algorithm tells the two apart. An endpoint
that takes it finds the key in `app.state.capability_key`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from joserfc import jws
from joserfc.errors import JoseError

from shared.gateway.problems import Problem
from shared.gateway.roles import Role
from shared.gateway.signing import ALGORITHM, number_in, signed
from shared.gateway.tokens import Caller, Gatekeeper, bearer, unauthorized
from shared.kernel import clock

LIFETIME: Final = timedelta(minutes=30)
_PURPOSE: Final = "khamrong/petitioner"
_ENDED: Final = "สิทธิ์เข้าถึงคำร้องนี้ไม่ถูกต้องหรือหมดอายุแล้ว กรุณายืนยันตัวตนด้วยรหัส OTP อีกครั้ง"


@dataclass(frozen=True, slots=True)
class Petitioner:
    """May see and do what the petitioner of this petition may, for half an hour."""

    number: str


@dataclass(frozen=True, slots=True)
class Granted:
    """A petitioner's token, and when it ends."""

    token: str
    expires_at: datetime


WhoAsks: TypeAlias = Caller | Petitioner


def grant(key: bytes, number: str) -> Granted:
    """A token for the petitioner of this petition."""
    until = (clock.now() + LIFETIME).replace(microsecond=0)
    return Granted(signed(key, _PURPOSE, number, until), until)


def petitioner_in(key: bytes, token: str) -> Petitioner | None:
    """Whom the token stands for; None unless it is a genuine petitioner's token that has not ended."""
    number = number_in(key, _PURPOSE, token)
    return Petitioner(number) if number else None


def who_asks(request: Request, token: str) -> WhoAsks:
    """Staff, a service, or a petitioner. Raises Problem 401; 503 when identity's keys cannot be had."""
    if _algorithm(token) != ALGORITHM:
        gatekeeper: Gatekeeper = request.app.state.gatekeeper
        return gatekeeper.caller(token, request.app.state.service)
    key: bytes = request.app.state.capability_key
    petitioner = petitioner_in(key, token)
    if petitioner is None:
        raise unauthorized(_ENDED)
    return petitioner


def _algorithm(token: str) -> str | None:
    """What the token says of itself; which keys it must then be genuine with is decided by it alone."""
    try:
        return str(jws.extract_compact(token.encode()).headers()["alg"])
    except (JoseError, ValueError):
        return None


DOCUMENTED: Final = HTTPBearer(
    scheme_name="StaffOrPetitioner",
    auto_error=False,
    bearerFormat="JWT",
    description="A token of identity, or the petitioner's token that a step-up gives.",
)
"""Says in the OpenAPI that these tokens are read; what one is worth is decided elsewhere."""


def _with_token(request: Request, _: Annotated[object, Depends(DOCUMENTED)]) -> WhoAsks:
    token = bearer(request)
    if token is None:
        raise unauthorized("ต้องยืนยันตัวตนด้วยรหัส OTP หรือแนบโทเคนของเจ้าหน้าที่")
    return who_asks(request, token)


def staff_or_petitioner(roles: frozenset[Role]) -> Callable[..., WhoAsks]:
    """A dependency: the petitioner of some petition, or a caller whose role is one of these; 401 or 403 otherwise."""

    def allowed(who: Annotated[WhoAsks, Depends(_with_token)]) -> WhoAsks:
        if isinstance(who, Caller) and who.role not in roles:
            raise Problem(403, "บทบาทของผู้ใช้ไม่มีสิทธิ์ดำเนินการนี้")
        return who

    return allowed


def require_own(petitioner: Petitioner, number: str) -> None:
    """Raises Problem 403 when the petition is somebody else's."""
    if petitioner.number != number:
        raise Problem(403, "สิทธิ์นี้ใช้ได้กับคำร้องอีกฉบับหนึ่งเท่านั้น")


def seen_as(who: WhoAsks, number: str, member_id: UUID | None) -> WhoAsks:
    """A member is the petitioner of a petition that was filed with the account, or claimed: that is theirs."""
    own = isinstance(who, Caller) and who.role is Role.MEMBER and who.sub == str(member_id)
    return Petitioner(number) if own else who


def _petitioner(who: Annotated[WhoAsks, Depends(staff_or_petitioner(frozenset()))]) -> Petitioner:
    assert isinstance(who, Petitioner)
    return who


PetitionersToken = Annotated[Petitioner, Depends(_petitioner)]
"""The petitioner, and nobody else."""
