"""What a provider publishes about itself: its discovery document and its keys, kept and asked for anew when due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import httpx
import structlog
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from services.identity.provider.provider import ProviderUnavailable
from shared.kernel import clock

FRESH_SECONDS: Final = 3600.0
COOL_DOWN_SECONDS: Final = 10.0
"""Between two questions for the keys, whatever key ids tokens name: nobody can make us ask a provider all the time."""

_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_log = structlog.get_logger(__name__)
Value = TypeVar("Value")


class Directory:
    """Of one issuer. While it does not answer, what is known stays good."""

    def __init__(self, issuer: str, client: httpx.Client, back_channel: str | None = None) -> None:
        self._issuer, self._client, self._back_channel = issuer, client, back_channel
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._metadata_at = -FRESH_SECONDS
        self._keys: KeySet | None = None
        self._keys_at = -FRESH_SECONDS

    def metadata(self) -> Mapping[str, Any]:
        """The discovery document of exactly this issuer. Raises ProviderUnavailable."""
        with self._lock:
            if clock.monotonic() - self._metadata_at > FRESH_SECONDS or self._metadata is None:
                self._metadata = self._asked(self._discover) or self._metadata
                self._metadata_at = clock.monotonic()
            return self._known(self._metadata)

    def keys(self, *, anew: bool = False) -> KeySet:
        """The keys that sign. Raises ProviderUnavailable."""
        jwks_uri = self.metadata()["jwks_uri"]
        with self._lock:
            age = clock.monotonic() - self._keys_at
            if self._keys is None or age > FRESH_SECONDS or (anew and age > COOL_DOWN_SECONDS):
                self._keys = self._asked(lambda: _usable(self.fetched(jwks_uri))) or self._keys
                self._keys_at = clock.monotonic()
            return self._known(self._keys)

    def reached(self, address: str) -> str:
        """The address as it is reached from here."""
        if self._back_channel and address.startswith(self._issuer):
            return self._back_channel + address.removeprefix(self._issuer)
        return address

    def fetched(self, address: str) -> Any:
        """The JSON at an address of the provider. Raises httpx.HTTPError, ValueError."""
        return self._client.get(self.reached(address)).raise_for_status().json()

    def _discover(self) -> Mapping[str, Any]:
        found = self.fetched(get_well_known_url(self._issuer, external=True))
        if not isinstance(found, Mapping) or found.get("issuer") != self._issuer:
            raise ValueError("the discovery document is another issuer's")
        if not all(isinstance(found.get(name), str) for name in _ENDPOINTS):
            raise ValueError("the discovery document lacks an endpoint")
        return found

    def _asked(self, ask: Callable[[], Value]) -> Value | None:
        try:
            return ask()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as error:
            _log.error("provider_unavailable", issuer=self._issuer, error=type(error).__name__)
            return None

    def _known(self, value: Value | None) -> Value:
        if value is None:
            raise ProviderUnavailable(self._issuer)
        return value


def _usable(document: Any) -> KeySet:
    """The keys for signatures; those of a kind that nobody here understands are passed over. Raises ValueError."""
    keys = [key for each in document["keys"] if each.get("use", "sig") == "sig" and (key := _imported(each))]
    if not keys:
        raise ValueError("no usable key")
    return KeySet(keys)


def _imported(given: Any) -> Key | None:
    try:
        return JWKRegistry.import_key(given)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
