"""What the back office decides by itself: filters, deadlines, who is near, forms, histories."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal import labels
from services.portal.clients.colleagues import Colleague
from services.portal.pages.staff.assigning import NOBODY, UNKNOWN, Assignment, assignment_of
from services.portal.pages.staff.case.forms import FORMS, offered
from services.portal.pages.staff.case.history import after, events
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.deadlines import Deadline, deadline_of
from services.portal.pages.staff.people import People
from services.portal.pages.staff.queue.bulk import is_so
from services.portal.pages.staff.queue.filters import VIEWS, QueueFilter, figures, question, read, view
from services.portal.pages.staff.rooms import DESK, ROOMS, rooms_of
from services.tracking.projections.timeline import LABELS
from shared.contracts.petition_commands import COMMANDS, ActorRole
from shared.contracts.petition_states import OPEN_STATES
from tests.support.town_hall import KATHU, entry, row, whole
from tests.support.town_hall import figures as counted

NOW = datetime(2024, 7, 20, 3, tzinfo=UTC)
CLERK = Colleague("c1", "clerk", None, "สมหญิง")
ENGINEER = Colleague("o1", "officer", "works", "สมชาย")
MAYOR = Colleague("e1", "executive", None, "นายก")
PEOPLE = People([CLERK, ENGINEER, MAYOR])


@pytest.mark.parametrize(
    ("due_at", "status", "expected"),
    [
        ("2024-07-23T16:59:59Z", "filed", Deadline(3, "")),
        ("2024-07-22T16:59:59Z", "filed", Deadline(2, "warn")),
        ("2024-07-20T16:59:59Z", "filed", Deadline(0, "warn")),
        ("2024-07-20T02:00:00Z", "filed", Deadline(0, "bad")),
        ("2024-07-18T16:59:59Z", "accepted", Deadline(-2, "bad")),
        ("2024-07-18T16:59:59Z", "closed", None),
    ],
)
def test_deadlines_are_counted_in_days_of_thailand(due_at: str, status: str, expected: Deadline | None) -> None:
    assert deadline_of(row(status=status, due_at=due_at), NOW) == expected


def test_an_address_and_a_filter_tell_each_other() -> None:
    wanted = QueueFilter(status="all", category="roads.surface", officer="mine", q="ถนน")
    assert read(wanted.query) == (wanted, {})
    assert QueueFilter().query == {}


def test_a_view_keeps_where_one_looks_and_forgets_the_rest() -> None:
    wanted = QueueFilter(category="roads.surface", officer="mine", status="closed", sort="-due_at")
    overdue = next(each for each in VIEWS if each.code == "overdue")
    assert view(wanted, overdue.sets) == QueueFilter(category="roads.surface", overdue="yes", sort="-due_at")


def test_nobodys_and_ones_own_are_asked_for() -> None:
    assert question(QueueFilter(officer="none", status="all"), "me") == {"unassigned": True, "sort": "due_at"}
    assert question(QueueFilter(officer="mine", status="all"), "me") == {"officer": "me", "sort": "due_at"}


def test_figures_of_views_are_of_what_is_open() -> None:
    found = figures(counted(mine=9, reopening_requested=4), counted(mine=1, overdue=2))
    assert (found["open"], found["mine"], found["overdue"], found["reopening_requested"]) == (2, 1, 2, 4)
    assert (found["filed"], found["merged"]) == (2, 0)


def test_work_is_given_to_who_can_take_it() -> None:
    catalogue = Catalogue(KATHU)
    assert assignment_of(catalogue, PEOPLE, {"officer": "o1", "department": "health"}, "health") == (
        Assignment("works", ("o1", "สมชาย")),
        "",
    )
    assert assignment_of(catalogue, PEOPLE, {"officer": "c1"}, "health")[0] == Assignment("health", ("c1", "สมหญิง"))
    assert assignment_of(catalogue, PEOPLE, {"officer": "e1"}, "works") == (None, UNKNOWN)
    assert assignment_of(catalogue, PEOPLE, {"department": "x"}, "works") == (None, NOBODY)


def test_what_is_already_so_counts_as_done() -> None:
    assert is_so(whole(department="works", officer="o1"), Assignment("works", ("o1", "สมชาย")), "me")
    assert not is_so(whole(department="works", officer=None), Assignment("works", ("o1", "สมชาย")), "me")
    by = [entry(1, "petition.filed"), entry(2, "petition.accepted", actor="somebody")]
    assert is_so(whole(status="accepted", timeline=by), None, "somebody")
    assert not is_so(whole(status="accepted", timeline=by), None, "me")


def test_a_history_tells_who_did_what() -> None:
    told = events(
        [
            entry(1, "petition.filed"),
            entry(2, "petition.accepted", actor="x", data={"officer": {"id": "x", "name": "คนเก่า"}}),
            entry(3, "petition.assigned", actor="c1", data={"department": {"name": "กองช่าง"}, "officer": None}),
            entry(4, "petition.rejected", actor="gone", public_note="ไม่ใช่", data={"reason": "ไม่ใช่"}),
            entry(5, "petition.overdue", actor="system"),
            entry(6, "petition.started", actor="0190914c-0000-7000-8000-000000000001"),
        ],
        PEOPLE,
    )
    assert [each.who for each in told] == ["เจ้าหน้าที่", "ระบบ", "ระบบ", "สมหญิง", "คนเก่า", "ผู้ร้อง"]
    assert told[2].said == ("ไม่ใช่",)
    assert told[3].details[0].value == "กองช่าง"


def test_what_came_after_is_told_by_position() -> None:
    timeline = [entry(3, "petition.filed"), entry(8, "petition.accepted")]
    assert [each["position"] for each in after(timeline, 3)] == [8]


def test_there_is_a_form_for_whatever_staff_may_do() -> None:
    staff = {ActorRole.CLERK, ActorRole.OFFICER, ActorRole.HEAD, ActorRole.ADMIN}
    assert set(FORMS) == {name for name, rule in COMMANDS.items() if rule.roles & staff}
    for name, form in FORMS.items():
        assert {field.name for field in form.fields} == set(COMMANDS[name].fields)
    assert [each.command for each in offered(["reject", "accept", "request-reopening"])] == ["accept", "reject"]


def test_a_request_to_reopen_is_answered_first() -> None:
    buttons = offered(["close", "reopen", "decline-reopening", "add-note"], requested=True)
    assert [(each.command, each.look) for each in buttons] == [
        ("reopen", "main"), ("decline-reopening", "main"), ("close", "second"), ("add-note", "second")
    ]  # fmt: skip


def test_what_petitioners_read_is_told_to_who_writes_it() -> None:
    public = {name: [field.name for field in form.fields if field.public] for name, form in FORMS.items()}
    assert public["reject"] == ["reason"]
    assert public["request-information"] == ["question"]
    assert public["transfer"] == []


def test_whatever_tracking_calls_a_fact_is_known() -> None:
    assert set(LABELS.values()) <= {*labels.HAPPENED, *labels.HAPPENED_INSIDE}


def test_rooms_are_open_to_their_roles() -> None:
    assert all(room.roles <= DESK for room in ROOMS)
    assert rooms_of("platform_admin") == ()
    (queue,) = (room for room in ROOMS if room.path == "/staff/queue")
    assert [queue.holds(path) for path in ("/staff/queue", "/staff/petitions/KT1", "/staff/queues")] == [
        True,
        True,
        False,
    ]


def test_states_that_are_open_are_asked_for_by_name() -> None:
    asked: dict[str, Any] = question(QueueFilter(), "me")
    assert set(asked["status"]) == OPEN_STATES
