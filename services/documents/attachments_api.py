"""The HTTP gateway of documents: the files of a petition, for those who may see them."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from services.documents.answering import SAFE, documents_of, from_vault, is_code_of, record_opening
from services.documents.attaching import is_picture
from services.documents.forms import Form
from services.documents.uploads.filenames import content_disposition
from services.documents.uploads.waiting import vault_key
from services.documents.wiring import Documents
from shared.contracts.document import AttachmentStored
from shared.contracts.fact import ERASED
from shared.gateway.petitioner import DOCUMENTED, Petitioner, WhoAsks, require_own, seen_as, who_asks
from shared.gateway.problems import Problem, responses
from shared.gateway.tokens import STAFF, Caller, bearer, unauthorized

_HEADERS: Final = {**SAFE, "Cache-Control": "private, no-cache", "Vary": "Authorization, X-Tracking-Code"}
"""A browser keeps the file but asks each time whether it may still show it: rights end, and people are erased."""

_CLOSED: Final = "ต้องยืนยันตัวตนด้วยรหัส OTP หรือแนบโทเคนของเจ้าหน้าที่"
router = APIRouter(prefix="/api/documents/v1", tags=["documents"])
Size = Literal["preview"]


@router.get(
    "/attachments/{attachment_id}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "of the attachment's own media type"},
        304: {"description": "not changed since the given `ETag`"},
        **responses(401, 403, 404, 503),
    },
    dependencies=[Depends(DOCUMENTED)],
    summary="A file of a petition",
)
def attachment(
    request: Request,
    attachment_id: UUID,
    size: Annotated[Size | None, Query(description="`preview`: a JPEG of at most 640 pixels a side")] = None,
    x_tracking_code: Annotated[str | None, Header(description="opens photos that staff published")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """With a token of staff any file of their authority, and department where they have one; with the petitioner's
    token the petition's own files and those that are published; with the tracking code what is published. Pictures may
    be shown, the rest is a download. That staff opened a file which is not published is recorded before they get it;
    the preview is part of the case that they read.
    """
    token = bearer(request)
    if token is None and not x_tracking_code:
        raise unauthorized(_CLOSED)
    who = None if token is None else who_asks(request, token)
    documents = documents_of(request)
    found = documents.forms.attachment(attachment_id)
    form, stored = _permitted(found, who) if who else _published(documents, found, x_tracking_code or "")
    if stored.filename == ERASED:
        raise Problem(404, "ไฟล์นี้ถูกลบแล้ว")
    answer = _answer(documents, stored, size, if_none_match or "")
    if isinstance(who, Caller) and who.role in STAFF and not stored.public and size is None:
        record_opening(request, who, form, attachment_id)
    return answer


Found = tuple[Form, AttachmentStored]


def _published(documents: Documents, found: Found | None, code: str) -> Found:
    """Unknown, not published and a wrong code are told alike."""
    if found is None or not found[1].public or not is_code_of(documents, found[0], code):
        raise unauthorized(_CLOSED)
    return found


def _permitted(found: Found | None, who: WhoAsks) -> Found:
    who = seen_as(who, found[0].number, found[0].member_id) if found else who
    if isinstance(who, Caller) and who.role not in STAFF:
        raise Problem(403, "บทบาทของผู้ใช้ไม่มีสิทธิ์ดำเนินการนี้")
    if found is None:
        raise Problem(404, "ไม่พบไฟล์นี้")
    form, stored = found
    if isinstance(who, Petitioner):
        _require_shown_to_petitioner(who, form, stored)
    elif not who.may_work_on(form.authority, form.department):
        raise Problem(403, "ไฟล์นี้เป็นของหน่วยงานอื่น")
    return found


def _require_shown_to_petitioner(who: Petitioner, form: Form, stored: AttachmentStored) -> None:
    require_own(who, form.number)
    if stored.origin == "staff" and not stored.public:
        raise Problem(403, "ไฟล์นี้ใช้ภายในหน่วยงาน")


def _answer(documents: Documents, stored: AttachmentStored, size: Size | None, known: str) -> Response:
    pictured = is_picture(stored.media_type)
    if size and not pictured:
        raise Problem(404, "ไฟล์นี้ไม่มีภาพตัวอย่าง")
    tag = f'"{stored.sha256}-{size}"' if size else f'"{stored.sha256}"'
    headers = {**_HEADERS, "ETag": tag}
    if tag in known:
        return Response(status_code=304, headers=headers)
    name, media_type, content = _preview(documents, stored) if size else _whole(documents, stored)
    headers["Content-Disposition"] = content_disposition(name, inline=pictured)
    return Response(content, headers=headers, media_type=media_type)


def _whole(documents: Documents, stored: AttachmentStored) -> tuple[str, str, bytes]:
    content = from_vault(lambda: documents.vault.get(vault_key(stored.attachment_id)))
    return stored.filename, stored.media_type, content


def _preview(documents: Documents, stored: AttachmentStored) -> tuple[str, str, bytes]:
    from services.documents.uploads import previews  # pictures weigh 15 MB until the first one

    content = from_vault(lambda: previews.preview(documents.vault, stored.attachment_id))
    return f"{stored.filename.rpartition('.')[0]}.jpg", previews.MEDIA_TYPE, content
