"""The rooms of the back office, in the order in which they are offered: a new page is one line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.portal.texts.catalogue import N_

DESK: Final = frozenset({"clerk", "officer", "head", "executive", "admin", "auditor"})
"""Everybody who works for one authority."""


@dataclass(frozen=True, slots=True)
class Room:
    """`path` is the address of its first page, `label` its name in Thai; `roles` are those who may come in. Pages below
    `path`, and below what is in `more`, are in it."""

    path: str
    label: str
    roles: frozenset[str]
    more: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page is in this room; `path` without what a proxy puts before it."""
        return any(path == each or path.startswith(f"{each}/") for each in (self.path, *self.more))


SEARCHERS: Final = frozenset({"officer", "head", "admin"})
"""Who may look for the petitions of a person."""
ROOMS: Final = (
    Room("/staff/queue", N_("คิวงาน"), DESK, more=("/staff/petitions",)),
    Room("/staff/search", N_("ค้นหาผู้ร้อง"), SEARCHERS),
    Room("/staff/dashboard", N_("ภาพรวม"), DESK),
    Room("/staff/authority", N_("ตั้งค่าหน่วยงาน"), frozenset({"admin"})),
    Room("/staff/people", N_("เจ้าหน้าที่"), frozenset({"admin"})),
    Room("/staff/authority/history", N_("ประวัติการตั้งค่า"), frozenset({"head", "executive", "auditor"})),
)


def rooms_of(role: str) -> tuple[Room, ...]:
    """Where somebody in this role may go."""
    return tuple(room for room in ROOMS if role in room.roles)
