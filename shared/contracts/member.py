"""What identity tells about members and logins. Personal fields are sealed with the member's own key."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from shared.contracts.fact import PERSONAL, Fact
from shared.contracts.petition import Address, PersonalValue


class MemberProfile(PersonalValue):
    """Who a member is. Names and `citizen_id` (13 digits) are the provider's word; title, `phone` (E.164), `email` and
    address are the member's own."""

    title: str | None = None
    given_name: str
    family_name: str | None = None
    citizen_id: str
    phone: str
    email: str | None = None
    address: Address | None = None


class MemberRegistered(Fact):
    """A person whom a Digital ID provider vouched for made an account. The subject is the member."""

    TYPE: ClassVar[str] = "member.registered"
    subject_id: UUID
    profile: Annotated[MemberProfile, PERSONAL]
    provider: str
    assurance_level: str | None = None


class MemberProfileChanged(Fact):
    """From now on this is the member's profile: changed by the member, or told anew by a provider at a login."""

    TYPE: ClassVar[str] = "member.profile_changed"
    subject_id: UUID
    profile: Annotated[MemberProfile, PERSONAL]
    provider: str | None = None
    assurance_level: str | None = None


class MemberErased(Fact):
    """The member asked to be forgotten (PDPA B.E. 2562 s. 33): the key that seals everything about them goes."""

    TYPE: ClassVar[str] = "member.erased"
    subject_id: UUID


class ConsentGiven(Fact):
    """The member agreed to that version of the text about that purpose (PDPA s. 19)."""

    TYPE: ClassVar[str] = "consent.given"
    subject_id: UUID
    purpose: str
    version: str


class ConsentWithdrawn(Fact):
    """The member no longer agrees; `version` is the one that had been agreed to."""

    TYPE: ClassVar[str] = "consent.withdrawn"
    subject_id: UUID
    purpose: str
    version: str


class LoginSucceeded(Fact):
    """A provider vouched for somebody; `person_id` is the subject that a member's facts carry, and is no name."""

    TYPE: ClassVar[str] = "login.succeeded"
    login_id: UUID
    provider: str
    person_id: UUID
    assurance_level: str | None = None


class LoginFailed(Fact):
    """A login that was begun did not end in a session; `reason` is a code and tells nothing about a person."""

    TYPE: ClassVar[str] = "login.failed"
    login_id: UUID
    provider: str
    reason: str
