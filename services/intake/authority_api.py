"""The HTTP gateway of intake, for administrators: an authority is changed, now or later, and its history told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.intake.authorities import PrefixTaken
from services.intake.authority import AuthorityInvalid, authority_from
from services.intake.authority_changes import Change
from services.intake.planning import Entry, NoSuchPlan
from services.intake.wiring import Intake
from shared.contracts.authority import AuthorityConfigured
from shared.eventlog.conflict import VersionConflict
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only
from shared.kernel import clock
from shared.kernel.field_errors import FieldError, in_thai

MANAGERS: Final = frozenset({Role.ADMIN, Role.PLATFORM_ADMIN})
READERS: Final = MANAGERS | {Role.HEAD, Role.EXECUTIVE, Role.AUDITOR}
Manager = Annotated[Caller, Depends(only(MANAGERS))]
HistoryReader = Annotated[Caller, Depends(only(READERS))]
router = APIRouter(prefix="/api/intake/v1", tags=["administration"])


class Terms(BaseModel):
    """What stands in the body beside the profile. Without `effective_from` the change holds at once."""

    model_config = ConfigDict(extra="ignore")

    expected_version: int
    effective_from: AwareDatetime | None = None


class ChangeAnswer(BaseModel):
    """What was changed, or is to be; `version` is that of the authority's stream afterwards."""

    code: str
    version: int
    effective_from: datetime | None
    changes: list[Change]


class EntryView(BaseModel):
    """One change: who, when, what. `effective_from` is that of a plan, `planned_version` names a plan that was
    cancelled; `waiting`: a plan that has not taken effect."""

    version: int
    at: datetime
    actor: str
    kind: Literal["configured", "planned", "cancelled"]
    effective_from: datetime | None
    planned_version: int | None
    waiting: bool
    changes: list[Change]


class HistoryAnswer(BaseModel):
    """All changes, the newest first; `version` is what `expected_version` has to be for a change of this `profile`."""

    code: str
    version: int
    profile: AuthorityConfigured
    entries: list[EntryView]


@router.put("/authorities/{code}", responses=responses(401, 403, 404, 409, 422), summary="Change an authority")
def change(request: Request, manager: Manager, code: str, body: Annotated[dict[str, Any], Body()]) -> ChangeAnswer:
    """The body is the whole profile, as `GET` gives it, with `expected_version` and perhaps `effective_from`.

    409 names both versions when somebody was faster; 422 names every field that cannot stand.
    """
    intake = _intake(request)
    _require_whole(manager)
    _theirs(request, manager, code)
    terms, profile = _read(code, body)
    try:
        if terms.effective_from is None:
            intake.authorities.apply(profile, manager.sub, terms.expected_version)
        else:
            intake.planning.plan(profile, terms.effective_from, manager.sub, terms.expected_version)
    except VersionConflict as conflict:
        raise _stale(conflict) from None
    except PrefixTaken as taken:
        raise _wrong([FieldError(field="prefix", message=str(taken).partition(": ")[2])]) from None
    done = intake.planning.history(code)
    told = list(done.entries[0].changes) if done.version > terms.expected_version else []
    return ChangeAnswer(code=code, version=done.version, effective_from=terms.effective_from, changes=told)


@router.delete(
    "/authorities/{code}/plans/{version}",
    responses=responses(401, 403, 404, 409, 422),
    summary="Cancel a planned change",
)
def cancel(
    request: Request, manager: Manager, code: str, version: int, expected_version: Annotated[int, Query()]
) -> HistoryAnswer:
    """`version` is that of the plan in the history. 404 when it was cancelled or has taken effect."""
    _require_whole(manager)
    _theirs(request, manager, code)
    try:
        _intake(request).planning.cancel(code, version, manager.sub, expected_version)
    except VersionConflict as conflict:
        raise _stale(conflict) from None
    except NoSuchPlan:
        raise Problem(404, "ไม่มีการเปลี่ยนแปลงที่กำหนดไว้นี้ หรือมีผลแล้ว") from None
    return _history(request, code)


@router.get("/authorities/{code}/history", responses=responses(401, 403, 404), summary="Who changed what, and when")
def history(request: Request, reader: HistoryReader, code: str) -> HistoryAnswer:
    """Every change since the authority was first configured, and what is planned."""
    _theirs(request, reader, code)
    return _history(request, code)


def _theirs(request: Request, caller: Caller, code: str) -> None:
    if not caller.may_see(code):
        raise Problem(403, "คุณไม่มีสิทธิ์กับหน่วยงานนี้")
    if code not in _intake(request).authorities.all():
        raise Problem(404, "ไม่พบหน่วยงานนี้")


def _require_whole(manager: Caller) -> None:
    """Who is of one department has nothing to say about the others."""
    if manager.department is not None:
        raise Problem(403, "ผู้ดูแลของหน่วยงานย่อยแก้ไขข้อมูลของทั้งหน่วยงานไม่ได้")


def _read(code: str, body: dict[str, Any]) -> tuple[Terms, AuthorityConfigured]:
    """Everything wrong is told at once, by the same rules as for a file."""
    found: list[FieldError] = []
    terms, profile = _terms(body, found), _profile(body, found)
    if profile is not None and profile.code != code:
        found.append(FieldError(field="code", message="เปลี่ยนรหัสหน่วยงานไม่ได้"))
    if terms is None or profile is None or found:
        raise _wrong(found)
    return terms, profile


def _terms(body: dict[str, Any], found: list[FieldError]) -> Terms | None:
    try:
        terms = Terms.model_validate(body)
    except ValidationError as refused:
        found.extend(in_thai(refused))
        return None
    if terms.effective_from is not None and terms.effective_from <= clock.now():
        found.append(FieldError(field="effective_from", message="วันที่มีผลต้องอยู่ในอนาคต หรือเว้นว่างเพื่อให้มีผลทันที"))
    return terms


def _profile(body: dict[str, Any], found: list[FieldError]) -> AuthorityConfigured | None:
    try:
        return authority_from({name: value for name, value in body.items() if name not in Terms.model_fields})
    except AuthorityInvalid as invalid:
        found.extend(invalid.errors)
        return None


def _wrong(found: list[FieldError]) -> Problem:
    errors = [FieldProblem(field=each.field, message=each.message) for each in found]
    return Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors)


def _stale(conflict: VersionConflict) -> Problem:
    detail = "มีผู้แก้ไขข้อมูลหน่วยงานนี้ก่อนหน้า กรุณาโหลดข้อมูลใหม่"
    kind = "urn:khamrong:stale-version"
    return Problem(409, detail, kind=kind, expected_version=conflict.expected, actual_version=conflict.actual)


def _history(request: Request, code: str) -> HistoryAnswer:
    found = _intake(request).planning.history(code)
    entries = [_entry(each, waiting=each.version in found.planned) for each in found.entries]
    return HistoryAnswer(code=code, version=found.version, profile=found.profile, entries=entries)


def _entry(entry: Entry, *, waiting: bool) -> EntryView:
    return EntryView(
        version=entry.version,
        at=entry.at,
        actor=entry.actor,
        kind=entry.kind,
        effective_from=entry.effective_from,
        planned_version=entry.planned_version,
        waiting=waiting,
        changes=list(entry.changes),
    )


def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.intake
    return intake
