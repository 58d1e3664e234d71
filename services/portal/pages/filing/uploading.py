"""Files on their way through: the portal forwards each to documents, which alone decides what is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import httpx
from fastapi import Request
from starlette.datastructures import UploadFile

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.drafts.draft import TooManyUploads, Upload, with_upload
from services.portal.pages.common import portal_of
from services.portal.pages.filing.drafting import changed
from services.portal.texts.catalogue import N_
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.document import UPLOAD_MOST_BYTES
from shared.kernel import clock

TIMEOUT: Final = httpx.Timeout(60.0, connect=2.0)
"""A file is scanned and written anew before documents answers."""
LONGEST_NAME: Final = 100
TOO_LARGE: Final = N_("ไฟล์มีขนาดเกิน 5 MB กรุณาลดขนาดไฟล์แล้วแนบใหม่")
EMPTY: Final = N_("ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่")
WRONG_TYPE: Final = N_("แนบได้เฉพาะไฟล์ jpg, jpeg, png, doc, docx, pdf, xls และ xlsx")
TOO_MANY: Final = N_("แนบได้ไม่เกิน 10 ไฟล์ กรุณาลบไฟล์ที่ไม่ใช้ก่อน")
AWAY: Final = N_("ระบบรับไฟล์ขัดข้องชั่วคราว ไฟล์นี้ยังไม่ได้แนบ ไฟล์อื่นและข้อมูลที่กรอกไว้ยังอยู่ครบ กรุณาลองใหม่ในอีกสักครู่")
STALE: Final = N_("หน้านี้เปิดทิ้งไว้นาน กรุณาเปิดหน้านี้ใหม่แล้วแนบอีกครั้ง")
FILED: Final = N_("เรื่องนี้ส่งไปแล้ว จึงแนบไฟล์เพิ่มในหน้านี้ไม่ได้")
TOO_FAST: Final = N_("ส่งไฟล์ถี่เกินไป กรุณารอสักครู่แล้วลองใหม่")


@dataclass(frozen=True, slots=True)
class NotTaken(Exception):
    """A file that was not attached: its name, what the citizen is told, and the status for a script."""

    filename: str
    message: str
    status: int


async def attach(request: Request, authority: AuthorityConfigured, file: UploadFile, secret: str) -> Upload:
    """The file in the draft with this secret. Raises NotTaken, AlreadyFiled, Unavailable when the draft is away."""
    name = (file.filename or "")[-LONGEST_NAME:]
    upload = await _forwarded(request, file, name)
    try:
        await changed(request, authority, lambda draft: with_upload(draft, upload), secret)
    except TooManyUploads:
        raise NotTaken(name, TOO_MANY, 422) from None
    return upload


async def _forwarded(request: Request, file: UploadFile, name: str) -> Upload:
    if (file.size or 0) > UPLOAD_MOST_BYTES:
        raise NotTaken(name, TOO_LARGE, 413)
    content = (file.filename, file.file, file.content_type or "application/octet-stream")
    try:
        answer = await portal_of(request).gateways.call(
            "documents", "POST", "/uploads", caller=request, files={"file": content}, timeout=TIMEOUT
        )
    except Refused as refused:
        message = TOO_FAST if refused.status == 429 else refused.errors.get("file") or refused.detail or TOO_LARGE
        raise NotTaken(name, message, refused.status) from None
    except Unavailable:
        raise NotTaken(name, AWAY, 503) from None
    return Upload.model_validate({**answer.json(), "uploaded_at": clock.now()})
