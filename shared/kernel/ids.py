"""Identifiers and secrets: the one place where randomness is read."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import uuid_utils

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRACKING_CODE_LENGTH: Final = 7
OTP_LENGTH: Final = 6
_CONFUSABLE: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): ordered by time, so never a secret."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def derived_id(name: str) -> UUID:
    """The same name gives the same id: for effects that must happen once (RFC 9562 §5.5)."""
    return uuid5(NAMESPACE_URL, f"urn:khamrong:{name}")


def new_tracking_code() -> str:
    """Seven Crockford base32 characters, 35 bits from the system's CSPRNG."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(TRACKING_CODE_LENGTH))


def new_invitation_code() -> str:
    """Sixteen Crockford base32 characters, 80 bits from the system's CSPRNG, in groups of four."""
    groups = ("".join(secrets.choice(CROCKFORD) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def normal_tracking_code(typed: str) -> str:
    """As Crockford reads it: case, dashes and the letters I, L and O do not matter."""
    return typed.strip().upper().replace("-", "").replace(" ", "").translate(_CONFUSABLE)


def new_otp() -> str:
    """Six decimal digits from the system's CSPRNG: for one use within minutes and few tries."""
    return f"{secrets.randbelow(10**OTP_LENGTH):0{OTP_LENGTH}}"


def new_handle() -> str:
    """128 random bits in 22 characters that fit into an address: names what only its owner may go on with."""
    return secrets.token_urlsafe(16)


def new_key() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(32)


def new_nonce() -> bytes:
    """96 random bits, the nonce of AES-GCM (NIST SP 800-38D §8.2.2)."""
    return secrets.token_bytes(12)


def new_secret() -> str:
    """256 random bits as 43 characters that a cookie and an address can hold."""
    return secrets.token_urlsafe(32)
