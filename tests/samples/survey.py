"""Samples for the survey's decisions. Nobody in here exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from services.survey.chance import Chance, Contact, Petition, Policy, Told
from services.survey.commands import Answer
from shared.contracts.petition import SmsPolicy
from tests.samples.petitions import NOW, OTHER_ID, PETITION_ID, SUBJECT_ID

NEW: Final = Chance()
NO_LINKS: Final = SmsPolicy(include_link=False, link_base=None, sender="KATHU")
POLICY: Final = Policy(invite=True, reopen_days=14, sms=NO_LINKS)
CONTACT: Final = Contact("+66812345678", "6D0M5BX", "https://oss.example/t/6D0M5BX")
LATER: Final = NOW + timedelta(days=1)


def ended(**changed: Any) -> Petition:
    """A petition that was resolved at NOW, for the first time."""
    usual: dict[str, Any] = {
        "petition_id": PETITION_ID, "number": "KT1080767000011", "authority": "kathu", "subject_id": SUBJECT_ID,
        "state": "resolved", "resolution": 1, "ended_at": NOW,
    }  # fmt: skip
    return Petition(**usual | changed)


def told(at: datetime = LATER, **changed: Any) -> Told:
    """A right answer that came the day after, with these changes."""
    usual: dict[str, Any] = {"tracking_code": "6D0M5BX", "rating": 4, "solved": "yes"}
    return Told(Answer.model_validate(usual | changed), OTHER_ID, at)
