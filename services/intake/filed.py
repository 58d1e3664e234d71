"""The fact that a filing makes. Pure, but for the tracking code, which is drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.catalogue import calendar_of, category_label, department_ref, find_category, find_service
from services.intake.commands import FilePetition
from services.intake.numbering import number_series, petition_number
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.petition import AuthoritySnapshot, PetitionFiled, SmsPolicy
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash
from shared.kernel.thai import fiscal_year


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to file. `key` identifies it, `fingerprint` its body (both keyed hashes)."""

    key: str
    fingerprint: str
    correlation_id: UUID


@dataclass(frozen=True, slots=True)
class Submission:
    """A checked filing on its way in."""

    command: FilePetition
    authority: AuthorityConfigured
    asked: Asked


@dataclass(frozen=True, slots=True)
class Filing:
    """A submission and the id that its petition will have."""

    submission: Submission
    petition_id: UUID

    @property
    def asked(self) -> Asked:
        return self.submission.asked


def series_of(filing: Filing, now: datetime) -> str:
    """The counter that the petition takes its running number from."""
    authority = filing.submission.authority
    return number_series(authority.code, filing.submission.command.service, now, authority.settings.number.restart)


def filed_fact(filing: Filing, running: int, now: datetime, pepper: bytes, public_url: str) -> PetitionFiled:
    """`petition.filed`, with everything as it stands at this moment. The command was checked against the profile."""
    command, authority = filing.submission.command, filing.submission.authority
    service, found = find_service(authority, command.service), find_category(authority, command.category)
    if service is None or found is None:
        raise LookupError(f"{authority.code}: {command.service}, {command.category}")
    department = department_ref(authority, found[1].department)
    if department is None:
        raise LookupError(f"{authority.code}: {found[1].department}")
    code = ids.new_tracking_code()
    return PetitionFiled(
        petition_id=filing.petition_id,
        number=petition_number(authority.prefix, service.digit, now, running),
        authority=authority.code,
        service=command.service,
        fiscal_year=fiscal_year(now),
        category=command.category,
        category_label=category_label(*found),
        department=department,
        filed_at=now,
        due_at=calendar_of(authority).after(now, found[1].due_days),
        tracking_code=code,
        tracking_code_hash=keyed_hash(pepper, code),
        tracking_url=f"{authority.settings.tracking_url_base or public_url}/t/{code}",
        subject_id=ids.new_id(),
        member_id=command.member_id,
        petitioner=command.petitioner,
        subject=command.subject,
        details=command.details,
        place=command.place,
        location=command.location,
        uploads=command.uploads,
        channel=command.channel,
        assurance_level=command.assurance_level,
        authority_snapshot=snapshot(authority),
        sms=SmsPolicy(**authority.settings.sms.model_dump()),
    )


def snapshot(authority: AuthorityConfigured) -> AuthoritySnapshot:
    """The authority as the printed form shows it."""
    return AuthoritySnapshot(name=authority.name_th, address=authority.address, phone=authority.phone)
