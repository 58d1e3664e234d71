"""Staff: invited, granted, revoked. What the facts tell is kept as a table, by which a login finds its roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.identity.member_desk import retried
from services.identity.staff import Position, StaffRefused, valid
from shared.contracts.staff import StaffGranted, StaffInvited, StaffRevoked, StaffRole
from shared.eventlog.log import Append, Log, Origin
from shared.eventlog.sealing import GONE, Sealer
from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash

INVITATION_LIFETIME: Final = timedelta(days=7)
PLACE: Final = "staff.name"
_COLUMNS: Final = "staff_id, authority, role, department, name"
_OF_PERSON: Final = sa.text(
    f"SELECT {_COLUMNS} FROM staff JOIN persons USING (citizen_hash) WHERE person_id = :person_id"
    " ORDER BY authority, role"
)
_OF_AUTHORITY: Final = sa.text(
    f"SELECT {_COLUMNS} FROM staff WHERE :authority IN ('*', authority) ORDER BY authority, role, staff_id"
)
_ONE: Final = sa.text(f"SELECT {_COLUMNS} FROM staff WHERE staff_id = :staff_id")
_SAME: Final = sa.text(
    f"SELECT {_COLUMNS} FROM staff WHERE citizen_hash = :citizen AND authority = :authority AND role = :role"
)
_SAVE: Final = sa.text(
    "INSERT INTO staff (staff_id, citizen_hash, authority, role, department, name)"
    " VALUES (:staff_id, :citizen, :authority, :role, :department, :name)"
    " ON CONFLICT (citizen_hash, authority, role) DO UPDATE SET department = excluded.department, name = excluded.name"
    " WHERE staff.staff_id = excluded.staff_id RETURNING 1"
).bindparams(sa.bindparam("name", type_=JSONB(none_as_null=True)))
_REMOVE: Final = sa.text("DELETE FROM staff WHERE staff_id = :staff_id RETURNING citizen_hash")
_END_SESSIONS: Final = sa.text(
    "DELETE FROM sessions WHERE person_id IN (SELECT person_id FROM persons WHERE citizen_hash = :citizen)"
)
_INVITE: Final = sa.text(
    "INSERT INTO staff_invitations (invitation_id, code_hash, authority, role, department, expires_at)"
    " VALUES (:invitation_id, :hash, :authority, :role, :department, :expires_at)"
)
_TAKE: Final = sa.text(
    "DELETE FROM staff_invitations WHERE code_hash = :hash AND expires_at > :now"
    " RETURNING invitation_id, authority, role, department"
)
_VERSION: Final = sa.text("SELECT coalesce(max(version), 0) FROM eventlog.facts WHERE stream = :stream")


class InvitationUnknown(StaffRefused):
    """The code was never given, was used, or is too old."""

    def __init__(self) -> None:
        super().__init__("รหัสเชิญไม่ถูกต้อง ถูกใช้ไปแล้ว หรือหมดอายุ")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a position; the name as it was told when it was granted."""

    staff_id: UUID
    position: Position
    name: str | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """`code` is told once, to who invited, and is not kept."""

    invitation_id: UUID
    code: str
    expires_at: datetime


class StaffDesk:
    """Guarantees: an invitation is used once; a position that is granted twice is one; who is revoked is logged out."""

    def __init__(self, engine: sa.Engine, log: Log, sealer: Sealer, pepper: bytes) -> None:
        self._engine, self._log, self._sealer, self._pepper = engine, log, sealer, pepper

    def of_person(self, person_id: UUID) -> list[Member]:
        """The positions of a person who has logged in."""
        with self._engine.connect() as connection:
            return [self._member(row) for row in connection.execute(_OF_PERSON, {"person_id": person_id})]

    def of_authority(self, authority: str) -> list[Member]:
        """All staff of an authority; of every one for `*`."""
        with self._engine.connect() as connection:
            return [self._member(row) for row in connection.execute(_OF_AUTHORITY, {"authority": authority})]

    def find(self, staff_id: UUID) -> Member | None:
        """One of them."""
        with self._engine.connect() as connection:
            row = connection.execute(_ONE, {"staff_id": staff_id}).one_or_none()
        return self._member(row) if row else None

    @retried
    def grant(self, citizen_hash: str, position: Position, name: str | None, actor: str, correlation: UUID) -> UUID:
        """Give a role to the person with that keyed citizen number. Raises PositionInvalid."""
        with self._engine.begin() as transaction:
            return self._grant(
                transaction, citizen_hash, valid(position), name, Origin(actor, position.authority, correlation)
            )

    def invite(self, position: Position, actor: str, correlation: UUID) -> Invitation:
        """Whoever shows the code within a week gets the role. Raises PositionInvalid."""
        valid(position)
        invitation = Invitation(ids.new_id(), ids.new_invitation_code(), clock.now() + INVITATION_LIFETIME)
        fact = StaffInvited(
            invitation_id=invitation.invitation_id,
            authority=position.authority,
            role=position.role,
            department=position.department,
            expires_at=invitation.expires_at,
        )
        origin = Origin(actor, position.authority, correlation)
        sealed = self._log.seal([Append(f"invitation-{invitation.invitation_id}", 0, [fact], origin)])
        row = {"invitation_id": invitation.invitation_id, "hash": self._hash(invitation.code), **_row(position)}
        with self._engine.begin() as transaction:
            transaction.execute(_INVITE, {**row, "expires_at": invitation.expires_at})
            self._log.append(transaction, sealed)
        return invitation

    def accept(self, code: str, citizen_hash: str, name: str, actor: str, correlation: UUID) -> UUID:
        """The role of the invitation, for whoever shows its code. Raises InvitationUnknown."""
        with self._engine.begin() as transaction:
            row = transaction.execute(_TAKE, {"hash": self._hash(code), "now": clock.now()}).one_or_none()
            if row is None:
                raise InvitationUnknown
            position = Position(row.authority, StaffRole(row.role), row.department)
            origin = Origin(actor, position.authority, correlation)
            return self._grant(transaction, citizen_hash, position, name, origin, row.invitation_id)

    @retried
    def revoke(self, member: Member, reason: str, actor: str, correlation: UUID) -> None:
        """Take the role away and end the person's sessions; again is no error."""
        with self._engine.begin() as transaction:
            citizen = transaction.execute(_REMOVE, {"staff_id": member.staff_id}).scalar()
            if citizen is None:
                return
            transaction.execute(_END_SESSIONS, {"citizen": citizen})
            position = member.position
            fact = StaffRevoked(
                staff_id=member.staff_id, authority=position.authority, role=position.role, reason=reason
            )
            origin = Origin(actor, position.authority, correlation)
            self._append(transaction, member.staff_id, fact, origin)

    def _grant(
        self,
        transaction: sa.Connection,
        citizen_hash: str,
        position: Position,
        name: str | None,
        origin: Origin,
        invitation_id: UUID | None = None,
    ) -> UUID:
        same = transaction.execute(_SAME, {"citizen": citizen_hash, **_row(position)}).one_or_none()
        staff_id: UUID = same.staff_id if same else ids.new_id()
        if same and same.department == position.department and invitation_id is None:
            return staff_id
        sealed = self._sealer.seal_value(staff_id, PLACE, name) if name else None
        row = {"staff_id": staff_id, "citizen": citizen_hash, "name": sealed, **_row(position)}
        transaction.execute(_SAVE, row)
        fact = StaffGranted(
            staff_id=staff_id,
            subject_id=staff_id,
            authority=position.authority,
            role=position.role,
            department=position.department,
            invitation_id=invitation_id,
            person_key=citizen_hash,
            name=name,
        )
        self._append(transaction, staff_id, fact, origin)
        return staff_id

    def _append(
        self, transaction: sa.Connection, staff_id: UUID, fact: StaffGranted | StaffRevoked, origin: Origin
    ) -> None:
        stream = f"staff-{staff_id}"
        version: int = transaction.execute(_VERSION, {"stream": stream}).scalar_one()
        self._log.append(transaction, self._log.seal([Append(stream, version, [fact], origin)]))

    def _member(self, row: sa.Row[Any]) -> Member:
        told = self._sealer.open_value(row.name, PLACE) if row.name else None
        position = Position(row.authority, StaffRole(row.role), row.department)
        return Member(row.staff_id, position, None if told is GONE else told)

    def _hash(self, code: str) -> str:
        return keyed_hash(self._pepper, f"invitation\n{ids.normal_tracking_code(code)}")


def _row(position: Position) -> dict[str, str | None]:
    return {"authority": position.authority, "role": position.role.value, "department": position.department}
