"""Staff of one department open the papers of its petitions alone, whoever had them before."""

from __future__ import annotations

from typing import Any

import pytest

from services.documents.on_department_changed import QUEUE
from shared.contracts.document import AttachmentStored
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionAssigned, PetitionRecategorised, PetitionTransferred
from shared.messaging.inbox import handle_once
from tests.samples.petitions import HEALTH, WORKS
from tests.support.documents import PaperRoom
from tests.support.gateways import change, raised_by, staff

MOVES: dict[type, dict[str, Any]] = {
    PetitionAssigned: {"department": HEALTH},
    PetitionTransferred: {"previous_department": WORKS, "department": HEALTH, "reason": "อยู่ในหน้าที่"},
    PetitionRecategorised: {
        "previous_category": "roads.surface", "category": "waste.bins", "category_label": "ขยะ : ถังขยะ",
        "department": HEALTH,
    },
}  # fmt: skip


def opened(room: PaperRoom, filed: Envelope, department: str | None) -> list[int]:
    """The answers for the form and for the attachment."""
    (stored,) = [fact for fact in room.facts_of(filed) if isinstance(fact, AttachmentStored)]
    addresses = (room.address(filed), f"/api/documents/v1/attachments/{stored.attachment_id}")
    headers = staff("officer", department=department)
    return [room.client.get(address, headers=headers).status_code for address in addresses]


@pytest.mark.parametrize("kind", MOVES)
def test_the_department_that_owns_it_now_opens_form_and_files(open_papers: PaperRoom, kind: type) -> None:
    filed = open_papers.filed(open_papers.uploaded(), number=f"KT10807670000{20 + list(MOVES).index(kind)}")
    open_papers.react(filed)
    assert [opened(open_papers, filed, each) for each in (None, "works", "health")] == [[200] * 2, [200] * 2, [403] * 2]
    open_papers.react(open_papers.told(filed, kind, **MOVES[kind]))
    assert [opened(open_papers, filed, each) for each in (None, "works", "health")] == [[200] * 2, [403] * 2, [200] * 2]


def test_early_twice_and_out_of_order(papers: PaperRoom) -> None:
    filed = papers.filed(papers.uploaded())
    away = papers.told(filed, PetitionTransferred, **MOVES[PetitionTransferred])
    back = papers.told(filed, PetitionAssigned, department=WORKS)
    assert raised_by(papers.react, away) == "NotPrintedYet"
    papers.react(filed)
    papers.react(back)
    papers.react(away)
    assert opened(papers, filed, "works") == [200, 200]
    papers.react(papers.accepted(filed))
    change(papers.url, "DELETE FROM messaging.inbox")
    handle_once(papers.documents.engine, QUEUE, papers.documents.desk.reactions[QUEUE], away)
    assert opened(papers, filed, "works") == [200, 200]
