"""Notification put together: what its gateway, worker and relay share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from services.notification import on_fact, on_petition_filed, on_petition_status, on_survey_invited
from services.notification.outbound import Outbound
from services.notification.projections import PROJECTIONS
from services.notification.queries import Petitions, Policies
from services.notification.receipt_desk import ReceiptDesk
from services.notification.recording import Recording
from services.notification.settings import SERVICE, NotificationSettings
from services.notification.sms.gateway import SmsGateway
from services.notification.sms.thaibulksms_gateway import ThaiBulkSmsAccount, ThaiBulkSmsGateway
from services.notification.texting import Compose, Texting
from services.notification.turns import Turns
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.eventlog.shared_keyring import SharedKeyring
from shared.kernel.database import connect
from shared.messaging.feed import Feed, LogFeed
from shared.messaging.reaction import Desk, React
from shared.observing import health
from shared.projecting.reaction import Projecting
from shared.projecting.runner import Runner

NOBODYS: Final[Mapping[str, Feed]] = MappingProxyType({})


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
    petitions: Petitions
    desk: Desk
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(
    settings: NotificationSettings, gateway: SmsGateway | None = None, feeds: Mapping[str, Feed] = NOBODYS
) -> Notification:
    """Connect to the databases and the SMS gateway (by default that of the settings); nothing is asked of them yet.

    `feeds`: the logs of others, for who runs reactions.
    """
    engine = connect(settings.notification_database_url, size=20)
    keys = connect(settings.keyring_database_url, size=10)
    keyring = PostgresKeyring(keys, settings.keyring_kek.get_secret_value())
    sharing = SharedKeyring(keyring)  # for who reads alone; appends come together, and do not wait once more
    log, sealer, turns = Log(SERVICE, Sealer(keyring)), Sealer(sharing), Turns(engine)
    reader, recording = Reader(sealer), Recording(engine, log)
    outbound = Outbound(recording, turns, gateway or _gateway(settings))
    receipts = ReceiptDesk(engine, log, recording)
    petitions, projecting = Petitions(engine, sealer), on_fact.on_fact(_runner(engine, feeds))
    composed = _composed(petitions, Policies(engine), projecting)
    reactions: dict[str, React] = {
        queue: Texting(engine, reader, outbound, compose) for queue, compose in composed.items()
    }

    def close() -> None:
        for each in (projecting, receipts, turns, recording, sharing):
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
        petitions=petitions,
        desk=Desk(SERVICE, engine, {**reactions, on_fact.QUEUE: projecting}),
        checks={"notification database": health.database(engine), "keyring": health.database(keys)},
        close=close,
    )


def _composed(petitions: Petitions, policies: Policies, projecting: Projecting) -> dict[str, Compose]:
    """What is texted because of the facts of each queue."""
    return {
        on_petition_filed.QUEUE: on_petition_filed.compose,
        on_survey_invited.QUEUE: on_survey_invited.Invitation(petitions, policies),
        on_petition_status.QUEUE: on_petition_status.StatusTexts(projecting, petitions, policies),
    }


def _runner(engine: sa.Engine, feeds: Mapping[str, Feed]) -> Runner:
    """Logs in this process are read ahead: they cost no request."""
    return Runner(engine, PROJECTIONS, feeds, ahead=all(isinstance(feed, LogFeed) for feed in feeds.values()))


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
