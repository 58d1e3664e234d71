from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.logs import LogDatabase, log_database
from tests.support.servers import MakeDatabase


@pytest.fixture(scope="session")
def _lasting_log(make_lasting_database: MakeDatabase) -> Iterator[LogDatabase]:
    with log_database(make_lasting_database()) as database:
        yield database


@pytest.fixture
def intake(_lasting_log: LogDatabase) -> LogDatabase:
    """An empty event log."""
    _lasting_log.empty()
    return _lasting_log
