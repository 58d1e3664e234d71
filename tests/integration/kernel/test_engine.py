"""What every connection to PostgreSQL promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from shared.eventlog.log import application_role
from shared.kernel.database import connect, run_script
from tests.support.servers import MakeDatabase


@pytest.fixture(scope="module")
def url(make_lasting_database: MakeDatabase) -> str:
    """A database in which the application's role exists."""
    url = make_lasting_database()
    owner = connect(url, role=None)
    with owner.begin() as transaction:
        run_script(transaction, application_role())
    owner.dispose()
    return url


@pytest.fixture
def owner(url: str) -> Iterator[sa.Engine]:
    """With all rights."""
    engine = connect(url, role=None)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    """With a service's rights."""
    engine = connect(url, size=4)
    yield engine
    engine.dispose()


def test_connections_that_the_server_closed_are_replaced_before_use(engine: sa.Engine, owner: sa.Engine) -> None:
    """As after a restart of the database: nobody gets an error, and nobody waits for a check."""
    backend = sa.text("SELECT pg_backend_pid()")
    terminate = sa.text("SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM unnest(CAST(:pids AS integer[])) AS pid")
    for _ in range(5):
        with ExitStack() as stack:
            connections = [stack.enter_context(engine.connect()) for _ in range(4)]
            closed = [connection.execute(backend).scalar_one() for connection in connections]
        with owner.begin() as transaction:
            assert transaction.execute(terminate, {"pids": closed}).scalar()
        with ExitStack() as stack:
            connections = [stack.enter_context(engine.connect()) for _ in range(4)]
            assert not {connection.execute(backend).scalar_one() for connection in connections} & set(closed)


def test_using_a_connection_again_costs_no_round_trip(engine: sa.Engine, owner: sa.Engine) -> None:
    last_words = sa.text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
    with engine.connect() as connection:
        backend = connection.execute(sa.text("SELECT pg_backend_pid() AS mine")).scalar_one()
    with engine.connect(), owner.connect() as looking:
        query = looking.execute(last_words, {"pid": backend}).scalar_one()
    assert query in ("SELECT pg_backend_pid() AS mine", "ROLLBACK")


def test_the_connection_used_last_is_used_next(engine: sa.Engine) -> None:
    """It has the statements prepared and the plans made; taking turns among many is slower by a third."""
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(engine.connect())
    used = set()
    for _ in range(8):
        with engine.connect() as connection:
            used.add(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
    assert len(used) == 1


def test_sessions_speak_utc_and_have_a_services_rights(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        told = connection.execute(sa.text("SELECT current_user, current_setting('timezone')")).one()
    assert told == ("khamrong_app", "UTC")


def test_no_error_shows_what_was_to_be_stored(engine: sa.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as error:
        connection.execute(sa.text("SELECT CAST(:secret AS integer) / 0 FROM nowhere"), {"secret": 1101700207129})
    assert "1101700207129" not in str(error.value)


def test_json_comes_back_as_it_went_in(engine: sa.Engine) -> None:
    value = {"ภาษา": ["ไทย", 1, 2.5, None, True], "nested": {"{}": "\\ \" ' ฿"}}
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.literal(value, sa.JSON))) == value
        assert connection.execute(sa.text("SELECT CAST(:v AS jsonb)"), {"v": '{"a": [1, "ก"]}'}).scalar() == {
            "a": [1, "ก"]
        }
