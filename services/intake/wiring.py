"""Intake put together: what its gateway, worker, relay and command line share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from services.intake import on_member_erased, on_petition_ended, on_survey_answered
from services.intake.authorities import Authorities
from services.intake.case_desk import CaseDesk
from services.intake.claims import Claims
from services.intake.filing_desk import FilingDesk
from services.intake.forgetting import Forgetting
from services.intake.limiting import FilingLimits
from services.intake.planning import Planning
from services.intake.projections import PROJECTIONS
from services.intake.settings import SERVICE, IntakeSettings
from services.intake.timekeeper import Timekeeper
from services.intake.worklist import Worklist
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.log import Log
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.feed import LogFeed
from shared.messaging.reaction import Desk, React
from shared.observing import health
from shared.projecting.runner import Runner


@dataclass(frozen=True, slots=True)
class Intake:
    """The parts of a running intake."""

    settings: IntakeSettings
    engine: sa.Engine
    log: Log
    reader: Reader
    feed: LogFeed
    authorities: Authorities
    filing: FilingDesk
    cases: CaseDesk
    claims: Claims
    forgetting: Forgetting
    limits: FilingLimits
    desk: Desk
    planning: Planning
    timekeeper: Timekeeper
    checks: dict[str, health.Check]
    close: Callable[[], None]


def build(settings: IntakeSettings) -> Intake:
    """Connect to the databases; nothing is asked of them yet."""
    engine = connect(settings.intake_database_url)
    keys = connect(settings.keyring_database_url, size=4)
    keyring = PostgresKeyring(keys, settings.keyring_kek.get_secret_value())
    sealer, pepper = Sealer(keyring), settings.pepper.get_secret_value()
    log, reader = Log(SERVICE, sealer), Reader(sealer)
    feed, authorities, worklist = LogFeed(SERVICE, engine, log), Authorities(engine, log), Worklist(engine)
    runner = Runner(engine, PROJECTIONS, {SERVICE: feed})
    cases = CaseDesk(engine, log, reader, authorities)
    filing = FilingDesk(engine, log, reader, pepper, settings.public_url)
    forgetting = Forgetting(engine, log, cases, authorities, keyring)
    planning = Planning(engine, log, reader, authorities)
    reactions: dict[str, React] = {
        on_survey_answered.QUEUE: on_survey_answered.OnSurveyAnswered(engine, log, reader, cases),
        on_petition_ended.QUEUE: on_petition_ended.OnPetitionEnded(engine, log, cases, runner, worklist),
        on_member_erased.QUEUE: on_member_erased.OnMemberErased(engine, reader, forgetting),
    }
    return Intake(
        settings=settings,
        engine=engine,
        log=log,
        reader=reader,
        feed=feed,
        authorities=authorities,
        filing=filing,
        cases=cases,
        claims=Claims(engine, log, cases, pepper),
        forgetting=forgetting,
        limits=FilingLimits(settings.filing_limit_per_client, settings.filing_limit_per_phone),
        desk=Desk(SERVICE, engine, reactions),
        planning=planning,
        timekeeper=Timekeeper(authorities, planning, cases, runner, worklist),
        checks={"intake database": health.database(engine), "keyring": health.database(keys)},
        close=_closing(filing, engine, keys),
    )


def _closing(filing: FilingDesk, *engines: sa.Engine) -> Callable[[], None]:
    def close() -> None:
        filing.close()
        for engine in engines:
            engine.dispose()

    return close
