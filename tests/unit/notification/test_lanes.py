"""Connections to the gateway: one caller each, no more than allowed, the warmest first."""

from __future__ import annotations

import httpx
import pytest

from services.notification.sms.lanes import Lanes


def lanes(many: int = 2) -> tuple[Lanes, list[httpx.Client]]:
    """And the clients that were made."""
    made: list[httpx.Client] = []

    def make() -> httpx.Client:
        made.append(httpx.Client())
        return made[-1]

    return Lanes(make, many, seconds=0.01), made


def test_one_after_the_other_share_a_connection() -> None:
    some, made = lanes()
    for _ in range(3):
        with some.one():
            pass
    assert len(made) == 1


def test_two_at_once_have_one_each_and_a_third_is_turned_away() -> None:
    some, made = lanes()
    with some.one() as first, some.one() as second:
        assert first is not second
        with pytest.raises(httpx.PoolTimeout), some.one():
            pytest.fail("there are two")
    with some.one() as again:
        assert again is first
    assert len(made) == 2


def test_one_that_failed_is_given_back() -> None:
    some, made = lanes(1)
    with pytest.raises(KeyError), some.one():
        raise KeyError
    with some.one():
        assert len(made) == 1


def test_closing_closes_them() -> None:
    some, made = lanes()
    with some.one(), some.one():
        pass
    some.close()
    assert [client.is_closed for client in made] == [True, True]
