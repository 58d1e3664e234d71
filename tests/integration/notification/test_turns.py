"""One at a time for each message: among processes by the database's locks, within one by what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from services.notification.turns import NotYourTurn, Turns
from shared.kernel.batching import Closed
from shared.kernel.database import connect
from tests.support.gateways import change, together
from tests.support.waiting import eventually

ONE, OTHER = uuid4(), uuid4()


@contextmanager
def turns_at(url: str) -> Iterator[Turns]:
    """Those of one process."""
    engine = connect(url, size=2)
    turns = Turns(engine)
    yield turns
    turns.close()
    engine.dispose()


@pytest.fixture
def turns(notification_url: str) -> Iterator[Turns]:
    with turns_at(notification_url) as made:
        yield made


def is_free(turns: Turns, message_id: UUID) -> bool:
    try:
        with turns.alone(message_id):
            return True
    except NotYourTurn:
        return False


def test_nobody_else_in_this_process_or_another(turns: Turns, notification_url: str) -> None:
    with turns_at(notification_url) as elsewhere:
        with turns.alone(ONE):
            assert [is_free(each, ONE) for each in (turns, elsewhere)] == [False, False]
            assert [is_free(each, OTHER) for each in (turns, elsewhere)] == [True, True]
        assert [is_free(each, ONE) for each in (turns, elsewhere)] == [True, True]


def test_many_at_once_give_it_to_one(turns: Turns) -> None:
    inside: list[int] = []

    def enter(nth: int) -> None:
        try:
            with turns.alone(ONE):
                inside.append(nth)
                assert not is_free(turns, ONE)
        except NotYourTurn:
            return

    together(enter, *range(16), threads=16)
    assert inside
    assert is_free(turns, ONE)


def test_it_ends_when_what_was_done_in_it_fails(turns: Turns) -> None:
    with pytest.raises(KeyError), turns.alone(ONE):
        raise KeyError
    assert is_free(turns, ONE)


def test_it_ends_with_the_process(notification_url: str, turns: Turns) -> None:
    def end_within(process: Turns) -> None:
        with process.alone(ONE):
            assert not is_free(turns, ONE)
            process.close()

    with turns_at(notification_url) as elsewhere, pytest.raises(Closed):
        end_within(elsewhere)
    eventually(lambda: is_free(turns, ONE))  # the server may take a moment to see that it has gone


def test_after_the_session_was_lost_there_are_turns_again(notification_url: str, turns: Turns) -> None:
    with turns.alone(ONE):
        change(
            notification_url,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()",
        )
        assert not is_free(turns, ONE)
    try:
        is_free(turns, OTHER)
    finally:
        assert is_free(turns, OTHER)
    assert is_free(turns, ONE)
