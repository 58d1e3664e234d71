"""What every keyring promises, held against each one that is shipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.eventlog.keyring import Keyring, MemoryKeyring, PostgresKeyring, WrongKeyEncryptionKey
from shared.kernel.database import connect
from shared.kernel.migrating import KEYRING, migrate

KEK = bytes(range(32))


@pytest.fixture
def database(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    """An empty keyring database, with a service's rights."""
    url = make_database()
    migrate(KEYRING, url)
    engine = connect(url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def keyring(request: pytest.FixtureRequest) -> Keyring:
    """One of the keyrings."""
    if request.param == "memory":
        return MemoryKeyring()
    return PostgresKeyring(request.getfixturevalue("database"), KEK)


def test_a_key_is_made_once_and_stays_the_same(keyring: Keyring) -> None:
    one, other = uuid4(), uuid4()
    made = keyring.ensure([one, other, one])
    assert {len(key) for key in made.values()} == {32}
    assert made[one] != made[other]
    third = uuid4()
    assert keyring.ensure([other, third, one]) == made | keyring.keys([third])
    assert keyring.keys([one, other]) == made


def test_looking_makes_no_keys(keyring: Keyring) -> None:
    unknown = uuid4()
    assert keyring.keys([unknown]) == {}
    assert keyring.keys([]) == {}
    assert keyring.ensure([]) == {}
    assert keyring.keys([unknown]) == {}


def test_an_erased_subject_never_gets_a_key_again(keyring: Keyring) -> None:
    erased, other = uuid4(), uuid4()
    keyring.ensure([erased, other])
    keyring.erase(erased)
    keyring.erase(erased)
    assert keyring.keys([erased, other]).keys() == {other}
    assert keyring.ensure([erased, other]).keys() == {other}
    assert keyring.keys([erased]) == {}


def test_a_subject_can_be_erased_before_it_has_a_key(keyring: Keyring) -> None:
    subject = uuid4()
    keyring.erase(subject)
    assert keyring.ensure([subject]) == {}
    assert keyring.keys([subject]) == {}


def test_all_who_ask_at_once_get_the_same_key(keyring: Keyring) -> None:
    """In any order: a deadlock would be an error of the database here."""
    start = Barrier(8)
    for _ in range(10):
        subjects = [uuid4() for _ in range(20)]
        orders = [subjects if turn % 2 else subjects[::-1] for turn in range(8)]

        def ask(order: list[object]) -> dict[object, bytes]:
            start.wait(10)
            return dict(keyring.ensure(order))  # type: ignore[arg-type]

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(ask, orders))
        assert len(answers[0]) == 20
        assert all(answer == answers[0] for answer in answers)


def test_erasing_beats_ensuring(keyring: Keyring) -> None:
    """Whatever the order of two that meet: afterwards there is no key."""
    start = Barrier(2)
    for _ in range(20):
        subject = uuid4()

        def meet(act: Callable[[], object]) -> None:
            start.wait(10)
            act()

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(meet, [lambda s=subject: keyring.ensure([s]), lambda s=subject: keyring.erase(s)]))
        assert keyring.keys([subject]) == {}
        assert keyring.ensure([subject]) == {}


def test_keys_are_stored_wrapped(database: sa.Engine) -> None:
    keys = PostgresKeyring(database, KEK).ensure([uuid4(), uuid4()])
    with database.connect() as connection:
        rows = connection.execute(sa.text("SELECT wrapped FROM subject_keys")).scalars().all()
    stored = b"".join(rows)
    assert len(set(rows)) == len(rows) == 3, "and one that proves the key-encryption key"
    assert not any(key in stored for key in keys.values())


def test_an_erased_key_is_gone_from_its_row(database: sa.Engine) -> None:
    keyring, subject = PostgresKeyring(database, KEK), uuid4()
    keyring.ensure([subject])
    keyring.erase(subject)
    query = sa.text("SELECT wrapped, erased_at IS NOT NULL FROM subject_keys WHERE subject = :subject")
    with database.connect() as connection:
        assert connection.execute(query, {"subject": subject}).one() == (None, True)


def test_a_wrong_key_encryption_key_fails_loudly_and_makes_no_keys(database: sa.Engine) -> None:
    known, fresh = uuid4(), uuid4()
    right = PostgresKeyring(database, KEK)
    keys = right.ensure([known])
    wrong = PostgresKeyring(database, bytes(32))
    with pytest.raises(WrongKeyEncryptionKey):
        wrong.keys([known])
    with pytest.raises(WrongKeyEncryptionKey):
        wrong.ensure([fresh])
    assert right.keys([known, fresh]) == keys, "no key that the right one cannot open"


def test_a_wrapped_key_opens_for_its_own_subject_only(database: sa.Engine) -> None:
    keyring, one, other = PostgresKeyring(database, KEK), uuid4(), uuid4()
    keyring.ensure([one, other])
    swap = sa.text("UPDATE subject_keys SET wrapped = (SELECT wrapped FROM subject_keys WHERE subject = :other)"
                   " WHERE subject = :one")  # fmt: skip
    with database.begin() as transaction:
        transaction.execute(swap, {"one": one, "other": other})
    with pytest.raises(WrongKeyEncryptionKey):
        keyring.keys([one])
