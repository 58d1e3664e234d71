"""How much a browser may send: a form is small, the one with files has room for all of them."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.drafts.draft import MOST_UPLOADS
from shared.contracts.document import UPLOAD_MOST_BYTES

FORM_OCTETS: Final = 256 * 1024
_BESIDE_A_FILE: Final = 64 * 1024
"""What a form's boundaries and headers may take beside each file."""
FILES_OCTETS: Final = MOST_UPLOADS * (UPLOAD_MOST_BYTES + _BESIDE_A_FILE)
READ_OCTETS: Final = 4 * FILES_OCTETS
"""So much is read and thrown away, so that the browser shows our page and not that its connection was cut."""
WITH_FILES: Final = (
    "/attachments",
    "/answer",
    "/do/resolve",
    "/do/add-note",
    "/do/provide-information",
    "/staff/authority/logo",
)
"""How the addresses of forms with files end."""


class BodyLimit:
    """Raises 413 where a body is too large, once the browser has finished sending it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = FILES_OCTETS if scope["path"].endswith(WITH_FILES) else FORM_OCTETS
        await self._app(scope, _counted(receive, most), send)


def _counted(receive: Receive, most: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            await _drained(receive, message, READ_OCTETS - taken)
            raise HTTPException(413)
        return message

    return limited


async def _drained(receive: Receive, message: Message, left: int) -> None:
    while message.get("more_body") and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
