"""Intake behind its gateway, with the sample authorities, and citizens who file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi.testclient import TestClient

from services.intake.gateway import gateway
from services.intake.members.members import Members
from services.intake.members.memory_members import MemoryMembers
from services.intake.proofs.memory_proofs import MemoryProofs
from services.intake.settings import IntakeSettings
from services.intake.wiring import Intake, build
from shared.gateway.tokens import Gatekeeper
from tests.samples.petitions import AUTHORITIES, body
from tests.support.gateways import CAPABILITY_KEY, GATEKEEPER, KEK, PEPPER, PUBLIC_URL, base64_of, calling, staff

PETITIONS = "/api/intake/v1/petitions"


@dataclass(frozen=True)
class IntakeOffice:
    """A running intake. Limits are off unless they were set."""

    intake: Intake
    client: TestClient
    url: str
    keyring_url: str
    members: MemoryMembers
    proofs: MemoryProofs

    def file(self, key: str | None = None, **changed: Any) -> httpx.Response:
        """File a right petition with these changes."""
        return self.post(body(**changed), key)

    def post(self, content: Any, key: str | None = None) -> httpx.Response:
        """File whatever it is."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        answer: httpx.Response = self.client.post(PETITIONS, json=content, headers=headers)
        return answer

    def number(self, **changed: Any) -> str:
        """The number of a new petition."""
        answer = self.file(**changed)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def command(self, number: str, name: str, role: str = "head", /, **given: Any) -> httpx.Response:
        """Give a command as staff of Kathu."""
        address = f"{PETITIONS}/{number}/{name}"
        answer: httpx.Response = self.client.post(address, json=given, headers=staff(role))
        return answer

    def done(self, number: str, name: str, role: str = "head", /, **given: Any) -> dict[str, Any]:
        """Give a command that must succeed."""
        answer = self.command(number, name, role, **given)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def subject_of(self, number: str) -> UUID:
        """The data subject of a petition."""
        return self.intake.cases.find(number).petition.subject_id


def intake_settings(url: str, keyring_url: str, **changed: Any) -> IntakeSettings:
    """Settings without limits."""
    usual: dict[str, Any] = {"filing_limit_per_client": "", "filing_limit_per_phone": "", "public_url": PUBLIC_URL}
    return IntakeSettings(
        intake_database_url=url,
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        pepper=base64_of(PEPPER),
        capability_key=base64_of(CAPABILITY_KEY),
        **usual | changed,
    )


@contextmanager
def intake_office(
    url: str, keyring_url: str, members: Members | None = None, gatekeeper: Gatekeeper = GATEKEEPER, **changed: Any
) -> Iterator[IntakeOffice]:
    """One intake process over the database. Members are in memory, unless identity itself tells of them."""
    intake = build(intake_settings(url, keyring_url, **changed))
    for profile in AUTHORITIES.values():
        intake.authorities.apply(profile, "operator")
    in_memory, proofs = MemoryMembers(), MemoryProofs(CAPABILITY_KEY)
    with calling(gateway(intake, members or in_memory, proofs), gatekeeper) as client:
        yield IntakeOffice(intake, client, url, keyring_url, in_memory, proofs)
