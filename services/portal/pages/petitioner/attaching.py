"""Files of a form without a draft: each is passed to documents; what was taken stays in the form when it comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from services.portal.clients.gateways import Unavailable
from services.portal.clients.uploads import NotTaken, uploaded
from services.portal.pages.common import portal_of
from services.portal.rendering import translate
from services.portal.texts.catalogue import N_

MOST: Final = 10
TOO_MANY: Final = N_("แนบได้ไม่เกิน 10 ไฟล์ กรุณาลบไฟล์ที่ไม่ใช้ก่อน")
AWAY: Final = N_("ระบบรับไฟล์ขัดข้องชั่วคราว กรุณาลองใหม่ในอีกสักครู่ หรือส่งโดยไม่แนบไฟล์")


@dataclass(frozen=True, slots=True)
class Attached:
    """`kept` are (upload id, file name) of what documents took, now or before; `errors` by field."""

    kept: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def uploads(self) -> list[str]:
        """The ids, as intake takes them."""
        return [upload for upload, _ in self.kept]


async def attached(request: Request, form: FormData) -> Attached:
    """The files that the form brings, and those that it says were taken before."""
    before = [tuple(str(each).split("/", 1)) for each in form.getlist("kept")]
    result = Attached([(each[0], each[1]) for each in before if len(each) == 2])
    for each in form.getlist("files"):
        if isinstance(each, UploadFile) and each.filename:
            await _take(request, each, result)
    return result


async def _take(request: Request, file: UploadFile, result: Attached) -> None:
    if len(result.kept) >= MOST:
        result.errors["files"] = TOO_MANY
        return
    try:
        taken = await uploaded(portal_of(request).gateways, request, file)
    except NotTaken as refusal:
        result.errors["files"] = f"{refusal.filename}: {translate(request, refusal.message)}"
    except Unavailable:
        result.errors["files"] = AWAY
    else:
        result.kept.append((taken["upload_id"], taken["filename"]))
