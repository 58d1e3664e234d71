"""Tracking: what it reacts to."""

from __future__ import annotations

from typing import Final

from services.tracking import on_fact, on_petition_erased, on_petition_filed
from shared.contracts.envelope import Envelope
from shared.messaging.entrypoint import DeskProvider, reacts_to
from shared.messaging.reaction import Claim, Desk


class TrackingService:
    """Read models and the index. Facts share a transaction when they arrive together, hence the prefetch."""

    name: Final = "tracking"
    desk: Desk = DeskProvider()

    @reacts_to(on_fact.QUEUE, prefetch=200)
    def fact(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_fact.QUEUE](envelope, claim)

    @reacts_to(on_petition_filed.QUEUE, prefetch=64)
    def petition_filed(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_filed.QUEUE](envelope, claim)

    @reacts_to(on_petition_erased.QUEUE, prefetch=2)
    def petition_erased(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_erased.QUEUE](envelope, claim)
