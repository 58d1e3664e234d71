"""When a petitioner is invited to say how it went, the invitation goes to the phone, outside of the quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.notification.messages import invited_text
from services.notification.outbound import Text
from services.notification.queries import Petitions, Policies
from services.notification.status_texts import is_outdated, quiet_until
from services.notification.texting import Addressee, link_base, text_for
from shared.contracts.authority import TextSettings
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.survey import SurveyInvited
from shared.kernel import clock
from shared.messaging.reaction import Postponed

QUEUE: Final = "notification.survey_invited"
TEMPLATE: Final = "survey"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Late: nobody is asked how it went when the petition was opened again meanwhile. Before the read models have seen
    the petition or its authority: it goes, by the usual hours."""

    petitions: Petitions
    policies: Policies

    def __call__(self, envelope: Envelope, fact: Fact) -> Text | None:
        assert isinstance(fact, SurveyInvited)
        petition, policy = self.petitions.of(fact.petition_id), self.policies.of(fact.authority)
        if petition and is_outdated(petition.moves, fact.resolution):
            return None
        if until := quiet_until(clock.now(), policy.texts if policy else TextSettings()):
            raise Postponed(until)
        who = Addressee(fact.petition_id, fact.number, fact.subject_id, fact.to)
        text = invited_text(fact.number, fact.tracking_code, link_base(fact.sms))
        return text_for(envelope, TEMPLATE, who, fact.sms, text)
