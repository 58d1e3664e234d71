"""Uploads over HTTP: what is taken, what is refused and how that is told, and what becomes of the unclaimed."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest

from services.documents.housekeeping import keep_house
from services.documents.vault.vault import VaultUnavailable
from shared.kernel import clock
from tests.samples import uploads as make
from tests.support.documents import UPLOADS, PaperRoom, paper_room
from tests.support.gateways import assert_problem, fields_of, rows
from tests.support.waiting import eventually

MOST = 5 * 1024 * 1024
DAY = timedelta(hours=24)
ACCEPTED = {
    "ภาพ.jpg": ("image/jpeg", make.picture("JPEG")),
    "ภาพ.JPEG": ("image/jpeg", make.picture("JPEG")),
    "a.png": ("image/png", make.picture("PNG")),
    "a.pdf": ("application/pdf", make.pdf()),
    "a.doc": ("application/msword", make.old_word_document()),
    "a.docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", make.word_document()),
    "a.xls": ("application/vnd.ms-excel", make.old_workbook()),
    "a.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", make.workbook()),
}
REFUSED = {
    "wrong_type": ("a.exe", b"MZ", 415),
    "not_what_it_says": ("a.pdf", make.picture("JPEG"), 415),
    "damaged": ("a.jpg", make.picture("JPEG")[:300], 415),
    "empty": ("a.pdf", b"", 422),
    "macros": ("a.docx", make.with_part(make.word_document(), "word/vbaProject.bin"), 422),
    "active_content": ("a.pdf", make.pdf(pikepdf.Dictionary(OpenAction=make.action("JavaScript", JS="x"))), 422),
    "too_large": ("a.pdf", b"%PDF-1.7\n" + b"x" * MOST, 413),
}


def padded_pdf(size: int) -> bytes:
    """A right PDF of exactly that many octets."""
    content = make.pdf()
    return content + b"\n" * (size - len(content))


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_accepted_type(open_papers: PaperRoom, name: str) -> None:
    media_type, content = ACCEPTED[name]
    answer = open_papers.upload(name, content)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    kept = (open_papers.vault / "uploads" / told["upload_id"]).read_bytes()
    assert (told["filename"], told["media_type"]) == (name.replace("JPEG", "jpeg"), media_type)
    assert (told["size"], told["sha256"]) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert kept == content or media_type.startswith("image/")


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused_says_why_in_thai(open_papers: PaperRoom, code: str) -> None:
    name, content, status = REFUSED[code]
    problem = assert_problem(open_papers.upload(name, content), status)
    assert problem["type"] == f"urn:khamrong:upload:{code}"
    assert fields_of(problem) == {"file"}
    assert re.search("[ก-๙]", problem["detail"])


def test_exactly_5_mb_passes_and_one_octet_more_does_not(open_papers: PaperRoom) -> None:
    assert open_papers.upload("a.pdf", padded_pdf(MOST)).json()["size"] == MOST
    assert_problem(open_papers.upload("a.pdf", padded_pdf(MOST + 1)), 413)


def test_a_body_far_too_large_is_refused_announced_or_not(open_papers: PaperRoom) -> None:
    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    announced = multipart | {"Content-Length": str(64 * 1024 * 1024)}
    assert_problem(open_papers.client.post(UPLOADS, content=b"--b", headers=announced), 413)
    start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = iter([start, *[b"x" * 1024 * 1024] * 6])
    assert_problem(open_papers.client.post(UPLOADS, content=body, headers=multipart), 413)


@pytest.mark.parametrize("files", [None, {"other": ("a.pdf", b"x")}])
def test_a_request_without_a_file_says_so(open_papers: PaperRoom, files: dict[str, tuple[str, bytes]] | None) -> None:
    assert fields_of(assert_problem(open_papers.client.post(UPLOADS, files=files), 422)) == {"file"}


def test_names_are_made_harmless(open_papers: PaperRoom) -> None:
    answer = open_papers.upload("../../etc/แผนที่\u202efdp.pdf", make.pdf())
    assert answer.json()["filename"] == "แผนที่ fdp.pdf"


def test_a_vault_that_is_down_is_503_and_the_row_is_swept(papers: PaperRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise VaultUnavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(papers.documents.vault, "put", down)
        answer = papers.upload()
    assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert papers.documents.uploads.sweep(timedelta(0)) == 1
    assert rows(papers.url, "SELECT * FROM uploads") == []


def test_a_scanner_that_is_down_lets_nothing_pass(documents_url: str, keyring_url: str, tmp_path: Path) -> None:
    with paper_room(documents_url, keyring_url, tmp_path, clamd="127.0.0.1:9") as papers:
        assert_problem(papers.upload(), 503)
        ready = papers.client.get("/health/ready")
    assert (ready.status_code, ready.json()["down"]) == (503, ["malware scanner"])
    assert rows(documents_url, "SELECT * FROM uploads") == []


def test_only_old_uploads_that_nobody_claimed_are_swept(papers: PaperRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(hours=25))
    claimed, old = papers.uploaded(), papers.uploaded()
    monkeypatch.setattr(clock, "now", lambda: now)
    new = papers.uploaded()
    papers.react(papers.filed(claimed))
    assert papers.documents.uploads.sweep(DAY) == 1
    assert papers.documents.uploads.sweep(DAY) == 0
    assert {str(row[0]) for row in rows(papers.url, "SELECT upload_id FROM uploads")} == {claimed, new}
    kept = {path.name for path in (papers.vault / "uploads").iterdir()}
    assert kept == {claimed, new}
    assert old not in kept


def test_a_sweep_that_was_cut_off_is_finished_by_the_next(papers: PaperRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vault goes away in the middle: no file is left without its row, and no petition can claim what is going."""
    upload = papers.uploaded()

    def down(_: str) -> None:
        raise VaultUnavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(papers.documents.vault, "delete", down)
        with pytest.raises(VaultUnavailable):
            papers.documents.uploads.sweep(timedelta(0))
    assert rows(papers.url, "SELECT upload_id FROM uploads") == [(UUID(upload),)]
    papers.react(papers.filed(upload))
    assert papers.recorded() == ["attachment.rejected", "document.rendered"]
    assert papers.documents.uploads.sweep(timedelta(0)) == 1
    assert list((papers.vault / "uploads").iterdir()) == rows(papers.url, "SELECT * FROM uploads") == []


def test_housekeeping_sweeps_until_it_is_stopped(documents_url: str, keyring_url: str, tmp_path: Path) -> None:
    with paper_room(documents_url, keyring_url, tmp_path, upload_hours=0) as papers:
        papers.uploaded()
        stop = threading.Event()
        house = threading.Thread(target=keep_house, args=(papers.documents, stop, 0.01))
        house.start()
        eventually(lambda: rows(papers.url, "SELECT * FROM uploads") == [])
        stop.set()
        house.join(10)
        assert not house.is_alive()
