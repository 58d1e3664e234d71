"""What every store of drafts promises, held against each one that is shipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.portal.drafts.memory_drafts import MemoryDrafts
from services.portal.drafts.postgres_drafts import PostgresDrafts
from services.portal.drafts.store import KEPT, DraftChanged, DraftGone, DraftStore
from shared.kernel import clock
from shared.kernel.database import connect
from shared.kernel.migrating import migrate
from tests.support.gateways import raised_by, together

KEY = bytes(range(32))
MOMENT = timedelta(seconds=1)


@pytest.fixture
def database(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    """An empty portal database, with the portal's rights."""
    url = make_database()
    migrate("portal", url)
    engine = connect(url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def drafts(request: pytest.FixtureRequest) -> DraftStore:
    """One of the stores."""
    if request.param == "memory":
        return MemoryDrafts()
    return PostgresDrafts(request.getfixturevalue("database"), KEY)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets so much time pass."""
    now = clock.now()

    def passes(time: timedelta) -> None:
        nonlocal now
        now += time
        monkeypatch.setattr(clock, "now", lambda: now)

    return passes


def test_a_draft_is_read_with_its_secret_alone(drafts: DraftStore) -> None:
    one, other = drafts.begin(b"one"), drafts.begin(b"other")
    assert (drafts.read(one).content, drafts.read(other).content) == (b"one", b"other")
    assert len(one) == 43, "256 bits in base64"
    for wrong in ("", "x", one[:-1], one + "x", one.swapcase()):
        with pytest.raises(DraftGone):
            drafts.read(wrong)


def test_each_save_is_the_next_version(drafts: DraftStore) -> None:
    secret = drafts.begin(b"first")
    seen = drafts.read(secret).version
    saved = drafts.save(secret, b"second", seen)
    assert saved.version > seen
    assert drafts.read(secret) == saved
    assert drafts.save(secret, b"third", saved.version).content == b"third"


def test_an_older_version_overwrites_nothing(drafts: DraftStore) -> None:
    secret = drafts.begin(b"first")
    seen = drafts.read(secret).version
    drafts.save(secret, b"second", seen)
    with pytest.raises(DraftChanged):
        drafts.save(secret, b"late", seen)
    assert drafts.read(secret).content == b"second"


def test_of_those_who_save_at_once_one_succeeds(drafts: DraftStore) -> None:
    secret = drafts.begin(b"first")
    seen = drafts.read(secret).version
    results = together(lambda number: raised_by(drafts.save, secret, f"{number}".encode(), seen), *range(8))
    assert sorted(results) == ["", *["DraftChanged"] * 7]
    assert drafts.read(secret).content.decode() == str(results.index(""))


def test_what_is_forgotten_is_gone(drafts: DraftStore) -> None:
    secret, other = drafts.begin(b"one"), drafts.begin(b"other")
    drafts.forget(secret)
    drafts.forget(secret)
    with pytest.raises(DraftGone):
        drafts.read(secret)
    with pytest.raises(DraftGone):
        drafts.save(secret, b"again", 1)
    assert drafts.read(other).content == b"other"


def test_a_draft_ends_a_day_after_its_last_change(drafts: DraftStore, later: Callable[[timedelta], None]) -> None:
    later(timedelta())
    secret = drafts.begin(b"first")
    later(KEPT - MOMENT)
    version = drafts.save(secret, b"second", drafts.read(secret).version).version
    later(KEPT - MOMENT)
    assert drafts.read(secret).content == b"second"
    later(MOMENT)
    with pytest.raises(DraftGone):
        drafts.read(secret)
    with pytest.raises(DraftGone):
        drafts.save(secret, b"third", version)


def test_the_sweep_takes_those_whose_time_is_over(drafts: DraftStore, later: Callable[[timedelta], None]) -> None:
    later(timedelta())
    for _ in range(3):
        drafts.begin(b"old")
    later(KEPT - MOMENT)
    young = drafts.begin(b"young")
    assert drafts.sweep() == 0
    later(MOMENT)
    assert drafts.sweep() == 3
    assert drafts.sweep() == 0
    assert drafts.read(young).content == b"young"


def test_nothing_of_a_draft_is_stored_in_clear(database: sa.Engine) -> None:
    drafts, typed = PostgresDrafts(database, KEY), "สมชาย 1101700207129 ถนนชำรุด"
    secret = drafts.begin(typed.encode())
    drafts.save(secret, f"{typed} {typed}".encode(), 1)
    dump = _whole_table(database)
    for part in (secret, *typed.split(), *(word.encode().hex() for word in typed.split())):
        assert part not in dump


def test_a_draft_opens_in_its_own_row_and_with_its_own_key_only(database: sa.Engine) -> None:
    drafts = PostgresDrafts(database, KEY)
    one, other = drafts.begin(b"one"), drafts.begin(b"other")
    with pytest.raises(DraftGone):
        PostgresDrafts(database, bytes(32)).read(one)
    swap = "UPDATE drafts SET sealed = (SELECT sealed FROM drafts d WHERE d.draft_id <> drafts.draft_id)"
    with database.begin() as transaction:
        transaction.execute(sa.text(swap))
    for secret in (one, other):
        with pytest.raises(DraftGone):
            drafts.read(secret)


def _whole_table(database: sa.Engine) -> str:
    with database.connect() as connection:
        return "\n".join(connection.execute(sa.text("SELECT d::text FROM drafts AS d")).scalars())
