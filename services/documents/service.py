"""Documents: what it reacts to."""

from __future__ import annotations

from typing import Final

from services.documents import (
    on_department_changed,
    on_petition_accepted,
    on_petition_claimed,
    on_petition_erased,
    on_petition_filed,
    on_uploads_named,
)
from shared.contracts.envelope import Envelope
from shared.messaging.entrypoint import DeskProvider, reacts_to
from shared.messaging.reaction import Claim, Desk


class DocumentsService:
    """Forms and attachments. Few at a time: printing keeps a processor busy."""

    name: Final = "documents"
    desk: Desk = DeskProvider()

    @reacts_to(on_petition_filed.QUEUE, prefetch=4)
    def petition_filed(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_filed.QUEUE](envelope, claim)

    @reacts_to(on_petition_accepted.QUEUE, prefetch=2)
    def petition_accepted(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_accepted.QUEUE](envelope, claim)

    @reacts_to(on_uploads_named.QUEUE, prefetch=4)
    def uploads_named(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_uploads_named.QUEUE](envelope, claim)

    @reacts_to(on_petition_claimed.QUEUE)
    def petition_claimed(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_claimed.QUEUE](envelope, claim)

    @reacts_to(on_petition_erased.QUEUE, prefetch=2)
    def petition_erased(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_petition_erased.QUEUE](envelope, claim)

    @reacts_to(on_department_changed.QUEUE)
    def department_changed(self, envelope: Envelope, claim: Claim) -> None:
        self.desk.reactions[on_department_changed.QUEUE](envelope, claim)
