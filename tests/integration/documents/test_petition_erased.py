"""When a petitioner is erased the files of the petition go, whatever happens beside it; everything else stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import sqlalchemy as sa

from services.documents import on_petition_erased
from services.documents.forms import ErasedMeanwhile
from services.documents.vault.vault import VaultUnavailable
from shared.contracts.envelope import Envelope
from shared.kernel.crashpoints import KILLED
from shared.messaging.puller import Puller
from shared.messaging.reaction import Unavailable
from tests.support import facts
from tests.support.documents import CODE, PaperRoom, documents_settings, paper_room, text_of
from tests.support.gateways import assert_problem, erase, rows, staff
from tests.support.reacting import react_in_child

ANOTHER = "KTU1080767000012"


def kept(papers: PaperRoom) -> set[str]:
    """The keys of everything in the vault."""
    return set(papers.documents.vault.keys())


def attachment(papers: PaperRoom, upload: str, size: str = "") -> Any:
    return papers.client.get(f"/api/documents/v1/attachments/{upload}{size}", headers=staff("clerk"))


def with_files(papers: PaperRoom, **changed: Any) -> tuple[Envelope, str]:
    """A petition with every kind of file: form, form of the acceptance, attachments, preview; and one attachment."""
    upload = papers.uploaded()
    filed = papers.filed(upload, **changed)
    for envelope in (filed, papers.accepted(filed), papers.resolved(filed, papers.uploaded("หลังซ่อม.jpg"))):
        papers.react(envelope)
    assert attachment(papers, upload, "?size=preview").status_code == 200
    return filed, upload


def forget(papers: PaperRoom, filed: Envelope) -> Envelope:
    """The key is destroyed, and the fact comes."""
    erase(papers.keyring_url, UUID(filed.data["subject_id"]))
    erased = papers.erased(filed)
    papers.react(erased)
    return erased


def handled(papers: PaperRoom) -> int:
    queue = on_petition_erased.QUEUE
    return len(rows(papers.url, f"SELECT FROM messaging.inbox WHERE queue = '{queue}'"))


def test_every_file_of_the_petition_goes_and_those_of_others_stay(papers: PaperRoom) -> None:
    waiting = papers.uploaded("ยังไม่ยื่น.jpg")
    with_files(papers, number=ANOTHER)
    others = kept(papers)
    filed, upload = with_files(papers)
    assert len(kept(papers) - others) == 5
    forget(papers, filed)
    assert kept(papers) == others
    assert f"uploads/{waiting}" in others
    assert_problem(attachment(papers, upload), 404)
    assert_problem(attachment(papers, upload, "?size=preview"), 404)


def test_the_petition_keeps_a_form_that_tells_nothing_of_the_person(papers: PaperRoom) -> None:
    filed, _ = with_files(papers)
    forget(papers, filed)
    for printed in (text_of(papers.whole(filed)), text_of(papers.form(filed, **{"X-Tracking-Code": CODE}))):
        assert "ลบแล้ว" in printed
        assert facts.NUMBER in printed
        assert [text for text in facts.PERSONAL_TEXTS if text in printed] == []
    assert kept(papers) == set()


def test_a_petition_without_a_form_has_nothing_to_remove(papers: PaperRoom) -> None:
    forget(papers, papers.filed())
    assert handled(papers) == 1


def test_twice_is_no_error(papers: PaperRoom) -> None:
    filed, _ = with_files(papers)
    erased = forget(papers, filed)
    reaction = papers.documents.desk.reactions[on_petition_erased.QUEUE]
    for _ in range(2):
        papers.react(erased)
        reaction(erased, lambda _: False)  # type: ignore[arg-type]  as when another process was faster
    assert (kept(papers), handled(papers)) == (set(), 1)


def test_what_is_printed_after_the_erasure_has_nothing_personal(papers: PaperRoom) -> None:
    filed = papers.filed(papers.uploaded("หน้าบ้าน.jpg"))
    forget(papers, filed)
    papers.react(filed)
    papers.react(papers.accepted(filed))
    assert read_in_vault(papers) == []


@pytest.mark.parametrize("late", ["filed", "accepted"])
def test_erased_while_a_form_is_printed_it_is_printed_again(
    papers: PaperRoom, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    filed = papers.filed()
    if late == "accepted":
        papers.react(filed)
    envelope = papers.accepted(filed) if late == "accepted" else filed
    put = papers.documents.vault.put

    def put_and_forget(key: str, content: bytes, media_type: str) -> None:
        forget(papers, filed)
        put(key, content, media_type)

    with monkeypatch.context() as patched:
        patched.setattr(papers.documents.vault, "put", put_and_forget)
        with pytest.raises(ErasedMeanwhile):
            papers.react(envelope)
    assert read_in_vault(papers) != []
    papers.react(envelope)
    assert read_in_vault(papers) == []


def test_a_vault_that_is_down_is_waited_for(papers: PaperRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, _ = with_files(papers)

    def down(_: object) -> None:
        raise VaultUnavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(papers.documents.vault, "delete", down)
        with pytest.raises(Unavailable):
            forget(papers, filed)
    assert handled(papers) == 0
    forget(papers, filed)
    assert kept(papers) == set()


def test_dead_in_the_middle_the_rest_goes_the_next_time(documents_url: str, keyring_url: str, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    with paper_room(documents_url, keyring_url, vault) as papers:
        filed, upload = with_files(papers)
        erased = papers.erased(filed)
        erase(keyring_url, UUID(filed.data["subject_id"]))
        settings = documents_settings(documents_url, keyring_url, vault)
        assert react_in_child(on_petition_erased.QUEUE, erased, settings, tmp_path, "documents.removing") == KILLED
        assert f"uploads/{upload}" in kept(papers)
        assert handled(papers) == 0
        papers.react(erased)
        assert (kept(papers), handled(papers)) == (set(), 1)


def test_files_that_a_backup_brings_back_go_when_all_erasures_are_handled_anew(papers: PaperRoom) -> None:
    filed, upload = with_files(papers)
    backup = {key: papers.documents.vault.get(key) for key in kept(papers)}
    forget(papers, filed)
    for key, content in backup.items():
        papers.documents.vault.put(key, content, "")
    queue, engine = on_petition_erased.QUEUE, papers.documents.engine
    with engine.begin() as transaction:
        for table in ("inbox", "checkpoints"):
            transaction.execute(sa.text(f"DELETE FROM messaging.{table} WHERE queue = '{queue}'"))
    puller = Puller(queue, [papers.petitions], engine, papers.documents.desk.reactions[queue])
    puller.step()
    puller.end()
    assert f"uploads/{upload}" in backup
    assert (kept(papers), handled(papers)) == (set(), 1)


def read_in_vault(papers: PaperRoom) -> list[str]:
    """Personal texts on the printed forms in the vault."""
    printed = "".join(text for path in (papers.vault / "forms").rglob("*.pdf") for text in pages_of(path))
    return [text for text in facts.PERSONAL_TEXTS if text in printed]


def pages_of(path: Path) -> list[str]:
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(path)]
