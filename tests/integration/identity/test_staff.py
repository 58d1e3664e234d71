"""Staff: invited and granted, working in a position, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.identity.staff import Position
from services.identity.staff_desk import INVITATION_LIFETIME
from shared.contracts.staff import StaffRole
from shared.kernel import clock
from tests.support.gateways import assert_problem, bearing, facts_in, raw_log, rows, together
from tests.support.identity import BASE, CITIZEN_ID, OTHER_CITIZEN_ID, IdentityOffice, somebody

Session = dict[str, Any]


def granted(office: IdentityOffice, role: StaffRole = StaffRole.ADMIN, authority: str = "kathu") -> Session:
    """A session of somebody whom the operator made staff; it acts in that position."""
    person = office.identity.people.citizen_hash(CITIZEN_ID)
    position = Position(authority, role)
    office.identity.staff.grant(person, position, "สมชาย ใจดี", "operator", uuid4())
    return acting(office, office.log_in())


def acting(office: IdentityOffice, session: Session, index: int = 0) -> Session:
    """The same session at work."""
    known = office.renewed(session["session"]).json()["positions"]
    body = {"session": session["session"], "staff_id": known[index]["staff_id"]}
    answer = office.client.post(f"{BASE}/sessions/tokens", json=body, headers=office.service())
    assert answer.status_code == 200, answer.text
    return {**answer.json(), "session": session["session"]}


def ask(office: IdentityOffice, session: Session, method: str, path: str, **body: Any) -> httpx.Response:
    """Ask with the session's token."""
    json = body or None
    answer: httpx.Response = office.client.request(
        method, f"{BASE}/staff{path}", json=json, headers=bearing(session["access_token"])
    )
    return answer


def invited(office: IdentityOffice, admin: Session, **changed: Any) -> str:
    """The code of an invitation."""
    answer = ask(office, admin, "POST", "/invitations", **{"authority": "kathu", "role": "officer", **changed})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def test_whoever_was_granted_a_role_works_in_it_from_the_next_login_on(office: IdentityOffice) -> None:
    session = granted(office)
    assert (session["acting"]["authority"], session["acting"]["role"]) == ("kathu", "admin")
    (listed,) = ask(office, session, "GET", "").json()
    assert (listed["staff_id"], listed["name"]) == (session["acting"]["staff_id"], "สมชาย ใจดี")
    assert facts_in(office.url)[0] == "staff.granted"


def test_whoever_works_for_an_authority_knows_with_whom(office: IdentityOffice) -> None:
    officer = granted(office, StaffRole.OFFICER)
    elsewhere = office.identity.people.citizen_hash(OTHER_CITIZEN_ID)
    office.identity.staff.grant(elsewhere, Position("patong", StaffRole.CLERK), "สมหญิง", "operator", uuid4())
    (colleague,) = ask(office, officer, "GET", "/colleagues").json()
    assert (colleague["staff_id"], colleague["name"]) == (officer["acting"]["staff_id"], "สมชาย ใจดี")
    member = office.log_in(somebody(OTHER_CITIZEN_ID))
    assert ask(office, member, "GET", "/colleagues").status_code == 403


def test_granting_twice_is_granting_once_and_another_department_is_a_change(office: IdentityOffice) -> None:
    person = office.identity.people.citizen_hash(CITIZEN_ID)

    def grant(department: str | None) -> object:
        return office.identity.staff.grant(
            person, Position("kathu", StaffRole.OFFICER, department), None, "operator", uuid4()
        )

    ids = {grant(department) for department in ("works", "works", "health")} | set(
        together(lambda _: grant("health"), *range(4))
    )
    assert len(ids) == 1
    assert facts_in(office.url) == ["staff.granted"] * 2
    assert [member.position.department for member in office.identity.staff.of_authority("kathu")] == ["health"]


def test_an_invitation_is_accepted_once(office: IdentityOffice) -> None:
    code = invited(office, granted(office), department="works")
    guest = office.log_in(somebody(OTHER_CITIZEN_ID))
    accepted = ask(office, guest, "POST", "/invitations/accept", code=code.lower().replace("-", " "))
    assert accepted.status_code == 200, accepted.text
    assert (accepted.json()["role"], accepted.json()["department"]) == ("officer", "works")
    assert_problem(ask(office, guest, "POST", "/invitations/accept", code=code), 404)
    assert acting(office, guest)["acting"]["department"] == "works"
    assert facts_in(office.url).count("staff.invited") == 1
    assert code not in raw_log(office.url) + str(rows(office.url, "SELECT i::text FROM staff_invitations i"))


def test_an_invitation_ends_after_a_week_and_wrong_codes_open_nothing(
    office: IdentityOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = invited(office, granted(office))
    later = clock.now() + INVITATION_LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    guest = office.log_in(somebody(OTHER_CITIZEN_ID))
    for wrong in (code, "0000-0000-0000-0000", "x"):
        assert_problem(ask(office, guest, "POST", "/invitations/accept", code=wrong), 404)


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        (StaffRole.OFFICER, {"authority": "kathu", "role": "clerk"}),
        (StaffRole.AUDITOR, {"authority": "kathu", "role": "clerk"}),
        (StaffRole.ADMIN, {"authority": "banna", "role": "clerk"}),
        (StaffRole.ADMIN, {"authority": "*", "role": "platform_admin"}),
        (StaffRole.ADMIN, {"authority": "*", "role": "clerk"}),
    ],
)
def test_only_admins_invite_and_only_to_their_authority(
    office: IdentityOffice, role: StaffRole, asked: dict[str, str]
) -> None:
    assert_problem(ask(office, granted(office, role), "POST", "/invitations", **asked), 403)


def test_a_platform_admin_invites_everywhere(office: IdentityOffice) -> None:
    session = granted(office, StaffRole.PLATFORM_ADMIN, "*")
    assert invited(office, session, authority="banna", role="admin")
    assert invited(office, session, authority="*", role="platform_admin")
    for wrong in ({"authority": "*"}, {"authority": "Kathu!"}, {"department": "x y"}, {"role": "platform_admin"}):
        body = {"authority": "kathu", "role": "clerk", **wrong}
        assert_problem(ask(office, session, "POST", "/invitations", **body), 422)


def test_whoever_is_revoked_is_logged_out_and_has_no_role(office: IdentityOffice) -> None:
    admin = granted(office)
    code = invited(office, admin)
    guest = office.log_in(somebody(OTHER_CITIZEN_ID))
    ask(office, guest, "POST", "/invitations/accept", code=code)
    staff_id = acting(office, guest)["acting"]["staff_id"]
    answer = ask(office, admin, "POST", f"/{staff_id}/revocation", reason="ย้ายหน่วยงาน")
    assert answer.status_code == 200, answer.text
    assert_problem(office.renewed(guest["session"]), 401)
    assert office.log_in(somebody(OTHER_CITIZEN_ID))["positions"] == []
    assert facts_in(office.url).count("staff.revoked") == 1
    assert_problem(ask(office, admin, "POST", f"/{staff_id}/revocation", reason="อีกครั้ง"), 404)


def test_nobody_revokes_themselves(office: IdentityOffice) -> None:
    admin = granted(office)
    assert_problem(ask(office, admin, "POST", f"/{admin['acting']['staff_id']}/revocation", reason="x"), 409)


def test_an_admin_revokes_nobody_of_another_authority(office: IdentityOffice) -> None:
    person = office.identity.people.citizen_hash(OTHER_CITIZEN_ID)
    other = office.identity.staff.grant(person, Position("banna", StaffRole.CLERK), None, "operator", uuid4())
    assert_problem(ask(office, granted(office), "POST", f"/{other}/revocation", reason="x"), 403)


def test_a_position_of_somebody_else_cannot_be_used(office: IdentityOffice) -> None:
    theirs = granted(office)["acting"]["staff_id"]
    mine = office.log_in(somebody(OTHER_CITIZEN_ID))
    body = {"session": mine["session"], "staff_id": theirs}
    assert_problem(office.client.post(f"{BASE}/sessions/tokens", json=body, headers=office.service()), 403)


def test_neither_number_nor_name_of_staff_is_readable_in_the_database(office: IdentityOffice) -> None:
    granted(office)
    stored = raw_log(office.url) + str(rows(office.url, "SELECT s::text FROM staff s"))
    for text in (CITIZEN_ID, "สมชาย", office.identity.people.citizen_hash(CITIZEN_ID)):
        assert text not in raw_log(office.url)
    assert CITIZEN_ID not in stored
    assert "สมชาย" not in stored
