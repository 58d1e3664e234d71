"""After an erasure nothing of the person can be read in the full way's databases, queues, files and logs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from khamrong.stack import Stack
from tests.faults import invariants
from tests.faults.state import State
from tests.support.member_walk import (
    BASE,
    FORGOTTEN,
    Installation,
    claim,
    file_as_anybody,
    file_with_picture,
    listed,
    member,
)
from tests.support.searching import readable
from tests.support.waiting import eventually

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("stack")]


@pytest.fixture
def at(stack: Stack) -> Installation:
    """The stack, as those who use it know it."""
    return Installation(stack.public_url, stack.folder)


def test_a_member_and_what_was_claimed_are_forgotten_everywhere(stack: Stack, state: State, at: Installation) -> None:
    before = set(state.files(""))
    earlier = file_as_anybody(at)
    with member(at) as me:
        number, _ = file_with_picture(me)
        assert claim(at, me) == [earlier]
        eventually(lambda: listed(me) == [number, earlier], 60)
        state.settle()
        assert len(set(state.files("")) - before) == 4, "two forms, two attachments"
        assert me.delete(f"{BASE}/me").json()["erased"] is True
    eventually(lambda: set(state.files("")) == before, 60)
    state.settle()
    assert at.keys_of([number, earlier]) == 0
    assert readable(stack.folder, FORGOTTEN, searched(state)) == []
    assert any(place.startswith("rabbitmq/") for place in readable(stack.folder, [number])), "queues are searched too"
    invariants.assert_chains_hold(state)
    invariants.assert_one_form_each(state)
    invariants.assert_tracking_is_the_fold(state)


def searched(state: State) -> Iterator[tuple[str, bytes]]:
    """What is not a file or a table: objects of the S3 server, and messages that still lie in a queue."""
    yield from state.contents()
    assert state.depths() == {}, "no message is left in any queue, retry or parked queue"
