"""What must hold after any fault, once everything is quiet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from khamrong.trial import SAMPLE
from services.tracking.projections import petition
from shared.eventlog.chain import verify
from tests.faults.state import State

SERIAL_DIGITS = 6
DAY_DIGITS = 6


def assert_numbers(numbers: Sequence[str]) -> None:
    """Unique, of one series, and without a gap."""
    assert len(set(numbers)) == len(numbers)
    assert len({number[: -SERIAL_DIGITS - DAY_DIGITS] for number in numbers}) == 1  # it may be midnight
    serials = sorted(int(number[-SERIAL_DIGITS:]) for number in numbers)
    assert serials == list(range(serials[0], serials[0] + len(serials)))


def assert_one_text_each(state: State, numbers: Iterable[str]) -> None:
    """The sandbox's phones got one text for each number."""
    wanted = Counter(numbers)
    sent = Counter(word for text in state.texts() for word in text.split() if word in wanted)
    assert sent == wanted


def assert_one_fact_each(state: State, numbers: Iterable[str]) -> None:
    """One petition.filed, sms.delivered and document.rendered for each number, and no second sms.accepted.

    The report of a delivery may outrun the record of the gateway's answer; then there is nothing left to record.
    """
    wanted = Counter(numbers)
    for service, fact_type in (
        ("intake", "petition.filed"),
        ("notification", "sms.delivered"),
        ("documents", "document.rendered"),
    ):
        assert _told(state, service, fact_type, wanted) == wanted, fact_type
    assert _told(state, "notification", "sms.accepted", wanted) <= wanted


def _told(state: State, service: str, fact_type: str, wanted: Container[str]) -> Counter[str]:
    """How often each of the numbers is told of."""
    numbers = (fact.data.get("number", "") for fact in state.facts(service) if fact.type == fact_type)
    return Counter(number for number in numbers if number in wanted)


def assert_one_form_each(state: State) -> None:
    """The S3 server holds the form of every document.rendered, of the size that it tells, and no other; none of those
    whose petitioner was erased."""
    erased = {fact.data["petition_id"] for fact in state.facts("intake") if fact.type == "petition.erased"}
    rendered = [fact.data for fact in state.facts("documents") if fact.type == "document.rendered"]
    kept = [data for data in rendered if data["petition_id"] not in erased]
    assert state.files("forms/") == {data["vault_key"]: data["size"] for data in kept}


def assert_tracking_is_the_fold(state: State) -> None:
    """Every row of tracking equals the fold of all facts of all logs."""
    rows: dict[Any, Any] = {}
    for source in petition.SOURCES:
        for fact in state.facts(source):
            key = petition.key(fact)
            if key is not None:
                rows[key] = petition.apply(rows.get(key), fact)
    assert comparable(rows) == comparable(state.tracking_rows())


def comparable(rows: Mapping[Any, Mapping[str, Any]]) -> dict[Any, str]:
    """Equal rows have equal text."""
    return {key: json.dumps(dict(row), sort_keys=True, default=str) for key, row in rows.items()}


def assert_chains_hold(state: State) -> None:
    """Every log verifies."""
    for service in state.feeds:
        with state.engines[service].connect() as connection:
            assert verify(connection).broken_at is None, service


def assert_no_log_tells_of_a_person(state: State) -> None:
    """Nothing of the sample's petitioner is in any log file of the stack's processes and servers."""
    told = [SAMPLE["petitioner"][name] for name in ("given_name", "family_name", "citizen_id", "phone")]
    told.append(told.pop()[1:])  # the phone as 0812345678 and as +66812345678
    files = list(state.stack.folder.rglob("*.log*"))
    assert files
    found = {(file.name, value) for file in files for value in told if value in file.read_text(errors="replace")}
    assert not found
