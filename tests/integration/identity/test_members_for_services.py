"""What services of ours learn about a member, and who learns nothing."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from services.intake.filing import MemberIdentity
from services.intake.members.http_members import HttpMembers
from services.intake.members.members import NoSuchMember
from tests.support.gateways import assert_problem
from tests.support.identity import BASE, CITIZEN_ID, IdentityOffice
from tests.support.loglines import log_lines


def reader(office: IdentityOffice) -> dict[str, str]:
    """Intake's header."""
    return office.service("intake", "intake's")


def test_intake_gets_the_verified_data_as_it_reads_them(office: IdentityOffice) -> None:
    session = office.member(title="นางสาว", address={"house_no": "99/9"})
    address = f"{BASE}/members/{session['person_id']}"
    with log_lines("identity") as lines:
        answer = office.client.get(address, headers=reader(office))
        told = [line for line in lines() if line["event"] == "personal_data_read"]
    one = MemberIdentity.model_validate(answer.json())
    assert (one.citizen_id, one.assurance_level, one.title) == (CITIZEN_ID, "2.3", "นางสาว")
    assert one.address is not None
    assert answer.headers["cache-control"] == "no-store"
    assert len(told) == 1
    assert CITIZEN_ID not in str(told)


def test_intakes_own_client_understands_identity(office: IdentityOffice) -> None:
    session = office.member()

    def asked(request: httpx.Request) -> httpx.Response:
        return office.client.get(request.url.path, headers=dict(request.headers))

    token = reader(office)["Authorization"].removeprefix("Bearer ")
    members = HttpMembers(httpx.Client(transport=httpx.MockTransport(asked)), "http://identity", lambda: token)
    one = members.identity_of(session["person_id"])
    assert one is not None
    assert str(one.subject_id) == session["person_id"]
    office.me(session, "POST", "/consents", json={"agree": False})
    assert members.identity_of(session["person_id"]) is None
    office.me(session, "DELETE")
    with pytest.raises(NoSuchMember):
        members.identity_of(session["person_id"])


def test_nobody_else_learns_anything(office: IdentityOffice) -> None:
    session = office.member()
    address = f"{BASE}/members/{session['person_id']}"
    assert_problem(office.client.get(address), 401)
    assert_problem(office.client.get(address, headers=office.service()), 403)
    own = {"Authorization": f"Bearer {session['access_token']}"}
    assert_problem(office.client.get(address, headers=own), 403)
    assert_problem(office.client.get(f"{BASE}/members/{uuid4()}", headers=reader(office)), 404)
    newcomer = office.log_in()
    assert newcomer["person_id"] == session["person_id"]


@pytest.mark.parametrize(("scope", "status"), [("members", 200), ("log members", 200), ("sessions", 400), ("x", 400)])
def test_a_client_asks_for_some_of_its_scopes_and_no_others(office: IdentityOffice, scope: str, status: int) -> None:
    form = {"client_id": "intake", "client_secret": "intake's", "scope": scope}
    answer = office.client.post(f"{BASE}/tokens", data=form)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["scope"] == scope


def test_a_token_for_one_service_is_taken_by_that_one_alone(office: IdentityOffice) -> None:
    for audience, status in (("identity", 200), ("intake", 401)):
        form = {"client_id": "tracking", "client_secret": "a secret", "audience": audience}
        token = office.client.post(f"{BASE}/tokens", data=form).json()["access_token"]
        answer = office.client.get(f"{BASE}/log", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
