"""Commands of staff over HTTP: each once to its end, and why one is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from services.intake.transitions import COMMANDS, TRANSITIONS
from shared.kernel import clock
from tests.support.gateways import OFFICER, assert_problem, erase, fields_of, rows, staff, together
from tests.support.intake import PETITIONS, IntakeOffice, intake_office

SOON = {"days": 3}
Given = dict[str, Any]
Step = tuple[str, Given]

ACCEPT: Step = ("accept", {"public_note": "รับเรื่องแล้ว"})
START: Step = ("start", {})
REJECT: Step = ("reject", {"reason": "อยู่นอกเขต"})
FORWARD: Step = ("forward", {"agency": "แขวงทางหลวง", "reason": "เป็นทางหลวง"})
RESOLVE: Step = ("resolve", {"outcome": "solved", "public_note": "ซ่อมแล้ว"})
ASK: Step = ("request-information", {"question": "ขอภาพถ่ายเพิ่มเติม"})


def soon() -> str:
    """A moment in the future, as a front end writes it."""
    return (clock.now() + timedelta(days=3)).isoformat()


WAYS: dict[str, tuple[list[Step], Given, str, dict[str, Any]]] = {
    "accept": ([], {"public_note": "รับเรื่องแล้ว"}, "accepted", {"officer": {"id": "staff-1", "name": OFFICER}}),
    "reject": ([], {"reason": "อยู่นอกเขต"}, "rejected", {"reason": "อยู่นอกเขต"}),
    "assign": (
        [ACCEPT],
        {"department": "health", "officer": {"id": "staff-2", "name": "ผู้ปฏิบัติ ตัวอย่าง"}},
        "accepted",
        {"department": {"code": "health", "name": "กองสาธารณสุขและสิ่งแวดล้อม"}},
    ),
    "transfer": (
        [ACCEPT],
        {"department": "health", "reason": "อยู่ในหน้าที่ของกองสาธารณสุข"},
        "accepted",
        {"previous_department": {"code": "works", "name": "กองช่าง"}},
    ),
    "recategorise": (
        [],
        {"category": "waste.dumping"},
        "filed",
        {"category_label": "ขยะและความสะอาด : ลักลอบทิ้งขยะ", "previous_category": "roads.surface"},
    ),
    "start": ([ACCEPT], {}, "in_progress", {}),
    "schedule": ([ACCEPT, START], {"scheduled_for": soon(), "public_note": "ลงพื้นที่"}, "scheduled", {}),
    "request-information": ([ACCEPT], {"question": "ขอภาพถ่าย"}, "waiting_for_citizen", {"question": "ขอภาพถ่าย"}),
    "provide-information": ([ACCEPT, ASK], {"text": "ผู้ร้องโทรแจ้งว่าอยู่หน้าตลาด"}, "waiting_for_citizen", {}),
    "forward": ([ACCEPT], {"agency": "แขวงทางหลวง", "reason": "เป็นทางหลวง"}, "forwarded", {"agency": "แขวงทางหลวง"}),
    "add-note": ([], {"text": "โทรหาผู้ร้องแล้ว", "visibility": "public"}, "filed", {"visibility": "public"}),
    "set-due-date": ([ACCEPT], {"due_at": soon(), "reason": "รออุปกรณ์"}, "accepted", {"reason": "รออุปกรณ์"}),
    "resolve": ([ACCEPT], {"outcome": "solved", "public_note": "ซ่อมแล้ว"}, "resolved", {"outcome": "solved"}),
    "close": ([REJECT], {}, "closed", {}),
    "reopen": ([REJECT], {"reason": "มีข้อมูลใหม่"}, "reopened", {"reason": "มีข้อมูลใหม่"}),
    "withdraw": ([ACCEPT], {"reason": "ผู้ร้องขอถอน"}, "withdrawn", {}),
}
"""Each command but the merges: what comes before it, its fields, the state after it, and what its fact tells."""


def brought(office: IntakeOffice, steps: list[Step]) -> str:
    """A new petition after these commands."""
    number = office.number()
    for name, given in steps:
        office.done(number, name, **given)
    return number


def last_fact(office: IntakeOffice, number: str) -> tuple[str, str, dict[str, Any]]:
    """Type, actor and stored data of the petition's last fact."""
    stream = f"petition-{office.intake.cases.find(number).petition.petition_id}"
    sql = "SELECT type, actor, data FROM eventlog.facts WHERE stream = :stream ORDER BY version DESC LIMIT 1"
    ((kind, actor, data),) = rows(office.url, sql, stream=stream)
    return kind, actor, data


@pytest.mark.parametrize("name", WAYS)
def test_each_command_to_its_end(open_office: IntakeOffice, name: str) -> None:
    steps, given, status, told = WAYS[name]
    number = brought(open_office, steps)
    answer = open_office.done(number, name, **given)
    assert answer == {"number": number, "status": status, "version": len(steps) + 2}
    kind, actor, data = last_fact(open_office, number)
    assert (kind, actor) == (COMMANDS_FACTS[name], "staff-1")
    assert {field: data[field] for field in told} == told
    assert open_office.intake.cases.find(number).petition.status == status


COMMANDS_FACTS = {
    "accept": "petition.accepted", "reject": "petition.rejected", "assign": "petition.assigned",
    "transfer": "petition.transferred", "recategorise": "petition.recategorised", "start": "petition.started",
    "schedule": "petition.scheduled", "request-information": "petition.information_requested",
    "provide-information": "petition.information_provided", "forward": "petition.forwarded",
    "add-note": "petition.note_added", "set-due-date": "petition.due_date_set", "resolve": "petition.resolved",
    "close": "petition.closed", "reopen": "petition.reopened", "withdraw": "petition.withdrawn",
}  # fmt: skip


@pytest.mark.parametrize("name", ["resolve", "add-note", "provide-information"])
def test_staff_attach_uploads(open_office: IntakeOffice, name: str) -> None:
    steps, given, _, _ = WAYS[name]
    number = brought(open_office, steps)
    open_office.done(number, name, **given, uploads=["photo-1", "photo-2", "photo-1"])
    _, _, data = last_fact(open_office, number)
    assert data["uploads"] == ["photo-1", "photo-2"]


def test_every_command_of_the_contract_is_tried_here() -> None:
    elsewhere = {rule.name for rule in TRANSITIONS.values() if rule.roles == {"system"}} | {"decline-reopening"}
    assert {*WAYS, *elsewhere, "merge", "unmerge"} == set(COMMANDS), "merging is below"


def test_a_merge_is_reversible(open_office: IntakeOffice) -> None:
    kept, same = open_office.number(), brought(open_office, [ACCEPT, START])
    assert open_office.done(same, "merge", into_number=f" {kept} ")["status"] == "merged"
    _, _, data = last_fact(open_office, same)
    assert data["into_number"] == kept
    problem = assert_problem(open_office.command(same, "resolve", outcome="solved", public_note="แล้ว"), 409)
    assert problem["allowed"] == ["in_progress"]
    assert open_office.done(same, "unmerge", reason="คนละเรื่องกัน")["status"] == "in_progress"


def test_two_petitions_are_never_merged_into_each_other(open_office: IntakeOffice) -> None:
    one, other = open_office.number(), open_office.number()
    open_office.done(one, "merge", into_number=other)
    problem = assert_problem(open_office.command(other, "merge", into_number=one), 422)
    assert fields_of(problem) == {"into_number"}
    third = brought(open_office, [("withdraw", {})])
    assert_problem(open_office.command(other, "merge", into_number=third), 422)


@pytest.mark.parametrize("into", ["KT1080767999999", "", "\u0000", "\ud800", None, 5, ["x"]])
def test_a_merge_needs_another_petition(open_office: IntakeOffice, into: Any) -> None:
    number = open_office.number()
    sent = {"into_number": into}
    answer = open_office.client.post(
        f"{PETITIONS}/{number}/merge",
        content=json.dumps(sent),
        headers={**staff("head"), "Content-Type": "application/json"},
    )
    assert fields_of(assert_problem(answer, 422)) == {"into_number"}
    assert fields_of(assert_problem(open_office.command(number, "merge", into_number=number), 422)) == {"into_number"}


def test_a_merge_stays_within_the_authority(open_office: IntakeOffice) -> None:
    number, foreign = open_office.number(), open_office.number(authority="ban")
    assert fields_of(assert_problem(open_office.command(number, "merge", into_number=foreign), 422)) == {"into_number"}


def test_without_a_token_nothing_is_done(open_office: IntakeOffice) -> None:
    number = open_office.number()
    answer = open_office.client.post(f"{PETITIONS}/{number}/accept", json={})
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", ["executive", "auditor", "service", "citizen"])
def test_other_roles_give_no_commands(open_office: IntakeOffice, role: str) -> None:
    number = open_office.number()
    assert_problem(open_office.command(number, "accept", role), 401 if role == "citizen" else 403)


def test_a_role_that_may_not_do_this_is_told_who_may(open_office: IntakeOffice) -> None:
    number = brought(open_office, [ACCEPT])
    problem = assert_problem(open_office.command(number, "start", "clerk"), 403)
    assert problem["roles"] == ["officer", "head", "admin"]
    assert open_office.intake.cases.find(number).petition.status == "accepted"


def test_staff_of_another_authority_see_and_do_nothing(open_office: IntakeOffice) -> None:
    number = open_office.number()
    answer = open_office.client.post(f"{PETITIONS}/{number}/accept", json={}, headers=staff("head", "ban"))
    assert_problem(answer, 403)


def test_staff_of_the_platform_may_act_for_any_authority(open_office: IntakeOffice) -> None:
    number = open_office.number()
    answer = open_office.client.post(f"{PETITIONS}/{number}/accept", json={}, headers=staff("admin", "*"))
    assert answer.status_code == 200


def test_what_is_not_there(open_office: IntakeOffice) -> None:
    assert_problem(open_office.command("KT1080767999999", "accept"), 404)
    assert_problem(open_office.client.post(f"{PETITIONS}/KT%00/accept", json={}, headers=staff("head")), 400)
    problem = assert_problem(open_office.command(open_office.number(), "approve"), 404)
    assert problem["commands"] == sorted(COMMANDS)


def test_a_transition_that_is_not_allowed_names_those_that_are(open_office: IntakeOffice) -> None:
    number = open_office.number()
    problem = assert_problem(open_office.command(number, "schedule", scheduled_for=soon()), 409)
    assert problem["type"] == "urn:khamrong:transition-not-allowed"
    assert (problem["state"], problem["allowed"]) == ("filed", ["accepted", "rejected", "withdrawn", "merged"])
    assert "รอรับเรื่อง" in problem["detail"]


def test_a_stale_version_is_told_both(open_office: IntakeOffice) -> None:
    number = brought(open_office, [ACCEPT])
    problem = assert_problem(open_office.command(number, "start", expected_version=1), 409)
    assert problem["type"] == "urn:khamrong:stale-version"
    assert (problem["expected_version"], problem["actual_version"]) == (1, 2)
    assert open_office.done(number, "start", expected_version=2)["version"] == 3


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("reject", {}, "reason"),
        ("reject", {"reason": " \u200b "}, "reason"),
        ("reject", {"reason": "ก" * 5001}, "reason"),
        ("transfer", {"department": "health"}, "reason"),
        ("transfer", {"department": "works", "reason": "ย้าย"}, "department"),
        ("assign", {}, "department"),
        ("assign", {"department": "nowhere"}, "department"),
        ("assign", {"department": {"code": "works", "name": "ชื่อที่แต่งขึ้น"}}, "department"),
        ("recategorise", {"category": "no.such"}, "category"),
        ("recategorise", {"category": 5}, "category"),
        ("add-note", {"text": ""}, "text"),
        ("add-note", {"text": "ก", "visibility": "secret"}, "visibility"),
        ("add-note", {"text": "ก", "uploads": ["../x"]}, "uploads.0"),
        ("set-due-date", {"due_at": "2020-01-01T00:00:00Z", "reason": "x"}, "due_at"),
        ("set-due-date", {"due_at": "2099-01-01", "reason": "x"}, "due_at"),
        ("accept", {"expected_version": "2"}, "expected_version"),
        ("accept", {"expected_version": True}, "expected_version"),
    ],
)
def test_a_field_that_cannot_stand_is_named(open_office: IntakeOffice, name: str, given: Given, field: str) -> None:
    answer = open_office.command(open_office.number(), name, **given)
    problem = assert_problem(answer, 422)
    assert fields_of(problem) == {field}
    assert "แต่งขึ้น" not in answer.text


@pytest.mark.parametrize("content", [b"{", b"[]", b"5", b'"x"'])
def test_a_body_that_is_no_object_is_refused(open_office: IntakeOffice, content: bytes) -> None:
    address = f"{PETITIONS}/{open_office.number()}/accept"
    headers = {**staff("head"), "Content-Type": "application/json"}
    assert_problem(open_office.client.post(address, content=content, headers=headers), 422)


def test_a_command_without_fields_needs_no_body(open_office: IntakeOffice) -> None:
    number = open_office.number()
    assert open_office.client.post(f"{PETITIONS}/{number}/accept", headers=staff("head")).status_code == 200


def test_of_two_at_once_the_second_is_decided_on_the_outcome_of_the_first(open_office: IntakeOffice) -> None:
    """Both may not accept: whoever comes second is told that it is accepted already."""
    for _ in range(5):
        number = open_office.number()
        answers = together(lambda role, at=number: open_office.command(at, "accept", role), "clerk", "head", "officer")
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        refused = [answer.json() for answer in answers if answer.status_code == 409]
        assert all("in_progress" in problem["allowed"] for problem in refused)


def test_at_two_gateways_notes_of_many_are_all_kept(open_office: IntakeOffice) -> None:
    number = open_office.number()
    with intake_office(open_office.url, open_office.keyring_url) as second:
        work = [(each, n) for n in range(3) for each in (open_office, second)]
        answers = together(lambda one: one[0].command(number, "add-note", text=f"บันทึก {one[1]}"), *work, threads=2)
    kept = [answer for answer in answers if answer.status_code == 200]
    assert open_office.intake.cases.find(number).version == 1 + len(kept)
    assert all(answer.json()["type"] == "urn:khamrong:stale-version" for answer in answers if answer not in kept)


def test_of_two_with_the_same_expected_version_one_is_stale(open_office: IntakeOffice) -> None:
    number = open_office.number()
    answers = together(
        lambda text: open_office.command(number, "add-note", text=text, expected_version=1), "หนึ่ง", "สอง", "สาม"
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {answer.json().get("actual_version", 2) for answer in answers} == {2}


def test_a_note_about_a_person_is_sealed_and_none_is_kept_of_one_who_was_erased(office: IntakeOffice) -> None:
    number = office.number()
    office.done(number, "add-note", text="โทรหาคุณสมชายแล้ว")
    assert "สมชาย" not in str(last_fact(office, number))
    erase(office.keyring_url, office.subject_of(number))
    problem = assert_problem(office.command(number, "add-note", text="โทรอีกครั้ง"), 409)
    assert problem["type"] == "urn:khamrong:subject-erased"
    assert office.done(number, "accept")["status"] == "accepted"


def test_whoever_is_of_one_department_works_on_its_petitions_alone(open_office: IntakeOffice) -> None:
    number = open_office.number()
    address = f"{PETITIONS}/{number}/accept"
    others = open_office.client.post(address, json={}, headers=staff("officer", department="health"))
    assert_problem(others, 403)
    own = open_office.client.post(address, json={}, headers=staff("officer", department="works"))
    assert own.status_code == 200, own.text
