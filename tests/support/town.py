"""An authority with settings of its own, whose petitions a notification follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.notification.on_petition_status import QUEUE
from shared.contracts.authority import StatusText, TextSettings
from shared.contracts.envelope import Envelope
from shared.messaging.inbox import handle_once
from shared.messaging.puller import Puller
from tests.samples.petitions import AUTHORITIES
from tests.support.gateways import rows
from tests.support.notification import TextRoom
from tests.support.survey import Followed
from tests.support.tracking import case
from tests.support.waiting import eventually


@dataclass(frozen=True)
class Town:
    """An authority whose petitions a notification follows."""

    room: TextRoom

    def configure(self, *on: StatusText, invite: bool = False, **texts: Any) -> None:
        """What it has set."""
        profile = AUTHORITIES["kathu"]
        more = {
            "texts": TextSettings(on=on, **texts),
            "survey": profile.settings.survey.model_copy(update={"invite": invite}),
        }
        settings = profile.settings.model_copy(update=more)
        self.room.petitions.append("authority-kathu", profile.model_copy(update={"settings": settings}))

    def petition(self, running: int = 1) -> Followed:
        """A petition that was filed."""
        one = Followed(self.room.petitions, case(running))
        one.filed()
        return one

    def arrives(self, envelope: Envelope, queue: str = QUEUE) -> None:
        """As a worker or a puller does: unless it was done before."""
        notification = self.room.notification
        handle_once(notification.engine, queue, notification.desk.reactions[queue], envelope)

    def look(self) -> None:
        """A process that has just started looks once at what is new and what is due."""
        notification = self.room.notification
        puller = Puller(QUEUE, [self.room.petitions], notification.engine, notification.desk.reactions[QUEUE])
        eventually(puller._leadership.held)  # the server may take a moment to see that the one before has ended
        puller.step()
        puller.end()

    def waiting(self) -> int:
        """How many facts wait for their hour."""
        return len(rows(self.room.url, "SELECT 1 FROM messaging.failures WHERE due_at IS NOT NULL"))
