"""The history of a petition as staff read it: what happened, who did it, and what was said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from services.portal.pages.staff.people import People
from services.portal.texts.catalogue import N_
from shared.contracts.petition_states import OUTCOME_LABELS, Outcome

PETITIONER: Final = N_("ผู้ร้อง")
SYSTEM: Final = N_("ระบบ")
COLLEAGUE: Final = N_("เจ้าหน้าที่")


@dataclass(frozen=True, slots=True)
class Detail:
    """A line below an entry. `kind` says how the value is written: text, day, moment, number, or Thai to translate."""

    label: str
    value: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Event:
    """`who` is a name or, when `is_role`, a role in Thai; `said` the words that go with it."""

    position: int
    at: str
    label: str
    status: str
    internal: bool
    who: str
    is_role: bool
    details: tuple[Detail, ...]
    said: tuple[str, ...]


def events(timeline: Sequence[Mapping[str, Any]], people: People) -> list[Event]:
    """The newest first."""
    return [_event(entry, people) for entry in reversed(timeline)]


def after(timeline: Sequence[Mapping[str, Any]], position: int) -> list[Mapping[str, Any]]:
    """What came after an entry, told by its position."""
    return [entry for entry in timeline if entry["position"] > position]


def last_position(timeline: Sequence[Mapping[str, Any]]) -> int:
    """Of the newest entry."""
    return max((entry["position"] for entry in timeline), default=0)


def _event(entry: Mapping[str, Any], people: People) -> Event:
    who, is_role = _who(entry, people)
    return Event(
        position=entry["position"],
        at=entry["at"],
        label=entry["label"],
        status=entry["status"],
        internal=entry["internal"],
        who=who,
        is_role=is_role,
        details=tuple(_details(entry["type"], entry["data"])),
        said=tuple(_said(entry)),
    )


def _who(entry: Mapping[str, Any], people: People) -> tuple[str, bool]:
    actor = entry["actor"]
    if entry["type"] == "petition.accepted" and (officer := entry["data"].get("officer")):
        return officer["name"], False
    if name := people.name_of(actor):
        return name, False
    if entry["type"] in ("petition.filed", "petition.reopening_requested"):
        return PETITIONER, True
    return (COLLEAGUE if _is_id(actor) else _ROLES.get(actor.partition(":")[0], SYSTEM)), True


_ROLES: Final[Mapping[str, str]] = MappingProxyType({"petitioner": PETITIONER, "member": PETITIONER})


def _is_id(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True


def _said(entry: Mapping[str, Any]) -> Iterator[str]:
    """Each text once: the public words of a fact are among its own."""
    data = entry["data"]
    words = (entry["public_note"], entry.get("text"), entry.get("reason"), data.get("reason"), data.get("question"))
    yield from dict.fromkeys(each for each in words if each)


def _details(kind: str, data: Mapping[str, Any]) -> Iterator[Detail]:
    match kind:
        case "petition.assigned":
            yield Detail(N_("กอง/ฝ่าย"), data["department"]["name"])
            if officer := data.get("officer"):
                yield Detail(N_("ผู้รับผิดชอบ"), officer["name"])
        case "petition.transferred":
            yield Detail(N_("จาก"), data["previous_department"]["name"])
            yield Detail(N_("ไปยัง"), data["department"]["name"])
        case "petition.recategorised":
            yield Detail(N_("ประเภทเรื่อง"), data["category_label"])
        case "petition.scheduled":
            yield Detail(N_("วันนัดดำเนินการ"), data["scheduled_for"], "moment")
        case "petition.due_date_set":
            yield Detail(N_("ครบกำหนด"), data["due_at"], "day")
        case "petition.forwarded":
            yield Detail(N_("หน่วยงานภายนอก"), data["agency"])
        case "petition.resolved":
            yield Detail(N_("ผลการดำเนินการ"), OUTCOME_LABELS[Outcome(data["outcome"])], "thai")
        case "petition.merged":
            yield Detail(N_("รวมเข้ากับคำร้องเลขที่"), data["into_number"], "number")
