"""The HTTP gateway of intake: one address per command on a petition, for staff and, where it is theirs, petitioners."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, ValidationError

from services.intake.actor import Actor
from services.intake.case_desk import Case, NoSuchPetition
from services.intake.catalogue import category_label, department_ref, find_category
from services.intake.commands import MergePetition, PetitionCommand, RecategorisePetition
from services.intake.refusals import FieldRefused, NotPermitted, Refused, TransitionNotAllowed
from services.intake.transitions import COMMANDS
from services.intake.wiring import Intake
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.petition_commands import COMMANDS as RULES
from shared.contracts.petition_commands import PETITIONERS_COMMANDS, ActorRole
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.sealing import SubjectErased
from shared.gateway.petitioner import Petitioner, WhoAsks, require_own, seen_as, staff_or_petitioner
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.roles import Role
from shared.kernel.field_errors import in_thai
from shared.kernel.text import clean_line

_ROLES: Final = frozenset(
    Role(role) for rule in RULES.values() for role in rule.roles - {ActorRole.PETITIONER, ActorRole.SYSTEM}
)
"""Whose tokens can be worth anything here, besides the petitioner's."""
Commander = Annotated[WhoAsks, Depends(staff_or_petitioner(_ROLES | {Role.MEMBER}))]
PETITIONER: Final = Actor("petitioner", frozenset({ActorRole.PETITIONER}))
NO_MERGE_INTO: Final = frozenset({PetitionState.MERGED, PetitionState.WITHDRAWN})
"""Nobody works on these any more; two petitions merged into each other would both be lost from sight."""

router = APIRouter(prefix="/api/intake/v1", tags=["staff commands"])


class CommandAnswer(BaseModel):
    """The petition after the command; `version` is that of its stream."""

    number: str
    status: str
    version: int


@router.post(
    "/petitions/{number}/{command}",
    responses=responses(401, 403, 404, 409, 422),
    summary="Do something with a petition: accept, assign, start, resolve …",
)
def perform(
    request: Request,
    who: Commander,
    number: str,
    command: str,
    body: Annotated[dict[str, Any] | None, Body()] = None,
) -> CommandAnswer:
    """409 names the states that are allowed, or both versions when `expected_version` is stale.

    With a petitioner's token, or that of the member who filed: `provide-information` and `withdraw`.
    """
    intake: Intake = request.app.state.intake
    if isinstance(who, Petitioner):
        require_own(who, number)  # before anything is told about another petition
    case = _found(intake, number)
    who = seen_as(who, number, case.petition.member_id)
    _require_permitted(who, case, command)
    asked = _parsed(intake, case, command, body or {})
    try:
        done = intake.cases.perform(case, asked, _actor(who), request.state.correlation_id, _expected(body or {}))
    except VersionConflict as conflict:
        raise _stale(conflict) from None
    except Refused as refusal:
        raise _refused(refusal) from None
    except SubjectErased:
        detail = "ข้อมูลส่วนบุคคลของผู้ร้องถูกลบแล้ว จึงบันทึกข้อความลงในคำร้องนี้ไม่ได้"
        raise Problem(409, detail, kind="urn:khamrong:subject-erased") from None
    return CommandAnswer(number=number, status=done.petition.status, version=done.version)


def _actor(who: WhoAsks) -> Actor:
    if isinstance(who, Petitioner):
        return PETITIONER
    return Actor(who.sub, frozenset({ActorRole(who.role)}), who.name)


def _found(intake: Intake, number: str) -> Case:
    try:
        return intake.cases.find(number)
    except NoSuchPetition:
        raise Problem(404, "ไม่พบคำร้องเลขที่นี้") from None


def _require_permitted(who: WhoAsks, case: Case, command: str) -> None:
    petition = case.petition
    if isinstance(who, Petitioner):
        if command not in PETITIONERS_COMMANDS:
            raise Problem(403, "ผู้ร้องทำรายการนี้ไม่ได้", commands=sorted(PETITIONERS_COMMANDS))
    elif who.role not in _ROLES or not who.may_work_on(petition.authority, petition.department.code):
        raise Problem(403, "คำร้องนี้เป็นของหน่วยงานอื่น")


def _parsed(intake: Intake, case: Case, name: str, body: dict[str, Any]) -> PetitionCommand:
    kind = COMMANDS.get(name)
    if kind is None:
        raise Problem(404, "ไม่รู้จักคำสั่งนี้", commands=sorted(COMMANDS))
    profile = intake.authorities.all()[case.petition.authority]
    try:
        return kind.model_validate(_completed(intake, profile, kind, body))
    except ValidationError as error:
        errors = [FieldProblem(field=found.field, message=found.message) for found in in_thai(error)]
        raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors) from None


def _completed(
    intake: Intake, profile: AuthorityConfigured, kind: type[PetitionCommand], body: dict[str, Any]
) -> dict[str, Any]:
    """Callers name departments, categories and petitions by their codes; facts keep what those were called."""
    given = dict(body)
    if kind is RecategorisePetition:
        given.update(_category(profile, _text(body, "category")))
    elif "department" in kind.model_fields:
        code = _text(body, "department")
        given["department"] = department_ref(profile, code) or _unknown("department", "ไม่พบหน่วยงานย่อยนี้")
    if kind is MergePetition:
        given["into_number"] = clean_line(_text(body, "into_number"))
        given["into_petition_id"] = _other(intake, profile, given["into_number"])
    return given


def _text(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    if value is None:
        _unknown(field, "กรุณากรอกข้อมูลนี้")
    return value if isinstance(value, str) else str(_unknown(field, "ต้องเป็นข้อความ"))


def _category(profile: AuthorityConfigured, code: str) -> dict[str, Any]:
    found = find_category(profile, code) or _unknown("category", "ไม่พบประเภทเรื่องนี้ในหน่วยงาน")
    return {"category_label": category_label(*found), "department": department_ref(profile, found[1].department)}


def _other(intake: Intake, profile: AuthorityConfigured, number: str) -> Any:
    try:
        other = intake.cases.find(number).petition
    except NoSuchPetition:
        return _unknown("into_number", "ไม่พบคำร้องเลขที่นี้")
    if other.authority != profile.code:
        return _unknown("into_number", "เป็นคำร้องของหน่วยงานอื่น")
    if other.status in NO_MERGE_INTO:
        return _unknown("into_number", f"รวมกับคำร้องนี้ไม่ได้ เพราะอยู่ในสถานะ “{STATE_LABELS[other.status]}”")
    if other.merged_into is not None:
        return _unknown("into_number", "คำร้องนี้เสร็จสิ้นไปพร้อมกับเรื่องที่รวมไว้ กรุณารวมเข้ากับเรื่องนั้นแทน")
    return other.petition_id


def _unknown(field: str, message: str) -> Any:
    raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=[FieldProblem(field=field, message=message)])


def _expected(body: dict[str, Any]) -> int | None:
    expected = body.get("expected_version")
    if expected is None or (isinstance(expected, int) and not isinstance(expected, bool)):
        return expected
    return int(_unknown("expected_version", "ต้องเป็นจำนวนเต็ม"))


def _stale(conflict: VersionConflict) -> Problem:
    detail = "มีผู้แก้ไขคำร้องนี้ก่อนหน้า กรุณาโหลดข้อมูลใหม่"
    kind = "urn:khamrong:stale-version"
    return Problem(409, detail, kind=kind, expected_version=conflict.expected, actual_version=conflict.actual)


def _refused(refusal: Refused) -> Problem:
    match refusal:
        case TransitionNotAllowed(state=state, allowed=allowed):
            kind = "urn:khamrong:transition-not-allowed"
            return Problem(409, str(refusal), kind=kind, state=state, allowed=list(allowed))
        case NotPermitted(roles=roles):
            return Problem(403, str(refusal), roles=list(roles))
        case FieldRefused(field=field):
            errors = [FieldProblem(field=field, message=str(refusal))]
            return Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors)
        case _:
            return Problem(409, str(refusal))
