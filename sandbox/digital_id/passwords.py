"""Passwords are kept as scrypt hashes (RFC 7914), each with a salt of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from shared.kernel import ids

COST, BLOCK, PARALLEL = 2**14, 8, 1
"""16 MB and some 40 ms a password: between OWASP's smallest recommended sets for scrypt and a patient test suite."""
UNKNOWN: Final = f"scrypt${COST}${base64.b64encode(bytes(32)).decode()}${base64.b64encode(bytes(32)).decode()}"
"""Checked in vain for a name that nobody has, so that the time tells nothing."""


def hashed(password: str) -> str:
    """`scrypt$<cost>$<salt>$<hash>`, in base64."""
    salt = ids.new_key()
    return "$".join(("scrypt", str(COST), _text(salt), _text(_derived(password, salt, COST))))


def matches(password: str, kept: str) -> bool:
    """Whether `kept` was made of the password; in constant time."""
    _, cost, salt, known = kept.split("$")
    return hmac.compare_digest(_derived(password, base64.b64decode(salt), int(cost)), base64.b64decode(known))


def _derived(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=BLOCK, p=PARALLEL, maxmem=2**26, dklen=32)


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
