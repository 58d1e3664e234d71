"""The HTTP gateway of intake, for citizens: authorities, and filing. Staff commands: `staff_api.py`."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from services.intake.filed import Asked, Submission
from services.intake.filing import FilingInput, MemberIdentity
from services.intake.filing_desk import Filed
from services.intake.filing_member import member_of
from services.intake.validation import Validated, validate
from services.intake.wiring import Intake
from shared.contracts.authority import AuthorityConfigured
from shared.eventlog.sealing import SubjectErased
from shared.gateway import idempotency
from shared.gateway.capability import grant
from shared.gateway.idempotency import KeyReused
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.tokens import unauthorized
from shared.kernel.secrets import keyed_hash

_KEY: Final = idempotency.parameter(
    "The same key with the same body gives the same petition, however often it is sent.", required=True
)
router = APIRouter(prefix="/api/intake/v1", tags=["intake"])


class AuthoritySummary(BaseModel):
    """One authority in the list."""

    code: str
    name: str
    name_en: str
    prefix: str
    province: str
    logo: str | None


class FiledAnswer(BaseModel):
    """A stored petition. `form_url` opens the whole form for an hour; `warnings` ask people to look again."""

    petition_id: str
    number: str
    tracking_code: str
    status: str = "filed"
    filed_at: datetime
    tracking_url: str
    form_url: str
    warnings: list[FieldProblem] = []


class Checked(BaseModel):
    """`errors` keep a petition from being filed, `warnings` ask people to look again."""

    errors: list[FieldProblem]
    warnings: list[FieldProblem]


@router.get("/authorities", summary="All authorities")
def authorities(request: Request) -> list[AuthoritySummary]:
    """In the order of their codes."""
    return [_summary(profile) for profile in _intake(request).authorities.all().values()]


@router.get("/authorities/{code}", responses=responses(404), summary="The public profile of an authority")
def authority(request: Request, code: str) -> AuthorityConfigured:
    """Address, phone, services (open or coming soon), categories, departments, news."""
    profile = _intake(request).authorities.all().get(code)
    if profile is None:
        raise Problem(404, "ไม่พบหน่วยงานนี้")
    return profile


@router.post("/petitions/checks", responses=responses(401, 413), summary="Check a petition that is being written")
async def check_petition(request: Request, filing: FilingInput) -> Checked:
    """What filing it would say, as far as it was filled in. Nothing is stored or counted."""
    profiles, member = await _profiles(_intake(request)), await member_of(request)
    checked = validate(filing, profiles, member)
    return Checked(errors=[_problem(each) for each in checked.errors], warnings=[_problem(w) for w in checked.warnings])


@router.post(
    "/petitions",
    status_code=201,
    response_model=FiledAnswer,
    responses=responses(400, 401, 413, 422, 429, 503),
    openapi_extra={"parameters": [_KEY]},
    summary="File a petition",
)
async def file_petition(request: Request, filing: FilingInput) -> Response:
    """201 after the petition is stored. The same `Idempotency-Key` gives the same petition; with another body: 422."""
    intake, member = _intake(request), await member_of(request)
    asked = _asked(request, filing, member)
    profiles = await _profiles(intake)
    checked = validate(filing, profiles, member)
    warnings = [_problem(warning) for warning in checked.warnings]
    try:
        if (checked.command is None or intake.limits.apply) and (earlier := await _earlier(intake, asked)):
            return _created(intake, earlier, warnings)
        submission = _submission(request, intake, checked, profiles, asked)
        filed = await wrap_future(intake.filing.submit(submission))
    except KeyReused:
        raise idempotency.reused("คำร้อง") from None
    except SubjectErased:
        raise unauthorized("บัญชีของท่านถูกลบแล้ว กรุณายื่นคำร้องโดยไม่เข้าสู่ระบบ") from None
    return _created(intake, filed, warnings)


async def _profiles(intake: Intake) -> Mapping[str, AuthorityConfigured]:
    fresh = intake.authorities.fresh()
    return await run_in_threadpool(intake.authorities.all) if fresh is None else fresh


def _asked(request: Request, filing: FilingInput, member: MemberIdentity | None) -> Asked:
    """Of two members who file the same with the same key, neither gets the other's answer."""
    pepper = _intake(request).settings.pepper.get_secret_value()
    who = {"member": str(member.subject_id)} if member else {}
    mark = idempotency.require_mark(request, filing.model_dump() | who, pepper)
    return Asked(mark.key, mark.fingerprint, request.state.correlation_id)


async def _earlier(intake: Intake, asked: Asked) -> Filed | None:
    """The answer that this request got before: it stands when limits or the authority's profile say otherwise now."""
    return await run_in_threadpool(intake.filing.earlier, asked)


def _submission(
    request: Request, intake: Intake, checked: Validated, profiles: Mapping[str, AuthorityConfigured], asked: Asked
) -> Submission:
    if checked.command is None:
        raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=[_problem(error) for error in checked.errors])
    phone = keyed_hash(intake.settings.pepper.get_secret_value(), checked.command.petitioner.phone)
    intake.limits.check(request.client.host if request.client else "", phone)
    return Submission(checked.command, profiles[checked.command.authority], asked)


def _created(intake: Intake, filed: Filed, warnings: list[FieldProblem]) -> Response:
    fact, base = filed.fact, intake.settings.public_url
    capability = grant(intake.settings.capability_key.get_secret_value(), fact.number)
    answer = FiledAnswer(
        petition_id=str(fact.petition_id),
        number=fact.number,
        tracking_code=fact.tracking_code,
        filed_at=fact.filed_at,
        tracking_url=fact.tracking_url,
        form_url=f"{base}/api/documents/v1/petitions/{fact.number}/form.pdf?capability={capability}",
        warnings=warnings,
    )
    headers = {"Location": f"{base}/api/tracking/v1/petitions/{fact.number}", "Cache-Control": "no-store"}
    if filed.replayed:
        headers["Idempotency-Replayed"] = "true"
    return JSONResponse(answer.model_dump(mode="json"), 201, headers)


def _summary(profile: AuthorityConfigured) -> AuthoritySummary:
    return AuthoritySummary(name=profile.name_th, **profile.model_dump(include=_SHORT))


_SHORT: Final = {"code", "name_en", "prefix", "province", "logo"}


def _problem(found: Any) -> FieldProblem:
    return FieldProblem(field=found.field, message=found.message)


def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.intake
    return intake
