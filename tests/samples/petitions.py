"""Sample petitions, authorities and bodies for tests. Nobody in here exists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.intake import commands as c
from services.intake.actor import Actor
from services.intake.authority import authority_from_yaml
from services.intake.petition import Petition, evolve
from shared.contracts import petition as facts
from shared.contracts.fact import Fact
from shared.contracts.petition_commands import COMMANDS as RULES
from shared.contracts.petition_commands import ActorRole
from shared.contracts.petition_states import Outcome, PetitionState
from shared.contracts.registry import fact_type

NOW: Final = datetime(2024, 7, 8, 10, 56, 42, tzinfo=UTC)
PETITION_ID: Final = UUID("0190914c-0000-7000-8000-000000000001")
OTHER_ID: Final = UUID("0190914c-0000-7000-8000-000000000002")
SUBJECT_ID: Final = UUID("0190914c-0000-7000-8000-000000000003")
WORKS: Final = facts.DepartmentRef(code="works", name="กองช่าง")
HEALTH: Final = facts.DepartmentRef(code="health", name="กองสาธารณสุขและสิ่งแวดล้อม")
OFFICER: Final = facts.Officer(id="staff-1", name="เจ้าหน้าที่ ตัวอย่าง")
AUTHORITIES: Final = {
    path.stem: authority_from_yaml(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "deploy" / "authorities").glob("*.yaml"))
}
KATHU: Final = AUTHORITIES["kathu"]
_DUE: Final = frozenset({"petition.due_soon", "petition.overdue", "petition.escalated"})
KNOWN: Final = {"petition_id": PETITION_ID, "number": "KT1080767000011", "authority": "kathu"}

COMMANDS: Final[dict[str, c.PetitionCommand]] = {
    "accept": c.AcceptPetition(public_note="รับเรื่องแล้ว"),
    "reject": c.RejectPetition(reason="อยู่นอกเขตเทศบาล"),
    "assign": c.AssignPetition(department=WORKS, officer=OFFICER),
    "transfer": c.TransferPetition(department=HEALTH, reason="อยู่ในหน้าที่ของกองสาธารณสุข"),
    "recategorise": c.RecategorisePetition(category="water.flood", category_label="ระบายน้ำ : น้ำท่วม", department=WORKS),
    "start": c.StartPetition(),
    "schedule": c.SchedulePetition(scheduled_for=NOW + timedelta(days=3), public_note="ลงพื้นที่ซ่อม"),
    "request-information": c.RequestInformation(question="ขอภาพถ่ายเพิ่มเติม"),
    "provide-information": c.ProvideInformation(text="แนบภาพแล้ว", uploads=("upload-1",)),
    "forward": c.ForwardPetition(agency="แขวงทางหลวง", reason="เป็นทางหลวง"),
    "add-note": c.AddNote(text="โทรหาผู้ร้องแล้ว"),
    "set-due-date": c.SetDueDate(due_at=NOW + timedelta(days=30), reason="รออุปกรณ์"),
    "resolve": c.ResolvePetition(outcome=Outcome.SOLVED, public_note="ซ่อมเรียบร้อย"),
    "close": c.ClosePetition(),
    "reopen": c.ReopenPetition(reason="ยังไม่เรียบร้อย"),
    "request-reopening": c.RequestReopening(answer_id=OTHER_ID, resolution=1),
    "decline-reopening": c.DeclineReopening(reason="ซ่อมครบถ้วนแล้ว"),
    "withdraw": c.WithdrawPetition(),
    "merge": c.MergePetition(into_number="KT1080767000010", into_petition_id=OTHER_ID),
    "merge-again": c.MergeAgain(into_number="KT1080767000010", into_petition_id=OTHER_ID),
    "unmerge": c.UnmergePetition(reason="คนละเรื่องกัน"),
    "resolve-with-main": c.ResolveWithMain(outcome=Outcome.SOLVED, public_note="ซ่อมพร้อมกันแล้ว", main_resolution=1),
    "reject-with-main": c.RejectWithMain(reason="อยู่นอกเขตเทศบาล", main_resolution=1),
    "warn-of-due-date": c.WarnOfDueDate(),
    "declare-overdue": c.DeclareOverdue(),
    "escalate": c.EscalatePetition(),
    "remind-of-information": c.RemindOfInformation(),
    "expire-information": c.ExpireInformation(),
}
"""One right command of each name."""

_PATHS: Final[dict[PetitionState, tuple[str, ...]]] = {
    PetitionState.FILED: (),
    PetitionState.ACCEPTED: ("accept",),
    PetitionState.IN_PROGRESS: ("accept", "start"),
    PetitionState.SCHEDULED: ("accept", "start", "schedule"),
    PetitionState.WAITING_FOR_CITIZEN: ("accept", "request-information"),
    PetitionState.FORWARDED: ("accept", "forward"),
    PetitionState.RESOLVED: ("accept", "resolve"),
    PetitionState.REJECTED: ("reject",),
    PetitionState.CLOSED: ("reject", "close"),
    PetitionState.REOPENED: ("reject", "reopen"),
    PetitionState.WITHDRAWN: ("withdraw",),
    PetitionState.MERGED: ("accept", "merge"),
}


def actor(*roles: ActorRole) -> Actor:
    """Somebody with these roles."""
    return Actor(id="staff-1", roles=frozenset(roles), name="เจ้าหน้าที่ ตัวอย่าง")


def filed(**changed: Any) -> facts.PetitionFiled:
    """A petition about a road, filed at NOW."""
    return facts.PetitionFiled.model_validate({**_FILED, **changed})


def petition(state: PetitionState) -> Petition:
    """A petition that came into this state by facts alone."""
    current = evolve(None, filed())
    for name in _PATHS[state]:
        current = evolve(current, fact_of(COMMANDS[name], current))
    return current


def petition_for(name: str, state: PetitionState) -> Petition:
    """A petition in this state on which nothing but the state is in the way of the command."""
    current = petition(state)
    before = {"decline-reopening": "request-reopening", "escalate": "declare-overdue"}.get(name)
    if before:
        current = evolve(current, fact_of(COMMANDS[before], current))
    answered = state is PetitionState.WAITING_FOR_CITIZEN and RULES[name].fact in _DUE
    return evolve(current, fact_of(COMMANDS["provide-information"], current)) if answered else current


def moment_for(name: str) -> datetime:
    """When the time of the command has come for a petition filed, and asked about, at NOW."""
    return NOW + {
        "warn-of-due-date": timedelta(days=22),
        "declare-overdue": timedelta(days=24),
        "escalate": timedelta(days=40),
        "remind-of-information": timedelta(days=8),
        "expire-information": timedelta(days=15),
    }.get(name, timedelta())


def fact_of(command: c.PetitionCommand, state: Petition) -> Fact:
    """The fact of a command, made without asking whether it is allowed."""
    name = next(name for name, each in COMMANDS.items() if type(each) is type(command))
    kind = fact_type(RULES[name].fact)
    more: dict[str, Any] = {"officer": OFFICER, "restored_status": state.before_merge}
    more |= {"previous_department": state.department, "previous_category": state.category}
    more |= {"previous_due_at": state.due_at, "subject_id": state.subject_id, "department": state.department}
    more |= {"due_at": state.due_at, "question": "ขอภาพถ่ายเพิ่มเติม", "asked_at": NOW, "expires_at": NOW}
    told = {name: value for name, value in command if value is not None}
    return kind.model_validate({**more, **KNOWN, **told})


def body(**changed: Any) -> dict[str, Any]:
    """A right body of `POST /petitions`."""
    return {
        "authority": "kathu",
        "service": "oss",
        "category": "roads.surface",
        "subject": "ถนนชำรุด",
        "details": "ถนนชำรุด หน้าบ้านเลขที่ 12",
        "petitioner": petitioner(),
        "place": {"latitude": 7.9056, "longitude": 98.3332},
        "uploads": ["upload-1"],
        **changed,
    }


def petitioner(**changed: Any) -> dict[str, Any]:
    """The petitioner of a right body."""
    names = {"title": "นาย", "given_name": "สมชาย", "family_name": "ใจดี"}
    return {**names, "citizen_id": "1101700207129", "phone": "0812345678", "address": address(), **changed}


def address(**changed: Any) -> dict[str, Any]:
    """An address whose parts fit together."""
    area = {"subdistrict": "กะทู้", "district": "กะทู้", "province": "ภูเก็ต", "postal_code": "83120"}
    return {"house_no": "12", "moo": "2", "road": "วิชิตสงคราม", **area, **changed}


_FILED: Final[dict[str, Any]] = {
    **KNOWN,
    "service": "oss",
    "fiscal_year": 2567,
    "category": "roads.surface",
    "category_label": "ถนนและทางเท้า : ถนน/ไหล่ทาง",
    "department": WORKS,
    "filed_at": NOW,
    "due_at": datetime(2024, 7, 31, 16, 59, 59, tzinfo=UTC),
    "tracking_code": "6D0M5BX",
    "tracking_code_hash": "0" * 64,
    "tracking_url": "https://oss.example/t/6D0M5BX",
    "subject_id": SUBJECT_ID,
    "petitioner": {
        "title": "นาย",
        "given_name": "สมชาย",
        "family_name": "ใจดี",
        "citizen_id": "1101700207129",
        "phone": "+66812345678",
    },
    "subject": "ถนนชำรุด",
    "details": "ถนนชำรุด หน้าบ้านเลขที่ 12",
    "authority_snapshot": {"name": "เทศบาลเมืองกะทู้", "address": "เลขที่ 12 หมู่ที่ 2", "phone": "076-321-500"},
    "sms": {"include_link": True, "link_base": "kathu.go.th", "sender": "KATHU"},
}
