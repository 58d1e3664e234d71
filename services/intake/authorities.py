"""The authorities (tenants): configured by a fact each, kept as a table for quick reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from shared.contracts.authority import AuthorityConfigured
from shared.eventlog.log import Append, Log, Origin
from shared.kernel import clock

FRESH_SECONDS: Final = 2.0
_SAVE: Final = sa.text(
    "INSERT INTO authorities (code, stream, version, profile)"
    " VALUES (:code, :stream, :version, CAST(:profile AS jsonb))"
    " ON CONFLICT (code) DO UPDATE SET version = excluded.version, profile = excluded.profile"
)
_VERSION: Final = sa.text("SELECT version FROM authorities WHERE code = :code")
_OTHER: Final = sa.text("SELECT code FROM authorities WHERE profile ->> 'prefix' = :prefix AND code <> :code")
_ALL: Final = sa.text("SELECT code, profile FROM authorities ORDER BY code")


class PrefixTaken(ValueError):
    """Another authority's petition numbers begin with the same letters: two petitions would have one number."""

    def __init__(self, prefix: str, other: str) -> None:
        super().__init__(f"prefix: “{prefix}” ใช้อยู่กับหน่วยงาน “{other}” แล้ว")


class Authorities:
    """Profiles by code, at most two seconds old: several gateways may run, and one of them is told of a change."""

    def __init__(self, engine: sa.Engine, log: Log) -> None:
        self._engine = engine
        self._log = log
        self._profiles: Mapping[str, AuthorityConfigured] = {}
        self._read_at = -FRESH_SECONDS

    def all(self) -> Mapping[str, AuthorityConfigured]:
        """Every authority's profile by its code."""
        if clock.monotonic() - self._read_at > FRESH_SECONDS:
            with self._engine.connect() as connection:
                rows = connection.execute(_ALL).all()
            self._profiles = {code: AuthorityConfigured.model_validate(profile) for code, profile in rows}
            self._read_at = clock.monotonic()
        return self._profiles

    def apply(self, profile: AuthorityConfigured, actor: str) -> int | None:
        """Record the profile where it differs from the one in force; the fact's position, None when nothing changed.

        Raises VersionConflict when somebody else configured the authority at the same moment, PrefixTaken.
        """
        stream = f"authority-{profile.code}"
        with self._engine.begin() as transaction:
            version = transaction.execute(_VERSION, {"code": profile.code}).scalar() or 0
            if version and self._stored(transaction, profile.code) == profile:
                return None
            if other := transaction.execute(_OTHER, {"prefix": profile.prefix, "code": profile.code}).scalar():
                raise PrefixTaken(profile.prefix, other)
            row = {"code": profile.code, "stream": stream, "version": version + 1, "profile": profile.model_dump_json()}
            transaction.execute(_SAVE, row)
            append = Append(stream, version, [profile], Origin(actor, profile.code))
            position = self._log.append(transaction, self._log.seal([append]))
        self._read_at = -FRESH_SECONDS
        return position

    def _stored(self, connection: sa.Connection, code: str) -> AuthorityConfigured:
        query = sa.text("SELECT profile FROM authorities WHERE code = :code")
        return AuthorityConfigured.model_validate(connection.execute(query, {"code": code}).scalar_one())
