"""The HTTP gateway of documents: uploads and the printed form. Attachments: `attachments_api.py`."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.documents.answering import (
    PDF,
    RECEIVING,
    documents_of,
    from_vault,
    is_code_of,
    pdf_answer,
    received,
    record_opening,
)
from services.documents.forms import Form
from services.documents.uploads.rules import MOST_BYTES
from services.documents.wiring import Documents
from shared.gateway.capability import opens
from shared.gateway.petitioner import Petitioner, WhoAsks, require_own, seen_as, who_asks
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import REVEALERS
from shared.gateway.tokens import STAFF, Caller, bearer, unauthorized

RETRY_SECONDS: Final = 1
router = APIRouter(prefix="/api/documents/v1", tags=["documents"])


class Uploaded(BaseModel):
    """A stored upload. `sha256` and `size` are those of what is kept: pictures are written anew, without metadata."""

    upload_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str


@router.post("/uploads", status_code=201, responses=responses(*RECEIVING), summary="Upload a file")
def upload(request: Request, file: UploadFile) -> Uploaded:
    """jpg, jpeg, png, doc, docx, pdf, xls, xlsx of at most 5 MB; the content must be what the name says, no macros."""
    from services.documents.uploads.accepting import accepted  # pictures and PDFs weigh 15 MB until the first upload

    documents = documents_of(request)
    with received():
        kept = accepted(file.filename or "", file.file.read(MOST_BYTES + 1), documents.scanner)
        upload_id = documents.uploads.keep(kept)
    return Uploaded(
        upload_id=upload_id, filename=kept.filename, media_type=kept.media_type, size=kept.size, sha256=kept.sha256
    )


@router.get(
    "/petitions/{number}/form.pdf",
    response_class=Response,
    responses={**PDF, 202: {"description": "being printed"}, **responses(401, 403, 503)},
    summary="The official form",
)
def form(
    request: Request,
    number: str,
    capability: Annotated[str | None, Query(description="from the filing's `form_url`; good for an hour")] = None,
    x_tracking_code: Annotated[str | None, Header(description="opens the masked form")] = None,
) -> Response:
    """The whole form with the token of staff or of its petitioner, or with the capability; with the tracking code
    alone, and for executives, what tells of the petitioner is hidden: numbers, address, own words. That staff opened
    the whole form is recorded before they get it. 202 with `Retry-After` while it is printed.
    """
    documents = documents_of(request)
    found = documents.forms.find(number=number)
    reader = _reader(request, documents, found, number, capability)
    if reader is not None:
        return _printing() if found is None else _opened(request, documents, found, reader)
    if x_tracking_code and found and is_code_of(documents, found, x_tracking_code):
        return _masked(documents, found)
    raise unauthorized("ต้องใช้ลิงก์จากการยื่นคำร้อง รหัสติดตาม รหัส OTP หรือโทเคนของเจ้าหน้าที่")


def _reader(
    request: Request, documents: Documents, found: Form | None, number: str, capability: str | None
) -> WhoAsks | None:
    """Staff of the petition, or its petitioner; None without a token. Raises Problem for anybody else."""
    if capability is not None and opens(documents.settings.capability_key.get_secret_value(), capability, number):
        return Petitioner(number)
    token = bearer(request)
    return None if token is None else _permitted(who_asks(request, token), found, number)


def _permitted(who: WhoAsks, found: Form | None, number: str) -> WhoAsks:
    who = seen_as(who, number, found.member_id) if found else who
    if isinstance(who, Petitioner):
        require_own(who, number)
    elif found is None:
        raise Problem(404, "ไม่พบคำร้องเลขที่นี้")
    elif who.role not in STAFF or not who.may_work_on(found.authority, found.department):
        raise Problem(403, "คำร้องนี้เป็นของหน่วยงานอื่น")
    return who


def _opened(request: Request, documents: Documents, found: Form, reader: WhoAsks) -> Response:
    if isinstance(reader, Caller) and reader.role not in REVEALERS:
        return _masked(documents, found)
    answer = pdf_answer(f"{found.number}.pdf", from_vault(lambda: documents.forms.whole(found)))
    if isinstance(reader, Caller):
        record_opening(request, reader, found)
    return answer


def _masked(documents: Documents, found: Form) -> Response:
    return pdf_answer(f"{found.number}.pdf", documents.forms.print_masked(found))


def _printing() -> Response:
    body = {"status": "printing", "detail": "กำลังจัดทำแบบคำร้อง กรุณารอสักครู่"}
    return JSONResponse(body, 202, {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})
