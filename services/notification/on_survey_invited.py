"""When a petitioner is invited to say how it went, the invitation goes to the phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.notification.message import About
from services.notification.messages import invited_text
from services.notification.outbound import Outbound, Text
from shared.contracts.envelope import Envelope
from shared.contracts.survey import SurveyInvited
from shared.eventlog.log import caused_by
from shared.eventlog.reading import Reader
from shared.kernel import ids
from shared.messaging.reaction import Claim

QUEUE: Final = "notification.survey_invited"
TEMPLATE: Final = "survey"


@dataclass(frozen=True, slots=True)
class OnSurveyInvited:
    """Twice, late or out of order: the message's id comes from the fact's id, so it is one message all the same."""

    reader: Reader
    outbound: Outbound

    def __call__(self, envelope: Envelope, claim: Claim) -> None:
        fact = self.reader.read(envelope)
        assert isinstance(fact, SurveyInvited)
        self.outbound.reach(_text(envelope, fact), caused_by(envelope, "notification"), claim)


def _text(envelope: Envelope, fact: SurveyInvited) -> Text:
    link_base = fact.sms.link_base if fact.sms.include_link else None
    return Text(
        about=About(ids.derived_id(f"sms/{envelope.id}/{TEMPLATE}"), fact.petition_id, fact.number),
        subject_id=fact.subject_id,
        template=TEMPLATE,
        to=fact.to,
        text=invited_text(fact.number, fact.tracking_code, link_base),
        sender=fact.sms.sender,
    )
