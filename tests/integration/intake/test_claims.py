"""A member makes petitions their own that they filed without logging in, by a code on the phone on file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake.proofs.http_proofs import HttpProofs
from services.intake.proofs.proofs import ProofRefused, Proofs, ProofsUnavailable, Why
from tests.support.gateways import assert_problem, facts_in, fields_of, rows, together
from tests.support.intake import PETITIONS, IntakeOffice
from tests.support.intake_members import CLAIMS, OTHER_CITIZEN_ID, PHONE, Someone, anonymous


def member_of(office: IntakeOffice, number: str) -> UUID | None:
    return office.intake.cases.find(number).petition.member_id


def test_all_with_the_same_number_and_phone_are_claimed_and_no_others(office: IntakeOffice) -> None:
    mine = [anonymous(office), anonymous(office, phone="+66 81 234 5678")]
    others = [anonymous(office, OTHER_CITIZEN_ID), anonymous(office, phone="0812345679")]
    me = Someone(office)
    assert me.claim() == mine
    assert {member_of(office, number) for number in mine} == {me.id}
    assert {member_of(office, number) for number in others} == {None}
    assert facts_in(office.url).count("petition.claimed") == 2
    (told,) = [each for each in office.intake.feed.after(0, 100) if each.type == "petition.claimed"][:1]
    assert (told.actor, told.data["member_id"]) == (f"member:{me.id}", str(me.id))


def test_what_was_claimed_obeys_the_member_and_no_other_member(office: IntakeOffice) -> None:
    number, me, other = anonymous(office), Someone(office), Someone(office, OTHER_CITIZEN_ID)
    assert_problem(me.post(f"{PETITIONS}/{number}/withdraw"), 403)
    me.claim()
    assert_problem(other.post(f"{PETITIONS}/{number}/withdraw"), 403)
    assert me.post(f"{PETITIONS}/{number}/withdraw").json()["status"] == "withdrawn"


def test_the_answer_does_not_tell_whether_there_are_petitions(office: IntakeOffice) -> None:
    number, me, other = anonymous(office), Someone(office), Someone(office, OTHER_CITIZEN_ID)
    answers = [me.post(CLAIMS, phone=PHONE), me.post(CLAIMS, phone="0812345679"), other.post(CLAIMS, phone=PHONE)]
    assert {answer.status_code for answer in answers} == {202}
    assert {frozenset(answer.json()) for answer in answers} == {frozenset({"id", "expires_at"})}
    asked = [asked for asked, _ in office.proofs.asked.values()]
    assert asked[0] == number
    assert number not in asked[1:], "no text goes to a phone that is not on file of the member's own petition"


def test_a_code_for_somebody_elses_petition_claims_nothing(office: IntakeOffice) -> None:
    number, other = anonymous(office), Someone(office, OTHER_CITIZEN_ID)
    handle = office.proofs.ask(number, "").id
    told = assert_problem(other.prove(handle), 422)
    assert (told["type"], fields_of(told)) == ("urn:khamrong:wrong-otp", {"otp"})
    assert member_of(office, number) is None


def test_a_code_proves_the_phone_that_it_was_sent_to_and_no_other(office: IntakeOffice) -> None:
    first, second, me = anonymous(office), anonymous(office, phone="0812345679"), Someone(office)
    assert_problem(me.prove(me.ask(), phone="0812345679"), 422)
    assert [member_of(office, number) for number in (first, second)] == [None, None]


@pytest.mark.parametrize("otp", ["000000", ""])
def test_a_wrong_code_claims_nothing(office: IntakeOffice, otp: str) -> None:
    number, me = anonymous(office), Someone(office)
    assert_problem(me.prove(me.ask(), otp=otp), 422)
    assert member_of(office, number) is None


def test_too_many_and_away_are_told_as_tracking_tells_them(office: IntakeOffice) -> None:
    me = Someone(office)
    office.proofs.closed = True
    refused = me.post(CLAIMS, phone=PHONE)
    assert (assert_problem(refused, 429)["type"], refused.headers["retry-after"]) == (
        "urn:khamrong:too-many-failures",
        "60",
    )
    office.proofs.answers = False
    assert_problem(me.post(CLAIMS, phone=PHONE), 503)
    assert_problem(me.prove("handle"), 503)


def test_a_phone_that_is_none_and_whoever_is_no_member_are_refused(office: IntakeOffice) -> None:
    me = Someone(office)
    assert fields_of(assert_problem(me.post(CLAIMS, phone="12"), 422)) == {"phone"}
    office.members.known[str(me.id)] = None
    assert assert_problem(me.post(CLAIMS, phone=PHONE), 409)["type"] == "urn:khamrong:consent-withdrawn"
    assert_problem(office.client.post(CLAIMS, json={"phone": PHONE}), 401)
    assert office.proofs.asked == {}


def test_twice_and_at_once_it_is_claimed_once(office: IntakeOffice) -> None:
    number, me = anonymous(office), Someone(office)
    handles = [me.ask() for _ in range(4)]
    answers = together(me.prove, *handles)
    assert sorted(each.json()["numbers"] for each in answers) == [[], [], [], [number]]
    assert me.prove(office.proofs.ask(number, "").id).json()["numbers"] == []
    assert facts_in(office.url).count("petition.claimed") == 1


def test_what_was_erased_is_found_by_nobody(office: IntakeOffice) -> None:
    number, me = anonymous(office), Someone(office)
    me.claim()
    office.intake.forgetting.mark(me.id)
    office.intake.forgetting.of_member(me.id)
    again = Someone(office)
    again.ask()
    assert number not in [asked for asked, _ in office.proofs.asked.values()]
    assert rows(office.url, "SELECT petitioner_hash FROM petitions") == [(None,)]


def told_by(status: int, content: dict[str, Any], **headers: str) -> HttpProofs:
    """Proofs by a tracking that answers so."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=content, headers=headers))
    return HttpProofs(httpx.Client(transport=transport), "http://tracking")


def test_tracking_is_asked_in_the_clients_name() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202, json={"id": "handle", "expires_at": "2024-07-08T10:56:42Z", "token": "token"})

    proofs = HttpProofs(httpx.Client(transport=httpx.MockTransport(answer)), "http://tracking")
    assert proofs.ask("KT1080767000011", "203.0.113.7").id == "handle"
    assert proofs.token("a/handle", "042917", "203.0.113.7") == "token"
    assert [request.headers["x-forwarded-for"] for request in seen] == ["203.0.113.7"] * 2
    assert seen[1].url.raw_path == b"/api/tracking/v1/step-ups/a%2Fhandle"


@pytest.mark.parametrize(("status", "why"), [(401, Why.WRONG), (422, Why.NO_CODE), (429, Why.TOO_MANY)])
def test_trackings_refusals_are_passed_on(status: int, why: Why) -> None:
    with pytest.raises(ProofRefused) as refused:
        told_by(status, {}, **{"Retry-After": "7"}).token("handle", "042917", "")
    assert (refused.value.why, refused.value.retry_after) == (why, "7")


@pytest.mark.parametrize(("status", "content"), [(503, {}), (404, {}), (202, {}), (500, {})])
def test_whatever_else_tracking_says_it_is_away(status: int, content: dict[str, Any]) -> None:
    proofs: Proofs = told_by(status, content)
    with pytest.raises(ProofsUnavailable):
        proofs.ask("KT1080767000011", "")
    with pytest.raises(ProofsUnavailable):
        proofs.token("handle", "042917", "")
