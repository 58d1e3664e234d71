"""A filing makes one form and its attachments, whatever dies beside it; an acceptance prints the officer's name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.documents import on_petition_filed
from services.documents.forms import NotPrintedYet
from services.documents.on_petition_filed import UploadsChanged
from services.documents.vault.vault import VaultUnavailable
from shared.contracts.document import AttachmentRejected, AttachmentStored, DocumentRendered
from shared.kernel.crashpoints import KILLED
from shared.messaging.reaction import Unavailable
from tests.samples import uploads as make
from tests.support import facts
from tests.support.documents import PaperRoom, documents_settings, paper_room, text_of
from tests.support.gateways import assert_problem, erase, raised_by, raw_log, rows, together
from tests.support.loglines import log_lines
from tests.support.notification import filed_in, petition_log
from tests.support.reacting import react_in_child

OFFICER = "นางสาวตัวอย่าง รักงาน"


def test_a_form_is_printed_and_kept(papers: PaperRoom) -> None:
    filed = papers.filed()
    papers.react(filed)
    (rendered,) = papers.facts_of(filed)
    assert isinstance(rendered, DocumentRendered)
    pdf = (papers.vault / rendered.vault_key).read_bytes()
    assert (rendered.document, rendered.number) == ("filed", facts.NUMBER)
    assert (rendered.size, rendered.sha256) == (len(pdf), hashlib.sha256(pdf).hexdigest())
    assert papers.whole(filed).content == pdf


def test_uploads_become_attachments_and_stand_on_the_form(papers: PaperRoom) -> None:
    upload = papers.uploaded("หลุมหน้าบ้าน.jpg")
    filed = papers.filed(upload)
    papers.react(filed)
    stored, rendered = papers.facts_of(filed)
    assert isinstance(stored, AttachmentStored)
    assert (str(stored.attachment_id), stored.filename, stored.media_type) == (upload, "หลุมหน้าบ้าน.jpg", "image/jpeg")
    assert isinstance(rendered, DocumentRendered)
    assert "หลุมหน้าบ้าน.jpg" in text_of(papers.whole(filed))


def test_uploads_that_are_unknown_or_taken_are_rejected(papers: PaperRoom) -> None:
    mine, unknown = papers.uploaded(), str(uuid4())
    papers.react(papers.filed(mine))
    second = papers.filed(mine, unknown, mine.replace("-", ""), "upload-1", number="KTU1080767000012")
    papers.react(second)
    *rejected, rendered = papers.facts_of(second)
    assert isinstance(rendered, DocumentRendered)
    assert [(str(fact.attachment_id), fact.reason) for fact in rejected if isinstance(fact, AttachmentRejected)] == [
        (mine, "unknown_or_claimed"), (unknown, "unknown_or_claimed"),
    ]  # fmt: skip
    assert "ภาพถนน" not in text_of(papers.whole(second))


def test_an_upload_that_is_named_twice_is_attached_once(papers: PaperRoom) -> None:
    upload = papers.uploaded()
    papers.react(papers.filed(upload, upload.replace("-", "")))
    assert papers.recorded() == ["attachment.stored", "document.rendered"]


def test_of_two_petitions_that_name_one_upload_at_once_one_has_it(papers: PaperRoom) -> None:
    upload = papers.uploaded()
    both = [papers.filed(upload, number=f"KTU108076700001{n}") for n in range(2)]
    told = together(lambda filed: raised_by(papers.react, filed), *both)
    assert set(told) <= {"", UploadsChanged.__name__}
    for filed in both:
        papers.react(filed)
    kinds = sorted(papers.facts_of(filed)[0].TYPE for filed in both)
    assert kinds == ["attachment.rejected", "attachment.stored"]
    assert papers.recorded().count("document.rendered") == 2


def test_twice_and_at_once_is_one_form(papers: PaperRoom) -> None:
    filed = papers.filed(papers.uploaded())
    assert set(together(lambda _: raised_by(papers.react, filed), *range(4))) == {""}
    papers.react(filed)
    assert papers.recorded() == ["attachment.stored", "document.rendered"]
    assert len(list((papers.vault / "forms").rglob("*.pdf"))) == 1


def test_a_crash_after_the_form_was_kept_leaves_one_form(documents_url: str, keyring_url: str, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    settings = documents_settings(documents_url, keyring_url, vault)
    with petition_log(keyring_url) as petitions:
        filed = filed_in(petitions)
        queue = on_petition_filed.QUEUE
        assert react_in_child(queue, filed, settings, tmp_path, crash_at="documents.stored") == KILLED
    (kept,) = (vault / "forms").rglob("*.pdf")
    before = kept.read_bytes()
    with paper_room(documents_url, keyring_url, vault) as papers:
        assert papers.recorded() == []
        assert papers.whole(filed).status_code == 202
        papers.react(filed)
        assert papers.recorded() == ["document.rendered"]
        assert papers.whole(filed).content == before


def test_a_vault_that_is_down_is_waited_for(papers: PaperRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = papers.filed()

    def down(*_: object) -> None:
        raise VaultUnavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(papers.documents.vault, "put", down)
        with pytest.raises(Unavailable):
            papers.react(filed)
    papers.react(filed)
    assert papers.recorded() == ["document.rendered"]
    with monkeypatch.context() as patched:
        patched.setattr(papers.documents.vault, "get", down)
        assert_problem(papers.whole(filed), 503)


def test_an_acceptance_prints_the_officers_name(papers: PaperRoom) -> None:
    filed = papers.filed(papers.uploaded("หลุม.jpg"))
    papers.react(filed)
    assert "".join(OFFICER.split()) not in text_of(papers.whole(filed))
    accepted = papers.accepted(filed, OFFICER)
    papers.react(accepted)
    papers.react(accepted)
    printed = text_of(papers.whole(filed))
    assert "".join(OFFICER.split()) in printed
    assert "หลุม.jpg" in printed
    assert papers.recorded() == ["attachment.stored", "document.rendered", "document.rendered"]
    last = papers.facts_of(filed)[-1]
    assert isinstance(last, DocumentRendered)
    assert last.document == "accepted"


def test_an_acceptance_that_came_early_is_tried_until_the_form_is_there(papers: PaperRoom) -> None:
    """Never parked: the filing may wait long for a vault that is down."""
    filed = papers.filed()
    accepted = papers.accepted(filed)
    with pytest.raises(NotPrintedYet) as early:
        papers.react(accepted)
    assert isinstance(early.value, Unavailable)
    papers.react(filed)
    papers.react(accepted)
    assert papers.recorded() == ["document.rendered"] * 2


def test_accepted_again_by_somebody_else_is_printed_again(papers: PaperRoom) -> None:
    filed = papers.filed()
    for envelope in (filed, papers.accepted(filed, "คนแรก ตัวอย่าง"), papers.accepted(filed, "คนใหม่ ตัวอย่าง")):
        papers.react(envelope)
    printed = text_of(papers.whole(filed))
    assert "คนใหม่ตัวอย่าง" in printed
    assert "คนแรกตัวอย่าง" not in printed


def test_a_person_erased_before_the_form_was_printed_leaves_nothing_on_it(papers: PaperRoom) -> None:
    upload = papers.uploaded()
    filed = papers.filed(upload)
    erase(papers.keyring_url, UUID(filed.data["subject_id"]))
    papers.react(filed)
    papers.react(papers.accepted(filed))
    rejected, *_ = papers.facts_of(filed)
    assert isinstance(rejected, AttachmentRejected)
    assert rejected.reason == "erased"
    printed = text_of(papers.whole(filed))
    assert "ลบแล้ว" in printed
    assert [text for text in facts.PERSONAL_TEXTS if text in printed] == []


def test_nothing_personal_in_logs_and_rows(papers: PaperRoom) -> None:
    with log_lines("documents") as lines:
        upload = papers.uploaded("ใจดี 0812345678.jpg")
        papers.upload("สมชาย.exe", b"x")
        filed = papers.filed(upload)
        papers.react(filed)
        papers.react(papers.accepted(filed))
        papers.whole(filed)
        logged = str(lines())
    stored = raw_log(papers.url) + str(rows(papers.url, "SELECT u::text FROM uploads AS u"))
    stored += str(rows(papers.url, "SELECT (filed #- '{data,authority_snapshot}')::text FROM forms"))
    personal = (*facts.PERSONAL_TEXTS, "0812345678")
    assert [text for text in personal if text in stored or text in logged] == []


def test_what_is_refused_is_never_kept(papers: PaperRoom) -> None:
    papers.upload("a.docx", make.with_part(make.word_document(), "word/vbaProject.bin"))
    assert not (papers.vault / "uploads").exists()
