"""Files that browsers keep: their address changes with their content."""

from __future__ import annotations

from fastapi import Response
from starlette.datastructures import URL
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class KeptFiles(StaticFiles):
    """As Starlette's; an address with a version may be kept for a year, one without is asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        versioned = URL(scope=scope).query.startswith("v=")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return answer
