"""Intake: what it reacts to."""

from __future__ import annotations

from typing import Final

from services.intake import on_member_erased, on_petition_ended, on_survey_answered
from shared.contracts.envelope import Envelope
from shared.messaging.entrypoint import DeskProvider, reacts_to
from shared.messaging.reaction import Claim, Desk


class IntakeService:
    """Petitions, as far as others' facts concern them."""

    name: Final = "intake"
    desk: Desk = DeskProvider()

    @reacts_to(on_survey_answered.QUEUE)
    def survey_answered(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_survey_answered.QUEUE](envelope, claim)

    @reacts_to(on_petition_ended.QUEUE)
    def petition_ended(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_ended.QUEUE](envelope, claim)

    @reacts_to(on_member_erased.QUEUE)
    def member_erased(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_member_erased.QUEUE](envelope, claim)
