"""One JSON line an event, and nothing personal in it."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from shared.kernel import ids
from shared.observing.logs import HIDDEN, scrub, traceback
from tests.support.loglines import log_lines

CITIZEN_NUMBER = "1101700207129"


def scrubbed(value: Any) -> Any:
    """The value as it would stand in a line."""
    return scrub(None, "info", {"value": value})["value"]


def test_a_line_says_when_who_and_how_bad() -> None:
    with log_lines("intake") as lines:
        with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
            structlog.get_logger("a.module").warning("something", count=3)
        logging.getLogger("a.library").error("it broke: %s", "why")
    ours, theirs = lines()
    assert ours.pop("@timestamp").endswith("Z")
    assert theirs.pop("@timestamp").endswith("Z")
    assert ours == {
        "event": "something", "count": 3, "level": "warning", "logger": "a.module", "service": "intake",
        "correlation_id": "c-1",
    }  # fmt: skip
    assert theirs == {"event": "it broke: why", "level": "error", "logger": "a.library", "service": "intake"}


def test_what_is_below_the_level_is_left_out() -> None:
    with log_lines(level="WARNING") as lines:
        structlog.get_logger("a").info("quiet")
        logging.getLogger("a").info("quiet")
        structlog.get_logger("a").warning("loud")
    assert [line["event"] for line in lines()] == ["loud"]


def test_libraries_that_talk_much_are_heard_from_warning_on() -> None:
    with log_lines() as lines:
        logging.getLogger("httpx").info("GET http://sms.example/?to=0812345678")
        logging.getLogger("httpx").warning("a warning")
    assert [line["event"] for line in lines()] == ["a warning"]


@pytest.mark.parametrize(
    "personal",
    [
        CITIZEN_NUMBER, "1-1017-00207-12-9", "1 1017 00207 12 9", "๑๑๐๑๗๐๐๒๐๗๑๒๙",
        "0812345678", "081-234-5678", "081 234 5678", "+66812345678", "+66 81 234 5678", "66812345678", "๐๘๑๒๓๔๕๖๗๘",
        "076321500", "02-123-4567",
    ],
)  # fmt: skip
@pytest.mark.parametrize("pattern", ["{}", "to={}", "โทร{}ด่วน", "number:{},", '{{"phone": "{}"}}', "x{}", "(({}))"])
def test_citizen_numbers_and_phones_are_hidden(personal: str, pattern: str) -> None:
    text = scrubbed(pattern.format(personal))
    assert personal not in text
    assert HIDDEN in text


@pytest.mark.parametrize(
    "harmless",
    [
        "KT1080767000011", "BAN1280965000116", "position 1234567", "2024-07-08T10:56:42.123456Z", "12345", "1.5 s",
        "1101700207128", "4bf92f3577b34da6a3ce929d0e0e4736", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0190914c-0000-7000-8000-000000000001", "01909140-0812-7345-8678-012345678901", "5 MB", "HTTP 503",
        "10.0.0.1:5432",
    ],
)  # fmt: skip
def test_ids_numbers_of_petitions_and_times_are_left(harmless: str) -> None:
    assert scrubbed(harmless) == harmless


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_no_id_is_ever_hidden(value: int) -> None:
    """A request is followed by its id through all services."""
    assert scrubbed(f"id {UUID(int=value)} seen") == f"id {UUID(int=value)} seen"


def test_new_ids_are_never_hidden() -> None:
    made = [str(each) for _ in range(500) for each in (ids.new_id(), uuid4())]
    assert [each for each in made if scrubbed(each) != each] == []


@given(st.integers(min_value=1, max_value=999_999), st.dates())
def test_no_petition_number_is_ever_hidden(running: int, day: Any) -> None:
    number = f"KT1{day:%d%m}67{running:06}"
    assert scrubbed(number) == number


def test_wherever_it_stands_it_is_hidden() -> None:
    with log_lines() as lines:
        structlog.get_logger("a").info(
            f"filed by {CITIZEN_NUMBER}",
            nested={"phones": ["0812345678", ("+66812345678",)], "0812345678": {1, 2}},
            error=ValueError("0812345678"),
            octets=b"0812345678",
            value=UUID(int=1),
            nothing=None,
            truth=True,
        )
        logging.getLogger("a.library").warning('{"to": "%s"}', "0812345678")
    text = str(lines())
    assert "81234" not in text
    assert CITIZEN_NUMBER not in text
    assert (lines()[0]["nothing"], lines()[0]["truth"]) == (None, True)


def fail(name: str) -> None:
    """Raises with personal data in the text, and in a variable."""
    details = f"{name} ใจดี"
    try:
        raise IntegrityError("INSERT", {"name": details}, Exception(f"Failing row contains ({details})"))
    except IntegrityError as error:
        raise ValueError(details) from error


def test_a_traceback_tells_the_place_and_neither_text_nor_variables() -> None:
    with log_lines() as lines:
        try:
            fail("สมชาย")
        except ValueError:
            structlog.get_logger("a").error("failed", exc_info=True)
            logging.getLogger("a.library").exception("failed")
    for line in lines():
        assert [each["type"] for each in line["exception"]] == ["ValueError", "IntegrityError"]
        assert any(
            frame.endswith(" fail") and "test_log_lines.py:" in frame for frame in line["exception"][0]["frames"]
        )
    assert "สมชาย" not in str(lines())
    assert "ใจดี" not in str(lines())


def test_a_traceback_of_something_without_a_trace() -> None:
    error = ValueError("สมชาย")
    assert traceback((ValueError, error, None)) == [{"type": "ValueError", "frames": []}]
