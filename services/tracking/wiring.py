"""Tracking put together: what its gateway and its worker share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from services.tracking import on_fact, on_petition_erased, on_petition_filed
from services.tracking.live import Live
from services.tracking.queries.addressees import Addressees
from services.tracking.queries.lookups import Lookups
from services.tracking.queries.nearby import Nearby
from services.tracking.queries.petitions import Petitions
from services.tracking.queries.statistics import Statistics
from services.tracking.search.index import Index
from services.tracking.search.tokens import Tokens
from services.tracking.settings import SERVICE, TrackingSettings
from services.tracking.step_up_limits import StepUpLimits
from services.tracking.step_ups import StepUps
from shared.eventlog.keyring import Keyring, PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.gateway.accesses import Accesses
from shared.gateway.limits.door import Door
from shared.gateway.limits.guesses import doors
from shared.gateway.limits.postgres_storage import PostgresStorage
from shared.kernel.database import connect
from shared.messaging.feed import Feed, LogFeed
from shared.messaging.reaction import Desk, React
from shared.observing import health

NOBODYS: Final[Mapping[str, Feed]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Search:
    """What makes the index of petitioners' words, and the hashes by which it is asked."""

    tokens: Tokens
    indexing: on_petition_filed.OnPetitionFiled
    reactions: Mapping[str, React]


@dataclass(frozen=True, slots=True)
class Tracking:
    """The parts of a running tracking service."""

    settings: TrackingSettings
    engine: sa.Engine
    log: Log
    feed: LogFeed
    accesses: Accesses
    lookups: Lookups
    petitions: Petitions
    search: Search
    statistics: Statistics
    nearby: Nearby
    number_door: Door
    code_door: Door
    addressees: Addressees
    step_ups: StepUps
    step_up_limits: StepUpLimits
    nearby_door: Door
    open_data_door: Door
    live: Live
    desk: Desk
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: TrackingSettings, feeds: Mapping[str, Feed] = NOBODYS) -> Tracking:
    """Connect to the databases; nothing is asked of them yet. `feeds`: the logs of others, for who reads them."""
    engine = connect(settings.tracking_database_url)
    keys = connect(settings.keyring_database_url, size=4)
    keyring = PostgresKeyring(keys, settings.keyring_kek.get_secret_value())
    sealer, pepper = Sealer(keyring), settings.pepper.get_secret_value()
    log, search = Log(SERVICE, sealer), _search(engine, keyring, pepper)
    projecting, live = on_fact.on_fact(engine, feeds), Live(engine, feeds)
    number_door, code_door = doors(settings, engine, SERVICE)

    def close() -> None:
        live.close()
        projecting.close()
        search.indexing.close()
        engine.dispose()
        keys.dispose()

    return Tracking(
        settings=settings,
        engine=engine,
        log=log,
        feed=LogFeed(SERVICE, engine, log),
        accesses=Accesses(engine, log),
        lookups=Lookups(engine, sealer, pepper),
        petitions=Petitions(engine, sealer, search.tokens),
        search=search,
        statistics=Statistics(engine),
        nearby=Nearby(engine),
        number_door=number_door,
        code_door=code_door,
        addressees=Addressees(engine, sealer, pepper),
        step_ups=StepUps(engine, pepper),
        step_up_limits=StepUpLimits(settings, engine, SERVICE),
        nearby_door=_counting("nearby", settings, engine, settings.nearby_per_client),
        open_data_door=_counting("open_data", settings, engine, settings.open_data_per_client),
        live=live,
        desk=Desk(SERVICE, engine, {on_fact.QUEUE: projecting, **search.reactions}),
        checks={"tracking database": health.database(engine), "keyring": health.database(keys)},
        close=close,
    )


def _search(engine: sa.Engine, keyring: Keyring, pepper: bytes) -> Search:
    tokens, reader = Tokens(pepper), Reader(Sealer(keyring))
    index = Index(tokens)
    indexing = on_petition_filed.OnPetitionFiled(engine, reader, index)
    erasing = on_petition_erased.OnPetitionErased(engine, reader, index)
    return Search(tokens, indexing, {on_petition_filed.QUEUE: indexing, on_petition_erased.QUEUE: erasing})


def _counting(name: str, settings: TrackingSettings, engine: sa.Engine, limit: str) -> Door:
    """Counts every question of a client, whatever the answer."""
    windows, pepper = PostgresStorage(engine, SERVICE), settings.pepper.get_secret_value()
    return Door(name, windows, pepper, client=limit, target="", overall="")
