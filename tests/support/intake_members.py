"""Members at intake: they file with nothing typed, and claim what they filed without logging in."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import httpx

from services.intake.filing import MemberIdentity
from services.intake.proofs.memory_proofs import OTP
from tests.samples.petitions import address, body, petitioner
from tests.support.gateways import bearing, claims_of, signed
from tests.support.intake import PETITIONS, IntakeOffice

CLAIMS: Final = "/api/intake/v1/me/claims"
PHONE: Final = "081-234-5678"
CITIZEN_ID: Final = "1101700207129"
OTHER_CITIZEN_ID: Final = "1999900000013"


class Someone:
    """A member whom identity knows."""

    def __init__(self, office: IntakeOffice, citizen_id: str = CITIZEN_ID) -> None:
        self.office, self.id = office, uuid4()
        told = {"given_name": "สมชาย", "citizen_id": citizen_id, "phone": "+66898765432", "address": address()}
        office.members.known[str(self.id)] = MemberIdentity.model_validate({"subject_id": self.id, **told})
        self.token = bearing(signed(claims_of("member", "", sub=str(self.id), name="")))

    def post(self, path: str, **told: Any) -> httpx.Response:
        """Ask intake in the member's name."""
        answer: httpx.Response = self.office.client.post(path, json=told, headers=self.token)
        return answer

    def file(self, authority: str = "kathu") -> str:
        """The number of a petition with nothing personal typed."""
        headers = {"Idempotency-Key": str(uuid4()), **self.token}
        content = body(authority=authority, petitioner=None)
        answer = self.office.client.post(PETITIONS, json=content, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def ask(self, phone: str = PHONE) -> str:
        """A code, for petitions with that phone; the handle."""
        answer = self.post(CLAIMS, phone=phone)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def prove(self, handle: str, phone: str = PHONE, otp: str = OTP) -> httpx.Response:
        """Tell the code."""
        return self.post(f"{CLAIMS}/{handle}", phone=phone, otp=otp)

    def claim(self) -> list[str]:
        """The numbers of what is the member's now."""
        answer = self.prove(self.ask())
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        numbers: list[str] = answer.json()["numbers"]
        return numbers


def anonymous(office: IntakeOffice, citizen_id: str = CITIZEN_ID, phone: str = "0812345678") -> str:
    """The number of a petition that was filed without logging in."""
    return office.number(petitioner=petitioner(citizen_id=citizen_id, phone=phone))
