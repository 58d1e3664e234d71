"""Idempotency keys are kept for a week, and an error of the database shows no data."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from shared.gateway.idempotency import forget_keys, keep_forgetting
from tests.support.gateways import change, rows, unreachable
from tests.support.intake import IntakeOffice
from tests.support.waiting import eventually


def age(office: IntakeOffice, days: str) -> None:
    """Make all keys older."""
    change(office.url, f"UPDATE idempotency_keys SET used_at = used_at - interval '{days}'")


def test_a_key_is_forgotten_after_a_week_and_not_before(office: IntakeOffice) -> None:
    first = office.file("a key").json()["number"]
    age(office, "6 days 23 hours")
    assert forget_keys(office.intake.engine) == 0
    assert office.file("a key").json()["number"] == first
    age(office, "2 hours")
    assert forget_keys(office.intake.engine) == 1
    assert office.file("a key").json()["number"] != first


def test_housekeeping_goes_on_after_an_outage(office: IntakeOffice) -> None:
    office.file()
    age(office, "8 days")
    stop = threading.Event()
    house = threading.Thread(target=keep_forgetting, args=(office.intake.engine, stop, 0.01))
    with unreachable(office.url):
        house.start()
    eventually(lambda: rows(office.url, "SELECT * FROM idempotency_keys") == [])
    stop.set()
    house.join(10)
    assert not house.is_alive()


def test_an_error_of_the_database_shows_no_parameters(open_office: IntakeOffice) -> None:
    """They hold personal data."""
    statement = sa.text("SELECT * FROM nothing WHERE phone = :phone")
    with open_office.intake.engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as raised:
        connection.execute(statement, {"phone": "0812345678"})
    assert "nothing" in str(raised.value)
    assert "0812345678" not in f"{raised.value}{raised.value!r}"
