"""Is it alive, is it ready: what operators and orchestrators ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

import sqlalchemy as sa

Check = Callable[[], object]
"""Returns when the dependency answers, raises when it does not."""

TIMEOUT_SECONDS: Final = 3.0


def database(engine: sa.Engine) -> Check:
    """The database answers."""

    def check() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    return check


def down(checks: Mapping[str, Check]) -> list[str]:
    """The names of the dependencies that do not answer within 3 s, sorted; told after 3 s at the latest."""
    pool = ThreadPoolExecutor(max_workers=max(1, len(checks)), thread_name_prefix="health")
    asked = {name: pool.submit(check) for name, check in checks.items()}
    pool.shutdown(wait=False)
    answered, _ = wait(asked.values(), TIMEOUT_SECONDS)
    return sorted(name for name, answer in asked.items() if answer not in answered or answer.exception())
