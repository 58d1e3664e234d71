"""A door that is opened by something guessable: failures are counted, and too many close it for a while."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from shared.gateway.limits.postgres_storage import PostgresStorage
from shared.kernel import clock
from shared.kernel.secrets import keyed_hash

Windows = PostgresStorage | MemoryStorage
"""Where failures are counted; in memory for one process alone."""

_IPV4_PREFIX: Final = 24
_IPV6_PREFIX: Final = 64


class TooManyFailures(Exception):
    """The door is closed for `retry_after` seconds; `limit` names the limit that closed it."""

    def __init__(self, limit: str, retry_after: int) -> None:
        super().__init__(limit)
        self.limit, self.retry_after = limit, retry_after


@dataclass(frozen=True, slots=True)
class Attempt:
    """A failure counted in advance."""

    windows: Windows
    keys: Sequence[str]

    def succeeded(self) -> None:
        """It was no guess: take the failure back."""
        for key in self.keys:
            self.windows.decr(key)


class Door:
    """Counts failures per client network, per target and in all, each in its windows (`5/hour`, or several:
    `3/hour;10/day`; empty: no limit).

    A failure is counted before the try and taken back when it succeeds: tries at the same moment cannot outrun the
    count. A client over its limit costs its targets nothing, so it cannot close them for others. What a count is for
    is stored as a keyed hash: neither addresses nor numbers.
    """

    def __init__(self, name: str, windows: Windows, pepper: bytes, *, client: str, target: str, overall: str) -> None:
        self.name, self._windows, self._pepper = name, windows, pepper
        self._limiter = FixedWindowRateLimiter(windows)
        given = {"client": client, "target": target, "overall": overall}
        self._limits = [(kind, limit) for kind, told in given.items() if told for limit in parse_many(told)]

    def attempt(self, client: str, target: str = "") -> Attempt:
        """Count a failure in advance. Raises TooManyFailures, and then nothing is counted."""
        whom = {"client": network(client), "target": target, "overall": ""}
        counted: list[str] = []
        for kind, limit in self._limits:
            identifiers = (self.name, kind, keyed_hash(self._pepper, whom[kind]))
            counted.append(limit.key_for(*identifiers))
            if not self._limiter.hit(limit, *identifiers):
                Attempt(self._windows, counted).succeeded()
                raise TooManyFailures(f"{self.name}.{kind}", self._seconds_left(counted[-1]))
        return Attempt(self._windows, counted)

    def _seconds_left(self, key: str) -> int:
        return max(1, math.ceil(self._windows.get_expiry(key) - clock.now().timestamp()))


def network(client: str) -> str:
    """Who one client is: the /24 of an IPv4 address, the /64 of an IPv6 one; other names as they are."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX
    return str(ipaddress.ip_network((address, prefix), strict=False))
