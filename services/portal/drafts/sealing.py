"""Drafts at rest: neither the database nor the portal's key alone opens one; it takes the secret in the cookie too."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.kernel import ids
from shared.kernel.secrets import keyed_hash

_NONCE_OCTETS: Final = 12
_KEY_OCTETS: Final = 32
_PURPOSE: Final = b"khamrong portal draft"


class DraftUnreadable(Exception):
    """What is stored was sealed with another key, for another draft, or was changed."""


class DraftSealer:
    """AES-256-GCM with a key of its own for each draft (HKDF-SHA-256, RFC 5869); the AAD is the draft's id."""

    def __init__(self, portal_key: bytes) -> None:
        self._portal_key = portal_key

    def id_of(self, secret: str) -> str:
        """What a draft is stored under: from it nobody gets back to the secret."""
        return keyed_hash(self._portal_key, secret)

    def seal(self, secret: str, content: bytes) -> bytes:
        """What may be stored: nonce and ciphertext."""
        nonce = ids.new_nonce()
        return nonce + self._cipher(secret).encrypt(nonce, content, self.id_of(secret).encode())

    def open(self, secret: str, sealed: bytes) -> bytes:
        """The content. Raises DraftUnreadable."""
        nonce, ciphertext = sealed[:_NONCE_OCTETS], sealed[_NONCE_OCTETS:]
        try:
            return self._cipher(secret).decrypt(nonce, ciphertext, self.id_of(secret).encode())
        except InvalidTag as error:
            raise DraftUnreadable(self.id_of(secret)) from error

    def _cipher(self, secret: str) -> AESGCM:
        derive = HKDF(SHA256(), _KEY_OCTETS, salt=secret.encode(), info=_PURPOSE)
        return AESGCM(derive.derive(self._portal_key))
