"""The read models of survey: what each fact changes; nothing personal in clear."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from services.survey.projections import authority, petition, summary
from services.survey.projections.petition import TABLE, resolution_of
from services.survey.queries import figures
from shared.contracts import petition as facts
from shared.contracts.fact import Fact
from shared.contracts.petition_states import PetitionState
from shared.contracts.survey import SurveyAnswered
from shared.eventlog.upcasting import TooNew
from shared.kernel import ids
from shared.projecting.projection import Row, column_names, fold, keyed
from shared.projecting.sealed import opened
from tests.samples.petitions import NOW
from tests.support.feeds import EPOCH, Logs
from tests.support.tracking import case, configure, history_of, tell

RESOLVED = {"outcome": "solved", "public_note": "ซ่อมเรียบร้อย"}


def row_after(logs: Logs, *story: Fact) -> Row:
    """The row of a petition with this story."""
    one = case()
    told = tell(
        logs, one, [("intake", one.filed()), *(("intake", fact.model_copy(update=one.known)) for fact in story)]
    )
    (row,) = fold(petition, {}, keyed(petition, told)).values()
    return row


def of(kind: type[Fact], **told: object) -> Fact:
    """A fact about some petition."""
    return case().fact(kind, **told)


def test_ends_are_counted_and_found_by_their_facts() -> None:
    logs = Logs()
    row = row_after(
        logs, of(facts.PetitionRejected, reason="นอกเขต"), of(facts.PetitionReopened, reason="พบใหม่"),
        of(facts.PetitionResolved, **RESOLVED), of(facts.PetitionClosed),
    )  # fmt: skip
    told = {each.type: each for each in logs.envelopes}
    assert (row["state"], row["ended_at"]) == ("closed", told["petition.resolved"].time)
    assert resolution_of(row, told["petition.rejected"].id) == 1
    assert resolution_of(row, told["petition.resolved"].id) == 2
    assert resolution_of(row, told["petition.closed"].id) is None
    assert row["ended_at"] > EPOCH


def test_a_reopened_petition_has_not_ended() -> None:
    row = row_after(Logs(), of(facts.PetitionResolved, **RESOLVED), of(facts.PetitionReopened, reason="พบใหม่"))
    assert (row["state"], row["ended_at"], len(row["resolutions"])) == ("reopened", None, 1)


def test_a_merge_is_reversible() -> None:
    row = row_after(
        Logs(),
        of(facts.PetitionMerged, into_petition_id=ids.new_id(), into_number="KT1"),
        of(facts.PetitionUnmerged, restored_status=PetitionState.FILED, reason="คนละเรื่อง"),
    )
    assert row["state"] == "filed"


def test_a_row_has_every_column_and_only_ciphertext_of_the_person() -> None:
    logs = Logs()
    row = row_after(logs)
    assert tuple(row) == column_names(TABLE)
    text = orjson.dumps(row).decode()
    assert [word for word in ("สมชาย", "812345678", "6D0M5B", "/t/") if word in text] == []
    (clear,) = opened(logs.sealer, [row["sealed"]])
    assert clear["petitioner"]["phone"] == "+66812345678"


def test_facts_that_move_nothing_change_no_row() -> None:
    logs, one = Logs(), case()
    told = tell(logs, one, history_of(one))
    moving = {each.type for each in told if petition.key(each)}
    assert moving == {"petition.filed", "petition.accepted", "petition.started", "petition.resolved", "petition.closed"}
    assert petition.key(configure(logs)[0]) is None


def test_the_last_settings_of_an_authority_count() -> None:
    (envelope,) = configure(Logs())
    assert authority.apply(None, envelope) == {
        "code": "kathu", "invite": True, "reopen_days": 14,
        "sms": {"include_link": True, "link_base": "kathu.go.th", "sender": "KATHU"},
    }  # fmt: skip


def test_figures_are_counted_by_authority_and_year_of_answering() -> None:
    logs = Logs()
    for rating, year in ((5, 2567), (2, 2567), (1, 2568)):
        fact = SurveyAnswered.model_validate({
            "answer_id": ids.new_id(), "authority": "kathu", "rating": rating, "subject_id": ids.new_id(),
            "answered_at": NOW, "fiscal_year": year,
        })  # fmt: skip
        logs.feeds["survey"].append(f"answer-{fact.answer_id}", fact)
    rows = fold(summary, {}, keyed(summary, logs.envelopes))
    assert {key: figures(row)["mean_rating"] for key, row in rows.items()} == {"kathu/2567": 3.5, "kathu/2568": 1.0}
    assert {figures(row)["share_solved"] for row in rows.values()} == {None}


@pytest.mark.parametrize("projection", [petition, authority, summary])
def test_facts_of_a_later_version_stop_the_projection(projection: Any) -> None:
    logs, one = Logs(), case()
    told = [*configure(logs), *tell(logs, one, history_of(one))]
    envelope = next(each for each in told if projection.key(each))
    with pytest.raises(TooNew):
        projection.apply(None, envelope.model_copy(update={"schemaversion": 99}))
