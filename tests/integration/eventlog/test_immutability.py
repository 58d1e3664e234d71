"""Facts come in through eventlog.append and stay as they are, whoever asks."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.kernel.database import run_script
from tests.support import facts
from tests.support.logs import LogDatabase

CHANGES = {
    "update": "UPDATE eventlog.facts SET actor = 'nobody'",
    "delete": "DELETE FROM eventlog.facts",
    "truncate": "TRUNCATE eventlog.facts",
    "truncate-cascade": "TRUNCATE eventlog.facts, eventlog.head CASCADE",
    "delete-head": "DELETE FROM eventlog.head",
    "truncate-head": "TRUNCATE eventlog.head",
}
FOR_THE_OWNER_ONLY = {
    "insert": "INSERT INTO eventlog.facts SELECT position + 1, gen_random_uuid(), stream, version + 1, type,"
    " schema_version, recorded_at, actor, authority, correlation_id, causation_id, data, hash FROM eventlog.facts",
    "insert-head": "INSERT INTO eventlog.head SELECT * FROM eventlog.head",
    "set-head-back": "UPDATE eventlog.head SET position = 0",
    "lock-head": "SELECT * FROM eventlog.head FOR UPDATE",
    "disable-triggers": "ALTER TABLE eventlog.facts DISABLE TRIGGER ALL",
    "drop": "DROP TABLE eventlog.facts",
    "replace-append": "CREATE OR REPLACE FUNCTION eventlog.append(batch jsonb) RETURNS bigint LANGUAGE sql RETURN 0",
    "replica-role": "SET session_replication_role = replica",
    "add-object": "CREATE TABLE eventlog.more (id int)",
}


@pytest.fixture
def stored(intake: LogDatabase) -> LogDatabase:
    """A log with facts in it."""
    intake.accept(uuid4(), 0, 3)
    return intake


@pytest.mark.parametrize("statement", [*CHANGES.values(), *FOR_THE_OWNER_ONLY.values()],
                         ids=[*CHANGES, *FOR_THE_OWNER_ONLY])  # fmt: skip
def test_a_service_cannot_change_the_log(stored: LogDatabase, statement: str) -> None:
    with stored.application.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as refused:
        connection.execute(sa.text(statement))
    assert getattr(refused.value.orig, "sqlstate", None) == "42501", "insufficient privilege"
    assert stored.positions() == [1, 2, 3]


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_triggers_refuse_the_owner_too(stored: LogDatabase, statement: str) -> None:
    with stored.owner.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="never changed or removed"):
        connection.execute(sa.text(statement))
    assert stored.verdict().broken_at is None
    assert stored.positions() == [1, 2, 3]


def test_a_service_cannot_append_with_anything_but_its_facts(stored: LogDatabase) -> None:
    """Position, time and sum are the function's own; what a caller says about them is not read."""
    petition = uuid4()
    sealed = stored.log.seal([facts.appending(petition, 0, facts.accepted(petition))])
    forged = sealed.batch.replace(
        '"version"', '"position": 77, "hash": "\\\\x00", "recorded_at": "1999-01-01", "version"'
    )
    assert forged != sealed.batch
    with stored.application.begin() as transaction:
        assert transaction.execute(sa.text("SELECT eventlog.append(CAST(:b AS jsonb))"), {"b": forged}).scalar() == 4
    assert stored.verdict().broken_at is None


def test_a_service_cannot_run_its_own_code_with_the_owners_rights(stored: LogDatabase) -> None:
    """eventlog.append runs as the owner: types in the caller's pg_temp must not be taken for the system's."""
    petition = uuid4()
    sealed = stored.log.seal([facts.appending(petition, 0, facts.accepted(petition))])
    with stored.application.begin() as transaction:
        run_script(
            transaction,
            """
            CREATE TEMP TABLE heard (who name);
            GRANT ALL ON heard TO PUBLIC;
            CREATE FUNCTION pg_temp.listen(value text) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO pg_temp.heard VALUES (current_user); RETURN true; END $$;
            CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.listen(VALUE));
            CREATE DOMAIN pg_temp.uuid AS pg_catalog.uuid CHECK (pg_temp.listen('uuid'::pg_catalog.text));
            """,
        )
        stored.log.append(transaction, sealed)
        assert transaction.execute(sa.text("SELECT count(*) FROM pg_temp.heard")).scalar() == 0
    assert stored.verdict().broken_at is None
