"""The port: who a member is, told by identity when the member files."""

from __future__ import annotations

from typing import Protocol

from services.intake.filing import MemberIdentity


class MembersUnavailable(Exception):
    """Identity does not answer: whoever files as anybody is not concerned."""


class NoSuchMember(Exception):
    """The account was erased, or never was."""


class Members(Protocol):
    """Asked once for each filing by a member."""

    def identity_of(self, person_id: str) -> MemberIdentity | None:
        """The verified data; None for a member who no longer agrees to their use.

        Raises NoSuchMember, MembersUnavailable.
        """
        ...
