"""The authority's departments and categories by their codes, as the pages name and offer them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.contracts.authority import AuthorityConfigured, Category, CategoryGroup, Department


class Catalogue:
    """Names come from the profile as it is now; what is not in it any more is told as the petition has it."""

    def __init__(self, profile: AuthorityConfigured) -> None:
        self.departments: Sequence[Department] = profile.departments
        self.groups: Sequence[CategoryGroup] = profile.category_groups
        self._departments = {each.code: each for each in profile.departments}
        self._categories = {each.code: (group, each) for group in profile.category_groups for each in group.categories}

    def department(self, code: str | None) -> Department | None:
        """The department with this code."""
        return self._departments.get(code or "")

    def category(self, code: str) -> tuple[CategoryGroup, Category] | None:
        """The category with this code, and its group."""
        return self._categories.get(code)

    def holds(self, code: Any) -> bool:
        """Whether there is such a department."""
        return code in self._departments
