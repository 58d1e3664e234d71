"""The person's own account: made, changed, agreed to, exported, erased."""

from __future__ import annotations

import pytest

from services.identity import erasing
from shared.contracts.fact import ERASED
from shared.eventlog.chain import verify
from shared.kernel import clock
from tests.support.gateways import assert_problem, facts_in, fields_of, raw_log, rows, together
from tests.support.identity import (
    CITIZEN_ID,
    OTHER_CITIZEN_ID,
    VERSION,
    IdentityOffice,
    cookie_of,
    somebody,
)
from tests.support.loglines import log_lines

HOME = {"house_no": "99/9", "road": "วิชิตสงคราม", "subdistrict": "กะทู้", "postal_code": "83120"}


def test_before_the_account_the_claims_are_shown_and_the_consent_in_force(office: IdentityOffice) -> None:
    told = office.me(office.log_in()).json()
    assert (told["registered"], told["given_name"], told["family_name"]) == (False, "สมชาย", "ใจดี")
    assert told["citizen_id_masked"] == "1-1017-xxxxx-xx-9"
    assert CITIZEN_ID not in str(told)
    (consent,) = told["consents"]
    assert (consent["purpose"], consent["version"], consent["agreed_version"]) == ("account", VERSION, None)
    assert consent["what"]
    assert consent["why"]
    assert consent["how_long"]


def test_an_account_is_made_once(office: IdentityOffice) -> None:
    session = office.log_in()
    answers = together(lambda _: office.register(session, title="นางสาว", address=HOME), *range(4))
    assert [answer.status_code for answer in answers] == [201] * 4
    told = answers[0].json()
    assert (told["registered"], told["title"], told["phone"]) == (True, "นางสาว", "+66812345678")
    assert told["address"]["road"] == "วิชิตสงคราม"
    assert told["consents"][0]["agreed_version"] == VERSION
    assert facts_in(office.url) == ["login.succeeded", "member.registered", "consent.given"]
    assert office.renewed(session["session"]).json()["registered"] is True
    assert office.log_in()["registered"] is True


def test_without_the_consent_in_force_there_is_no_account(office: IdentityOffice) -> None:
    session = office.log_in()
    assert assert_problem(office.register(session, consent_version="0"), 409)["type"] == "urn:khamrong:consent-outdated"
    assert_problem(office.me(session, "POST", "/register", json={"phone": "0812345678"}), 422)
    assert office.me(session).json()["registered"] is False
    assert facts_in(office.url) == ["login.succeeded"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone": "12345"}, "phone"), ({"phone": ""}, "phone"), ({"phone": "+1 202 555 0147"}, "phone"),
        ({"email": "nobody"}, "email"), ({"title": "น" * 51}, "title"),
        ({"address": {"road": "ถ" * 101}}, "address.road"),
        ({"address": {"postal_code": "8312"}}, "address.postal_code"),
    ],
)  # fmt: skip
def test_contact_data_that_cannot_be_right_is_told_by_field(
    open_office: IdentityOffice, changed: dict[str, object], field: str
) -> None:
    assert fields_of(assert_problem(open_office.register(open_office.log_in(), **changed), 422)) == {field}


def test_contact_data_are_changed_and_names_are_not(office: IdentityOffice) -> None:
    session = office.member()
    body = {"title": "นางสาว", "phone": "02 123 4567", "email": "somchai@example.com", "given_name": "อื่น"}
    for _ in range(2):
        told = office.me(session, "PUT", "/profile", json=body).json()
        assert (told["title"], told["phone"], told["given_name"]) == ("นางสาว", "+6621234567", "สมชาย")
    assert facts_in(office.url).count("member.profile_changed") == 1


def test_a_login_that_tells_another_name_changes_the_profile(office: IdentityOffice) -> None:
    office.member()
    session = office.log_in(somebody(family_name="ใจงาม"))
    told = office.me(session).json()
    assert (told["family_name"], told["phone"]) == ("ใจงาม", "+66812345678")
    office.log_in(somebody(family_name="ใจงาม"))
    assert facts_in(office.url).count("member.profile_changed") == 1


def test_consent_is_withdrawn_and_given_again(office: IdentityOffice) -> None:
    session = office.member()
    for agree, version in ((False, None), (False, None), (True, VERSION), (True, VERSION)):
        answer = office.me(session, "POST", "/consents", json={"agree": agree, "version": version})
        assert answer.json()["consents"][0]["agreed_version"] == version
    assert facts_in(office.url)[2:] == ["consent.given", "consent.withdrawn", "consent.given"]
    assert_problem(office.me(session, "POST", "/consents", json={"agree": True, "version": "0"}), 409)
    assert_problem(office.me(session, "POST", "/consents", json={"agree": True, "version": "1", "purpose": "x"}), 409)


def test_whoever_has_no_account_has_nothing_to_change_or_export(office: IdentityOffice) -> None:
    session = office.log_in()
    for method, path, body in (
        ("PUT", "/profile", {"phone": "0812345678"}),
        ("POST", "/consents", {"agree": True, "version": VERSION}),
        ("GET", "/export", None),
    ):
        assert assert_problem(office.me(session, method, path, json=body), 404)["type"] == "urn:khamrong:not-registered"


def test_the_export_tells_everything(office: IdentityOffice) -> None:
    session = office.member(address=HOME)
    answer = office.me(session, path="/export")
    told = answer.json()
    assert [fact["type"] for fact in told["facts"]] == ["member.registered", "consent.given"]
    profile = told["facts"][0]["data"]["profile"]
    assert (profile["citizen_id"], profile["phone"]) == (CITIZEN_ID, "+66812345678")
    assert profile["address"]["house_no"] == "99/9"
    assert len(told["sessions"]) == 1
    assert answer.headers["cache-control"] == "no-store"


def test_an_erased_member_is_gone_everywhere_and_the_log_verifies(office: IdentityOffice) -> None:
    session, other_device = office.member(address=HOME), office.log_in()
    bystander = office.member(somebody(OTHER_CITIZEN_ID, given_name="คนอื่น"))
    answer = office.me(session, "DELETE")
    assert answer.json()["erased"] is True
    assert "ระเบียบงานสารบรรณ" in answer.json()["explanation"]
    assert answer.json()["redirect_to"].startswith("https://thaid.example/logout?state=")
    assert [office.renewed(each["session"]).status_code for each in (session, other_device)] == [401, 401]
    assert_problem(office.me(session), 401)
    assert rows(office.url, "SELECT count(*) FROM persons") == [(1,)]
    assert rows(office.url, "SELECT count(*) FROM erasures") == [(0,)]
    assert "member.erased" in facts_in(office.url)
    with office.identity.engine.connect() as connection:
        assert verify(connection).broken_at is None
    assert str(office.identity.members.history(session["person_id"])).count(ERASED) > 5
    assert office.me(bystander).json()["given_name"] == "คนอื่น"


def test_whoever_comes_back_after_being_erased_is_somebody_new(office: IdentityOffice) -> None:
    first = office.member()
    office.me(first, "DELETE")
    again = office.log_in()
    assert again["registered"] is False
    assert again["person_id"] != first["person_id"]
    assert office.register(again).status_code == 201


def test_an_erasure_that_died_in_the_middle_is_finished(
    office: IdentityOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fact is committed, then the process ends before the key is destroyed: the next login finishes it."""
    session = office.member()
    with monkeypatch.context() as dying:
        dying.setattr(erasing.Erasing, "sweep", lambda _: 0)
        office.me(session, "DELETE")
        assert CITIZEN_ID in str(office.identity.members.history(session["person_id"]))
    office.begin()
    assert CITIZEN_ID not in str(office.identity.members.history(session["person_id"]))


def test_whoever_does_not_register_is_forgotten_after_a_day(
    office: IdentityOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.member(somebody(OTHER_CITIZEN_ID))
    newcomer = office.log_in()
    later = clock.now() + erasing.KEEP_UNREGISTERED * 1.01
    monkeypatch.setattr(clock, "now", lambda: later)
    office.begin()
    assert office.identity.people.claims(newcomer["person_id"]) is None
    assert rows(office.url, "SELECT registered FROM persons") == [(True,)]


def test_no_personal_data_in_the_log_in_log_lines_and_addresses(office: IdentityOffice) -> None:
    with log_lines("identity") as lines:
        answer = office.come_back(somebody())
        session = office.session(answer)
        office.register(session, address=HOME)
        office.me(session, path="/export")
        office.me(session, "DELETE")
        office.come_back(somebody("1101700207128"))
        told = str(lines()) + answer.headers["location"] + raw_log(office.url)
    for text in (CITIZEN_ID, "สมชาย", "ใจดี", "812345678", "99/9", session["session"], session["access_token"]):
        assert text not in told
    assert cookie_of(answer, "khamrong-handover") not in told
