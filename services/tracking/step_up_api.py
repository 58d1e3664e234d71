"""The HTTP gateway of tracking, for petitioners: proving who asks by a code on the phone on file, and what it opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict, Field

from services.tracking.own import OwnPetition, own_view
from services.tracking.wiring import Tracking
from shared.gateway.limits.door import TooManyFailures
from shared.gateway.petitioner import Petitioner, WhoAsks, grant, require_own, staff_or_petitioner
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.roles import Role
from shared.kernel import clock
from shared.kernel.numbers import normal_number
from shared.kernel.text import ascii_digits

STEP_UPS: Final = Counter("khamrong_step_ups_total", "Step-ups, by what became of them", ["outcome"])
_ONE_OF_TWO: Final = "กรุณาระบุเลขที่คำร้องหรือรหัสติดตามอย่างใดอย่างหนึ่ง"
_TOO_MANY_ASKED: Final = "มีการขอรหัส OTP หลายครั้ง กรุณาลองใหม่ภายหลัง หรือติดต่อหน่วยงานทางโทรศัพท์"
_TOO_MANY_WRONG: Final = "กรอกรหัส OTP ไม่ถูกต้องหลายครั้ง กรุณาลองใหม่ภายหลัง"
_WRONG: Final = "รหัส OTP ไม่ถูกต้อง ใช้ไปแล้ว หรือหมดอายุ กรุณาตรวจสอบอีกครั้งหรือขอรหัสใหม่"
_log = structlog.get_logger(__name__)
_Done = TypeVar("_Done")
Owner = Annotated[WhoAsks, Depends(staff_or_petitioner(frozenset({Role.MEMBER})))]
router = APIRouter(prefix="/api/tracking/v1", tags=["petitioner"])


class StepUpAsked(BaseModel):
    """Which petition: by its number or by its tracking code, one of the two."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "KT1080767000011"}]})
    number: str | None = Field(default=None, min_length=1, max_length=40)
    tracking_code: str | None = Field(default=None, min_length=1, max_length=40)


class StepUpBegun(BaseModel):
    """Where the code is to be told, and until when."""

    id: str
    expires_at: datetime


class OtpTyped(BaseModel):
    """The six digits from the SMS. Thai digits, blanks and dashes will do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"otp": "042917"}]})
    otp: str = Field(pattern=r"^[ -]*(?:[0-9๐-๙][ -]*){6}$", max_length=40)


class PetitionersTokenAnswer(BaseModel):
    """A bearer token for one petition: `own`, its form and attachments, `withdraw` and `provide-information`."""

    token: str
    expires_at: datetime
    number: str


@router.post(
    "/step-ups", status_code=202, responses=responses(400, 422, 429), summary="Ask for a code on the phone on file"
)
def ask(request: Request, response: Response, asked: StepUpAsked) -> StepUpBegun:
    """The same answer whether or not there is such a petition, its phone takes texts, or it had too many of late."""
    tracking = _tracking(request)
    kind, named = _named(asked)
    _limited(lambda: tracking.step_up_limits.ask(_client(request)), "asking_refused", _TOO_MANY_ASKED)
    find = tracking.addressees.by_code if kind == "code" else tracking.addressees.by_number
    found, may_send = find(named), tracking.step_up_limits.may_send(f"{kind}/{named}")
    begun = tracking.step_ups.begin(found if may_send else None)
    _tell("asked" if may_send else "asked_too_often", by=kind)
    response.headers["Cache-Control"] = "no-store"
    return StepUpBegun(id=begun.handle, expires_at=begun.expires_at)


@router.post("/step-ups/{step_up_id}", responses=responses(400, 401, 422, 429), summary="Tell the code from the SMS")
def redeem(request: Request, response: Response, step_up_id: str, typed: OtpTyped) -> PetitionersTokenAnswer:
    """A code is good once, for ten minutes and five tries. Whatever does not fit gets the same 401."""
    tracking = _tracking(request)
    guess = _limited(lambda: tracking.step_up_limits.guess(_client(request)), "guessing_refused", _TOO_MANY_WRONG)
    petition_id = tracking.step_ups.redeem(step_up_id, _digits(typed.otp))
    if petition_id is None:
        _tell("wrong_code")
        raise Problem(401, _WRONG, kind="urn:khamrong:wrong-otp", headers={"WWW-Authenticate": "OTP"})
    guess.succeeded()
    number = tracking.addressees.number_of(petition_id)
    granted = grant(tracking.settings.capability_key.get_secret_value(), number)
    _tell("opened", number=number)
    response.headers["Cache-Control"] = "no-store"
    return PetitionersTokenAnswer(token=granted.token, expires_at=granted.expires_at, number=number)


@router.get(
    "/petitions/{number}/own",
    responses=responses(400, 401, 403, 404),
    summary="One's own petition (petitioner's token, or that of its member)",
)
def own(request: Request, response: Response, who: Owner, number: str) -> OwnPetition:
    """With the own texts and files, opened: each such answer is written to the audit log."""
    tracking = _tracking(request)
    _require_owner(tracking, who, normal_number(number))
    if tracking.petitions.whose(number) is None:
        raise Problem(404, "ไม่พบคำร้องเลขที่นี้")
    whole = tracking.petitions.whole(number)
    _log.info("personal_data_read", actor="petitioner", role="petitioner", number=normal_number(number))
    response.headers["Cache-Control"] = "no-store"
    return OwnPetition.model_validate(own_view(whole, clock.now()))


def _require_owner(tracking: Tracking, who: WhoAsks, number: str) -> None:
    if isinstance(who, Petitioner):
        require_own(who, number)
    elif not tracking.petitions.is_of(UUID(who.sub), number):
        raise Problem(403, "คำร้องนี้ไม่ใช่คำร้องของบัญชีนี้")


def _named(asked: StepUpAsked) -> tuple[str, str]:
    """How the petition is named, and its name in normal form."""
    match asked:
        case StepUpAsked(number=str() as number, tracking_code=None):
            return "number", normal_number(number)
        case StepUpAsked(number=None, tracking_code=str() as code):
            return "code", code
        case _:
            raise Problem(422, _ONE_OF_TWO, errors=[FieldProblem(field="number", message=_ONE_OF_TWO)])


def _limited(count: Callable[[], _Done], outcome: str, detail: str) -> _Done:
    try:
        return count()
    except TooManyFailures as closed:
        _tell(outcome, limit=closed.limit)
        wait = {"Retry-After": str(closed.retry_after)}
        raise Problem(429, detail, kind="urn:khamrong:too-many-failures", headers=wait) from None


def _tell(outcome: str, **known: str) -> None:
    """Count it, and write it to the audit log."""
    STEP_UPS.labels(outcome).inc()
    _log.info("step_up", outcome=outcome, **known)


def _digits(typed: str) -> str:
    return "".join(character for character in ascii_digits(typed) if character.isdigit())


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _tracking(request: Request) -> Tracking:
    tracking: Tracking = request.app.state.tracking
    return tracking
