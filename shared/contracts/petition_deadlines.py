"""What intake tells about the time a petition takes: its due date, and what the system tells when a time has come."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.fact import Fact
from shared.contracts.petition import DepartmentRef, Officer, OfPetition


class DueDateSet(OfPetition, Fact):
    """The day by which the authority owes an answer was moved: by hand, or because the petitioner was waited for, the
    category is another one, or the petition was reopened.

    `working_days` is by how many it moved (`waiting`), or how many there are from `counted_from` on (`reopened`).
    """

    TYPE: ClassVar[str] = "petition.due_date_set"
    previous_due_at: datetime
    due_at: datetime
    reason: str
    cause: Literal["staff", "waiting", "category", "reopened"] = "staff"
    working_days: int | None = None
    counted_from: datetime | None = None


class DueSoon(OfPetition, Fact):
    """The due date is near, as many working days ahead as the authority has set. Told once for each due date."""

    TYPE: ClassVar[str] = "petition.due_soon"
    due_at: datetime


class PetitionOverdue(OfPetition, Fact):
    """The due date has passed, and the authority still owes an answer. Told once for each due date."""

    TYPE: ClassVar[str] = "petition.overdue"
    due_at: datetime


class PetitionEscalated(OfPetition, Fact):
    """Overdue for as many working days as the authority has set: the head of the department is told."""

    TYPE: ClassVar[str] = "petition.escalated"
    due_at: datetime
    department: DepartmentRef
    officer: Officer | None = None


class InformationReminded(OfPetition, Fact):
    """The petitioner has not answered for some days: asked once more, before the question expires."""

    TYPE: ClassVar[str] = "petition.information_reminded"
    question: str
    asked_at: datetime
    expires_at: datetime


class InformationExpired(OfPetition, Fact):
    """No answer came in time. The petition is in progress again, and staff decide without it."""

    TYPE: ClassVar[str] = "petition.information_expired"
    asked_at: datetime
