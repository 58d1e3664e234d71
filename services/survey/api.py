"""The HTTP gateway of survey: saying how it went, and how satisfied people are."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from services.survey.answer_desk import Recorded
from services.survey.chance import Petition, Told, answered, general_answer, stream_of
from services.survey.commands import Answer
from services.survey.refusals import Refused
from services.survey.wiring import Survey
from shared.eventlog.sealing import SubjectErased
from shared.gateway import idempotency
from shared.gateway.idempotency import KeyReused, Marked
from shared.gateway.limits.door import TooManyFailures
from shared.gateway.limits.guesses import knock, nothing_found
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.kernel import clock, ids
from shared.kernel.field_errors import FieldError, in_thai
from shared.kernel.numbers import normal_number
from shared.kernel.thai import fiscal_year as fiscal_year_of

_KEY: Final = idempotency.parameter("The same key with the same body gives the same answer.", required=False)
_JSON: Final = {"application/json": {"schema": Answer.model_json_schema()}}
_BODY: Final = {"requestBody": {"required": True, "content": _JSON}}
_NO_AUTHORITY: Final = "ไม่พบหน่วยงานนี้"
_TOO_OFTEN: Final = "มีการส่งแบบประเมินถี่เกินไป กรุณาลองใหม่ภายหลัง"
_ERASED: Final = "ข้อมูลส่วนบุคคลของผู้ร้องถูกลบแล้ว จึงบันทึกความเห็นไม่ได้ ท่านยังประเมินโดยไม่ระบุความเห็นได้"
router = APIRouter(prefix="/api/survey/v1", tags=["survey"])


class AnswerGiven(BaseModel):
    """A stored answer. `number`, `resolution` and `solved` are null for one about an authority in general.

    `resolution` counts the ends of the petition from 1; `reopen`: staff were asked to look at it again.
    """

    answer_id: UUID
    authority: str
    number: str | None
    resolution: int | None
    rating: int
    solved: Literal["yes", "partly", "no"] | None
    reopen: bool
    answered_at: datetime


class SummaryView(BaseModel):
    """Answers given in one fiscal year (Buddhist era, from October), about petitions and in general.

    `share_solved` = yes ÷ (yes + partly + no), which are told of petitions alone; null while there are none.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "authority": "kathu",
                    "fiscal_year": 2567,
                    "answers": 3,
                    "mean_rating": 4.33,
                    "by_rating": {"1": 0, "2": 0, "3": 1, "4": 0, "5": 2},
                    "solved": {"yes": 1, "partly": 1, "no": 0},
                    "share_solved": 0.5,
                    "reopen_requests": 1,
                }
            ]
        }
    )
    authority: str
    fiscal_year: int
    answers: int
    mean_rating: float | None
    by_rating: dict[str, int]
    solved: dict[str, int]
    share_solved: float | None
    reopen_requests: int


@router.post(
    "/answers",
    status_code=201,
    response_model=AnswerGiven,
    responses=responses(400, 404, 409, 413, 422, 429),
    openapi_extra={"parameters": [_KEY], **_BODY},
    summary="Say how it went: about a petition that has ended, or about an authority",
)
def answer(request: Request, body: Annotated[dict[str, Any], Body()]) -> JSONResponse:
    """One answer for each end of a petition: a second is 409. `reopen` asks the staff to look at it again.

    Whose petition it is tells the tracking code, or number and digits; what does not fit is 404, and limited.
    """
    survey: Survey = request.app.state.survey
    given = _parsed(body)
    mark = idempotency.mark_of(request, body, survey.settings.pepper.get_secret_value())
    try:
        recorded = survey.answers.earlier(mark) or _recorded(request, survey, given, mark)
    except KeyReused:
        raise idempotency.reused("แบบประเมิน") from None
    except Refused as refusal:
        raise Problem(409, str(refusal), kind=refusal.kind) from None
    except SubjectErased:
        raise Problem(409, _ERASED, kind="urn:khamrong:subject-erased") from None
    return _created(recorded)


@router.get("/summary", responses=responses(400, 404, 422), summary="How satisfied people are with an authority")
def summary(
    request: Request,
    authority: Annotated[str, Query(max_length=50, examples=["kathu"])],
    fiscal_year: Annotated[
        int | None, Query(ge=2400, le=2800, description="Buddhist era; the present one if left out")
    ] = None,
) -> SummaryView:
    """Of the answers that were given in that year; public."""
    survey: Survey = request.app.state.survey
    if survey.policies.of(authority) is None:
        raise Problem(404, _NO_AUTHORITY)
    return SummaryView(**survey.summaries.of(authority, fiscal_year or fiscal_year_of(clock.now())))


def _parsed(body: dict[str, Any]) -> Answer:
    try:
        given = Answer.model_validate(body)
    except ValidationError as refused:
        raise _unfit(in_thai(refused)) from None
    if errors := given.errors():
        raise _unfit(errors)
    return given


def _unfit(errors: list[FieldError]) -> Problem:
    problems = [FieldProblem(field=error.field, message=error.message) for error in errors]
    return Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=problems)


def _recorded(request: Request, survey: Survey, given: Answer, mark: Marked | None) -> Recorded:
    told, correlation = Told(given, ids.new_id(), clock.now()), request.state.correlation_id
    if given.authority is not None:
        _admit(request, survey, given.authority)
        fact = general_answer(told, given.authority)
        return survey.answers.record(f"answer-{told.answer_id}", lambda _: fact, correlation, mark)
    petition = _petition(request, survey, given)
    policy = survey.policies.of(petition.authority)
    decide = partial(answered, petition=petition, told=told, reopen_days=policy.reopen_days if policy else 0)
    return survey.answers.record(stream_of(petition.petition_id, petition.resolution), decide, correlation, mark)


def _admit(request: Request, survey: Survey, authority: str) -> None:
    if survey.policies.of(authority) is None:
        raise Problem(404, _NO_AUTHORITY)
    try:
        survey.general_door.attempt(request.client.host if request.client else "")
    except TooManyFailures as closed:
        raise Problem(429, _TOO_OFTEN, headers={"Retry-After": str(closed.retry_after)}) from None


def _petition(request: Request, survey: Survey, given: Answer) -> Petition:
    if given.number is not None:
        number, door = normal_number(given.number), survey.number_door
        attempt = knock(request, door, number)
        found = survey.petitions.by_number(number, given.phone_last4 or "")
    else:
        door = survey.code_door
        attempt = knock(request, door)
        found = survey.petitions.by_code(given.tracking_code or "")
    if found is None:
        nothing_found(door)
    attempt.succeeded()
    return found


def _created(recorded: Recorded) -> JSONResponse:
    given = AnswerGiven(**recorded.fact.model_dump(include=set(AnswerGiven.model_fields)))
    headers = {"Cache-Control": "no-store"} | ({"Idempotency-Replayed": "true"} if recorded.replayed else {})
    return JSONResponse(given.model_dump(mode="json"), 201, headers)
