"""What notification knows of petitions and authorities is the fold of intake's facts, and nothing of it in clear."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from services.notification.projections import authority, petition
from services.notification.status_texts import EVENTS
from shared.contracts import petition as facts
from shared.contracts.authority import TextSettings
from shared.contracts.fact import Fact
from shared.contracts.petition_deadlines import InformationExpired
from shared.contracts.petition_states import STATE_AFTER
from shared.contracts.registry import FACTS
from shared.messaging.topology import SUBSCRIPTIONS
from shared.projecting.projection import Key, Row, column_names, fold, keyed
from tests.samples.petitions import AUTHORITIES, HEALTH, NOW, OFFICER, WORKS
from tests.support.facts import PERSONAL_TEXTS
from tests.support.feeds import Logs
from tests.support.tracking import case


def row_after(*kinds: tuple[type[Fact], dict[str, Any]]) -> Row:
    logs, one = Logs(), case()
    logs.tell("intake", one.petition_id, one.filed(), *(one.fact(kind, **told) for kind, told in kinds))
    rows: dict[Key, Row] = fold(petition, {}, keyed(petition, logs.envelopes))
    assert rows.keys() == {one.petition_id}
    (row,) = rows.values()
    return row


def ways(row: Row) -> list[str]:
    return [kind.removeprefix("petition.") for kind, _ in row["moves"]]


def test_a_filing_is_known_by_number_and_department_and_its_petitioner_under_seal_alone() -> None:
    row = row_after()
    assert row.keys() == set(column_names(petition.TABLE))
    assert (row["number"], row["department"], row["department_name"]) == ("KT1080767000001", "works", "กองช่าง")
    assert row["sealed"]["data"].keys() == {"petitioner", "tracking_code"}
    told = json.dumps(row, default=str, ensure_ascii=False)
    assert [text for text in PERSONAL_TEXTS if text in told] == []


def test_where_it_went_is_kept_in_order_with_what_answers_a_question() -> None:
    row = row_after(
        (facts.PetitionAccepted, {"officer": OFFICER}),
        (facts.PetitionAssigned, {"department": HEALTH}),
        (facts.InformationRequested, {"question": "ขอภาพถ่าย"}),
        (facts.InformationProvided, {"text": "แนบแล้ว"}),
        (InformationExpired, {"asked_at": NOW}),
        (facts.NoteAdded, {"visibility": "internal", "text": "โทรแล้ว"}),
    )
    went = ["filed", "accepted", "information_requested", "information_provided", "information_expired"]
    assert (ways(row), row["department"]) == (went, "health")


def test_a_merge_that_was_a_mistake_leaves_no_trace() -> None:
    into = {"into_petition_id": UUID(int=1), "into_number": "KT1080767000009"}
    merged = (facts.PetitionAccepted, {"officer": OFFICER}), (facts.PetitionMerged, into)
    assert ways(row_after(*merged)) == ["filed", "accepted", "merged"]
    unmerged = (facts.PetitionUnmerged, {"restored_status": "accepted", "reason": "คนละเรื่อง"})
    assert ways(row_after(*merged, unmerged)) == ["filed", "accepted"]


def test_the_last_owner_counts() -> None:
    moved = {"previous_department": WORKS, "department": HEALTH, "reason": "อยู่ในหน้าที่"}
    row = row_after((facts.PetitionTransferred, moved), (facts.PetitionAssigned, {"department": WORKS}))
    assert (row["department"], row["department_name"]) == ("works", "กองช่าง")


def test_of_an_authority_the_last_profile_counts_and_an_old_one_has_the_usual_hours() -> None:
    logs, profile = Logs(), AUTHORITIES["kathu"]
    logs.feeds["intake"].append("authority-kathu", AUTHORITIES["kathu"], profile.model_copy(update={"phone": "1132"}))
    first, last = logs.envelopes
    row = authority.apply(None, last)
    assert (row["code"], row["phone"], row["phones"], row["invites"]) == ("kathu", "1132", {}, True)
    assert TextSettings.model_validate(row["texts"]) == profile.settings.texts
    old = {name: value for name, value in first.data["settings"].items() if name != "texts"}
    before = first.model_copy(update={"data": first.data | {"settings": old}})
    assert TextSettings.model_validate(authority.apply(None, before)["texts"]) == TextSettings()


def test_what_is_texted_about_is_delivered_and_moves_the_petition() -> None:
    assert set(SUBSCRIPTIONS["notification.petition_status"]) == EVENTS.keys() <= FACTS.keys()
    assert EVENTS.keys() - STATE_AFTER.keys() == {"petition.information_reminded"}
