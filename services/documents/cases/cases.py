"""The port: a whole case, told by tracking to the member of staff who asks."""

from __future__ import annotations

from typing import Protocol

from services.documents.case import Case


class CasesUnavailable(Exception):
    """Tracking does not answer, or says that it cannot now."""


class CaseRefused(Exception):
    """Tracking refuses this caller: an HTTP status below 500 and, for people, why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(str(status))
        self.status, self.detail = status, detail


class Cases(Protocol):
    """Asked in the caller's own name: tracking decides and records who sees what."""

    def of(self, token: str, number: str, reason: str | None = None) -> Case:
        """The case, its petitioner masked; with a `reason` in clear, which is recorded. Raises CasesUnavailable,
        CaseRefused."""
        ...
