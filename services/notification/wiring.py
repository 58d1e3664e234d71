"""Notification put together: what its gateway, worker and relay share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from services.notification import on_petition_filed, on_survey_invited
from services.notification.outbound import Outbound
from services.notification.receipt_desk import ReceiptDesk
from services.notification.recording import Recording
from services.notification.settings import NotificationSettings
from services.notification.sms.gateway import SmsGateway
from services.notification.sms.thaibulksms_gateway import ThaiBulkSmsAccount, ThaiBulkSmsGateway
from services.notification.turns import Turns
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.eventlog.shared_keyring import SharedKeyring
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.messaging.reaction import Desk, React
from shared.observing import health

SERVICE = "notification"


@dataclass(frozen=True, slots=True)
class Notification:
    """The parts of a running notification."""

    settings: NotificationSettings
    engine: sa.Engine
    log: Log
    reader: Reader
    feed: LogFeed
    outbound: Outbound
    receipts: ReceiptDesk
    desk: Desk
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: NotificationSettings, gateway: SmsGateway | None = None) -> Notification:
    """Connect to the databases and the SMS gateway (by default that of the settings); nothing is asked of them yet."""
    engine = connect(settings.notification_database_url, size=20)
    keys = connect(settings.keyring_database_url, size=10)
    keyring = SharedKeyring(PostgresKeyring(keys, settings.keyring_kek.get_secret_value()))
    log, reader = Log(SERVICE, Sealer(keyring)), Reader(Sealer(keyring))
    recording, turns = Recording(engine, log), Turns(engine)
    outbound = Outbound(recording, turns, gateway or _gateway(settings))
    receipts = ReceiptDesk(engine, log, recording)
    reactions: dict[str, React] = {
        on_petition_filed.QUEUE: on_petition_filed.OnPetitionFiled(reader, outbound),
        on_survey_invited.QUEUE: on_survey_invited.OnSurveyInvited(reader, outbound),
    }

    def close() -> None:
        for each in (receipts, turns, recording, keyring):
            each.close()
        engine.dispose()
        keys.dispose()

    return Notification(
        settings=settings,
        engine=engine,
        log=log,
        reader=reader,
        feed=LogFeed(SERVICE, engine, log),
        outbound=outbound,
        receipts=receipts,
        desk=Desk(SERVICE, engine, reactions),
        checks={"notification database": health.database(engine), "keyring": health.database(keys)},
        close=close,
    )


def _gateway(settings: NotificationSettings) -> SmsGateway:
    return ThaiBulkSmsGateway(
        ThaiBulkSmsAccount(
            base_url=settings.sms_url,
            api_key=settings.sms_api_key.get_secret_value(),
            api_secret=settings.sms_api_secret.get_secret_value(),
            honours_reference=settings.sms_honours_reference,
            callback_url=settings.sms_callback_url or None,
        )
    )
