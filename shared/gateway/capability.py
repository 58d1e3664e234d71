"""A short-lived signed link that opens one petition's form: what the filing's answer carries."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from shared.gateway.signing import number_in, signed
from shared.kernel import clock

LIFETIME: Final = timedelta(hours=1)
_PURPOSE: Final = "khamrong/form"


def grant(key: bytes, number: str) -> str:
    """A capability for the whole form of the petition, good for an hour."""
    return signed(key, _PURPOSE, number, clock.now() + LIFETIME)


def opens(key: bytes, capability: str, number: str) -> bool:
    """Whether the capability is genuine, has not ended and is for this petition."""
    return number_in(key, _PURPOSE, capability) == number
