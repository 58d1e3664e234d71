"""Who may open the form, and how much of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.documents.forms import NotPrintedYet
from shared.contracts.document import DocumentOpened
from shared.contracts.envelope import Envelope
from shared.gateway import petitioner
from shared.gateway.capability import LIFETIME, grant
from shared.gateway.roles import Role
from shared.gateway.tokens import STAFF
from shared.kernel import clock
from tests.support import facts
from tests.support.documents import CODE, PaperRoom, text_of
from tests.support.gateways import CAPABILITY_KEY, assert_problem, bearing, change, claims_of, erase, signed, staff

MASKED = (
    "1101700207129",
    "1-1017-00207-12-9",
    "0812345678",
    "081-234-5678",
    "+66812345678",
    "99/9",
    "วิชิตสงคราม",
    "ใจดี",
    "เป็นหลุมลึก",
    "หน้าบ้าน",
)


@pytest.fixture
def filed(open_papers: PaperRoom) -> Envelope:
    """A petition whose form is printed."""
    envelope = open_papers.filed(number=f"KT1080767{len(open_papers.petitions.envelopes):06}")
    open_papers.react(envelope)
    return envelope


def test_while_it_is_printed_the_caller_is_told_to_wait(open_papers: PaperRoom) -> None:
    answer = open_papers.whole(open_papers.filed(number="KT1080767900001"))
    assert (answer.status_code, answer.json()["status"]) == (202, "printing")
    assert int(answer.headers["retry-after"]) > 0


def test_the_capability_opens_the_whole_form(open_papers: PaperRoom, filed: Envelope) -> None:
    answer = open_papers.whole(filed)
    printed = text_of(answer)
    assert "1-1017-00207-12-9" in printed
    assert "081-234-5678" in printed
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-disposition"].startswith("inline")


def test_what_is_no_capability_for_this_petition_opens_nothing(
    open_papers: PaperRoom, filed: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filed.data["number"]
    hour_old = clock.now() - LIFETIME - timedelta(seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: hour_old)
        ended = grant(CAPABILITY_KEY, number)
    genuine = grant(CAPABILITY_KEY, number)
    bad = {
        "ended": ended,
        "of another petition": grant(CAPABILITY_KEY, "KT1080767000099"),
        "of another key": grant(b"x" * 32, number),
        "cut": genuine[:-4],
        "unsigned": ".".join([*genuine.split(".")[:2], ""]),
        "a token": signed(claims_of("officer")),
        "nonsense": "nonsense",
        "empty": "",
        "Thai": "ลิงก์",
    }
    statuses = {
        name: open_papers.client.get(open_papers.address(filed), params={"capability": capability}).status_code
        for name, capability in bad.items()
    }
    assert statuses == dict.fromkeys(bad, 401)


def test_a_capability_is_no_token(open_papers: PaperRoom, filed: Envelope) -> None:
    headers = {"Authorization": f"Bearer {grant(CAPABILITY_KEY, filed.data['number'])}"}
    assert_problem(open_papers.client.get(open_papers.address(filed), headers=headers), 401)


def test_staff_of_the_authority_open_the_whole_form(open_papers: PaperRoom, filed: Envelope) -> None:
    for headers in (staff("clerk"), staff("auditor"), staff("admin", "*")):
        assert "1-1017-00207-12-9" in text_of(open_papers.form(filed, **headers))


def test_that_staff_opened_the_whole_form_is_recorded_each_time(open_papers: PaperRoom, filed: Envelope) -> None:
    for role in ("clerk", "clerk", "auditor"):
        assert open_papers.form(filed, **staff(role)).status_code == 200
    first, again, auditor = open_papers.openings(filed)
    fact = open_papers.documents.reader.read(first)
    assert isinstance(fact, DocumentOpened)
    assert (fact.document, fact.attachment_id, fact.role) == ("petition_form", None, "clerk")
    assert (fact.number, str(fact.petition_id)) == (filed.data["number"], filed.data["petition_id"])
    assert (first.actor, first.authority, auditor.data["role"]) == ("staff-1", "kathu", "auditor")
    assert first.data["access_id"] != again.data["access_id"], "a look that is repeated is another one"


def test_that_its_petitioner_opened_it_is_not_recorded(open_papers: PaperRoom) -> None:
    member_id = uuid4()
    filed = open_papers.filed(number="KT1080767700003", member_id=member_id)
    open_papers.react(filed)
    token = petitioner.grant(CAPABILITY_KEY, filed.data["number"]).token
    opened = [
        open_papers.whole(filed),
        open_papers.form(filed, **bearing(token)),
        open_papers.form(filed, **staff("member", "", sub=str(member_id))),
        open_papers.form(filed, **{"X-Tracking-Code": CODE}),
    ]
    assert {answer.status_code for answer in opened} == {200}
    assert open_papers.openings(filed) == []


def test_executives_see_the_masked_form_and_nothing_is_recorded(open_papers: PaperRoom, filed: Envelope) -> None:
    answer = open_papers.form(filed, **staff("executive"))
    printed = text_of(answer)
    assert "แสดงเมื่อยืนยันตัวตน" in printed
    assert [text for text in MASKED if text in printed] == []
    assert open_papers.openings(filed) == []


def test_what_cannot_be_recorded_is_not_shown(papers: PaperRoom) -> None:
    upload = papers.uploaded()
    filed = papers.filed(upload)
    papers.react(filed)
    change(papers.url, "REVOKE EXECUTE ON FUNCTION eventlog.append FROM khamrong_app")
    attachment = papers.client.get(f"/api/documents/v1/attachments/{upload}", headers=staff())
    for answer in (papers.form(filed, **staff()), attachment):
        assert_problem(answer, 503)
        assert answer.headers["retry-after"] == "5"
    assert papers.openings(filed) == []
    assert papers.whole(filed).status_code == 200


def test_the_member_who_filed_opens_the_whole_form_and_no_other(open_papers: PaperRoom) -> None:
    member_id = uuid4()
    filed = open_papers.filed(number="KT1080767700001", member_id=member_id)
    open_papers.react(filed)
    assert "1-1017-00207-12-9" in text_of(open_papers.form(filed, **staff("member", "", sub=str(member_id))))
    for role, sub in (("member", str(uuid4())), ("member", filed.data["subject_id"]), ("newcomer", str(member_id))):
        assert_problem(open_papers.form(filed, **staff(role, "", sub=sub)), 403)


def test_the_member_who_claimed_it_opens_the_whole_form_also_when_told_early_or_twice(open_papers: PaperRoom) -> None:
    member_id = uuid4()
    filed = open_papers.filed(number="KT1080767700002")
    claimed = open_papers.claimed(filed, member_id)
    with pytest.raises(NotPrintedYet):
        open_papers.react(claimed)
    for envelope in (filed, claimed, claimed, open_papers.accepted(filed)):
        open_papers.react(envelope)
    assert "1-1017-00207-12-9" in text_of(open_papers.form(filed, **staff("member", "", sub=str(member_id))))


def test_its_petitioner_opens_the_whole_form_and_no_other(open_papers: PaperRoom, filed: Envelope) -> None:
    own = bearing(petitioner.grant(CAPABILITY_KEY, filed.data["number"]).token)
    assert "1-1017-00207-12-9" in text_of(open_papers.form(filed, **own))
    other = bearing(petitioner.grant(CAPABILITY_KEY, "KT1080767900099").token)
    assert_problem(open_papers.form(filed, **other), 403)
    unknown = open_papers.filed(number="KT1080767900009")
    mine = bearing(petitioner.grant(CAPABILITY_KEY, "KT1080767900009").token)
    assert open_papers.form(unknown, **mine).status_code == 202


def test_others_with_a_token_do_not(open_papers: PaperRoom, filed: Envelope) -> None:
    assert_problem(open_papers.form(filed, **staff("head", "ban")), 403)
    for role in set(Role) - STAFF:
        assert_problem(open_papers.form(filed, **staff(role.value, "*")), 403)
    unknown = open_papers.filed(number="KT1080767900002")
    assert_problem(open_papers.form(unknown, **staff()), 404)


@pytest.mark.parametrize("typed", [CODE, "7qx-4m2p", " 7QX4M2P "])
def test_the_tracking_code_opens_the_masked_form(open_papers: PaperRoom, filed: Envelope, typed: str) -> None:
    answer = open_papers.form(filed, **{"X-Tracking-Code": typed})
    printed = text_of(answer)
    assert filed.data["number"] in printed
    assert "ปกปิด" in printed
    assert "แสดงเมื่อยืนยันตัวตน" in printed
    assert "สมชายจ." in printed
    assert [text for text in MASKED if text in printed] == []
    assert b"1101700207129" not in answer.content


def test_without_anything_or_with_a_wrong_code_it_stays_shut(open_papers: PaperRoom, filed: Envelope) -> None:
    for headers in ({}, {"X-Tracking-Code": "7QX4M2Q"}, {"X-Tracking-Code": ""}, {"Authorization": "Basic eDp5"}):
        answer = open_papers.form(filed, **headers)
        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert_problem(open_papers.client.get("/api/documents/v1/petitions/KT%00/form.pdf"), 400)


def test_an_unknown_number_and_a_wrong_code_are_told_alike(open_papers: PaperRoom, filed: Envelope) -> None:
    unknown = open_papers.filed(number="KT1080767900003")
    wrong, nowhere = (open_papers.form(each, **{"X-Tracking-Code": "0000000"}) for each in (filed, unknown))
    assert (wrong.status_code, wrong.content) == (nowhere.status_code, nowhere.content) == (401, wrong.content)


def test_after_erasure_no_way_shows_anything_personal(open_papers: PaperRoom, filed: Envelope) -> None:
    """Also where the whole form lies in the vault, and for the files that were attached."""
    upload = open_papers.uploaded()
    second = open_papers.filed(upload, number="KT1080767900004")
    open_papers.react(second)
    assert "1-1017-00207-12-9" in text_of(open_papers.whole(second))
    erase(open_papers.keyring_url, UUID(second.data["subject_id"]))
    ways = [
        open_papers.whole(second),
        open_papers.form(second, **staff()),
        open_papers.form(second, **{"X-Tracking-Code": CODE}),
    ]
    for printed in map(text_of, ways):
        assert "ลบแล้ว" in printed
        assert [text for text in (*MASKED, *facts.PERSONAL_TEXTS) if text in printed] == []
    assert_problem(open_papers.client.get(f"/api/documents/v1/attachments/{upload}", headers=staff()), 404)
    assert "1-1017-00207-12-9" in text_of(open_papers.whole(filed))
