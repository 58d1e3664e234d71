"""Where drafts are kept: the port."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

KEPT: Final = timedelta(hours=24)
"""Since the last change."""


class DraftGone(Exception):
    """There is no such draft: it was forgotten, its time was over, or there never was one."""


class DraftChanged(Exception):
    """Somebody, another tab for one, stored a later version meanwhile; nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A content as it was read, and which version it is."""

    content: bytes
    version: int


class DraftStore(Protocol):
    """Keeps one content under a secret that only the citizen's browser has; without it nobody reads the content.

    A draft ends `KEPT` after its last change. What goes on for longer than a look is decided by the caller.
    """

    def begin(self, content: bytes) -> str:
        """Keep a new draft; its secret, 256 random bits, fit for a cookie."""

    def read(self, secret: str) -> Stored:
        """The newest version. Raises DraftGone."""

    def save(self, secret: str, content: bytes, version: int) -> Stored:
        """The next version, in the place of `version`. Raises DraftChanged, DraftGone."""

    def forget(self, secret: str) -> None:
        """Keep nothing of it any more. Forgetting what is not there is fine."""

    def sweep(self) -> int:
        """Remove the drafts whose time is over; how many."""
