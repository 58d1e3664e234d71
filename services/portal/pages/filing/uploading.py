"""A file that was chosen becomes one of the draft's."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile

from services.portal.clients.gateways import Unavailable
from services.portal.clients.uploads import LONGEST_NAME, NotTaken, uploaded
from services.portal.drafts.draft import TooManyUploads, Upload, with_upload
from services.portal.pages.common import portal_of
from services.portal.pages.filing.drafting import changed
from services.portal.texts.catalogue import N_
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import clock

EMPTY: Final = N_("ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่")
WRONG_TYPE: Final = N_("แนบได้เฉพาะไฟล์ jpg, jpeg, png, doc, docx, pdf, xls และ xlsx")
TOO_MANY: Final = N_("แนบได้ไม่เกิน 10 ไฟล์ กรุณาลบไฟล์ที่ไม่ใช้ก่อน")
AWAY: Final = N_("ระบบรับไฟล์ขัดข้องชั่วคราว ไฟล์นี้ยังไม่ได้แนบ ไฟล์อื่นและข้อมูลที่กรอกไว้ยังอยู่ครบ กรุณาลองใหม่ในอีกสักครู่")
STALE: Final = N_("หน้านี้เปิดทิ้งไว้นาน กรุณาเปิดหน้านี้ใหม่แล้วแนบอีกครั้ง")
FILED: Final = N_("เรื่องนี้ส่งไปแล้ว จึงแนบไฟล์เพิ่มในหน้านี้ไม่ได้")


async def attach(request: Request, authority: AuthorityConfigured, file: UploadFile, secret: str) -> Upload:
    """The file in the draft with this secret. Raises NotTaken, AlreadyFiled, Unavailable when the draft is away."""
    name = (file.filename or "")[-LONGEST_NAME:]
    try:
        taken = await uploaded(portal_of(request).gateways, request, file)
    except Unavailable:
        raise NotTaken(name, AWAY, 503) from None
    upload = Upload.model_validate({**taken, "uploaded_at": clock.now()})
    try:
        await changed(request, authority, lambda draft: with_upload(draft, upload), secret)
    except TooManyUploads:
        raise NotTaken(name, TOO_MANY, 422) from None
    return upload
