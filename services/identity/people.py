"""Persons as providers tell of them: one person however many providers, found by keyed hashes alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.identity.login import LoginRefused, Reason, VerifiedPerson
from shared.eventlog.sealing import GONE, Sealer
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash

ATTEMPTS: Final = 3
PLACE: Final = "persons.claims"
_BY_NUMBER: Final = sa.text("SELECT person_id FROM persons WHERE citizen_hash = :citizen")
_KEEP: Final = sa.text(
    "INSERT INTO persons AS p (person_id, citizen_hash, claims, seen_at) VALUES (:person_id, :citizen, :claims, :at)"
    " ON CONFLICT (citizen_hash) DO UPDATE SET claims = excluded.claims, seen_at = excluded.seen_at"
    " WHERE p.person_id = excluded.person_id RETURNING registered"
).bindparams(sa.bindparam("claims", type_=JSONB))
_LINK: Final = sa.text(
    "INSERT INTO accounts (account_hash, person_id, provider) VALUES (:account, :person_id, :provider)"
    " ON CONFLICT (account_hash) DO NOTHING"
)
_LINKED: Final = sa.text("SELECT person_id FROM accounts WHERE account_hash = :account")
_CLAIMS: Final = sa.text("SELECT claims FROM persons WHERE person_id = :person_id")
_PROVIDERS: Final = sa.text("SELECT DISTINCT provider FROM accounts WHERE person_id = :person_id ORDER BY provider")
_REGISTER: Final = sa.text("UPDATE persons SET registered = true WHERE person_id = :person_id")
_FORGET: Final = sa.text("DELETE FROM persons WHERE person_id = :person_id")


@dataclass(frozen=True, slots=True)
class Known:
    """A person in our tables. `registered`: there is an account."""

    person_id: UUID
    registered: bool


class People:
    """Guarantee: one citizen number is one person, also when it logs in by two providers at the same moment."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, pepper: bytes) -> None:
        self._engine, self._sealer, self._pepper = engine, sealer, pepper

    def citizen_hash(self, citizen_id: str) -> str:
        """How a citizen number is found again without being kept."""
        return keyed_hash(self._pepper, f"citizen\n{citizen_id}")

    def recognise(self, person: VerifiedPerson, provider: str, now: datetime) -> Known:
        """The person, new or known, with what this login told. Raises LoginRefused for an account of another person."""
        for _ in range(ATTEMPTS):
            if known := self._recognised(person, provider, now):
                return known
        raise LoginRefused(Reason.UNAVAILABLE)

    def claims(self, person_id: UUID) -> VerifiedPerson | None:
        """What the last login told; None when the person is unknown or erased."""
        with self._engine.connect() as connection:
            sealed = connection.execute(_CLAIMS, {"person_id": person_id}).scalar()
        told = self._sealer.open_value(sealed, PLACE) if sealed else GONE
        return None if told is GONE else VerifiedPerson(**told)

    def providers(self, person_id: UUID) -> list[str]:
        """By which providers the person has logged in."""
        with self._engine.connect() as connection:
            return list(connection.execute(_PROVIDERS, {"person_id": person_id}).scalars())

    def of_account(self, issuer: str, subject: str) -> UUID | None:
        """Whose account at a provider that is; None where nobody logged in with it."""
        with self._engine.connect() as connection:
            found: UUID | None = connection.execute(_LINKED, {"account": self._account(issuer, subject)}).scalar()
        return found

    def register(self, transaction: sa.Connection, person_id: UUID) -> None:
        """From now on there is an account."""
        transaction.execute(_REGISTER, {"person_id": person_id})

    def forget(self, transaction: sa.Connection, person_id: UUID) -> None:
        """Remove the person with accounts, sessions and hand-overs."""
        transaction.execute(_FORGET, {"person_id": person_id})

    def _recognised(self, person: VerifiedPerson, provider: str, now: datetime) -> Known | None:
        """None when somebody else made or removed the person in between."""
        citizen = self.citizen_hash(person.citizen_id)
        with self._engine.connect() as connection:
            person_id: UUID = connection.execute(_BY_NUMBER, {"citizen": citizen}).scalar() or ids.new_id()
        claims = self._sealer.seal_value(person_id, PLACE, asdict(person))
        row = {"person_id": person_id, "citizen": citizen, "claims": claims, "at": now}
        with self._engine.begin() as transaction:
            registered: bool | None = transaction.execute(_KEEP, row).scalar()
            if registered is None:
                return None
            self._link(transaction, person, person_id, provider)
        return Known(person_id, registered)

    def _link(self, transaction: sa.Connection, person: VerifiedPerson, person_id: UUID, provider: str) -> None:
        account = self._account(person.issuer, person.subject)
        transaction.execute(_LINK, {"account": account, "person_id": person_id, "provider": provider})
        if transaction.execute(_LINKED, {"account": account}).scalar() != person_id:
            raise LoginRefused(Reason.ACCOUNT_OF_ANOTHER)

    def _account(self, issuer: str, subject: str) -> str:
        return keyed_hash(self._pepper, f"account\n{issuer}\n{subject}")
