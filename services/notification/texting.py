"""Reactions that text: each fact of a queue makes the text that is composed for it, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

import sqlalchemy as sa

from services.notification.message import About
from services.notification.outbound import Outbound, Text
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.petition import SmsPolicy
from shared.eventlog.log import caused_by
from shared.eventlog.reading import Reader
from shared.kernel import ids
from shared.messaging.reaction import Claim

ACTOR: Final = "notification"
Compose = Callable[[Envelope, Fact], Text | None]
"""What is to be sent because of a fact, if anything; raises Postponed while it is too early."""


@dataclass(frozen=True, slots=True)
class Texting:
    """Twice, or dead in the middle: a message's id comes from the fact's id, so it is one message all the same."""

    looks_itself: ClassVar[bool] = True

    engine: sa.Engine
    reader: Reader
    outbound: Outbound
    compose: Compose

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        text = self.compose(envelope, self.reader.read(envelope))
        if text is not None:
            self.outbound.reach(text, caused_by(envelope, ACTOR), claim)
            return
        with self.engine.begin() as transaction:
            if not claim(transaction):
                transaction.rollback()


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose phone it is, and because of which petition."""

    petition_id: UUID
    number: str
    subject_id: UUID
    phone: str


def text_for(envelope: Envelope, template: str, who: Addressee, sms: SmsPolicy, text: str) -> Text:
    """The one text of this template that a fact makes."""
    return Text(
        about=About(ids.derived_id(f"sms/{envelope.id}/{template}"), who.petition_id, who.number),
        subject_id=who.subject_id,
        template=template,
        to=who.phone,
        text=text,
        sender=sms.sender,
    )


def link_base(sms: SmsPolicy) -> str | None:
    """Where links of the authority lead; None unless it allows them."""
    return sms.link_base if sms.include_link else None
