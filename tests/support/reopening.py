"""Answers to the survey, as they reach intake. Nobody in here exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from services.intake.on_survey_answered import QUEUE
from shared.contracts.envelope import Envelope
from shared.contracts.survey import SurveyAnswered
from shared.kernel import ids
from shared.messaging.inbox import handle_once
from tests.samples.petitions import NOW
from tests.support.feeds import MemoryFeed
from tests.support.gateways import facts_in
from tests.support.intake import IntakeOffice

REQUESTED: Final = "petition.reopening_requested"
RESOLVE: Final = {"outcome": "solved", "public_note": "ซ่อมเรียบร้อย"}


@dataclass(frozen=True)
class Answers:
    """The log of survey, and intake that reacts to it."""

    office: IntakeOffice
    log: MemoryFeed

    def ended(self) -> str:
        """The number of a petition that was resolved."""
        number = self.office.number()
        self.office.done(number, "accept")
        self.office.done(number, "resolve", **RESOLVE)
        return number

    def given(self, number: str, /, **changed: Any) -> Envelope:
        """The petitioner answers that nothing was solved, and asks to reopen."""
        petition = self.office.intake.cases.find(number).petition
        told: dict[str, Any] = {
            "answer_id": ids.new_id(), "authority": "kathu", "petition_id": petition.petition_id, "number": number,
            "resolution": 1, "rating": 1, "solved": "no", "subject_id": petition.subject_id, "comment": "ยังเป็นหลุม",
            "reopen": True, "answered_at": NOW, "fiscal_year": 2567,
        }  # fmt: skip
        fact = SurveyAnswered.model_validate(told | changed)
        return self.log.append(f"chance-{petition.petition_id}-1", fact)[0]

    def arrives(self, envelope: Envelope) -> None:
        """As a worker or a puller does: unless it was done before."""
        intake = self.office.intake
        handle_once(intake.engine, QUEUE, intake.desk.reactions[QUEUE], envelope)

    def requests(self) -> int:
        """How many requests were recorded."""
        return facts_in(self.office.url).count(REQUESTED)
