"""The port: a code goes to the phone on file of a petition, and who types it has that phone. Tracking does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the code is to be told, and until when; the same whatever is behind it."""

    id: str
    expires_at: datetime


class ProofsUnavailable(Exception):
    """Nobody can be asked for a code now."""


class Why(Enum):
    """Why nothing is proven."""

    WRONG = "wrong"
    """The code does not fit, was used, or is too old."""
    NO_CODE = "no_code"
    """It is no code at all."""
    TOO_MANY = "too_many"
    """Too many were asked for, or were wrong."""


class ProofRefused(Exception):
    """Nothing is proven; when there were too many, it may be tried again after `retry_after` seconds."""

    def __init__(self, why: Why, retry_after: str = "") -> None:
        super().__init__(why.value)
        self.why, self.retry_after = why, retry_after


class Proofs(Protocol):
    """`client` is the address of who asks: limits are counted for it. Raises ProofRefused, ProofsUnavailable."""

    def ask(self, number: str, client: str) -> Begun:
        """Have a code sent for the petition with this number, if there is one."""
        ...

    def token(self, begun_id: str, otp: str, client: str) -> str:
        """The petitioner's token that the code gives (`shared.gateway.petitioner`)."""
        ...
