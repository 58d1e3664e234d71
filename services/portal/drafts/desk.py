"""Drafts as the pages use them: read, changed by a decision, and never overwritten by an older state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from services.portal.drafts.draft import Draft
from services.portal.drafts.store import DraftChanged, DraftGone, DraftStore
from shared.kernel import ids

_ATTEMPTS: Final = 20
"""More tabs than anybody has, each saving in the same moment."""


class DraftDesk:
    """Guarantee: each change is decided upon the newest state, so that two tabs, or two files that arrive at the same
    moment, both count."""

    def __init__(self, store: DraftStore) -> None:
        self._store = store

    def begin(self, authority: str) -> str:
        """A new draft for a petition to this authority; its secret. The filing's idempotency key is made with it."""
        draft = Draft(authority=authority, idempotency_key=ids.new_secret())
        return self._store.begin(_written(draft))

    def read(self, secret: str, authority: str) -> Draft:
        """The draft. Raises DraftGone, also for one that is for another authority."""
        return self._read(secret, authority)[0]

    def change(self, secret: str, authority: str, decide: Callable[[Draft], Draft]) -> Draft:
        """The draft as decided. `decide` may be asked several times, and refuses by raising. Raises DraftGone."""
        for _ in range(_ATTEMPTS):
            draft, version = self._read(secret, authority)
            decided = decide(draft)
            if decided == draft:
                return draft
            try:
                self._store.save(secret, _written(decided), version)
            except DraftChanged:
                continue
            return decided
        raise DraftChanged

    def forget(self, secret: str) -> None:
        """Keep nothing of it."""
        self._store.forget(secret)

    def sweep(self) -> int:
        """Remove the drafts whose time is over; how many."""
        return self._store.sweep()

    def _read(self, secret: str, authority: str) -> tuple[Draft, int]:
        stored = self._store.read(secret)
        draft = Draft.model_validate_json(stored.content)
        if draft.authority != authority:
            raise DraftGone
        return draft, stored.version


def _written(draft: Draft) -> bytes:
    return draft.model_dump_json().encode()
