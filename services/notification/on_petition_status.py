"""When a petition moves on, its petitioner is told by text: what the authority wants told, in its words and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notification.messages import link_to
from services.notification.outbound import Text
from services.notification.queries import Petitions, Policies
from services.notification.status_texts import (
    EVENTS,
    Petition,
    Policy,
    is_news,
    is_told,
    is_true,
    own_wording,
    quiet_until,
    shortened,
    wording,
)
from services.notification.texting import Addressee, link_base, text_for
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.petition import InformationRequested, OfPetition, PetitionScheduled
from shared.kernel import clock
from shared.kernel.thai import thai_date
from shared.messaging.reaction import Postponed
from shared.projecting.reaction import Projecting

QUEUE: Final = "notification.petition_status"
TEMPLATES: Final = {name: name.removeprefix("petition.") for name in EVENTS}
"""What staff see it called."""


class NotSeen(LookupError):
    """The read models are to hold a fact that they were given, and do not: a defect, told before a fact is lost."""


@dataclass(frozen=True, slots=True)
class StatusTexts:
    """Out of order: the read models first take in the fact and all before it. Late, after quiet hours or an outage:
    what is not true any more, or no news, is not told; what came after it tells for itself."""

    following: Projecting
    petitions: Petitions
    policies: Policies

    def __call__(self, envelope: Envelope, fact: Fact) -> Text | None:
        assert isinstance(fact, OfPetition)
        self.following.follow(envelope)
        petition, policy = self.petitions.of(fact.petition_id), self.policies.of(fact.authority)
        if petition is None or policy is None:
            raise NotSeen(envelope.type)
        if not _is_due(envelope, petition, policy):
            return None
        if until := quiet_until(clock.now(), policy.texts):
            raise Postponed(until)
        text = wording(envelope.type, own_wording(envelope.type, policy), _gaps(envelope, fact, petition, policy))
        return text_for(envelope, TEMPLATES[envelope.type], _addressee(petition), policy.sms, text)


def _is_due(envelope: Envelope, petition: Petition, policy: Policy) -> bool:
    news, true = is_news(envelope.time, clock.now()), is_true(petition.moves, envelope.id, policy)
    return news and true and is_told(envelope.type, policy)


def _addressee(petition: Petition) -> Addressee:
    return Addressee(petition.petition_id, petition.number, petition.subject_id, petition.phone)


def _gaps(envelope: Envelope, fact: Fact, petition: Petition, policy: Policy) -> dict[str, str]:
    gaps = {
        "number": petition.number,
        "department": petition.department_name,
        "phone": policy.phones.get(petition.department, policy.phone),
        "date": thai_date(_day(envelope, fact)),
    }
    if isinstance(fact, InformationRequested):
        gaps["question"] = shortened(fact.question)
    if base := link_base(policy.sms):
        gaps["link"] = link_to(base, petition.tracking_code)
    return gaps


def _day(envelope: Envelope, fact: Fact) -> datetime:
    return fact.scheduled_for if isinstance(fact, PetitionScheduled) else envelope.time
