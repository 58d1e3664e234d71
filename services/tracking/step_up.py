"""Proving who asks: what a step-up is, and how long and how often its code is good. Pure.

ASVS 5.0: a code sent to a phone is good once (6.5.1), for at most ten minutes (6.5.5), and for few tries (6.6.3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.kernel import ids
from shared.kernel.secrets import keyed_hash

LIFETIME: Final = timedelta(minutes=10)
TRIES: Final = 5
SENT_WITHIN: Final = timedelta(minutes=5)
"""A code that cannot be sent sooner is not sent at all: the text says that it is good for ten minutes."""
LEASE: Final = timedelta(minutes=2)
"""How long one sender has for one code; longer than all its tries take. After that it has died."""
_FIRST_PAUSE: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Begun:
    """What whoever asked is told: the handle for the answer, and when it ends. The same whatever is behind it."""

    handle: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A code to be sent now. `attempt` counts from 1; each has a code of its own, the last one counts."""

    handle_hash: str
    petition_id: UUID
    attempt: int
    otp: str = field(repr=False)

    @property
    def message_id(self) -> UUID:
        """The same for the same attempt: asked for twice it is one text."""
        return ids.derived_id(f"step-up/{self.handle_hash}/{self.attempt}")

    @property
    def pause(self) -> timedelta:
        """How long to wait before the next attempt: 5 s, 10 s, 20 s …"""
        return _FIRST_PAUSE * (1 << (self.attempt - 1))


def otp_hash(pepper: bytes, handle_hash: str, otp: str) -> str:
    """What is stored of a code; it fits the one step-up that it was made for."""
    return keyed_hash(pepper, f"step-up/{handle_hash}/{otp}")


def handle_hash(pepper: bytes, handle: str) -> str:
    """What is stored of a handle."""
    return keyed_hash(pepper, f"step-up/{handle}")
