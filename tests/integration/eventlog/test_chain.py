"""Whatever a superuser does to stored facts, verifying names the first bad position and what was done there."""

from __future__ import annotations

import hashlib
import tracemalloc
from typing import Final
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.eventlog import chain
from shared.eventlog.chain import verify
from shared.eventlog.log import Append, Origin
from tests.support import facts
from tests.support.logs import LogDatabase

COUNT: Final = 8
DISPLACED: Final = "inserted, moved, or altered with what follows"
SHIFT_UP: Final = (
    "UPDATE eventlog.facts SET position = position + 1000 WHERE position >= {0}",
    "UPDATE eventlog.facts SET position = position - 999 WHERE position >= 1000",
)
SHIFT_DOWN: Final = (
    "UPDATE eventlog.facts SET position = position + 1000 WHERE position >= {0}",
    "UPDATE eventlog.facts SET position = position - 1001 WHERE position >= 1000",
)
COPY: Final = (
    "INSERT INTO eventlog.facts SELECT {0}, gen_random_uuid(), stream || '-copy', version, type, schema_version,"
    " recorded_at, actor, authority, correlation_id, causation_id, data, hash FROM eventlog.facts WHERE position = 2"
)
RIGHT_SUM: Final = (
    "UPDATE eventlog.facts AS f SET hash = sha256(h.hash || convert_to(eventlog.canonical(f.position, event_id, stream,"
    " version, type, schema_version, f.recorded_at, actor, authority, correlation_id, causation_id, data), 'UTF8'))"
    " FROM eventlog.head AS h WHERE f.position = {0}"
)
CHANGES: Final = {
    "data": "data = jsonb_set(data, '{public_note}', '\"รับเรื่องแล้วๆ\"')",
    "one-key-less": "data = data - 'number'",
    "event-id": "event_id = gen_random_uuid()",
    "stream": "stream = stream || 'x'",
    "version": "version = version + 1000",
    "type": "type = 'petition.rejected'",
    "schema-version": "schema_version = 2",
    "time": "recorded_at = recorded_at + interval '1 microsecond'",
    "actor": "actor = 'staff:2'",
    "authority": "authority = 'kathuu'",
    "correlation": "correlation_id = gen_random_uuid()",
    "causation": "causation_id = gen_random_uuid()",
    "sum": "hash = sha256('forged')",
    "one-bit-of-the-sum": "hash = set_bit(hash, 5, 1 - get_bit(hash, 5))",
}


@pytest.fixture
def stored(intake: LogDatabase) -> LogDatabase:
    """A log with COUNT facts."""
    intake.accept(petition := uuid4(), 0, 3)
    intake.append(facts.appending(petition, 3, facts.filed(petition, uuid4()), facts.accepted(petition)))
    intake.accept(uuid4(), 0, 3)
    assert intake.head() == COUNT
    return intake


def _found(database: LogDatabase) -> tuple[int | None, str]:
    verdict = database.verdict()
    return verdict.broken_at, verdict.what


def test_an_untouched_log_holds(stored: LogDatabase) -> None:
    verdict = stored.verdict()
    with stored.application.connect() as connection:
        head = connection.execute(sa.text("SELECT hash FROM eventlog.head")).scalar_one()
    assert (verdict.facts, verdict.head, verdict.broken_at, verdict.what) == (COUNT, head, None, "")


def test_an_empty_log_holds(intake: LogDatabase) -> None:
    verdict = intake.verdict()
    assert (verdict.facts, verdict.head, verdict.broken_at) == (0, chain.GENESIS, None)


@pytest.mark.parametrize("position", [1, 4, COUNT], ids=["first", "middle", "last"])
def test_an_altered_fact_is_named_whichever_column_it_was(stored: LogDatabase, position: int) -> None:
    stored.tamper(["CREATE TABLE eventlog.untouched AS TABLE eventlog.facts"])
    for column, change in CHANGES.items():
        stored.tamper([f"UPDATE eventlog.facts SET {change} WHERE position = {position}"])
        assert _found(stored) == (position, "altered"), column
        stored.tamper(["TRUNCATE eventlog.facts", "INSERT INTO eventlog.facts TABLE eventlog.untouched"])
    assert _found(stored) == (None, "")
    stored.tamper(["DROP TABLE eventlog.untouched"])


def test_the_first_of_several_is_named(stored: LogDatabase) -> None:
    stored.tamper(["UPDATE eventlog.facts SET actor = 'x' WHERE position IN (3, 4, 7)"])
    assert _found(stored) == (3, DISPLACED)


@pytest.mark.parametrize(("removed", "what"), [
    ("1", "removed"), ("4", "removed"), ("3, 4", "removed"),
    ("8", "removed from the end"), ("7, 8", "removed from the end"),
    ("1, 2, 3, 4, 5, 6, 7, 8", "removed from the end"),
])  # fmt: skip
def test_a_removed_fact_is_named(stored: LogDatabase, removed: str, what: str) -> None:
    stored.tamper([f"DELETE FROM eventlog.facts WHERE position IN ({removed})"])
    assert _found(stored) == (int(removed.split(",")[0]), what)


def test_a_removed_fact_is_named_when_the_rest_moved_up(stored: LogDatabase) -> None:
    close_the_gap = [statement.format(4) for statement in SHIFT_DOWN]
    stored.tamper(["DELETE FROM eventlog.facts WHERE position = 4", *close_the_gap])
    assert _found(stored) == (4, DISPLACED)


@pytest.mark.parametrize("position", [1, 5, COUNT + 1])
def test_an_inserted_fact_is_named(stored: LogDatabase, position: int) -> None:
    make_room = [statement.format(position) for statement in SHIFT_UP]
    stored.tamper([*make_room, COPY.format(position)])
    assert _found(stored) == (position, DISPLACED)


def test_an_added_fact_with_a_right_sum_is_told_by_the_head(stored: LogDatabase) -> None:
    stored.tamper([COPY.format(COUNT + 1), RIGHT_SUM.format(COUNT + 1)])
    assert _found(stored) == (COUNT + 1, "added at the end, or the head was altered")


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 4), (2, 7), (7, 8)])
def test_swapped_facts_are_named(stored: LogDatabase, one: int, other: int) -> None:
    stored.tamper([
        f"UPDATE eventlog.facts SET position = 1000 WHERE position = {one}",
        f"UPDATE eventlog.facts SET position = {one} WHERE position = {other}",
        f"UPDATE eventlog.facts SET position = {other} WHERE position = 1000",
    ])  # fmt: skip
    assert _found(stored) == (one, DISPLACED)


@pytest.mark.parametrize(("statement", "broken_at", "what"), [
    ("UPDATE eventlog.head SET hash = sha256('forged')", 8, "the head was altered, or the end with all its sums"),
    ("UPDATE eventlog.head SET position = 9", 9, "removed from the end"),
    ("UPDATE eventlog.head SET position = 6", 7, "added at the end, or the head was altered"),
    ("DELETE FROM eventlog.head", 8, "the head row was removed"),
])  # fmt: skip
def test_an_altered_head_is_named(stored: LogDatabase, statement: str, broken_at: int, what: str) -> None:
    stored.tamper([statement])
    assert _found(stored) == (broken_at, what)


def test_a_log_rewritten_with_all_its_sums_and_its_head_is_told_by_a_head_kept_elsewhere(stored: LogDatabase) -> None:
    """The chain alone cannot tell: that is why heads are published outside the database."""
    published = stored.verdict()
    stored.tamper([
        "DELETE FROM eventlog.facts WHERE position = 8",
        "UPDATE eventlog.head SET (position, hash) = (SELECT position, hash FROM eventlog.facts WHERE position = 7)",
    ])  # fmt: skip
    found = stored.verdict()
    assert found.broken_at is None
    assert (found.facts, found.head) != (published.facts, published.head)


def test_verifying_reads_the_log_in_one_snapshot_and_in_constant_memory(intake: LogDatabase) -> None:
    petition = uuid4()
    for version in range(0, 12_000, 1_000):
        intake.append(facts.appending(petition, version, *[facts.accepted(petition, "ซ่อมแล้ว " * 50)] * 1_000))
    reached: list[int] = []
    queries = sa.text("SELECT query FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
                      " AND datname = current_database()")  # fmt: skip

    def progress(position: int) -> None:
        reached.append(position)
        with intake.owner.connect() as connection:
            running = list(connection.execute(queries).scalars())
        assert any(query.startswith("COPY") for query in running), running
        intake.accept(uuid4())

    tracemalloc.start()
    try:
        with intake.application.connect() as connection:
            verdict = verify(connection, progress)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reached == [5_000, 10_000]
    assert (verdict.facts, verdict.broken_at) == (12_000, None)
    assert peak < 15_000_000, "less than the texts of the 12,000 facts together (22 MB)"


def test_verifying_leaves_the_connection_as_it_was(stored: LogDatabase) -> None:
    with stored.application.connect() as connection:
        assert verify(connection).broken_at is None
        during = connection.execute(sa.text("SHOW statement_timeout")).scalar()
    assert during == "0", "services' statements end after 30 seconds; the log of years takes longer"
    assert _settings_of_a_connection(stored) == ("read committed", "30s")


def test_a_bad_position_ends_the_reading(intake: LogDatabase) -> None:
    """At once, however much follows, and the connection serves again."""
    petition = uuid4()
    intake.append(facts.appending(petition, 0, *[facts.accepted(petition, "ซ่อมแล้ว " * 100)] * 3_000))
    intake.tamper(["UPDATE eventlog.facts SET actor = 'x' WHERE position = 2"])
    assert _found(intake) == (2, "altered")
    assert _settings_of_a_connection(intake) == ("read committed", "30s")
    assert _found(intake) == (2, "altered")


def _settings_of_a_connection(database: LogDatabase) -> tuple[str, str]:
    with database.application.connect() as connection:
        level = connection.execute(sa.text("SHOW transaction_isolation")).scalar_one()
        return level, connection.execute(sa.text("SHOW statement_timeout")).scalar_one()


def test_the_canonical_text_is_spelled_the_same_in_both_places(stored: LogDatabase) -> None:
    petition = uuid4()
    origin = Origin("a b", "k", uuid4(), uuid4())
    nasty = 'บรรทัด\n"ใหม่" \\ \t \u2028 {"$enc": 1} ✓ 😀 \x7f'
    stored.append(Append(f"petition-{petition}", 0, [facts.accepted(petition, nasty)], origin))
    spelled = sa.text(
        "SELECT position, convert_to(eventlog.canonical(position, event_id, stream, version, type, schema_version,"
        " recorded_at, actor, authority, correlation_id, causation_id, data), 'UTF8'), hash"
        " FROM eventlog.facts ORDER BY position"
    )
    with stored.application.connect() as connection:
        stored_links = list(chain.links(connection))
        connection.execute(sa.text("SET timezone = 'Asia/Bangkok'"))
        connection.execute(sa.text("SET datestyle = 'German'"))
        connection.execute(sa.text("SET extra_float_digits = -10"))
        assert [tuple(row) for row in connection.execute(spelled)] == stored_links
        assert list(chain.links(connection)) == stored_links
    assert len(stored_links) == COUNT + 1


def test_the_canonical_text_is_what_is_documented(intake: LogDatabase) -> None:
    """Computed here without the database: a change would break the chain of every log there is."""
    origin = Origin("staff:1", "kathu")
    intake.append(Append("petition-1", 0, [facts.provided(uuid4(), uuid4())], origin))
    with intake.application.connect() as connection:
        (envelope,) = intake.log.read_after(connection, 0, 1)
        data, stored = connection.execute(sa.text("SELECT CAST(data AS text), hash FROM eventlog.facts")).one()
    lines = [
        "1", str(envelope.id), "petition-1", "1", "petition.information_provided", "1",
        f"{envelope.time.timestamp():.6f}", "staff:1", "kathu", str(origin.correlation_id), "", data,
    ]  # fmt: skip
    text = "\n".join(lines).encode()
    assert hashlib.sha256(hashlib.sha256(b"khamrong").digest() + text).digest() == stored
