"""Where a consumer pulls facts from: the owner's log, in the same process or over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import httpx
import sqlalchemy as sa
from pydantic import TypeAdapter

from shared.contracts.envelope import Envelope
from shared.eventlog.log import Log
from shared.messaging.reaction import Unavailable

_PAGE = TypeAdapter(list[Envelope])


class Feed(Protocol):
    """One service's facts, by position."""

    service: str

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        """At most `limit` facts after the position, in order; of the given types only, where given."""
        ...

    def head(self) -> int:
        """The position of the last fact."""
        ...


class FeedUnavailable(Unavailable):
    """The owner of a log does not answer: what waits for its facts is tried again, for as long as it takes."""


class LogFeed:
    """The log of a service that lives in this process."""

    def __init__(self, service: str, engine: sa.Engine, log: Log) -> None:
        self.service = service
        self._engine = engine
        self._log = log

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        with self._engine.connect() as connection:
            return self._log.read_after(connection, position, limit, types)

    def head(self) -> int:
        with self._engine.connect() as connection:
            return self._log.head(connection)


class HttpFeed:
    """`GET {base}/api/<service>/v1/log` of the owner, with a service token. Raises FeedUnavailable."""

    def __init__(self, service: str, client: httpx.Client, base: str, token: Callable[[], str]) -> None:
        self.service = service
        self._client = client
        self._url = f"{base}/api/{service}/v1/log"
        self._token = token

    def after(self, position: int, limit: int, types: Sequence[str] | None = None) -> list[Envelope]:
        return _PAGE.validate_json(self._get({"after": position, "limit": limit, "types": types or ()}).content)

    def head(self) -> int:
        return int(self._get({"after": 0, "limit": 0}).headers["Log-Head"])

    def _get(self, query: dict[str, object]) -> httpx.Response:
        try:
            headers = {"Authorization": f"Bearer {self._token()}"}
            answer = self._client.get(self._url, params=query, headers=headers)  # type: ignore[arg-type]
            return answer.raise_for_status()
        except httpx.HTTPError as error:
            raise FeedUnavailable(f"the log of {self.service}: {type(error).__name__}") from error
