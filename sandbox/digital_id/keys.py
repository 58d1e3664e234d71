"""The keys that sign, by flavour and purpose, kept in the store; public halves are told in the key set."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any, Final

import orjson
from joserfc.jwk import ECKey, RSAKey

from sandbox.digital_id.behaviour import Behaviour, Mode
from sandbox.digital_id.flavour import Flavour

MAIN, SPARE = "main", "spare"
TOLD: Final = 2
"""So many of the newest main keys are in the key set: what an old one signed can still be checked after a rotation."""
RSA_BITS: Final = 2048
SigningKey = ECKey | RSAKey


class KeyRing:
    """One flavour's keys; each is made when it is first needed."""

    def __init__(self, database: sqlite3.Connection, flavour: Flavour) -> None:
        self._database = database
        self._flavour = flavour

    def signing(self) -> SigningKey:
        """The key that signs now."""
        return self._newest(MAIN, self._flavour.algorithm)

    def other(self, algorithm: str) -> SigningKey:
        """A published key of that algorithm; the main one when it is the flavour's own."""
        return self.signing() if algorithm == self._flavour.algorithm else self._newest(algorithm, algorithm)

    def stranger(self) -> SigningKey:
        """A key that nobody will find, under the id of the one that signs."""
        return made(self._flavour.algorithm, self.signing().kid)

    def rotate(self) -> SigningKey:
        """From now on a new key signs."""
        return self._make(MAIN, self._flavour.algorithm)

    def everything(self) -> list[SigningKey]:
        """Every main key there ever was, the newest first."""
        self.signing()
        return self._kept(MAIN)

    def told(self, behaviour: Behaviour) -> dict[str, Any]:
        """The key set (RFC 7517)."""
        main = self.everything()[: 1 if Mode.ROTATION_BEFORE_SIGNING in behaviour else TOLD]
        if Mode.KID_ABSENT in behaviour:
            main = main[:1]
        spare = [self._newest(SPARE, self._flavour.algorithm)] if Mode.MULTIPLE_KEYS in behaviour else []
        others = [self.other(mode.name) for mode in (Mode.RS256, Mode.ES256) if mode in behaviour]
        keys = {key.kid: key for key in (*spare, *main, *others)}
        return {"keys": [key.as_dict(private=False) for key in keys.values()]}

    def _newest(self, purpose: str, algorithm: str) -> SigningKey:
        kept = self._kept(purpose)
        return kept[0] if kept else self._make(purpose, algorithm)

    def _kept(self, purpose: str) -> list[SigningKey]:
        rows = self._database.execute(
            "SELECT jwk FROM signing_keys WHERE flavour = ? AND purpose = ? ORDER BY number DESC",
            (self._flavour.name, purpose),
        )
        return [_kept_key(jwk) for (jwk,) in rows]

    def _make(self, purpose: str, algorithm: str) -> SigningKey:
        key = made(algorithm)
        self._database.execute(
            "INSERT INTO signing_keys (flavour, purpose, jwk) VALUES (?, ?, ?)",
            (self._flavour.name, purpose, orjson.dumps(key.as_dict(private=True)).decode()),
        )
        return key


def made(algorithm: str, kid: str | None = None) -> SigningKey:
    """A new key for ES256 or RS256; its id is its thumbprint (RFC 7638) unless one is given."""
    key: SigningKey = RSAKey.generate_key(RSA_BITS) if algorithm == "RS256" else ECKey.generate_key("P-256")
    named = {**key.as_dict(private=True), "kid": kid or key.thumbprint(), "use": "sig", "alg": algorithm}
    return _imported(named)


@lru_cache
def _kept_key(jwk: str) -> SigningKey:
    """Checking an RSA key while it is imported takes 36 ms, which every request would pay."""
    return _imported(orjson.loads(jwk))


def _imported(jwk: dict[str, Any]) -> SigningKey:
    return RSAKey.import_key(jwk) if jwk["kty"] == "RSA" else ECKey.import_key(jwk)
