"""One row per petition: what each fact changes, and what it leaves alone."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.tracking.projections import petition
from services.tracking.projections.petition_table import TABLE
from shared.contracts import document, notification
from shared.contracts import petition as facts
from shared.contracts.fact import Fact
from shared.contracts.petition_deadlines import DueDateSet
from shared.contracts.petition_states import STATE_AFTER, STATE_LABELS
from shared.contracts.registry import FACTS
from shared.eventlog.upcasting import TooNew
from shared.projecting.projection import Row, column_names
from shared.projecting.sealed import opened
from tests.samples.petitions import HEALTH, NOW, OFFICER, WORKS
from tests.support.feeds import Logs
from tests.support.tracking import case, configure, dump, folded, history_of, photo_of, tell

RESOLVED = {"outcome": "solved", "public_note": "ซ่อมเรียบร้อย"}
PERSONAL = ("สมชาย", "ใจดี", "1101700207129", "81234", "ถนนชำรุด", "หน้าบ้าน", "ภาพถนน", "โทรหา", "6D0M5B", "/t/")


class Story:
    """A petition and its row, fact by fact."""

    def __init__(self, **filed: Any) -> None:
        self.logs, self.case = Logs(), case()
        self.row: Row = {}
        self.tell("intake", self.case.filed(**filed))

    def tell(self, service: str, fact: Fact) -> Row:
        (envelope,) = self.logs.tell(service, self.case.petition_id, fact)
        self.row = petition.apply(self.row or None, envelope)
        return self.row

    def happens(self, kind: type[Fact], **told: Any) -> Row:
        return self.tell("intake", self.case.fact(kind, **told))


def test_a_row_has_every_column_and_json_can_say_it() -> None:
    story = Story(location={"latitude": 7.9, "longitude": 98.3})
    assert tuple(story.row) == column_names(TABLE)
    assert orjson.dumps(story.row)
    assert (story.row["latitude"], story.row["longitude"]) == (7.9, 98.3)


def test_nothing_personal_is_in_clear() -> None:
    one, logs = case(), Logs()
    told = tell(logs, one, history_of(one))
    (row,) = folded(told).values()
    text = orjson.dumps(row).decode()
    assert [word for word in PERSONAL if word in text] == []


def test_what_was_sealed_can_be_opened() -> None:
    story = Story()
    (clear,) = opened(story.logs.sealer, [story.row["sealed"]])
    assert clear.keys() == {"petitioner", "subject", "details"}
    assert clear["petitioner"]["phone"] == "+66812345678"


def test_apply_leaves_the_row_it_was_given() -> None:
    one, logs = case(), Logs()
    row: Row | None = None
    for envelope in tell(logs, one, history_of(one)):
        before = deepcopy(row)
        after = petition.apply(row, envelope)
        assert row == before
        row = after


@pytest.mark.parametrize("kind", [kind for name, kind in FACTS.items() if name.startswith("petition.")])
def test_every_fact_has_an_entry_with_the_state_after_it(kind: type[Fact]) -> None:
    story = Story()
    if kind is not facts.PetitionFiled:
        story.happens(kind, **told_by(kind))
    entries = story.row["timeline"] + story.row["internal_timeline"]
    assert entries[-1]["type"] == kind.TYPE
    assert entries[-1]["label"]
    assert story.row["state"] == entries[-1]["status"] == STATE_AFTER.get(kind.TYPE, "filed")
    assert story.row["version"] == len(entries)


def told_by(kind: type[Fact]) -> dict[str, Any]:
    """Something for each field that a fact may need."""
    said = {
        "officer": OFFICER, "reason": "เหตุผล", "department": HEALTH, "previous_department": WORKS, "text": "ข้อความ",
        "previous_category": "roads.surface", "category": "water.flood", "category_label": "น้ำ : ท่วม", "agency": "กรม",
        "scheduled_for": NOW, "question": "ขอภาพ", "visibility": "public", "previous_due_at": NOW, "due_at": NOW,
        "into_petition_id": uuid4(), "into_number": "KT1", "restored_status": "filed", "public_note": "หมายเหตุ",
        "outcome": "solved", "answer_id": uuid4(), "resolution": 1, "asked_at": NOW, "expires_at": NOW,
        "member_id": uuid4(), "years": 10,
    }  # fmt: skip
    return {name: value for name, value in said.items() if name in kind.model_fields}


def test_words_for_the_citizen_are_public_and_a_reason_among_colleagues_is_not() -> None:
    story = Story()
    story.happens(facts.PetitionAccepted, officer=OFFICER, public_note="ส่งกองช่างแล้ว")
    story.happens(facts.PetitionTransferred, previous_department=WORKS, department=HEALTH, reason="ส่งผิดกอง")
    story.happens(facts.NoteAdded, visibility="internal", text="ภายใน")
    story.happens(facts.NoteAdded, visibility="public", text="ถึงผู้ร้อง")
    assert [entry["public_note"] for entry in story.row["timeline"]] == [None, "ส่งกองช่างแล้ว", None]
    assert [entry["type"] for entry in story.row["internal_timeline"]] == [
        "petition.transferred", "petition.note_added",
    ]  # fmt: skip
    assert "ส่งผิดกอง" not in str(story.row["timeline"])


def test_departments_and_officers_follow() -> None:
    story = Story()
    row = story.happens(facts.PetitionAssigned, department=WORKS, officer=OFFICER)
    assert (row["department"], row["officer"], row["officer_name"]) == ("works", OFFICER.id, OFFICER.name)
    same = {"previous_category": "a.b", "category": "c.d", "category_label": "C : D"}
    assert story.happens(facts.PetitionRecategorised, department=WORKS, **same)["officer"] == OFFICER.id
    assert story.happens(facts.PetitionRecategorised, department=HEALTH, **same)["officer"] is None
    row = story.happens(facts.PetitionAssigned, department=HEALTH)
    assert (row["department_name"], row["officer"], row["category_label"]) == (HEALTH.name, None, "C : D")


def test_times_come_from_the_record_and_the_filing_from_the_fact() -> None:
    story = Story()
    row = story.happens(facts.PetitionAccepted, officer=OFFICER)
    recorded = story.logs.feeds["intake"].envelopes[-1].time
    assert (row["filed_at"], row["accepted_at"]) == (NOW, recorded)
    due = NOW + timedelta(days=30)
    assert story.happens(DueDateSet, previous_due_at=NOW, due_at=due, reason="รอ")["due_at"] == due


def test_an_end_counts_from_its_first_fact_until_it_is_reopened() -> None:
    story = Story()
    row = story.happens(facts.PetitionResolved, **RESOLVED)
    ended = row["ended_at"]
    assert (row["resolved_at"], row["outcome"]) == (ended, "solved")
    row = story.happens(facts.PetitionClosed)
    assert (row["ended_at"], row["closed_at"] > ended) == (ended, True)
    row = story.happens(facts.PetitionReopened, reason="ยังไม่เรียบร้อย")
    assert [row[name] for name in ("ended_at", "resolved_at", "closed_at", "outcome")] == [None] * 4
    assert story.happens(facts.PetitionRejected, reason="นอกเขต")["ended_at"]


def test_a_merge_can_be_undone() -> None:
    story = Story()
    story.happens(facts.PetitionStarted)
    row = story.happens(facts.PetitionMerged, into_petition_id=uuid4(), into_number="KT1080767000009")
    assert (row["state"], row["merged_into"]) == ("merged", "KT1080767000009")
    row = story.happens(facts.PetitionUnmerged, restored_status="in_progress", reason="คนละเรื่อง")
    assert (row["state"], row["merged_into"]) == ("in_progress", None)
    assert row["timeline"][-1]["label"] == STATE_LABELS["in_progress"]  # type: ignore[index]


def test_what_ended_with_another_one_says_so_until_it_is_reopened() -> None:
    story = Story()
    story.happens(facts.PetitionMerged, into_petition_id=uuid4(), into_number="KT1080767000009")
    row = story.happens(facts.PetitionResolved, main_resolution=1, **RESOLVED)
    assert (row["state"], row["merged_into"]) == ("resolved", "KT1080767000009")
    assert story.happens(facts.PetitionReopened, reason="ยังไม่เรียบร้อย")["merged_into"] is None


def test_messages_are_followed_one_by_one() -> None:
    story = Story()
    first, second = uuid4(), uuid4()
    for message, attempt in ((first, 1), (second, 1), (first, 2)):
        told = {"template": "filed", "segments": 1, "to": "+66812345678", "text": "…"}
        story.tell(
            "notification", story.case.fact(notification.SmsRequested, message_id=message, attempt=attempt, **told)
        )
    story.tell("notification", story.case.fact(notification.SmsFailed, message_id=second, code="103"))
    row = story.tell("notification", story.case.fact(notification.SmsDelivered, message_id=first, at=NOW))
    assert [(each["message_id"], each["state"], each["attempt"], each.get("code")) for each in row["sms"]] == [
        (str(first), "delivered", 2, None), (str(second), "failed", 1, "103"),
    ]  # fmt: skip


def test_the_last_form_counts() -> None:
    story = Story()
    for sha256 in ("ab" * 32, "cd" * 32):
        told = {"document": "petition_form", "vault_key": f"forms/{sha256}.pdf", "size": 1}
        row = story.tell("documents", story.case.fact(document.DocumentRendered, sha256=sha256, **told))
    assert row["form"]["sha256"] == "cd" * 32
    assert row["state"] == "filed"


def test_attachments_tell_who_gave_them_and_whether_they_are_public() -> None:
    story = Story()
    for public, origin in ((True, "staff"), (False, "staff"), (False, "petitioner")):
        row = story.tell("documents", photo_of(story.case, public=public, origin=origin))
    told = [(each["origin"], each["public"]) for each in row["attachments"]]
    assert told == [("staff", True), ("staff", False), ("petitioner", False)]


def test_an_attachment_from_before_they_told_is_the_petitioners_and_not_public() -> None:
    story = Story()
    story.tell("documents", photo_of(story.case))
    envelope = story.logs.feeds["documents"].envelopes[-1]
    older = {name: value for name, value in envelope.data.items() if name not in ("origin", "public")}
    row = petition.apply(None, envelope.model_copy(update={"data": older}))
    assert [(each["origin"], each["public"]) for each in row["attachments"]] == [("petitioner", False)]


def test_what_comes_before_the_filing_is_kept() -> None:
    one, logs = case(), Logs()
    told = tell(logs, one, history_of(one))
    later_first = [each for each in told if each.service != "intake"] + [
        each for each in told if each.service == "intake"
    ]
    row: Row | None = None
    for envelope in later_first:
        row = petition.apply(row, envelope)
        if envelope.service != "intake":
            assert row["number"] is None
    assert row is not None
    assert dump([row]) == dump(folded(told).values())


def test_facts_about_anything_else_have_no_row() -> None:
    logs, one = Logs(), case()
    (authority,) = configure(logs)
    assert petition.key(authority) is None
    (filed,) = logs.tell("intake", one.petition_id, one.filed())
    assert petition.key(filed) == one.petition_id
    assert petition.key(filed.model_copy(update={"type": "petition.split"})) is None


def test_facts_of_a_later_version_stop_the_projection() -> None:
    story = Story()
    envelope = story.logs.feeds["intake"].envelopes[0].model_copy(update={"schemaversion": 99})
    with pytest.raises(TooNew):
        petition.apply(None, envelope)


def test_optional_fields_that_an_older_fact_lacks() -> None:
    story = Story()
    envelope = story.logs.feeds["intake"].envelopes[0]
    older = {name: value for name, value in envelope.data.items() if name not in ("location", "place")}
    assert petition.apply(None, envelope.model_copy(update={"data": older}))["latitude"] is None


def test_from_a_question_to_its_answer_the_petitioner_is_waited_for() -> None:
    story = Story()
    story.happens(facts.PetitionAccepted, officer=OFFICER)
    assert story.happens(facts.InformationRequested, question="ขอภาพ")["waiting_since"] is not None
    answered = story.happens(facts.InformationProvided, subject_id=uuid4(), text="แนบแล้ว")
    assert (answered["state"], answered["waiting_since"]) == ("waiting_for_citizen", None)
    story.happens(facts.InformationRequested, question="ขอภาพ")
    assert story.happens(facts.PetitionStarted)["waiting_since"] is None
