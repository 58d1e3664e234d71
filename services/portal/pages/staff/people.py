"""Colleagues by name: who can be given work, and who did what. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from services.portal.clients.colleagues import Colleague

TAKE_WORK: Final = frozenset({"clerk", "officer", "head", "admin"})
"""The roles of who can be responsible for a petition."""


class People:
    """Who works for the authority. Empty while nobody can tell."""

    def __init__(self, everybody: Iterable[Colleague]) -> None:
        self._by_id = {each.staff_id: each for each in everybody}

    def name_of(self, staff_id: str) -> str:
        """Empty for who is not known, and for who has no name."""
        found = self._by_id.get(staff_id)
        return found.name if found else ""

    def find(self, staff_id: str) -> Colleague | None:
        """Somebody who can be responsible for a petition."""
        found = self._by_id.get(staff_id)
        return found if found and found.name and found.role in TAKE_WORK else None

    def officers(self, department: str | None) -> list[Colleague]:
        """Who can be responsible for a petition, of this department; None: of the authority as a whole. By name."""
        of_it = (each for each in self._by_id.values() if each.department == department and self.find(each.staff_id))
        return sorted(of_it, key=lambda each: each.name)

    @property
    def departments(self) -> list[str | None]:
        """The departments that have somebody who can be responsible."""
        found = {each.department for each in self._by_id.values() if self.find(each.staff_id)}
        return sorted(found, key=lambda code: code or "")
