"""The kinds of answers that are no pages."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi.responses import RedirectResponse, Response

NOT_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Misbehaves(Exception):
    """Told to fail: the answer is this status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer that nobody keeps, unless other headers are given."""
    return Response(orjson.dumps(content), status, NOT_KEPT if headers is None else headers, "application/json")


def see_other(address: str) -> RedirectResponse:
    """The browser goes on with a GET, and nobody keeps where."""
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
