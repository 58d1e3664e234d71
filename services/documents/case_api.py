"""The HTTP gateway of documents, for staff: the case file for the paper archive."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.documents.answering import PDF, asked, documents_of, pdf_answer
from services.documents.form.case_file import case_file
from services.documents.form.layout import Authority
from services.documents.forms import Form
from services.documents.printing_press import press
from shared.gateway.problems import Problem, responses
from shared.gateway.tokens import Caller, StaffCaller
from shared.kernel import clock
from shared.kernel.text import clean_line

TEMPLATE: Final = "case_file.typ"
router = APIRouter(prefix="/api/documents/v1", tags=["documents"])


class Reason(BaseModel):
    """Why the petitioner has to be on paper in clear. It is kept, and auditors read it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "เก็บเข้าแฟ้มกระดาษตามระเบียบงานสารบรรณ"}]})
    reason: Annotated[str, AfterValidator(clean_line), Field(min_length=1, max_length=300)]


@router.get(
    "/petitions/{number}/case-file.pdf",
    response_class=Response,
    responses={**PDF, **responses(401, 403, 404, 503)},
    summary="The whole case for the paper archive, the petitioner masked",
)
def masked_file(request: Request, caller: StaffCaller, number: str) -> Response:
    """Details, history with internal notes, files, texts and answers, as tracking tells them to the caller."""
    return _file(request, caller, number, None)


@router.post(
    "/petitions/{number}/case-file.pdf",
    response_class=Response,
    responses={**PDF, **responses(401, 403, 404, 409, 422, 503)},
    summary="The same with the petitioner in clear, for a reason that is recorded",
)
def revealed_file(request: Request, caller: StaffCaller, number: str, asked: Reason) -> Response:
    """Tracking records who revealed it, and why, before it tells. The reason is in the body: addresses are logged."""
    return _file(request, caller, number, asked.reason)


def _file(request: Request, caller: Caller, number: str, reason: str | None) -> Response:
    form = documents_of(request).forms.find(number=number)
    if form is None:
        raise Problem(404, "ไม่พบคำร้องเลขที่นี้")
    case = asked(request, lambda asking, token: asking.case(token, number, reason))
    laid_out = case_file(case, _head(request, form), clock.now(), caller.name or caller.sub)
    pdf = press().pdf(TEMPLATE, press().clean(laid_out), {})
    return pdf_answer(f"{number}-case.pdf", pdf)


def _head(request: Request, form: Form) -> Authority:
    """The authority as it was when the petition was filed."""
    return Authority(**documents_of(request).forms.filing(form).authority_snapshot.model_dump())
