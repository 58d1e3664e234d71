"""Facts in any order, any number of times, with holes: the rows are the fold of the log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from services.tracking.projections import PROJECTIONS
from shared.kernel.database import connect
from shared.projecting.checkpoint import NotPrepared, OutOfDate
from shared.projecting.pages import HoleRemains
from shared.projecting.reaction import Projecting
from shared.projecting.runner import Runner
from shared.projecting.status import status
from tests.support.feeds import Logs
from tests.support.tracking import TrackingDatabase, case, configure, dump, folded, history_of, tell, tell_histories


def test_rows_are_the_fold(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    database.runner(logs).project(told)
    assert dump(database.rows()) == dump(folded(told).values())


def test_twice_is_once(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    runner = database.runner(logs)
    runner.project([*told, *told])
    before = dump(database.rows())
    runner.project(told)
    runner.project(told[:3])
    assert dump(database.rows()) == before


def test_a_hole_is_pulled_from_the_owner(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    last_of_intake = [fact for fact in told if fact.service == "intake"][-1]
    database.runner(logs).project([last_of_intake])
    assert database.positions() == {"intake": last_of_intake.position, "documents": 0, "notification": 0, "survey": 0}
    assert logs.feeds["intake"].pulls > 0
    assert logs.feeds["documents"].pulls == 0


def test_no_hole_asks_no_owner(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    database.runner(logs).project(tell(logs, one, history_of(one)))
    assert {feed.pulls for feed in logs.feeds.values()} == {0}


def test_a_hole_that_the_owner_cannot_fill_leaves_everything_as_it_was(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = [fact for fact in tell(logs, one, history_of(one)) if fact.service == "intake"]
    logs.feeds["intake"].envelopes.clear()
    with pytest.raises(HoleRemains):
        database.runner(logs).project(told[2:])
    assert database.positions()["intake"] == 0
    assert database.rows() == []


def test_a_fold_that_fails_moves_nothing(
    database: TrackingDatabase, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    too_new = told[0].model_copy(update={"schemaversion": 99})
    with pytest.raises(Exception, match="known up to"):
        database.runner(logs).project([too_new, *told[1:]])
    assert set(database.positions().values()) == {0}


def test_catching_up_takes_everything(database: TrackingDatabase, logs: Logs) -> None:
    configure(logs)
    told = tell_histories(logs, map(case, range(40)))
    database.runner(logs).catch_up()
    assert dump(database.rows()) == dump(folded(told).values())
    assert {standing.lag for standing in status(database.application, PROJECTIONS, logs.feeds)} == {0}


def test_reading_ahead_takes_what_the_log_has_after_a_fact(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    Runner(database.application, PROJECTIONS, logs.feeds, ahead=True).project(told[:1])
    assert database.positions()["intake"] == logs.feeds["intake"].head()


def test_many_deliveries_share_transactions_and_processes_share_the_work(
    database: TrackingDatabase, logs: Logs
) -> None:
    told = tell_histories(logs, map(case, range(20)))
    engines = [connect(database.url) for _ in range(2)]
    reactions = [Projecting("tracking.facts", Runner(engine, PROJECTIONS, logs.feeds)) for engine in engines]

    def deliver(index: int) -> None:
        reactions[index % 2](told[index], lambda _: pytest.fail("projections never claim"))

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(deliver, range(len(told))))
    for reaction, engine in zip(reactions, engines, strict=True):
        reaction.close()
        engine.dispose()
    assert dump(database.rows()) == dump(folded(told).values())


def test_facts_of_other_services_are_let_pass(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    strange = told[0].model_copy(update={"source": "/khamrong/identity", "type": "member.registered"})
    database.runner(logs).project([strange])
    assert database.rows() == []


def test_an_old_process_does_not_write_into_rows_of_another_version(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    with database.owner.begin() as transaction:
        transaction.execute(sa.text("UPDATE projecting.checkpoints SET version = version + 1"))
    with pytest.raises(OutOfDate):
        database.runner(logs).project(told)


def test_a_projection_without_a_generation_says_so(database: TrackingDatabase, logs: Logs) -> None:
    one = case()
    told = tell(logs, one, history_of(one))
    with database.owner.begin() as transaction:
        transaction.execute(sa.text("DELETE FROM projecting.checkpoints WHERE source = 'documents'"))
    with pytest.raises(NotPrepared):
        database.runner(logs).project(told)
