"""A member files with nothing personal typed; whoever is not logged in does not depend on identity."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from services.intake.filing import MemberIdentity
from services.intake.gateway import gateway
from services.intake.members.http_members import HttpMembers
from services.intake.members.members import MembersUnavailable, NoSuchMember
from shared.contracts.petition import PetitionFiled
from shared.gateway.app import create_app
from shared.gateway.tokens import Gatekeeper, KeysUnavailable
from tests.samples.petitions import body
from tests.support.gateways import assert_problem, bearing, claims_of, fields_of, signed
from tests.support.intake import PETITIONS, IntakeOffice

ADDRESS = {"house_no": "99/9", "subdistrict": "กะทู้", "district": "กะทู้", "province": "ภูเก็ต", "postal_code": "83120"}


def member(office: IntakeOffice, **changed: Any) -> MemberIdentity:
    """A member whom identity knows."""
    usual: dict[str, Any] = {
        "subject_id": uuid4(), "assurance_level": "2.3", "title": "นาย", "given_name": "สมชาย", "family_name": "ใจดี",
        "citizen_id": "1101700207129", "phone": "+66812345678", "address": ADDRESS,
    }  # fmt: skip
    one = MemberIdentity.model_validate(usual | changed)
    office.members.known[str(one.subject_id)] = one
    return one


def token_of(person_id: UUID | str, role: str = "member") -> dict[str, str]:
    """The header of a member who has logged in."""
    return bearing(signed(claims_of(role, "", sub=str(person_id), name="")))


def file(office: IntakeOffice, person_id: UUID | str, key: str | None = None, **changed: Any) -> httpx.Response:
    """File as the member; nothing about the petitioner is typed unless it is changed."""
    content = {**body(), "petitioner": None, **changed}
    headers = {"Idempotency-Key": key or str(uuid4()), **token_of(person_id)}
    answer: httpx.Response = office.client.post(PETITIONS, json=content, headers=headers)
    return answer


def filed_fact(office: IntakeOffice, answer: httpx.Response) -> PetitionFiled:
    """What was stored."""
    assert answer.status_code == 201, answer.text
    with office.intake.engine.connect() as connection:
        envelopes = office.intake.log.load(connection, f"petition-{answer.json()['petition_id']}")
    fact = office.intake.reader.read(envelopes[0])
    assert isinstance(fact, PetitionFiled)
    return fact


def test_nothing_personal_need_be_typed(open_office: IntakeOffice) -> None:
    one = member(open_office)
    fact = filed_fact(open_office, file(open_office, one.subject_id))
    assert (fact.member_id, fact.assurance_level) == (one.subject_id, "2.3")
    assert fact.subject_id != one.subject_id, "each petition has a key of its own"
    assert fact.petitioner.model_dump(exclude_none=True) == one.model_dump(
        exclude={"subject_id", "assurance_level"}, exclude_none=True
    )


def test_contact_data_may_be_typed_anew_and_verified_data_not(open_office: IntakeOffice) -> None:
    one = member(open_office)
    typed = {"given_name": "อื่น", "citizen_id": "1999900000013", "phone": "0898765432"}
    fact = filed_fact(open_office, file(open_office, one.subject_id, petitioner=typed))
    assert fact.petitioner.phone == "+66898765432"
    assert (fact.petitioner.given_name, fact.petitioner.citizen_id) == ("สมชาย", "1101700207129")


def test_whoever_withdrew_consent_files_as_anybody(open_office: IntakeOffice) -> None:
    person_id = str(uuid4())
    open_office.members.known[person_id] = None
    assert "petitioner.citizen_id" in fields_of(assert_problem(file(open_office, person_id), 422))
    fact = filed_fact(open_office, file(open_office, person_id, petitioner=body()["petitioner"]))
    assert (fact.member_id, fact.assurance_level) == (None, None)


def test_an_account_that_is_gone_is_401(open_office: IntakeOffice) -> None:
    assert_problem(file(open_office, uuid4()), 401)


def test_an_account_that_is_erased_at_this_very_moment_is_401(open_office: IntakeOffice) -> None:
    one = member(open_office)
    open_office.intake.forgetting.mark(one.subject_id)
    assert_problem(file(open_office, one.subject_id), 401)


def test_two_members_with_one_key_never_get_each_others_petition(open_office: IntakeOffice) -> None:
    one, other, key = member(open_office), member(open_office), str(uuid4())
    first = file(open_office, one.subject_id, key)
    assert file(open_office, one.subject_id, key).json() | {"form_url": ""} == first.json() | {"form_url": ""}
    assert assert_problem(file(open_office, other.subject_id, key), 422)["type"].endswith("idempotency-key-reused")


@pytest.mark.parametrize("role", ["newcomer", "officer", "service"])
def test_other_tokens_file_as_anybody(open_office: IntakeOffice, role: str) -> None:
    headers = {"Idempotency-Key": str(uuid4()), **token_of(uuid4(), role)}
    assert open_office.client.post(PETITIONS, json=body(), headers=headers).status_code == 201


def test_a_token_that_is_not_right_is_told(open_office: IntakeOffice) -> None:
    headers = {"Idempotency-Key": str(uuid4()), **bearing("forged")}
    assert_problem(open_office.client.post(PETITIONS, json=body(), headers=headers), 401)


def test_while_identity_is_down_members_wait_and_everybody_else_files(office: IntakeOffice) -> None:
    one = member(office)
    office.members.answers = False
    told = assert_problem(file(office, one.subject_id), 503)
    assert told["type"] == "urn:khamrong:members-unavailable"
    assert "โดยไม่เข้าสู่ระบบ" in told["detail"]
    assert office.file().status_code == 201


@pytest.fixture
def without_keys(office: IntakeOffice) -> TestClient:
    """A gateway that never had identity's keys."""

    def gone(_: bool) -> Any:
        raise KeysUnavailable

    app = create_app(gateway(office.intake, office.members, office.proofs), Gatekeeper(gone))
    return TestClient(app, raise_server_exceptions=False)


def test_without_identitys_keys_anybody_files(office: IntakeOffice, without_keys: TestClient) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    assert without_keys.post(PETITIONS, json=body(), headers=headers).status_code == 201
    assert_problem(without_keys.post(PETITIONS, json=body(), headers={**headers, **token_of(uuid4())}), 503)


def test_a_check_of_a_members_petition_misses_nothing_personal(open_office: IntakeOffice) -> None:
    one = member(open_office)
    content = {**body(), "petitioner": None}
    checked = open_office.client.post(f"{PETITIONS}/checks", json=content, headers=token_of(one.subject_id))
    assert checked.json()["errors"] == []


@pytest.mark.parametrize(
    ("status", "content", "raised"),
    [
        (404, "{}", NoSuchMember),
        (503, "{}", MembersUnavailable),
        (403, "{}", MembersUnavailable),
        (200, "{}", MembersUnavailable),
        (200, "no JSON", MembersUnavailable),
    ],
)
def test_what_identity_may_answer(status: int, content: str, raised: type[Exception]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    members = HttpMembers(httpx.Client(transport=transport), "http://identity", lambda: "token")
    with pytest.raises(raised):
        members.identity_of(str(uuid4()))


def test_identity_that_does_not_answer_is_unavailable() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    members = HttpMembers(httpx.Client(transport=httpx.MockTransport(silent)), "http://identity", lambda: "token")
    with pytest.raises(MembersUnavailable):
        members.identity_of(str(uuid4()))


def test_a_member_adds_to_and_withdraws_the_own_petition_and_no_other(open_office: IntakeOffice) -> None:
    one, other = member(open_office), member(open_office)
    number = file(open_office, one.subject_id).json()["number"]

    def ask(person_id: UUID, command: str, **given: Any) -> httpx.Response:
        address = f"{PETITIONS}/{number}/{command}"
        answer: httpx.Response = open_office.client.post(address, json=given, headers=token_of(person_id))
        return answer

    assert_problem(ask(other.subject_id, "withdraw"), 403)
    assert_problem(ask(one.subject_id, "accept"), 403)
    assert ask(one.subject_id, "provide-information", text="อยู่หน้าตลาด").status_code == 200
    assert ask(one.subject_id, "withdraw").json()["status"] == "withdrawn"
