"""The authorities (tenants): configured by a fact each, kept as a table for quick reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from shared.contracts.authority import AuthorityConfigured
from shared.contracts.fact import Fact
from shared.eventlog.conflict import VersionConflict
from shared.eventlog.log import Append, Log, Origin
from shared.kernel import clock

FRESH_SECONDS: Final = 2.0
OPERATOR: Final = "operator"
"""The actor of what was configured on the command line."""
_SAVE: Final = sa.text(
    "INSERT INTO authorities (code, stream, version, profile)"
    " VALUES (:code, :stream, :version, CAST(:profile AS jsonb))"
    " ON CONFLICT (code) DO UPDATE SET version = excluded.version, profile = excluded.profile"
)
_STANDING: Final = sa.text("SELECT version, profile FROM authorities WHERE code = :code FOR UPDATE")
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
        """Every authority's profile by its code. Asks the database where `fresh` knows none."""
        if self.fresh() is None:
            with self._engine.connect() as connection:
                rows = connection.execute(_ALL).all()
            self._profiles = {code: AuthorityConfigured.model_validate(profile) for code, profile in rows}
            self._read_at = clock.monotonic()
        return self._profiles

    def fresh(self) -> Mapping[str, AuthorityConfigured] | None:
        """The profiles, where they were read a moment ago: for who must not wait."""
        return self._profiles if clock.monotonic() - self._read_at <= FRESH_SECONDS else None

    def apply(self, profile: AuthorityConfigured, actor: str, expected: int | None = None) -> int | None:
        """Record the profile where it differs from the one in force; the fact's position, None when nothing changed.

        Raises VersionConflict when somebody else configured the authority at the same moment, or when it is not at the
        expected version; PrefixTaken.
        """
        with self._engine.begin() as transaction:
            version, present = standing(transaction, profile.code)
            require_version(profile.code, expected, version)
            if present == profile:
                return None
            position = self.record(transaction, profile, profile, version, Origin(actor, profile.code))
        self.forget()
        return position

    def begin_with(self, profile: AuthorityConfigured) -> None:
        """Record a sample's profile, unless an administrator has changed the authority since."""
        with self._engine.connect() as connection:
            told = self._log.load(connection, stream_of(profile.code))
        if all(fact.actor == OPERATOR for fact in told):
            self.apply(profile, OPERATOR)

    def record(
        self, transaction: sa.Connection, fact: Fact, profile: AuthorityConfigured, version: int, origin: Origin
    ) -> int:
        """Append a fact of the authority after which the profile holds, as the transaction's last statement.

        Raises VersionConflict, PrefixTaken.
        """
        code, stream = profile.code, stream_of(profile.code)
        require_free_prefix(transaction, profile)
        row = {"code": code, "stream": stream, "version": version + 1, "profile": profile.model_dump_json()}
        transaction.execute(_SAVE, row)
        return self._log.append(transaction, self._log.seal([Append(stream, version, [fact], origin)]))

    def forget(self) -> None:
        """Read anew when next asked."""
        self._read_at = -FRESH_SECONDS


def stream_of(code: str) -> str:
    """The stream of an authority."""
    return f"authority-{code}"


def standing(transaction: sa.Connection, code: str) -> tuple[int, AuthorityConfigured | None]:
    """The version of an authority's stream and its profile, kept from changing until the end of the transaction."""
    row = transaction.execute(_STANDING, {"code": code}).one_or_none()
    return (row.version, AuthorityConfigured.model_validate(row.profile)) if row else (0, None)


def require_version(code: str, expected: int | None, actual: int) -> None:
    """Raises VersionConflict when another version was expected."""
    if expected is not None and expected != actual:
        raise VersionConflict(stream_of(code), expected, actual)


def require_free_prefix(transaction: sa.Connection, profile: AuthorityConfigured) -> None:
    """Raises PrefixTaken."""
    if other := transaction.execute(_OTHER, {"prefix": profile.prefix, "code": profile.code}).scalar():
        raise PrefixTaken(profile.prefix, other)
