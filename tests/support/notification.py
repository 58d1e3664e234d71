"""Notification behind its gateway, with facts of intake to react to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi.testclient import TestClient

from services.notification.gateway import gateway
from services.notification.on_petition_filed import QUEUE
from services.notification.settings import NotificationSettings
from services.notification.sms.gateway import SmsGateway
from services.notification.wiring import Notification, build
from shared.contracts.envelope import Envelope
from shared.contracts.petition import PetitionFiled
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.sealing import Sealer
from shared.kernel import ids
from shared.kernel.database import connect
from shared.messaging.inbox import handle_once
from tests.support import facts
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, PUBLIC_URL, base64_of, calling, facts_in, staff

RECEIPTS = "/api/notification/v1/receipts/sandbox"
SECRET = "a secret of the provider"
PHONE = facts.PHONE


@dataclass(frozen=True)
class TextRoom:
    """A running notification, and the log of intake that it reacts to."""

    notification: Notification
    client: TestClient
    url: str
    keyring_url: str
    petitions: MemoryFeed

    def filed(self, **changed: Any) -> Envelope:
        """A petition was filed."""
        return filed_in(self.petitions, **changed)

    def react(self, envelope: Envelope) -> None:
        """As a worker or a puller does: unless it was done before."""
        handle_once(self.notification.engine, QUEUE, self.notification.desk.reactions[QUEUE], envelope)

    def recorded(self) -> list[str]:
        """What was recorded, in order."""
        return facts_in(self.url)

    def message_id(self, envelope: Envelope) -> UUID:
        """The id of the text that a filing causes."""
        return ids.derived_id(f"sms/{envelope.id}/filed")

    def receipt(self, envelope: Envelope, status: str, password: str = SECRET, **changed: Any) -> httpx.Response:
        """A provider tells what became of the text."""
        body = {"message_id": "any", "reference": str(self.message_id(envelope)), "status": status}
        body |= {"at": "2024-07-08T17:57:00+07:00", **changed}
        answer: httpx.Response = self.client.post(RECEIPTS, json=body, auth=("receipts", password))
        return answer

    def messages(self, number: str = facts.NUMBER, authority: str = "kathu") -> list[dict[str, Any]]:
        """What staff see."""
        answer = self.client.get(
            "/api/notification/v1/messages", params={"number": number}, headers=staff("clerk", authority)
        )
        assert answer.status_code == 200, answer.text
        told: list[dict[str, Any]] = answer.json()
        return told


def notification_settings(url: str, keyring_url: str, **changed: Any) -> NotificationSettings:
    """Settings with a gateway that nobody answers at, unless another one is given."""
    usual: dict[str, Any] = {"sms_url": "http://127.0.0.1:9", "sms_honours_reference": True}
    return NotificationSettings(
        notification_database_url=url,
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        public_url=PUBLIC_URL,
        sms_api_key="sandbox",
        sms_api_secret="sandbox",
        sms_receipt_secret=SECRET,
        **usual | changed,
    )


def filed_in(petitions: MemoryFeed, **changed: Any) -> Envelope:
    """Put a filing into a log."""
    petition_id, subject_id = ids.new_id(), ids.new_id()
    phone = changed.pop("phone", PHONE)
    fact = facts.filed(petition_id, subject_id)
    person = fact.petitioner.model_copy(update={"phone": phone})
    whole: PetitionFiled = fact.model_copy(update={"petitioner": person, **changed})
    (envelope,) = petitions.append(f"petition-{petition_id}", whole, authority=whole.authority)
    return envelope


@contextmanager
def petition_log(keyring_url: str) -> Iterator[MemoryFeed]:
    """An empty log of intake, sealed with the keys of a keyring."""
    engine = connect(keyring_url, size=2)
    yield MemoryFeed("intake", Sealer(PostgresKeyring(engine, KEK)))
    engine.dispose()


@contextmanager
def text_room(url: str, keyring_url: str, sms: SmsGateway | None = None, **changed: Any) -> Iterator[TextRoom]:
    """One notification process over the database."""
    with petition_log(keyring_url) as petitions:
        notification = build(notification_settings(url, keyring_url, **changed), sms, {"intake": petitions})
        with calling(gateway(notification)) as client:
            yield TextRoom(notification, client, url, keyring_url, petitions)
