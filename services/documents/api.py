"""The HTTP gateway of documents: uploads, the printed form, attachments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.documents.forms import Form
from services.documents.uploads.filenames import content_disposition
from services.documents.uploads.rules import MOST_BYTES, Refused
from services.documents.uploads.scanning import ScannerUnavailable
from services.documents.uploads.waiting import vault_key
from services.documents.vault.vault import NotInVault, VaultUnavailable
from services.documents.wiring import Documents
from shared.contracts.fact import ERASED
from shared.gateway.capability import opens
from shared.gateway.petitioner import Petitioner, WhoAsks, require_own, staff_or_petitioner, who_asks
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.tokens import STAFF, bearer, unauthorized
from shared.kernel.ids import normal_tracking_code
from shared.kernel.secrets import keyed_hash, same

RETRY_SECONDS: Final = 1
_OWNER: Final = sa.text("SELECT claimed_by, authority, media_type FROM uploads WHERE upload_id = :id")
_SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}
router = APIRouter(prefix="/api/documents/v1", tags=["documents"])


class Uploaded(BaseModel):
    """A stored upload. `sha256` and `size` are those of what is kept: pictures are written anew, without metadata."""

    upload_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str


@router.post("/uploads", status_code=201, responses=responses(413, 415, 422, 503), summary="Upload a file")
def upload(request: Request, file: UploadFile) -> Uploaded:
    """jpg, jpeg, png, doc, docx, pdf, xls, xlsx of at most 5 MB; the content must be what the name says, no macros."""
    from services.documents.uploads.accepting import accepted  # pictures and PDFs weigh 15 MB until the first upload

    documents = _documents(request)
    try:
        kept = accepted(file.filename or "", file.file.read(MOST_BYTES + 1), documents.scanner)
        upload_id = documents.uploads.keep(kept)
    except Refused as refused:
        raise _refused(refused) from None
    except (ScannerUnavailable, VaultUnavailable):
        raise Problem(503, "ยังรับไฟล์ไม่ได้ในขณะนี้ กรุณาลองใหม่อีกครั้ง", headers={"Retry-After": "5"}) from None
    return Uploaded(
        upload_id=upload_id, filename=kept.filename, media_type=kept.media_type, size=kept.size, sha256=kept.sha256
    )


@router.get(
    "/petitions/{number}/form.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, 202: {"description": "being printed"}, **responses(401, 403)},
    summary="The official form",
)
def form(
    request: Request,
    number: str,
    capability: Annotated[str | None, Query(description="from the filing's `form_url`; good for an hour")] = None,
    x_tracking_code: Annotated[str | None, Header(description="opens the masked form")] = None,
) -> Response:
    """The whole form with the token of staff or of its petitioner, or with the capability; with the tracking code alone
    citizen number, phone and address are hidden. 202 with `Retry-After` while it is being printed."""
    documents = _documents(request)
    found = documents.forms.find(number=number)
    if _opens_whole(request, documents, found, number, capability):
        return _printing() if found is None else _pdf(number, _from_vault(lambda: documents.forms.whole(found)))
    if x_tracking_code and found and _is_code(documents, found, x_tracking_code):
        return _pdf(number, documents.forms.print_masked(found))
    raise unauthorized("ต้องใช้ลิงก์จากการยื่นคำร้อง รหัสติดตาม รหัส OTP หรือโทเคนของเจ้าหน้าที่")


@router.get("/attachments/{attachment_id}", response_class=Response, responses=responses(401, 403, 404, 503))
def attachment(
    request: Request, who: Annotated[WhoAsks, Depends(staff_or_petitioner(STAFF))], attachment_id: UUID
) -> Response:
    """A file attached to a petition, for staff and for its petitioner, always as a download."""
    documents = _documents(request)
    with documents.engine.connect() as connection:
        owner = connection.execute(_OWNER, {"id": attachment_id}).one_or_none()
    if owner is None or owner.claimed_by is None:
        raise Problem(404, "ไม่พบไฟล์นี้")
    _require_related(documents, who, owner.claimed_by, owner.authority)
    files = documents.forms.attachments(owner.claimed_by)
    name = next((file.filename for file in files if file.attachment_id == attachment_id), ERASED)
    if name == ERASED:
        raise Problem(404, "ไฟล์นี้ถูกลบแล้ว")
    content = _from_vault(lambda: documents.vault.get(vault_key(attachment_id)))
    return Response(
        content, headers={**_SAFE, "Content-Disposition": content_disposition(name)}, media_type=owner.media_type
    )


def _opens_whole(
    request: Request, documents: Documents, found: Form | None, number: str, capability: str | None
) -> bool:
    if capability is not None and opens(documents.settings.capability_key.get_secret_value(), capability, number):
        return True
    token = bearer(request)
    return token is not None and _may_read(who_asks(request, token), found, number)


def _may_read(who: WhoAsks, found: Form | None, number: str) -> bool:
    if isinstance(who, Petitioner):
        require_own(who, number)
    elif found is None:
        raise Problem(404, "ไม่พบคำร้องเลขที่นี้")
    elif who.role not in STAFF or not who.may_see(found.authority):
        raise Problem(403, "คำร้องนี้เป็นของหน่วยงานอื่น")
    return True


def _require_related(documents: Documents, who: WhoAsks, petition_id: UUID, authority: str) -> None:
    if isinstance(who, Petitioner):
        form = documents.forms.find(petition_id=petition_id)
        require_own(who, form.number if form else "")
    elif not who.may_see(authority):
        raise Problem(403, "ไฟล์นี้เป็นของหน่วยงานอื่น")


def _is_code(documents: Documents, found: Form, typed: str) -> bool:
    pepper = documents.settings.pepper.get_secret_value()
    return same(keyed_hash(pepper, normal_tracking_code(typed)), found.tracking_code_hash)


def _from_vault(get: Callable[[], bytes]) -> bytes:
    try:
        return get()
    except NotInVault:
        raise Problem(404, "ไม่พบไฟล์นี้") from None
    except VaultUnavailable:
        raise Problem(503, "ยังเปิดไฟล์ไม่ได้ในขณะนี้ กรุณาลองใหม่อีกครั้ง", headers={"Retry-After": "5"}) from None


def _pdf(number: str, pdf: bytes) -> Response:
    digest = hashlib.sha256(pdf).hexdigest()
    headers = {**_SAFE, "Content-Disposition": content_disposition(f"{number}.pdf", inline=True), "ETag": f'"{digest}"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


def _printing() -> Response:
    body = {"status": "printing", "detail": "กำลังจัดทำแบบคำร้อง กรุณารอสักครู่"}
    return JSONResponse(body, 202, {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})


def _refused(refused: Refused) -> Problem:
    kind = f"urn:khamrong:upload:{refused.refusal}"
    errors = [FieldProblem(field="file", message=refused.message)]
    return Problem(refused.status, refused.message, kind=kind, errors=errors)


def _documents(request: Request) -> Documents:
    documents: Documents = request.app.state.documents
    return documents
