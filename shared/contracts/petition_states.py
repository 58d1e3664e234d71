"""Where a petition stands: the states, what citizens read, and which fact leads to which state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class PetitionState(StrEnum):
    """The states of a petition. The outcome (solved or not) is apart from the state."""

    FILED = "filed"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SCHEDULED = "scheduled"
    WAITING_FOR_CITIZEN = "waiting_for_citizen"
    FORWARDED = "forwarded"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Outcome(StrEnum):
    """What came of a resolved petition."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    NOT_SOLVED = "not_solved"
    NOT_OUR_MANDATE = "not_our_mandate"


STATE_LABELS: Final[Mapping[PetitionState, str]] = MappingProxyType(
    {
        PetitionState.FILED: "รอรับเรื่อง",
        PetitionState.ACCEPTED: "รับเรื่องแล้ว",
        PetitionState.IN_PROGRESS: "กำลังดำเนินการ",
        PetitionState.SCHEDULED: "มีกำหนดดำเนินการ",
        PetitionState.WAITING_FOR_CITIZEN: "รอข้อมูลจากผู้ร้อง",
        PetitionState.FORWARDED: "ส่งต่อหน่วยงานอื่น",
        PetitionState.RESOLVED: "ดำเนินการเสร็จสิ้น",
        PetitionState.REJECTED: "ไม่รับเรื่อง / ไม่อยู่ในอำนาจหน้าที่",
        PetitionState.CLOSED: "ปิดเรื่อง",
        PetitionState.REOPENED: "เปิดเรื่องอีกครั้ง",
        PetitionState.WITHDRAWN: "ผู้ร้องถอนเรื่อง",
        PetitionState.MERGED: "รวมกับเรื่องเดิม",
    }
)

OUTCOME_LABELS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        Outcome.SOLVED: "แก้ไขเรียบร้อย",
        Outcome.PARTLY_SOLVED: "แก้ไขได้บางส่วน",
        Outcome.NOT_SOLVED: "ยังแก้ไขไม่ได้",
        Outcome.NOT_OUR_MANDATE: "ไม่อยู่ในอำนาจหน้าที่",
    }
)

STATE_AFTER: Final[Mapping[str, PetitionState]] = MappingProxyType(
    {
        "petition.filed": PetitionState.FILED,
        "petition.accepted": PetitionState.ACCEPTED,
        "petition.started": PetitionState.IN_PROGRESS,
        "petition.scheduled": PetitionState.SCHEDULED,
        "petition.information_requested": PetitionState.WAITING_FOR_CITIZEN,
        "petition.information_expired": PetitionState.IN_PROGRESS,
        "petition.forwarded": PetitionState.FORWARDED,
        "petition.resolved": PetitionState.RESOLVED,
        "petition.rejected": PetitionState.REJECTED,
        "petition.closed": PetitionState.CLOSED,
        "petition.reopened": PetitionState.REOPENED,
        "petition.withdrawn": PetitionState.WITHDRAWN,
        "petition.merged": PetitionState.MERGED,
    }
)
"""The state a fact leads to. `petition.unmerged` leads to its own `restored_status`; other types leave the state."""

PUBLIC_TEXT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "petition.accepted": "public_note",
        "petition.started": "public_note",
        "petition.scheduled": "public_note",
        "petition.information_requested": "question",
        "petition.forwarded": "reason",
        "petition.due_date_set": "reason",
        "petition.resolved": "public_note",
        "petition.rejected": "reason",
        "petition.closed": "public_note",
        "petition.reopened": "reason",
        "petition.reopening_declined": "reason",
    }
)
"""The field of a fact that holds words of the authority meant for the citizen; never personal data."""

OPEN_STATES: Final[frozenset[PetitionState]] = frozenset(
    {
        PetitionState.FILED,
        PetitionState.ACCEPTED,
        PetitionState.IN_PROGRESS,
        PetitionState.SCHEDULED,
        PetitionState.WAITING_FOR_CITIZEN,
        PetitionState.FORWARDED,
        PetitionState.REOPENED,
    }
)
"""The states in which the authority still owes the citizen something; the due date counts in these."""

ENDED_STATES: Final[frozenset[PetitionState]] = frozenset(
    {PetitionState.RESOLVED, PetitionState.REJECTED, PetitionState.CLOSED}
)
"""The states in which the authority has answered: the petitioner may say how it went, and ask for another look."""
