"""What is appended is what is read, in order; a stale writer is told both versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Origin, caused_by
from tests.support import facts
from tests.support.logs import LogDatabase


def test_a_fact_comes_back_with_its_envelope(intake: LogDatabase) -> None:
    petition, origin = uuid4(), Origin("staff:1", "kathu", causation_id=uuid4())
    event_id = uuid4()
    fact = facts.accepted(petition)
    position = intake.append(Append(f"petition-{petition}", 0, [fact], origin, [event_id]))
    with intake.application.connect() as connection:
        (envelope,) = intake.log.load(connection, f"petition-{petition}")
    assert (envelope.position, envelope.streamversion, envelope.schemaversion) == (position, 1, 1)
    assert (envelope.id, envelope.type, envelope.subject) == (event_id, "petition.accepted", f"petition-{petition}")
    assert (envelope.source, envelope.service) == ("/khamrong/intake", "intake")
    assert (envelope.actor, envelope.authority) == ("staff:1", "kathu")
    assert (envelope.correlationid, envelope.causationid) == (origin.correlation_id, origin.causation_id)
    assert envelope.time.utcoffset() == UTC.utcoffset(None)
    assert envelope.data == fact.model_dump(mode="json")
    assert intake.reader.read(envelope) == fact


def test_an_envelope_is_the_same_after_travelling_as_json(intake: LogDatabase) -> None:
    intake.append(facts.appending(petition := uuid4(), 0, facts.filed(petition, uuid4())))
    with intake.application.connect() as connection:
        (envelope,) = intake.log.read_after(connection, 0, 10)
    assert type(envelope).model_validate_json(envelope.model_dump_json()) == envelope


def test_an_effect_names_its_cause(intake: LogDatabase) -> None:
    intake.accept(petition := uuid4())
    with intake.application.connect() as connection:
        (cause,) = intake.log.load(connection, f"petition-{petition}")
    origin = caused_by(cause, "system")
    assert (origin.causation_id, origin.correlation_id) == (cause.id, cause.correlationid)
    assert (origin.actor, origin.authority) == ("system", "kathu")


def test_one_append_may_hold_several_streams(intake: LogDatabase) -> None:
    one, other = uuid4(), uuid4()
    intake.accept(one)
    last = intake.append(
        facts.appending(one, 1, facts.accepted(one, "2"), facts.accepted(one, "3")),
        facts.appending(other, 0, facts.accepted(other, "1")),
        facts.appending(one, 3, facts.accepted(one, "4")),
    )
    assert last == 5
    with intake.application.connect() as connection:
        versions = [envelope.streamversion for envelope in intake.log.load(connection, f"petition-{one}")]
        positions = [envelope.position for envelope in intake.log.load(connection, f"petition-{one}", since=1)]
    assert (versions, positions) == ([1, 2, 3, 4], [2, 3, 5])


def test_appending_nothing_changes_nothing(intake: LogDatabase) -> None:
    assert intake.append() == 0
    intake.accept(uuid4())
    assert intake.append() == 1
    assert intake.verdict().broken_at is None


def test_reading_goes_on_after_a_position(intake: LogDatabase) -> None:
    intake.accept(petition := uuid4(), 0, 7)
    intake.append(facts.appending(petition, 7, facts.provided(petition, uuid4())))
    with intake.application.connect() as connection:
        pages = [[e.position for e in intake.log.read_after(connection, after, 3)] for after in (0, 3, 6, 8)]
        provided = intake.log.read_after(connection, 0, 10, ["petition.information_provided", "petition.closed"])
        none = intake.log.read_after(connection, 0, 10, [])
    assert pages == [[1, 2, 3], [4, 5, 6], [7, 8], []]
    assert [envelope.position for envelope in provided] == [8]
    assert none == []
    assert intake.head() == 8


def test_a_stale_writer_is_told_both_versions(intake: LogDatabase) -> None:
    intake.accept(petition := uuid4(), 0, 3)
    with pytest.raises(VersionConflict, match="at version 3, not at the expected 1") as told:
        intake.accept(petition, 1)
    conflict = told.value
    assert (conflict.stream, conflict.expected, conflict.actual) == (f"petition-{petition}", 1, 3)
    with pytest.raises(VersionConflict, match="at version 0, not at the expected 4"):
        intake.accept(uuid4(), 4)
    assert intake.head() == 3


def test_a_conflict_of_one_stream_stores_nothing_of_the_others(intake: LogDatabase) -> None:
    intake.accept(stale := uuid4())
    other = uuid4()
    with pytest.raises(VersionConflict):
        intake.append(
            facts.appending(other, 0, facts.accepted(other)), facts.appending(stale, 0, facts.accepted(stale))
        )
    assert intake.load(other) == []


def test_versions_are_dense_within_an_append_too(intake: LogDatabase) -> None:
    """A hole, a repetition and a wrong order inside one batch are conflicts like any other."""
    petition = uuid4()
    for expected in ((0, 2), (0, 0), (1, 0)):
        appends = [facts.appending(petition, version, facts.accepted(petition)) for version in expected]
        with pytest.raises(VersionConflict):
            intake.append(*appends)
    assert intake.head() == 0


def test_a_fact_is_never_stored_twice(intake: LogDatabase) -> None:
    append = replace(facts.appending(petition := uuid4(), 0, facts.accepted(petition)), event_ids=[uuid4()])
    intake.append(append)
    with pytest.raises(sa.exc.IntegrityError, match="event_id"):
        intake.append(replace(append, stream=f"petition-{uuid4()}"))
    assert intake.positions() == [1]


def test_an_append_may_be_a_transaction_of_its_own(intake: LogDatabase) -> None:
    petition = uuid4()
    sealed = intake.log.seal([facts.appending(petition, 0, facts.accepted(petition))])
    assert intake.log.commit(intake.application, sealed) == 1
    assert intake.load(petition) == [facts.accepted(petition)]
    with pytest.raises(VersionConflict):
        intake.log.commit(intake.application, sealed)
    with intake.application.connect() as connection:
        assert connection.in_transaction() is False
        connection.execute(sa.text("SELECT 1"))
        assert connection.in_transaction(), "the pooled connection went back to transactions"


@pytest.mark.parametrize(
    ("stream", "actor"),
    [("petition 1", "staff"), ("petition-1\nx", "staff"), ("Petition-1", "staff"), ("petition-1", "a\nb")],
)
def test_names_that_could_blur_the_canonical_text_are_refused(intake: LogDatabase, stream: str, actor: str) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        intake.append(Append(stream, 0, [facts.accepted(uuid4())], Origin(actor, "kathu")))


def test_recording_times_never_go_back(intake: LogDatabase) -> None:
    intake.accept(petition := uuid4())
    with intake.owner.begin() as transaction:
        transaction.execute(sa.text("UPDATE eventlog.head SET recorded_at = recorded_at + interval '1 hour'"))
    intake.accept(petition, 1, 2)
    with intake.application.connect() as connection:
        times = [envelope.time for envelope in intake.log.read_after(connection, 0, 10)]
    assert times == sorted(times)
    assert (times[1] - times[0]).total_seconds() == 3600, "a clock that was set back waits for its old time"
