"""Too many failures close a door; what succeeds does not count."""

from __future__ import annotations

import pytest
from limits.storage import MemoryStorage

from shared.gateway.limits.door import Door, TooManyFailures, network


def door(**limits: str) -> Door:
    return Door("number", MemoryStorage(), b"pepper", **{"client": "", "target": "", "overall": "", **limits})


@pytest.mark.parametrize(("limits", "second"), [
    ({"client": "1/hour"}, ("203.0.113.9", "other")),
    ({"target": "1/hour"}, ("198.51.100.1", "one")),
    ({"overall": "1/hour"}, ("198.51.100.1", "other")),
])  # fmt: skip
def test_each_limit_counts_what_it_is_about(limits: dict[str, str], second: tuple[str, str]) -> None:
    one = door(**limits)
    one.attempt("203.0.113.1", "one")
    with pytest.raises(TooManyFailures) as closed:
        one.attempt(*second)
    assert closed.value.limit == f"number.{next(iter(limits))}"
    assert 3_590 <= closed.value.retry_after <= 3_601


@pytest.mark.parametrize("windows", ["2/hour;9/day", "9/second;2/day"])
def test_several_windows_hold_together(windows: str) -> None:
    one = door(target=windows)
    for _ in range(2):
        one.attempt("", "one")
    with pytest.raises(TooManyFailures):
        one.attempt("", "one")


def test_success_takes_the_failure_back() -> None:
    one = door(client="1/hour", target="1/hour", overall="1/hour")
    for _ in range(5):
        one.attempt("203.0.113.1", "one").succeeded()


def test_what_is_refused_counts_nowhere() -> None:
    one = door(client="1/hour", target="2/hour")
    one.attempt("203.0.113.1", "one")
    for _ in range(5):
        with pytest.raises(TooManyFailures):
            one.attempt("203.0.113.1", "one")
    one.attempt("198.51.100.1", "one")


def test_no_limits_let_everybody_in() -> None:
    for _ in range(100):
        door().attempt("203.0.113.1", "one")


@pytest.mark.parametrize(("client", "whom"), [
    ("203.0.113.77", "203.0.113.0/24"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("::ffff:203.0.113.77", "203.0.113.0/24"),
    ("testclient", "testclient"),
    ("", ""),
])  # fmt: skip
def test_who_one_client_is(client: str, whom: str) -> None:
    assert network(client) == whom
