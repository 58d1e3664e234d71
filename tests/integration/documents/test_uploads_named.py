"""Uploads that later facts name become attachments once, whoever names them and whatever dies beside it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.documents import on_uploads_named
from services.documents.forms import NotPrintedYet
from shared.contracts.document import AttachmentRejected, AttachmentStored
from shared.contracts.envelope import Envelope
from shared.contracts.petition import InformationProvided
from shared.kernel.crashpoints import KILLED
from shared.messaging.reaction import Unavailable
from tests.samples import uploads as make
from tests.support import facts
from tests.support.documents import PaperRoom, documents_settings, paper_room, text_of
from tests.support.gateways import erase, raised_by, raw_log, rows, together
from tests.support.notification import petition_log
from tests.support.reacting import react_in_child


@pytest.fixture
def filed(papers: PaperRoom) -> Envelope:
    """A petition whose form is printed."""
    envelope = papers.filed()
    papers.react(envelope)
    return envelope


def stored(papers: PaperRoom, filed: Envelope) -> list[AttachmentStored]:
    return [fact for fact in papers.facts_of(filed) if isinstance(fact, AttachmentStored)]


def rejected(papers: PaperRoom, filed: Envelope) -> list[tuple[str, str]]:
    told = papers.facts_of(filed)
    return [(str(fact.attachment_id), fact.reason) for fact in told if isinstance(fact, AttachmentRejected)]


def test_photos_of_a_resolution_are_public_and_other_files_are_not(papers: PaperRoom, filed: Envelope) -> None:
    photo, report = papers.uploaded("หลังซ่อม.jpg"), papers.uploaded("รายงาน.docx", make.word_document())
    papers.react(papers.resolved(filed, photo, report))
    told = [(str(each.attachment_id), each.filename, each.origin, each.public) for each in stored(papers, filed)]
    assert told == [(photo, "หลังซ่อม.jpg", "staff", True), (report, "รายงาน.docx", "staff", False)]
    assert {each.subject_id for each in stored(papers, filed)} == {UUID(filed.data["subject_id"])}
    assert {each.number for each in stored(papers, filed)} == {filed.data["number"]}


@pytest.mark.parametrize(("visibility", "public"), [("public", True), ("internal", False)])
def test_photos_of_a_note_are_as_public_as_the_note(
    papers: PaperRoom, filed: Envelope, visibility: str, public: bool
) -> None:
    papers.react(papers.noted(filed, papers.uploaded(), visibility=visibility))
    (photo,) = stored(papers, filed)
    assert (photo.origin, photo.public) == ("staff", public)


def test_what_the_petitioner_adds_is_theirs_and_not_public(papers: PaperRoom, filed: Envelope) -> None:
    papers.react(papers.told(filed, InformationProvided, text="แนบภาพแล้ว", uploads=(papers.uploaded("เพิ่ม.jpg"),)))
    (photo,) = stored(papers, filed)
    assert (photo.origin, photo.public) == ("petitioner", False)


def test_the_form_lists_what_the_petitioner_gave_and_not_the_photos_of_staff(papers: PaperRoom) -> None:
    filed = papers.filed(papers.uploaded("ก่อน.jpg"))
    papers.react(filed)
    papers.react(papers.told(filed, InformationProvided, text="แนบภาพแล้ว", uploads=(papers.uploaded("เพิ่ม.jpg"),)))
    papers.react(papers.noted(filed, papers.uploaded("สำรวจ.jpg")))
    papers.react(papers.accepted(filed))
    printed = text_of(papers.whole(filed))
    assert ("ก่อน.jpg" in printed, "เพิ่ม.jpg" in printed, "สำรวจ.jpg" in printed) == (True, True, False)


def test_what_is_unknown_or_has_an_owner_is_rejected(papers: PaperRoom, filed: Envelope) -> None:
    taken, unknown = papers.uploaded(), str(uuid4())
    papers.react(papers.filed(taken, number="KTU1080767000012"))
    papers.react(papers.resolved(filed, taken, unknown, "upload-1"))
    assert rejected(papers, filed) == [(taken, "unknown_or_claimed"), (unknown, "unknown_or_claimed")]


def test_an_own_photo_is_not_published_by_naming_it_again(papers: PaperRoom) -> None:
    own = papers.uploaded()
    filed = papers.filed(own)
    papers.react(filed)
    papers.react(papers.resolved(filed, own))
    assert [each.public for each in stored(papers, filed)] == [False]
    assert rejected(papers, filed) == [(own, "unknown_or_claimed")]


def test_late_an_upload_that_was_swept_is_rejected(papers: PaperRoom, filed: Envelope) -> None:
    upload = papers.uploaded()
    papers.documents.uploads.sweep(timedelta(0))
    papers.react(papers.resolved(filed, upload))
    assert rejected(papers, filed) == [(upload, "unknown_or_claimed")]


def test_twice_and_at_once_is_one_attachment(papers: PaperRoom, filed: Envelope) -> None:
    resolved = papers.resolved(filed, papers.uploaded())
    assert set(together(lambda _: raised_by(papers.react, resolved), *range(4))) == {""}
    papers.react(resolved)
    assert papers.recorded() == ["document.rendered", "attachment.stored"]


def test_facts_about_one_petition_at_once_wait_for_each_other(papers: PaperRoom, filed: Envelope) -> None:
    told = [papers.noted(filed, papers.uploaded(f"{n}.jpg")) for n in range(3)] + [papers.accepted(filed)]
    assert set(together(lambda envelope: raised_by(papers.react, envelope), *told)) == {""}
    assert sorted(papers.recorded()) == ["attachment.stored"] * 3 + ["document.rendered"] * 2


def test_one_upload_named_by_two_facts_has_one_owner(papers: PaperRoom, filed: Envelope) -> None:
    upload = papers.uploaded()
    both = [papers.noted(filed, upload), papers.resolved(filed, upload)]
    assert set(together(lambda envelope: raised_by(papers.react, envelope), *both)) == {""}
    assert sorted(papers.recorded()) == ["attachment.rejected", "attachment.stored", "document.rendered"]


def test_before_the_filing_was_handled_it_is_tried_until_it_was(papers: PaperRoom) -> None:
    """Never parked: the filing may wait long for a vault that is down."""
    filed = papers.filed()
    resolved = papers.resolved(filed, papers.uploaded())
    with pytest.raises(NotPrintedYet) as early:
        papers.react(resolved)
    assert isinstance(early.value, Unavailable)
    assert papers.recorded() == []
    papers.react(filed)
    papers.react(resolved)
    assert papers.recorded() == ["document.rendered", "attachment.stored"]


def test_a_fact_without_uploads_waits_for_nothing(papers: PaperRoom) -> None:
    papers.react(papers.resolved(papers.filed()))
    assert papers.recorded() == []


def test_after_erasure_nothing_more_is_kept(papers: PaperRoom, filed: Envelope) -> None:
    erase(papers.keyring_url, UUID(filed.data["subject_id"]))
    upload = papers.uploaded()
    papers.react(papers.resolved(filed, upload))
    assert rejected(papers, filed) == [(upload, "erased")]
    assert rows(papers.url, "SELECT claimed_by FROM uploads") == [(None,)]


def test_dead_in_the_middle_it_had_not_begun(documents_url: str, keyring_url: str, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    settings = documents_settings(documents_url, keyring_url, vault)
    with paper_room(documents_url, keyring_url, vault) as papers, petition_log(keyring_url):
        filed = papers.filed()
        papers.react(filed)
        resolved = papers.resolved(filed, papers.uploaded())
        died = react_in_child(on_uploads_named.QUEUE, resolved, settings, tmp_path, crash_at="documents.attached")
        assert died == KILLED
        assert papers.recorded() == ["document.rendered"]
        papers.react(resolved)
        assert papers.recorded() == ["document.rendered", "attachment.stored"]


def test_nothing_personal_is_stored_in_clear(papers: PaperRoom, filed: Envelope) -> None:
    papers.react(papers.resolved(filed, papers.uploaded("บ้านนายสมชาย ใจดี.jpg")))
    kept = raw_log(papers.url) + str(rows(papers.url, "SELECT u::text FROM uploads AS u"))
    assert [text for text in (*facts.PERSONAL_TEXTS, "บ้านนาย") if text in kept] == []
