"""Survey put together: what its gateway, worker and relay share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from services.survey import on_fact, on_petition_resolved
from services.survey.answer_desk import AnswerDesk
from services.survey.projections import PROJECTIONS
from services.survey.queries import Petitions, Policies, Summaries
from services.survey.settings import SERVICE, SurveySettings
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.gateway.limits.door import Door
from shared.gateway.limits.guesses import doors
from shared.gateway.limits.postgres_storage import PostgresStorage
from shared.kernel.database import connect
from shared.messaging.feed import Feed, LogFeed
from shared.messaging.reaction import Desk, React
from shared.observing import health
from shared.projecting.runner import Runner

NOBODYS: Final[Mapping[str, Feed]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Survey:
    """The parts of a running survey."""

    settings: SurveySettings
    engine: sa.Engine
    log: Log
    feed: LogFeed
    petitions: Petitions
    policies: Policies
    summaries: Summaries
    answers: AnswerDesk
    number_door: Door
    code_door: Door
    general_door: Door
    desk: Desk
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: SurveySettings, feeds: Mapping[str, Feed] = NOBODYS) -> Survey:
    """Connect to the databases; nothing is asked of them yet. `feeds`: the logs of others, for who runs reactions."""
    engine = connect(settings.survey_database_url)
    keys = connect(settings.keyring_database_url, size=4)
    sealer = Sealer(PostgresKeyring(keys, settings.keyring_kek.get_secret_value()))
    log, reader, pepper = Log(SERVICE, sealer), Reader(sealer), settings.pepper.get_secret_value()
    feed, petitions, policies = LogFeed(SERVICE, engine, log), Petitions(engine, sealer, pepper), Policies(engine)
    runner = _runner(engine, {**feeds, SERVICE: feed})
    projecting = on_fact.on_fact(runner)
    reactions: dict[str, React] = {
        on_fact.QUEUE: projecting,
        on_petition_resolved.QUEUE: on_petition_resolved.OnPetitionResolved(
            engine, log, reader, runner, petitions, policies
        ),
    }
    number_door, code_door = doors(settings, engine, SERVICE)

    def close() -> None:
        projecting.close()
        engine.dispose()
        keys.dispose()

    return Survey(
        settings=settings,
        engine=engine,
        log=log,
        feed=feed,
        petitions=petitions,
        policies=policies,
        summaries=Summaries(engine),
        answers=AnswerDesk(engine, log, reader),
        number_door=number_door,
        code_door=code_door,
        general_door=_general_door(settings, engine),
        desk=Desk(SERVICE, engine, reactions),
        checks={"survey database": health.database(engine), "keyring": health.database(keys)},
        close=close,
    )


def _runner(engine: sa.Engine, feeds: Mapping[str, Feed]) -> Runner:
    """Logs in this process are read ahead: they cost no request."""
    near = all(isinstance(feed, LogFeed) for feed in feeds.values())
    return Runner(engine, PROJECTIONS, feeds, ahead=near)


def _general_door(settings: SurveySettings, engine: sa.Engine) -> Door:
    """Whoever answers about an authority shows nothing: each answer is counted, and none is taken back."""
    pepper, limit = settings.pepper.get_secret_value(), settings.general_answers_per_client
    return Door("general", PostgresStorage(engine, SERVICE), pepper, client=limit, target="", overall="")
