"""Notification: what it reacts to."""

from __future__ import annotations

from typing import Final

from services.notification import on_fact, on_petition_filed, on_petition_status, on_survey_invited
from shared.contracts.envelope import Envelope
from shared.messaging.entrypoint import DeskProvider, reacts_to
from shared.messaging.reaction import Claim, Desk

IN_HAND: Final = 160
"""Texts at once: of a second and a half at a hundred a second. Mostly they wait for statements that they share."""

TOGETHER: Final = 200


class NotificationService:
    """Texts to phones, and what is known for them. Facts that arrive together share a transaction, hence `TOGETHER`."""

    name: Final = "notification"
    desk: Desk = DeskProvider()

    @reacts_to(on_petition_filed.QUEUE, prefetch=IN_HAND)
    def petition_filed(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_filed.QUEUE](envelope, claim)

    @reacts_to(on_survey_invited.QUEUE, prefetch=IN_HAND)
    def survey_invited(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_survey_invited.QUEUE](envelope, claim)

    @reacts_to(on_petition_status.QUEUE, prefetch=IN_HAND)
    def petition_status(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_status.QUEUE](envelope, claim)

    @reacts_to(on_fact.QUEUE, prefetch=TOGETHER)
    def fact(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_fact.QUEUE](envelope, claim)
