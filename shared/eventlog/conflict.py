"""Optimistic concurrency: what an append says when somebody was faster."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy.exc import DBAPIError

SQLSTATE: Final = "KR409"


class VersionConflict(Exception):
    """The stream is not at the version that the writer saw; names both."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at version {actual}, not at the expected {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


def conflict_in(error: DBAPIError) -> VersionConflict | None:
    """The conflict that eventlog.append raised, or None when the error is another one."""
    original = error.orig
    if getattr(original, "sqlstate", None) != SQLSTATE:
        return None
    told = json.loads(original.diag.message_detail)  # type: ignore[union-attr]
    return VersionConflict(told["stream"], told["expected"], told["actual"])
