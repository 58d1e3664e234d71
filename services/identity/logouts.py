"""Ending the session at the provider too (OpenID Connect RP-Initiated Logout 1.0): ours has ended before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from services.identity.provider.provider import IdentityProvider, ProviderUnavailable
from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash

LIFETIME: Final = timedelta(minutes=10)
_BEGIN: Final = sa.text("INSERT INTO logouts (state_hash, provider, begun_at) VALUES (:state, :provider, :at)")
_TAKE: Final = sa.text(
    "DELETE FROM logouts WHERE state_hash = :state AND provider = :provider AND begun_at > :after RETURNING 1"
)
_SWEEP: Final = sa.text("DELETE FROM logouts WHERE begun_at <= :before")


class Logouts:
    """Guarantee: who comes back from a provider was sent there by us, and comes back once."""

    def __init__(self, engine: sa.Engine, providers: Mapping[str, IdentityProvider], pepper: bytes) -> None:
        self._engine, self._providers, self._pepper = engine, providers, pepper

    def begin(self, provider: str) -> str | None:
        """Where the browser goes; None where the provider offers nothing, is gone, or does not answer."""
        state = ids.new_secret()
        try:
            address = self._providers[provider].end_session_url(state)
        except (KeyError, ProviderUnavailable):
            return None
        if address is not None:
            self._remember(provider, state)
        return address

    def finish(self, provider: str, state: str) -> bool:
        """Whether this is the end of a logout that we began."""
        row = {"state": self._hash(state), "provider": provider, "after": clock.now() - LIFETIME}
        with self._engine.begin() as transaction:
            return transaction.execute(_TAKE, row).scalar() is not None

    def _remember(self, provider: str, state: str) -> None:
        now = clock.now()
        with self._engine.begin() as transaction:
            transaction.execute(_SWEEP, {"before": now - LIFETIME})
            transaction.execute(_BEGIN, {"state": self._hash(state), "provider": provider, "at": now})

    def _hash(self, state: str) -> str:
        return keyed_hash(self._pepper, f"logout\n{state}")
