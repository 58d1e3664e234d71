"""Who may open the files of a petition, and how they come."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from services.documents.vault.vault import VaultUnavailable
from shared.contracts.envelope import Envelope
from shared.contracts.petition import InformationProvided
from shared.gateway import petitioner
from shared.gateway.roles import Role
from shared.gateway.tokens import STAFF
from tests.samples import uploads as make
from tests.support.documents import CODE, PaperRoom
from tests.support.gateways import CAPABILITY_KEY, assert_problem, bearing, erase, staff

BY_CODE = {"X-Tracking-Code": "7qx-4m2p"}
LARGE = (1600, 1200)


@dataclass(frozen=True)
class Files:
    """A petition with a file of each kind."""

    papers: PaperRoom
    filed: Envelope
    own: str
    added: str
    work: str
    report: str
    internal: str

    def get(self, upload: str, query: str = "", **headers: str) -> httpx.Response:
        answer: httpx.Response = self.papers.client.get(
            f"/api/documents/v1/attachments/{upload}{query}", headers=headers
        )
        return answer

    @property
    def petitioner(self) -> dict[str, str]:
        return bearing(petitioner.grant(CAPABILITY_KEY, self.filed.data["number"]).token)


@pytest.fixture
def files(open_papers: PaperRoom) -> Files:
    """The petitioner's own, one added later; a photo of the work, a report, and a photo for colleagues."""
    own, added, work, internal = (open_papers.uploaded(f"{name}.jpg") for name in ("หลุม", "เพิ่ม", "หลังซ่อม", "ภายใน"))
    report = open_papers.uploaded("รายงาน.docx", make.word_document())
    filed = open_papers.filed(own, number=f"KT1080767{len(open_papers.petitions.envelopes):06}")
    told = [
        open_papers.told(filed, InformationProvided, text="แนบภาพแล้ว", uploads=(added,)),
        open_papers.noted(filed, internal, visibility="internal"),
        open_papers.resolved(filed, work, report),
    ]
    for envelope in (filed, *told):
        open_papers.react(envelope)
    return Files(open_papers, filed, own, added, work, report, internal)


def test_staff_of_the_authority_open_everything(files: Files) -> None:
    for upload in (files.own, files.added, files.work, files.report, files.internal):
        answer = files.get(upload, **staff("clerk"))
        assert answer.status_code == 200
        assert answer.content == (files.papers.vault / "uploads" / upload).read_bytes()


def test_that_staff_opened_what_is_not_published_is_recorded(files: Files) -> None:
    for upload in (files.own, files.report, files.internal):
        files.get(upload, **staff("clerk"))
    known = files.get(files.own, **staff("clerk")).headers["etag"]
    assert files.get(files.own, **staff("clerk"), **{"If-None-Match": known}).status_code == 304
    opened = [envelope.data["attachment_id"] for envelope in files.papers.openings(files.filed)]
    assert opened == [files.own, files.report, files.internal, files.own, files.own]
    assert {envelope.data["document"] for envelope in files.papers.openings(files.filed)} == {"attachment"}


def test_what_is_published_a_preview_and_what_petitioners_open_is_not_recorded(files: Files) -> None:
    answers = [
        files.get(files.work, **staff()),
        files.get(files.own, "?size=preview", **staff()),
        files.get(files.own, **files.petitioner),
        files.get(files.work, **BY_CODE),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert files.get(files.own, **staff("clerk", "ban")).status_code == 403
    assert files.papers.openings(files.filed) == []


def test_the_tracking_code_opens_photos_of_the_work_and_nothing_else(files: Files) -> None:
    answer = files.get(files.work, **BY_CODE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    wrong = [files.get(upload, **BY_CODE) for upload in (files.own, files.added, files.report, files.internal)]
    wrong += [files.get(files.work, **{"X-Tracking-Code": "7QX4M2Q"}), files.get(str(uuid4()), **BY_CODE)]
    wrong += [files.get(files.papers.uploaded(), **BY_CODE)]
    assert {(each.status_code, each.content) for each in wrong} == {(401, wrong[0].content)}


def test_the_code_of_another_petition_opens_nothing(files: Files) -> None:
    files.papers.react(files.papers.filed(number="KT1080767900021", tracking_code_hash="0" * 64))
    assert_problem(files.get(files.work, **{"X-Tracking-Code": "0000000"}), 401)


def test_its_petitioner_opens_what_is_theirs_and_what_is_published(files: Files) -> None:
    opened = {
        name: files.get(getattr(files, name), **files.petitioner).status_code
        for name in ("own", "added", "work", "report", "internal")
    }
    assert opened == {"own": 200, "added": 200, "work": 200, "report": 403, "internal": 403}
    other = bearing(petitioner.grant(CAPABILITY_KEY, "KT1080767900099").token)
    assert_problem(files.get(files.own, **other), 403)
    assert_problem(files.get(files.papers.uploaded(), **files.petitioner), 404)


def test_the_member_who_claimed_it_opens_the_same(files: Files) -> None:
    member_id = uuid4()
    own = staff("member", "", sub=str(member_id))
    assert_problem(files.get(files.own, **own), 403)
    files.papers.react(files.papers.claimed(files.filed, member_id))
    opened = {name: files.get(getattr(files, name), **own).status_code for name in ("own", "work", "internal")}
    assert opened == {"own": 200, "work": 200, "internal": 403}
    assert_problem(files.get(files.own, **staff("member", "", sub=str(uuid4()))), 403)


def test_others_open_nothing(files: Files) -> None:
    assert_problem(files.get(files.work), 401)
    assert_problem(files.get(files.work, **{"X-Tracking-Code": ""}), 401)
    assert_problem(files.get(files.own, **staff("clerk", "ban")), 403)
    for role in set(Role) - STAFF:
        assert_problem(files.get(files.own, **staff(role.value, "*")), 403)
        assert_problem(files.get(str(uuid4()), **staff(role.value, "*")), 403)
    assert_problem(files.get(files.papers.uploaded(), **staff("admin", "*")), 404)
    assert_problem(files.get(str(uuid4()), **staff()), 404)
    assert_problem(files.get("x", **staff()), 422)
    assert_problem(files.get(files.own, "?size=huge", **staff()), 422)


def test_after_erasure_every_file_is_gone(files: Files) -> None:
    erase(files.papers.keyring_url, UUID(files.filed.data["subject_id"]))
    for headers in (staff(), files.petitioner, BY_CODE):
        assert_problem(files.get(files.work, **headers), 404)
    assert_problem(files.get(files.work, "?size=preview", **BY_CODE), 404)


def test_pictures_are_shown_and_the_rest_is_a_download(files: Files) -> None:
    picture, report = files.get(files.own, **staff()), files.get(files.report, **staff())
    assert picture.headers["content-disposition"].startswith("inline; ")
    assert "filename*=UTF-8''%E0%B8%AB" in picture.headers["content-disposition"]
    assert report.headers["content-disposition"].startswith("attachment; ")
    for answer in (picture, report):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_a_browser_keeps_a_file_and_asks_whether_it_may_still_show_it(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in ("", "?size=preview"):
        first = files.get(files.work, query, **BY_CODE)
        assert first.headers["cache-control"] == "private, no-cache"
        assert first.headers["vary"] == "Authorization, X-Tracking-Code"
        known = {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
        monkeypatch.setattr(files.papers.documents.vault, "get", None)
        again = files.get(files.work, query, **BY_CODE, **known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert_problem(files.get(files.work, query, **known), 401)
        monkeypatch.undo()
    assert files.get(files.work, **BY_CODE, **known).status_code == 200


def test_the_tag_is_that_of_the_content(files: Files) -> None:
    answer = files.get(files.work, **BY_CODE)
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


@pytest.mark.parametrize("name", ["ก่อน.jpg", "ก่อน.png"])
def test_a_preview_is_small_and_made_once(open_papers: PaperRoom, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = open_papers.uploaded(name, make.picture("PNG" if name.endswith("png") else "JPEG", LARGE))
    filed = open_papers.filed(upload, number=f"KT1080767{len(open_papers.petitions.envelopes):06}")
    open_papers.react(filed)
    address = f"/api/documents/v1/attachments/{upload}?size=preview"
    answer = open_papers.client.get(address, headers=staff())
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].endswith("%E0%B8%81%E0%B9%88%E0%B8%AD%E0%B8%99.jpg")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480))
    assert (open_papers.vault / "previews" / upload).read_bytes() == answer.content
    monkeypatch.setattr("services.documents.uploads.previews.smaller", None)
    assert open_papers.client.get(address, headers=staff()).content == answer.content


def test_what_is_no_picture_has_no_preview(files: Files) -> None:
    assert_problem(files.get(files.report, "?size=preview", **staff()), 404)


@pytest.mark.parametrize("query", ["", "?size=preview"])
def test_a_vault_that_is_down_is_told(files: Files, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise VaultUnavailable("down")

    monkeypatch.setattr(files.papers.documents.vault, "get", down)
    assert_problem(files.get(files.work, query, **BY_CODE), 503)


def test_the_code_is_the_one_of_the_petition(files: Files) -> None:
    assert files.get(files.work, **{"X-Tracking-Code": CODE}).status_code == 200
