"""The port to whoever texts a code to a petitioner. A sender never raises for what happens on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Otp:
    """One code for one phone; asked for again with the same `message_id`, it is the same text. `to` is E.164."""

    message_id: UUID
    petition_id: UUID
    number: str
    authority: str
    subject_id: UUID
    to: str = field(repr=False)
    otp: str = field(repr=False)
    sender: str


class Outcome(StrEnum):
    """What the caller may do next."""

    SENT = "sent"
    """It is or may be on the phone: nothing more."""
    LATER = "later"
    """Surely not sent: another code, under another message id, may be tried later."""
    REFUSED = "refused"
    """This phone or person gets none."""
    NO_ANSWER = "no_answer"
    """Nobody knows: the same may be asked again, and is sent once all the same."""


class OtpSender(Protocol):
    def send(self, otp: Otp) -> Outcome:
        """Have it sent, at most once per message id, within time limits. Never tries again by itself."""
