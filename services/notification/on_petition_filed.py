"""When a petition is filed, its number goes to the petitioner's phone, at any hour."""

from __future__ import annotations

from typing import Final

from services.notification.messages import filed_text
from services.notification.outbound import Text
from services.notification.texting import Addressee, link_base, text_for
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.petition import PetitionFiled

QUEUE: Final = "notification.petition_filed"
TEMPLATE: Final = "filed"


def compose(envelope: Envelope, fact: Fact) -> Text:
    """One text, however late."""
    assert isinstance(fact, PetitionFiled)
    who = Addressee(fact.petition_id, fact.number, fact.subject_id, fact.petitioner.phone)
    text = filed_text(fact.number, fact.tracking_code, link_base(fact.sms))
    return text_for(envelope, TEMPLATE, who, fact.sms, text)
