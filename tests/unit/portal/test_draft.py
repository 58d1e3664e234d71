"""A filing that is being written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.portal.drafts.desk import DraftDesk
from services.portal.drafts.draft import (
    MOST_UPLOADS,
    AlreadyFiled,
    Draft,
    Filed,
    StepChanged,
    TooManyUploads,
    Upload,
    filed,
    sent,
    with_step,
    with_upload,
    without_uploads,
)
from services.portal.drafts.memory_drafts import MemoryDrafts
from services.portal.drafts.store import DraftGone
from tests.support.gateways import together

AT = datetime(2024, 7, 8, 10, 56, tzinfo=UTC)
NEW = Draft(authority="kathu", idempotency_key="key")
PETITION = Filed(
    number="KT1080767000011",
    tracking_code="7F3K9Q2",
    filed_at=AT,
    form_url="https://x",
    tracking_url="https://y",
    category="a.b",
)
TYPED = {"subject": "ถนนชำรุด"}


def _upload(upload_id: UUID | None = None) -> Upload:
    return Upload(upload_id=upload_id or uuid4(), filename="รูป.jpg", media_type="image/jpeg", size=9, uploaded_at=AT)


def test_a_step_saves_its_own_fields_only() -> None:
    draft = with_step(NEW, "details", TYPED, seen=0)
    draft = with_step(draft, "place", {"moo": "2"}, seen=0)
    assert draft.step("details").fields == TYPED
    assert draft.step("place").fields == {"moo": "2"}
    assert draft.step("place").revision == 1


def test_another_tab_with_the_same_step_overwrites_nothing() -> None:
    draft = with_step(NEW, "details", TYPED, seen=0)
    with pytest.raises(StepChanged) as refusal:
        with_step(draft, "details", {"subject": "น้ำท่วม"}, seen=0)
    assert refusal.value.newest == draft.step("details")
    assert with_step(draft, "details", {"subject": "น้ำท่วม"}, seen=1).step("details").revision == 2


def test_a_page_that_is_sent_twice_changes_nothing_the_second_time() -> None:
    draft = with_step(NEW, "details", TYPED, seen=0)
    assert with_step(draft, "details", TYPED, seen=0) == draft


def test_files_come_and_go() -> None:
    one, other = _upload(), _upload()
    draft = with_upload(with_upload(NEW, one), other)
    assert draft.uploads == (one, other)
    left = without_uploads(draft, frozenset({one.upload_id}))
    assert without_uploads(left, frozenset({one.upload_id})).uploads == (other,)


def test_there_are_only_so_many_files() -> None:
    draft = NEW
    for _ in range(MOST_UPLOADS):
        draft = with_upload(draft, _upload())
    with pytest.raises(TooManyUploads):
        with_upload(draft, _upload())


def test_everything_that_was_sent_may_have_been_stored() -> None:
    first, second = {"subject": "first"}, {"subject": "second"}
    draft = sent(sent(sent(NEW, first), second), first)
    assert draft.sent == (first, second)


def test_a_filed_draft_keeps_the_answer_and_nothing_that_was_typed() -> None:
    draft = filed(sent(with_upload(with_step(NEW, "details", TYPED, seen=0), _upload()), TYPED), PETITION)
    assert draft == Draft(authority="kathu", idempotency_key="key", filed=PETITION)
    for change in (
        lambda: with_step(draft, "details", {"subject": "x"}, seen=0),
        lambda: with_upload(draft, _upload()),
        lambda: without_uploads(draft, frozenset()),
        lambda: sent(draft, {}),
    ):
        with pytest.raises(AlreadyFiled):
            change()


def test_drafts_survive_being_written_down() -> None:
    desk = DraftDesk(MemoryDrafts())
    secret = desk.begin("kathu")
    expected = desk.change(secret, "kathu", lambda draft: with_upload(with_step(draft, "a", TYPED, 0), _upload()))
    assert desk.read(secret, "kathu") == expected


def test_a_draft_is_for_one_authority() -> None:
    desk = DraftDesk(MemoryDrafts())
    with pytest.raises(DraftGone):
        desk.read(desk.begin("kathu"), "ban")


def test_each_draft_has_an_idempotency_key_of_its_own() -> None:
    desk = DraftDesk(MemoryDrafts())
    keys = {desk.read(desk.begin("kathu"), "kathu").idempotency_key for _ in range(9)}
    assert len(keys) == 9


def test_changes_of_the_same_moment_all_count() -> None:
    desk = DraftDesk(MemoryDrafts())
    secret = desk.begin("kathu")

    def add(number: int) -> Any:
        return desk.change(secret, "kathu", lambda draft: with_step(draft, f"step {number}", TYPED, seen=0))

    together(add, *range(8))
    assert len(desk.read(secret, "kathu").steps) == 8
