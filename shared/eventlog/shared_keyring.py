"""A keyring for many who ask at the same time: their look-ups share one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from shared.eventlog.keyring import Keyring
from shared.kernel.batching import LINGER, GroupCommit

MOST: Final = 128
_Subjects = tuple[UUID, ...]
_Keys = dict[UUID, bytes]


class SharedKeyring:
    """Keeps no key: each look-up begins after it was asked for, so an erased subject has none from that moment on."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._together: GroupCommit[_Subjects, _Keys] = GroupCommit("keyring", self._look, MOST, linger=LINGER)

    def ensure(self, subjects: Sequence[UUID]) -> _Keys:
        return self._keyring.ensure(subjects)

    def keys(self, subjects: Iterable[UUID]) -> _Keys:
        return self._together.submit(tuple(subjects)).result()

    def erase(self, subject: UUID) -> None:
        self._keyring.erase(subject)

    def close(self) -> None:
        """Finish the look-ups that were asked for."""
        self._together.close()

    def _look(self, asked: Sequence[_Subjects]) -> list[_Keys]:
        found = self._keyring.keys({subject for subjects in asked for subject in subjects})
        return [{subject: found[subject] for subject in subjects if subject in found} for subjects in asked]
