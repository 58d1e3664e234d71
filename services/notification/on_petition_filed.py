"""When a petition is filed, its number goes to the petitioner's phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.notification.message import About
from services.notification.messages import filed_text
from services.notification.outbound import Outbound, Text
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionFiled
from shared.eventlog.log import caused_by
from shared.eventlog.reading import Reader
from shared.kernel import ids
from shared.messaging.reaction import Claim

QUEUE: Final = "notification.petition_filed"
TEMPLATE: Final = "filed"


@dataclass(frozen=True, slots=True)
class OnPetitionFiled:
    """Twice, late or out of order: the message's id comes from the fact's id, so it is one message all the same."""

    reader: Reader
    outbound: Outbound

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        fact = self.reader.read(envelope)
        assert isinstance(fact, PetitionFiled)
        self.outbound.reach(_text(envelope, fact), caused_by(envelope, "notification"), claim)


def _text(envelope: Envelope, fact: PetitionFiled) -> Text:
    link_base = fact.sms.link_base if fact.sms.include_link else None
    return Text(
        about=About(ids.derived_id(f"sms/{envelope.id}/{TEMPLATE}"), fact.petition_id, fact.number),
        subject_id=fact.subject_id,
        template=TEMPLATE,
        to=fact.petitioner.phone,
        text=filed_text(fact.number, fact.tracking_code, link_base),
        sender=fact.sms.sender,
    )
