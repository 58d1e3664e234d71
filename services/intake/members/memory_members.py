"""Members in memory, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.intake.filing import MemberIdentity
from services.intake.members.members import MembersUnavailable, NoSuchMember


@dataclass(slots=True)
class MemoryMembers:
    """`known` by person id; None for who withdrew consent."""

    known: dict[str, MemberIdentity | None] = field(default_factory=dict)
    answers: bool = True

    def identity_of(self, person_id: str) -> MemberIdentity | None:
        if not self.answers:
            raise MembersUnavailable
        if person_id not in self.known:
            raise NoSuchMember
        return self.known[person_id]
