"""What notification tells: each text that was sent to a citizen's phone, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from shared.contracts.fact import PERSONAL, Fact


class SmsRequested(Fact):
    """An attempt to send is about to start; recorded before the gateway is called."""

    TYPE: ClassVar[str] = "sms.requested"
    message_id: UUID
    petition_id: UUID
    number: str
    template: str
    segments: int
    attempt: int
    subject_id: UUID
    to: Annotated[str, PERSONAL]
    text: Annotated[str, PERSONAL]


class SmsAccepted(Fact):
    """The gateway took the message over."""

    TYPE: ClassVar[str] = "sms.accepted"
    message_id: UUID
    petition_id: UUID
    number: str
    provider_ref: str


class SmsFailed(Fact):
    """The message will not be sent: the gateway refused it for good, or every attempt failed."""

    TYPE: ClassVar[str] = "sms.failed"
    message_id: UUID
    petition_id: UUID
    number: str
    code: str


class SmsOutcomeUnknown(Fact):
    """The gateway may or may not have the message: the connection ended after it was sent."""

    TYPE: ClassVar[str] = "sms.outcome_unknown"
    message_id: UUID
    petition_id: UUID
    number: str
    attempt: int


class SmsDelivered(Fact):
    """The operator reported the message on the phone."""

    TYPE: ClassVar[str] = "sms.delivered"
    message_id: UUID
    petition_id: UUID
    number: str
    at: datetime


class SmsUndelivered(Fact):
    """The operator reported that the message did not reach the phone."""

    TYPE: ClassVar[str] = "sms.undelivered"
    message_id: UUID
    petition_id: UUID
    number: str
    code: str
    at: datetime
