"""Tracking: what it reacts to."""

from __future__ import annotations

from typing import Final

from services.tracking.on_fact import QUEUE
from shared.contracts.envelope import Envelope
from shared.messaging.entrypoint import DeskProvider, reacts_to
from shared.messaging.reaction import Claim, Desk


class TrackingService:
    """Read models. Facts that arrive together share a transaction, hence the prefetch."""

    name: Final = "tracking"
    desk: Desk = DeskProvider()

    @reacts_to(QUEUE, prefetch=200)
    def fact(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[QUEUE](envelope, claim)
