"""The port: what other gateways tell to whoever asks for a paper, in the caller's own name."""

from __future__ import annotations

from typing import Protocol

from services.documents.case import Case
from services.documents.own_data import OwnData


class Unavailable(Exception):
    """A gateway does not answer, or says that it cannot now."""


class Refused(Exception):
    """A gateway refuses this caller: an HTTP status below 500, why, for people, and the kind of problem (RFC 9457)."""

    def __init__(self, status: int, detail: str, kind: str = "about:blank") -> None:
        super().__init__(str(status))
        self.status, self.detail, self.kind = status, detail, kind


class Asking(Protocol):
    """The others decide and record who sees what. `token` is the caller's."""

    def case(self, token: str, number: str, reason: str | None = None) -> Case:
        """A case, its petitioner masked; with a `reason` in clear, which is recorded. Raises Unavailable, Refused."""
        ...

    def own_data(self, token: str) -> OwnData:
        """All that is known about a member, for the member. Raises Unavailable, Refused."""
        ...
