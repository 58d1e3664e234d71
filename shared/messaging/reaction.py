"""What a reaction is, whichever way facts travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.envelope import Envelope


class Claim(Protocol):
    """Called by a reaction inside the transaction that completes its effect.

    Inserts the inbox row of this fact, whose columns its properties tell. False: the fact was handled before, and the
    caller rolls its effect back (or had none). Exactly one transaction per fact and queue ever gets True committed.
    `made`: whether it was called, or its fact found in the inbox. A reaction that returns without it has a defect.
    """

    made: bool

    @property
    def queue(self) -> str: ...

    @property
    def event_id(self) -> UUID: ...

    @property
    def source(self) -> str: ...

    @property
    def position(self) -> int: ...

    def __call__(self, transaction: sa.Connection) -> bool: ...


React = Callable[[Envelope, Claim], None]
"""`react(envelope, claim)`; returns when the effect is committed, raises when it is to be tried again.

A reaction with an attribute `idempotent = True` knows by itself what it has handled (projections: by their
checkpoints): it never claims, may be run again at any time, and has no rows in the inbox.

One with an attribute `looks_itself = True` finds out in its first transaction whether its fact was handled, before it
does anything that shows: it is handed facts without a look into the inbox.
"""


def claims(react: React | None) -> bool:
    """Whether the reaction claims each fact in the inbox."""
    return not getattr(react, "idempotent", False)


def looks_itself(react: React | None) -> bool:
    """Whether the reaction, which claims, finds out by itself what was handled."""
    return claims(react) and getattr(react, "looks_itself", False)


def needs_a_look(react: React | None) -> bool:
    """Whether the inbox is to be asked before the reaction runs."""
    return claims(react) and not looks_itself(react)


class PermanentFailure(Exception):
    """Trying again cannot help: the fact is parked at once, with this reason."""


class Unavailable(Exception):
    """An outside thing does not answer: the fact is tried again for as long as it takes, never parked."""


class Postponed(Unavailable):
    """Nothing has failed, it is too early: the fact is handed to the reaction again at that moment, or soon after."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until.isoformat(timespec='minutes')}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Desk:
    """What a service's reactions need to run: its database and, by queue, what to do."""

    service: str
    engine: sa.Engine
    reactions: Mapping[str, React]
