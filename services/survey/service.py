"""Survey: what it reacts to."""

from __future__ import annotations

from typing import Final

from services.survey import on_fact, on_petition_resolved
from shared.contracts.envelope import Envelope
from shared.messaging.entrypoint import DeskProvider, reacts_to
from shared.messaging.reaction import Claim, Desk


class SurveyService:
    """Read models, and invitations. Facts that arrive together share a transaction, hence the prefetch."""

    name: Final = "survey"
    desk: Desk = DeskProvider()

    @reacts_to(on_fact.QUEUE, prefetch=200)
    def fact(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_fact.QUEUE](envelope, claim)

    @reacts_to(on_petition_resolved.QUEUE)
    def petition_resolved(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_resolved.QUEUE](envelope, claim)
