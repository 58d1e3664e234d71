"""What of the queue is wanted: as an address says it, as tracking is asked, and the ready-made views. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from services.portal.texts.catalogue import N_
from shared.contracts.petition_states import OPEN_STATES, PetitionState

OPEN: Final = "open"
EVERY: Final = "all"
MINE: Final = "mine"
NOBODY: Final = "none"
YES: Final = "yes"
SORTS: Final = ("due_at", "-due_at", "filed_at", "-filed_at", "number", "-number")
LONGEST: Final = 100
_SCOPE: Final = ("category", "department", "filed_from", "filed_to", "q")
"""What views and counts keep: where one looks, and not for which kind of work."""
_DAYS: Final = frozenset({"filed_from", "filed_to"})
_STATES: Final = frozenset(PetitionState)
BAD_DATE: Final = N_("วันที่ไม่ถูกต้อง")


class QueueFilter(BaseModel):
    """Empty texts ask for nothing. `status` is a state, `open` or `all`; `officer` a staff id, `mine` or `none`; days
    are ISO 8601 and Thailand's, both included."""

    model_config = ConfigDict(frozen=True)
    status: str = OPEN
    category: str = ""
    department: str = ""
    officer: str = ""
    overdue: str = ""
    reopening: str = ""
    filed_from: str = ""
    filed_to: str = ""
    q: str = ""
    sort: str = "due_at"

    @property
    def query(self) -> dict[str, str]:
        """The address: only what differs from the queue as it opens."""
        return {name: value for name, value in self.model_dump().items() if value != _OPENED[name]}

    @property
    def asks_more(self) -> bool:
        """Whether something is filtered that no ready-made view filters."""
        return any(getattr(self, name) for name in _SCOPE)

    def changed(self, **changes: str) -> QueueFilter:
        """The same with other values."""
        return self.model_copy(update=changes)

    def sorted_by(self, column: str) -> QueueFilter:
        """By this column; the other way round when it is so already."""
        return self.changed(sort=f"-{column}" if self.sort == column else column)


_OPENED: Final[Mapping[str, str]] = MappingProxyType(QueueFilter().model_dump())


@dataclass(frozen=True, slots=True)
class View:
    """A ready-made question: `label` in Thai, what it sets, and the name of its count."""

    code: str
    label: str
    sets: Mapping[str, str]


VIEWS: Final = (
    View("open", N_("ยังไม่เสร็จทั้งหมด"), {}),
    View("mine", N_("งานของฉัน"), {"officer": MINE}),
    View("unassigned", N_("ยังไม่มีผู้รับผิดชอบ"), {"officer": NOBODY}),
    View("overdue", N_("เกินกำหนด"), {"overdue": YES}),
    View("reopening_requested", N_("ขอให้เปิดเรื่องอีกครั้ง"), {"status": EVERY, "reopening": YES}),
)


def read(query: Mapping[str, str]) -> tuple[QueueFilter, dict[str, str]]:
    """The filter that an address tells, and what is wrong with it, by field; what is wrong asks for nothing."""
    told = {name: " ".join(query[name].split())[:LONGEST] for name in QueueFilter.model_fields if query.get(name)}
    errors = {name: BAD_DATE for name, value in told.items() if name in _DAYS and not _is_day(value)}
    if told.get("status") not in {OPEN, EVERY, *_STATES}:
        told.pop("status", None)
    if told.get("sort") not in SORTS:
        told.pop("sort", None)
    return QueueFilter(**{name: value for name, value in told.items() if name not in errors}), errors


def question(wanted: QueueFilter, staff_id: str) -> dict[str, Any]:
    """The parameters for tracking's list; `staff_id` is who asks."""
    officer: dict[str, dict[str, Any]] = {"": {}, MINE: {"officer": staff_id}, NOBODY: {"unassigned": True}}
    return {
        **scope(wanted),
        **_status(wanted.status),
        **officer.get(wanted.officer, {"officer": wanted.officer}),
        **({"overdue": True} if wanted.overdue else {}),
        **({"reopening_requested": True} if wanted.reopening else {}),
        "sort": wanted.sort,
    }


def scope(wanted: QueueFilter) -> dict[str, Any]:
    """The parameters that every count has in common."""
    return {name: value for name in _SCOPE if (value := getattr(wanted, name))}


def open_scope(wanted: QueueFilter) -> dict[str, Any]:
    """The same for what is still open."""
    return {**scope(wanted), **_status(OPEN)}


def view(wanted: QueueFilter, sets: Mapping[str, str]) -> QueueFilter:
    """A ready-made view where one looks at the moment."""
    kept = {name: getattr(wanted, name) for name in (*_SCOPE, "sort")}
    return QueueFilter(**{**kept, **sets})


def figures(every: Mapping[str, Any], still_open: Mapping[str, Any]) -> dict[str, int]:
    """The count of each view and of each state, by its code."""
    by_status: dict[str, int] = dict(every["by_status"])
    views = {
        "open": sum(by_status.get(state, 0) for state in OPEN_STATES),
        "mine": still_open["mine"],
        "unassigned": still_open["unassigned"],
        "overdue": still_open["overdue"],
        "reopening_requested": every["reopening_requested"],
    }
    return {**{str(state): 0 for state in PetitionState}, **by_status, **views}


def _status(status: str) -> dict[str, Any]:
    if status == EVERY:
        return {}
    return {"status": sorted(OPEN_STATES) if status == OPEN else [status]}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
