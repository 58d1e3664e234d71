"""To whom work is given: a department, and perhaps one of its people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.people import People
from services.portal.texts.catalogue import N_

NOBODY: Final = N_("กรุณาเลือกกองหรือเจ้าหน้าที่")
UNKNOWN: Final = N_("ไม่พบเจ้าหน้าที่คนนี้ในหน่วยงาน")


@dataclass(frozen=True, slots=True)
class Assignment:
    """`department` is a code; `officer` is (staff id, name), or nobody."""

    department: str
    officer: tuple[str, str] | None

    @property
    def body(self) -> dict[str, Any]:
        """As intake takes it."""
        officer = {"id": self.officer[0], "name": self.officer[1]} if self.officer else None
        return {"department": self.department, "officer": officer}

    def is_of(self, row: Mapping[str, Any]) -> bool:
        """Whether a petition is theirs already."""
        return (row["department"], row["officer"]) == (self.department, self.officer[0] if self.officer else None)


def assignment_of(
    catalogue: Catalogue, people: People, form: Mapping[str, Any], department: str
) -> tuple[Assignment | None, str]:
    """What a form says, or what is wrong with it, in Thai. `department`: whose the petition is now.

    Whoever is of one department takes the petition there; the department that was chosen counts for the others.
    """
    chosen = str(form.get("department") or department)
    staff_id = str(form.get("officer") or "")
    officer = people.find(staff_id) if staff_id else None
    if staff_id and officer is None:
        return None, UNKNOWN
    owner = officer.department if officer and officer.department else chosen
    if not catalogue.holds(owner):
        return None, NOBODY
    return Assignment(owner, (officer.staff_id, officer.name) if officer else None), ""
