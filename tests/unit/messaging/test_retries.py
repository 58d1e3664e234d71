"""What becomes of a failed fact, and that nothing personal is kept as its reason."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from pydantic import BaseModel, ValidationError

from shared.eventlog.conflict import VersionConflict
from shared.messaging.inbox import NotClaimed
from shared.messaging.reaction import PermanentFailure, Unavailable
from shared.messaging.retries import OUTAGE_STEP, REASON_LIMIT, Park, Retry, after_failure, due_after, is_outage, told

STEPS = 5


def database_error(original: Exception) -> sa.exc.DBAPIError:
    kind = sa.exc.OperationalError if isinstance(original, psycopg.OperationalError) else sa.exc.IntegrityError
    return kind("SELECT 1", {}, original)


def test_each_failure_has_its_delay_then_the_fact_is_parked() -> None:
    error = ValueError("text")
    verdicts = [after_failure(before, error, STEPS) for before in range(STEPS + 1)]
    assert verdicts == [*(Retry(n, n, "ValueError") for n in range(1, STEPS + 1)), Park(STEPS + 1, "ValueError")]


def test_a_permanent_failure_is_parked_at_once() -> None:
    assert after_failure(0, PermanentFailure("why"), STEPS) == Park(1, "PermanentFailure: why")


@pytest.mark.parametrize("before", [0, 1, 5, 100])
def test_an_outage_is_never_parked_and_never_waits_long(before: int) -> None:
    verdict = after_failure(before, Unavailable("the store"), STEPS)
    assert isinstance(verdict, Retry)
    assert verdict.step <= OUTAGE_STEP


def test_after_an_outage_all_later_attempts_are_left() -> None:
    verdict = after_failure(100, Unavailable("the store"), STEPS)
    assert isinstance(after_failure(verdict.attempts, ValueError(), STEPS), Retry)


def test_an_outage_has_a_step_where_there_are_few() -> None:
    assert after_failure(7, Unavailable(), 1) == Retry(1, 1, "Unavailable")


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (database_error(psycopg.OperationalError("connection refused")), True),
        (database_error(errors.AdminShutdown()), True),
        (database_error(errors.TooManyConnections()), True),
        (database_error(errors.DeadlockDetected()), False),
        (database_error(errors.QueryCanceled()), False),
        (database_error(errors.UniqueViolation()), False),
        (sa.exc.TimeoutError(), True),
        (Unavailable(), True),
        (OSError(), False),
        (PermanentFailure(), False),
    ],
    ids=lambda value: type(value.orig).__name__ if isinstance(value, sa.exc.DBAPIError) else str(value),
)
def test_what_counts_as_an_outage(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage


def test_texts_of_others_are_not_kept() -> None:
    class Person(BaseModel):
        phone: int

    with pytest.raises(ValidationError) as refused:
        Person.model_validate({"phone": "not-081-2345678"})
    assert told(refused.value) == "ValidationError"
    assert told(KeyError("0812345678")) == "KeyError"


def test_our_own_texts_are_kept() -> None:
    assert told(NotClaimed("queue did not claim")) == "NotClaimed: queue did not claim"
    assert told(VersionConflict("petition-1", 1, 2)).startswith("VersionConflict: ")


def test_a_reason_is_one_short_line() -> None:
    reason = told(PermanentFailure("first\nsecond\x00" + "x" * 500))
    assert reason.startswith("PermanentFailure: first second x")
    assert len(reason) == REASON_LIMIT


def test_parked_facts_are_never_due() -> None:
    assert due_after(Park(1, "why"), (1.0,)) is None
    assert due_after(Retry(1, 1, "why"), (1.0,)) is not None
