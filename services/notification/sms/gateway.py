"""The port to whoever carries text messages to phones.

A gateway never raises for what happens on the way: each of the four outcomes tells the caller what it may do next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
SENDER_LENGTH: Final = 11
AT_ONCE: Final = 64
"""How many texts a worker has at the gateway, each on a connection of its own; others wait for theirs."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One text to one phone. Number and text stay out of its `repr`, so out of logs and tracebacks."""

    to: str = field(repr=False)
    """E.164: +66 and nine digits for Thailand."""
    text: str = field(repr=False)
    reference: str
    """The same text sent again carries the same reference."""
    sender: str
    """The registered sender name, at most eleven characters."""

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.to):
            raise ValueError("the number of a text message must be E.164")
        if not self.text or not self.reference:
            raise ValueError("a text message needs a text and a reference")
        if not 1 <= len(self.sender) <= SENDER_LENGTH:
            raise ValueError(f"a sender name has 1 to {SENDER_LENGTH} characters")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has the message and named it."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused, nothing was sent. Not `permanent`: the account is at fault (credentials, credit), not the message;
    it may be sent again once an operator has mended that."""

    code: str
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Surely not accepted; may be sent again, not before `retry_after` seconds when the gateway said so."""

    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been accepted. Safe to send again only where the gateway honours references."""


Outcome: TypeAlias = Accepted | Rejected | Unavailable | Unknown


class SmsGateway(Protocol):
    @property
    def honours_reference(self) -> bool:
        """The same reference again, even at the same moment, is answered with the first message and sends nothing."""

    def send(self, message: Sms) -> Outcome:
        """Hand the message over once, within the gateway's time limits. Never tries again by itself."""
