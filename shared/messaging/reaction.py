"""What a reaction is, whichever way facts travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from shared.contracts.envelope import Envelope


class Claim(Protocol):
    """Called by a reaction inside the transaction that completes its effect.

    Inserts the inbox row of this fact. False: the fact was handled before, and the caller rolls its effect back
    (or had none). Exactly one transaction per fact and queue ever gets True committed.
    """

    def __call__(self, transaction: sa.Connection) -> bool: ...


React = Callable[[Envelope, Claim], None]
"""`react(envelope, claim)`; returns when the effect is committed, raises when it is to be tried again."""


class PermanentFailure(Exception):
    """Trying again cannot help: the fact is parked at once, with this reason."""


class Unavailable(Exception):
    """An outside thing does not answer: the fact is tried again for as long as it takes, and never parked for that."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a service's reactions need to run: its database and, by queue, what to do."""

    service: str
    engine: sa.Engine
    reactions: Mapping[str, React]
