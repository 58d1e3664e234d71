"""One text message: what is known of it after its facts, and what is to be done next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.notification.receipts import Receipt
from services.notification.sms.gateway import Accepted, Outcome, Rejected, Unknown
from shared.contracts.fact import Fact
from shared.contracts.notification import (
    SmsAccepted,
    SmsDelivered,
    SmsFailed,
    SmsOutcomeUnknown,
    SmsRequested,
    SmsUndelivered,
)


class MessageState(StrEnum):
    """`requested` without an outcome is unknown as well: whoever sent it died before it could tell."""

    NEW = "new"
    REQUESTED = "requested"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Message:
    """`version` is that of the stream; `attempts` counts calls to the gateway that were begun, `unknown` those of which
    nobody knows what came; `code` says why it failed."""

    state: MessageState = MessageState.NEW
    attempts: int = 0
    unknown: int = 0
    version: int = 0
    provider_ref: str | None = None
    at: datetime | None = None
    code: str | None = None

    @property
    def is_settled(self) -> bool:
        """Nothing is to be sent any more."""
        return self.state not in (MessageState.NEW, MessageState.REQUESTED, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class About:
    """Which message, of which petition."""

    message_id: UUID
    petition_id: UUID
    number: str


def about(first: Fact) -> About:
    """What a message's first fact tells it is about. Raises TypeError for a fact that begins no message."""
    if isinstance(first, SmsRequested | SmsFailed):
        return About(first.message_id, first.petition_id, first.number)
    raise TypeError(first.TYPE)


def fold(facts: Iterable[Fact]) -> Message:
    """The message after its facts."""
    message = Message()
    for fact in facts:
        message = evolve(message, fact)
    return message


def evolve(message: Message, fact: Fact) -> Message:
    """The message after one more fact. Delivery is final, and a receipt says more than the acceptance, however late
    that is recorded."""
    seen = replace(message, version=message.version + 1)
    match fact:
        case SmsAccepted(provider_ref=ref) if message.state in (MessageState.DELIVERED, MessageState.UNDELIVERED):
            return replace(seen, provider_ref=ref)
        case _ if message.state is MessageState.DELIVERED:
            return seen
        case SmsRequested():
            return replace(seen, state=MessageState.REQUESTED, attempts=message.attempts + 1)
        case SmsAccepted(provider_ref=ref):
            return replace(seen, state=MessageState.ACCEPTED, provider_ref=ref)
        case SmsOutcomeUnknown():
            return replace(seen, state=MessageState.UNKNOWN, unknown=message.unknown + 1)
        case SmsFailed(code=code):
            return replace(seen, state=MessageState.FAILED, code=code)
        case SmsDelivered(at=at):
            return replace(seen, state=MessageState.DELIVERED, at=at)
        case SmsUndelivered(at=at):
            return replace(seen, state=MessageState.UNDELIVERED, at=at)
        case _:
            return seen


def after_sending(which: About, attempt: int, outcome: Outcome) -> Fact | None:
    """The fact that the gateway's answer makes; None when surely nothing was sent and it is to be tried again."""
    known = asdict(which)
    match outcome:
        case Accepted(provider_ref=ref):
            return SmsAccepted(**known, provider_ref=ref)
        case Rejected(code=code, permanent=True):
            return SmsFailed(**known, code=code)
        case Unknown():
            return SmsOutcomeUnknown(**known, attempt=attempt)
        case _:
            return None


def is_news(message: Message, answer: Fact) -> bool:
    """Whether the gateway's answer, recorded late, still tells anything. An acceptance does once, after a receipt."""
    return message.provider_ref is None if isinstance(answer, SmsAccepted) else not message.is_settled


def after_receipt(which: About, message: Message, receipt: Receipt) -> Fact | None:
    """The fact that a receipt makes; None when it tells nothing new: delivered is final, undelivered said once."""
    known = asdict(which) | {"at": receipt.at}
    if message.state in (MessageState.NEW, MessageState.DELIVERED):
        return None
    if receipt.delivered:
        return SmsDelivered(**known)
    return None if message.state is MessageState.UNDELIVERED else SmsUndelivered(**known, code=receipt.code)
