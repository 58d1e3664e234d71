"""A keyring that many ask at the same time: each gets its own keys, and nothing is kept."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.shared_keyring import SharedKeyring
from tests.support.gateways import together

ONE, OTHER, UNKNOWN = uuid4(), uuid4(), uuid4()


@pytest.fixture
def keyring() -> MemoryKeyring:
    made = MemoryKeyring()
    made.ensure([ONE, OTHER])
    return made


def test_each_is_given_the_keys_asked_for(keyring: MemoryKeyring) -> None:
    shared = SharedKeyring(keyring)
    assert shared.keys([ONE]) == keyring.keys([ONE])
    assert shared.keys(iter([OTHER, UNKNOWN])) == keyring.keys([OTHER])
    assert shared.ensure([UNKNOWN]).keys() == {UNKNOWN}
    shared.close()


def test_those_who_ask_at_the_same_time_get_their_own(keyring: MemoryKeyring) -> None:
    people = [uuid4() for _ in range(40)]
    keyring.ensure(people)
    shared = SharedKeyring(keyring)
    answers = together(lambda person: shared.keys([person]), *people, threads=20)
    assert answers == [keyring.keys([person]) for person in people]
    shared.close()


def test_an_erased_person_has_no_key_from_then_on(keyring: MemoryKeyring) -> None:
    shared = SharedKeyring(keyring)
    assert shared.keys([ONE, OTHER]).keys() == {ONE, OTHER}
    shared.erase(ONE)
    assert shared.keys([ONE, OTHER]).keys() == {OTHER}
    shared.close()
