"""A member: registered once, changed, agreeing and withdrawing, at last erased. Decides and folds; no technology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from services.identity.consents import ACCOUNT, CURRENT
from services.identity.login import VerifiedPerson
from shared.contracts.fact import Fact
from shared.contracts.member import (
    ConsentGiven,
    ConsentWithdrawn,
    MemberErased,
    MemberProfile,
    MemberProfileChanged,
    MemberRegistered,
)
from shared.contracts.petition import Address

VERIFIED: Final = ("given_name", "family_name", "citizen_id")
"""What the provider tells outranks what the member says."""


class Refused(Exception):
    """A command that changes nothing. `str()` is Thai and may be shown."""


class ConsentOutdated(Refused):
    """The version is not the one in force: the member has to read that."""

    def __init__(self) -> None:
        super().__init__("ข้อความยินยอมมีการปรับปรุง กรุณาอ่านและยินยอมฉบับปัจจุบัน")


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """What members say themselves."""

    title: str | None
    phone: str
    email: str | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """As the facts tell; `consents` are versions by purpose."""

    subject_id: UUID
    profile: MemberProfile
    provider: str
    assurance_level: str | None
    consents: Mapping[str, str] = field(default_factory=dict)
    erased: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the data may be used for the account."""
        return ACCOUNT in self.consents and not self.erased


def register(
    person_id: UUID, person: VerifiedPerson, provider: str, contact: Contact, consent_version: str
) -> list[Fact]:
    """Make the account. Raises ConsentOutdated."""
    consent = given(person_id, ACCOUNT, consent_version)
    registered = MemberRegistered(
        subject_id=person_id,
        profile=_profile(person, contact),
        provider=provider,
        assurance_level=person.assurance_level,
    )
    return [registered, consent]


def verified_anew(member: Member, person: VerifiedPerson, provider: str) -> list[Fact]:
    """A login told other names, or another assurance: the profile follows. Nothing when all is as it was."""
    told = {name: getattr(person, name) for name in VERIFIED}
    profile = member.profile.model_copy(update=told)
    if (profile, person.assurance_level) == (member.profile, member.assurance_level):
        return []
    return [
        MemberProfileChanged(
            subject_id=member.subject_id, profile=profile, provider=provider, assurance_level=person.assurance_level
        )
    ]


def change_contact(member: Member, contact: Contact) -> list[Fact]:
    """Other contact data. Nothing when they are the same."""
    told = {"title": contact.title, "phone": contact.phone, "email": contact.email, "address": contact.address}
    profile = member.profile.model_copy(update=told)
    if profile == member.profile:
        return []
    return [MemberProfileChanged(subject_id=member.subject_id, profile=profile, assurance_level=member.assurance_level)]


def agree(member: Member, purpose: str, version: str) -> list[Fact]:
    """Agree to the version in force. Nothing when that is done already. Raises ConsentOutdated."""
    consent = given(member.subject_id, purpose, version)
    return [] if member.consents.get(purpose) == version else [consent]


def withdraw(member: Member, purpose: str) -> list[Fact]:
    """Agree no longer. Nothing when that was so before."""
    version = member.consents.get(purpose)
    if version is None:
        return []
    return [ConsentWithdrawn(subject_id=member.subject_id, purpose=purpose, version=version)]


def given(subject_id: UUID, purpose: str, version: str) -> ConsentGiven:
    """The consent to the text in force. Raises ConsentOutdated."""
    text = CURRENT.get(purpose)
    if text is None or text.version != version:
        raise ConsentOutdated
    return ConsentGiven(subject_id=subject_id, purpose=purpose, version=version)


def fold(facts: Sequence[Fact]) -> Member | None:
    """The member as the facts of the stream tell; None when there are none."""
    member: Member | None = None
    for fact in facts:
        member = evolve(member, fact)
    return member


def evolve(member: Member | None, fact: Fact) -> Member | None:
    """The member after the fact."""
    if isinstance(fact, MemberRegistered):
        return Member(fact.subject_id, fact.profile, fact.provider, fact.assurance_level)
    if member is None:
        return None
    match fact:
        case MemberProfileChanged():
            provider = fact.provider or member.provider
            return replace(member, profile=fact.profile, provider=provider, assurance_level=fact.assurance_level)
        case ConsentGiven():
            return replace(member, consents={**member.consents, fact.purpose: fact.version})
        case ConsentWithdrawn():
            left = {purpose: version for purpose, version in member.consents.items() if purpose != fact.purpose}
            return replace(member, consents=left)
        case MemberErased():
            return replace(member, erased=True, consents={})
        case _:
            return member


def _profile(person: VerifiedPerson, contact: Contact) -> MemberProfile:
    return MemberProfile(
        title=contact.title or person.title,
        given_name=person.given_name,
        family_name=person.family_name,
        citizen_id=person.citizen_id,
        phone=contact.phone,
        email=contact.email,
        address=contact.address,
    )
