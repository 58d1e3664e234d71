"""Files on their way through: the portal passes each to documents, which alone decides what is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import httpx
from fastapi import Request
from starlette.datastructures import UploadFile

from services.portal.clients.gateways import Gateways, Refused
from services.portal.texts.catalogue import N_
from shared.contracts.document import UPLOAD_MOST_BYTES

TIMEOUT: Final = httpx.Timeout(60.0, connect=2.0)
"""A file is scanned and written anew before documents answers."""
LONGEST_NAME: Final = 100
TOO_LARGE: Final = N_("ไฟล์มีขนาดเกิน 5 MB กรุณาลดขนาดไฟล์แล้วแนบใหม่")
TOO_FAST: Final = N_("ส่งไฟล์ถี่เกินไป กรุณารอสักครู่แล้วลองใหม่")
_TOO_MANY_REQUESTS: Final = 429
Send = Callable[..., Awaitable[httpx.Response]]
"""Makes a request to documents, given its `files` and `timeout`. Raises Refused, Unavailable."""


class NotTaken(Exception):
    """A file that was refused: its name, what the citizen is told, and the status for a script."""

    def __init__(self, filename: str, message: str, status: int) -> None:
        super().__init__(status)  # the name may be personal
        self.filename, self.message, self.status = filename, message, status


async def uploaded(gateways: Gateways, caller: Request, file: UploadFile) -> dict[str, Any]:
    """What documents answers: `upload_id`, `filename`, `media_type`, `size`. Raises NotTaken, Unavailable."""
    return await handed_over(file, partial(gateways.call, "documents", "POST", "/uploads", caller=caller))


async def handed_over(file: UploadFile, send: Send) -> dict[str, Any]:
    """What documents answers to a file that is sent to it in this way. Raises NotTaken, Unavailable."""
    name = file.filename or ""
    if (file.size or 0) > UPLOAD_MOST_BYTES:
        raise NotTaken(name[-LONGEST_NAME:], TOO_LARGE, 413)
    content = (name, file.file, file.content_type or "application/octet-stream")
    try:
        answer = await send(files={"file": content}, timeout=TIMEOUT)
    except Refused as refused:
        raise NotTaken(name[-LONGEST_NAME:], _told(refused), refused.status) from None
    taken: dict[str, Any] = answer.json()
    return taken


def _told(refused: Refused) -> str:
    if refused.status == _TOO_MANY_REQUESTS:
        return TOO_FAST
    return refused.errors.get("file") or refused.detail or TOO_LARGE
