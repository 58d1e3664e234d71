"""Keyed hashes: look-ups of what must not be stored in clear."""

from __future__ import annotations

import hashlib
import hmac


def keyed_hash(pepper: bytes, text: str) -> str:
    """HMAC-SHA-256 of the text, 64 hexadecimal digits."""
    return hmac.new(pepper, text.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
