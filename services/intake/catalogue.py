"""Looking things up in an authority's profile."""

from __future__ import annotations

from shared.contracts.authority import AuthorityConfigured, Category, CategoryGroup, Department, Service
from shared.contracts.petition import DepartmentRef
from shared.kernel.working_days import WorkingCalendar


def find_service(profile: AuthorityConfigured, code: str) -> Service | None:
    """The service with that code."""
    return next((each for each in profile.services if each.code == code), None)


def find_department(profile: AuthorityConfigured, code: str) -> Department | None:
    """The department with that code."""
    return next((each for each in profile.departments if each.code == code), None)


def find_category(profile: AuthorityConfigured, code: str) -> tuple[CategoryGroup, Category] | None:
    """The category with that code (`<group>.<category>`) and the group it stands in."""
    for group in profile.category_groups:
        for category in group.categories:
            if category.code == code:
                return group, category
    return None


def category_label(group: CategoryGroup, category: Category) -> str:
    """As the printed form shows it: `ภาษีและค่าธรรมเนียม : ถนน/ไหล่ทาง`."""
    return f"{group.name} : {category.name}"


def department_ref(profile: AuthorityConfigured, code: str) -> DepartmentRef | None:
    """The department as facts keep it."""
    found = find_department(profile, code)
    return DepartmentRef(code=found.code, name=found.name) if found else None


def calendar_of(profile: AuthorityConfigured) -> WorkingCalendar:
    """When the authority works."""
    told = profile.settings.calendar
    days_off = frozenset(each.day for each in told.days_off)
    return WorkingCalendar(frozenset(told.weekdays), told.public_holidays, days_off)
