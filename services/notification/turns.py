"""One at a time for each message: among all workers where the gateway would send a repeated one again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from shared.kernel.batching import GroupCommit
from shared.kernel.database import looking

_TRY_LOCK: Final = sa.text("SELECT key, pg_try_advisory_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
_UNLOCK: Final = sa.text("SELECT pg_advisory_unlock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")


class NotYourTurn(Exception):
    """Another worker, or another reaction of this one, is at this message."""


@dataclass(frozen=True, slots=True)
class _Wish:
    key: int
    take: bool


class Here:
    """Turns within this process alone: enough where the gateway sends a repeated message once."""

    def __init__(self) -> None:
        self._taken: set[UUID] = set()
        self._changing = Lock()

    @contextmanager
    def alone(self, message_id: UUID) -> Iterator[None]:
        """As `Turns.alone`."""
        with self._changing:
            if message_id in self._taken:
                raise NotYourTurn
            self._taken.add(message_id)
        try:
            yield
        finally:
            self._taken.discard(message_id)


class Turns:
    """Locks of the database, all held by one session of this process: they end with a process that dies, and no
    transaction waits for the gateway. A session may lock a key twice, so what is held is known here as well."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._session: sa.Connection | None = None
        self._held: set[int] = set()
        self._wishes: GroupCommit[_Wish, bool] = GroupCommit("turns", self._settle)

    @contextmanager
    def alone(self, message_id: UUID) -> Iterator[None]:
        """Nobody else is in such a block for this message. Raises NotYourTurn at once when somebody is."""
        key = int.from_bytes(message_id.bytes[:8], signed=True)
        if not self._wishes.submit(_Wish(key, take=True)).result():
            raise NotYourTurn
        try:
            yield
        finally:
            self._wishes.submit(_Wish(key, take=False)).result()

    def close(self) -> None:
        """After the last turn."""
        self._wishes.close()
        self._drop()

    def _settle(self, wishes: Sequence[_Wish]) -> list[bool | Exception]:
        """Never raises: a batch that is tried again could give back what another has taken meanwhile."""
        self._give_back([wish.key for wish in wishes if not wish.take])
        wanted = {wish.key for wish in wishes if wish.take} - self._held
        try:
            got = self._locked(sorted(wanted)) if wanted else set()
        except SQLAlchemyError as trouble:
            return [trouble if wish.take else True for wish in wishes]
        self._held |= got
        return [not wish.take or _once(got, wish.key) for wish in wishes]

    def _locked(self, keys: Sequence[int]) -> set[int]:
        try:
            return {key for key, locked in self._connection().execute(_TRY_LOCK, {"keys": keys}) if locked}
        except SQLAlchemyError:
            self._drop()
            raise

    def _give_back(self, keys: Sequence[int]) -> None:
        """A session that was lost took its locks with it."""
        self._held -= set(keys)
        if not keys or self._session is None:
            return
        try:
            self._session.execute(_UNLOCK, {"keys": keys})
        except SQLAlchemyError:
            self._drop()

    def _connection(self) -> sa.Connection:
        if self._session is None:
            self._session = looking(self._engine)
        return self._session

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(SQLAlchemyError):
                session.invalidate()
            session.close()


def _once(got: set[int], key: int) -> bool:
    if key not in got:
        return False
    got.remove(key)
    return True
