"""Codes in memory, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from services.intake.proofs.proofs import Begun, ProofRefused, ProofsUnavailable, Why
from shared.gateway.petitioner import grant
from shared.kernel import clock, ids

OTP = "042917"


@dataclass(slots=True)
class MemoryProofs:
    """The code is always the same; `asked` holds what each handle was asked for, and by which client."""

    key: bytes
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: bool = True
    closed: bool = False
    """As when there were too many."""

    def ask(self, number: str, client: str) -> Begun:
        self._answer()
        handle = ids.new_handle()
        self.asked[handle] = (number, client)
        return Begun(handle, clock.now() + timedelta(minutes=10))

    def token(self, begun_id: str, otp: str, client: str) -> str:
        self._answer()
        number = self.asked.pop(begun_id, ("", ""))[0] if otp == OTP else ""
        if not number:
            raise ProofRefused(Why.WRONG)
        return grant(self.key, number).token

    def _answer(self) -> None:
        if not self.answers:
            raise ProofsUnavailable
        if self.closed:
            raise ProofRefused(Why.TOO_MANY, "60")
