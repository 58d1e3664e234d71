"""Waiting for conditions. The only place in the tests that pauses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

Value = TypeVar("Value")

_PAUSE_SECONDS: Final = 0.005


def eventually(condition: Callable[[], Value], timeout: float = 10.0, pause: float = _PAUSE_SECONDS) -> Value:
    """The first value of the condition that is true. AssertionError when there is none within `timeout` seconds.

    `pause`: seconds between looks; longer where a look costs what it looks at.
    """
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{condition} did not come true within {timeout:g} s; last: {value!r}")
        time.sleep(pause)
    return value
