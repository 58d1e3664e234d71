"""A service's own token, from identity by client credentials, kept until shortly before its end."""

from __future__ import annotations

import threading
from typing import Final

import httpx

from shared.kernel import clock

EARLY_SECONDS: Final = 60


class ServiceToken:
    """Call it for a bearer token that is good for at least a minute. Raises httpx.HTTPError."""

    def __init__(self, client: httpx.Client, base: str, client_id: str, client_secret: str) -> None:
        self._client = client
        self._url = f"{base}/api/identity/v1/tokens"
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def __call__(self) -> str:
        with self._lock:
            if clock.monotonic() >= self._good_until:
                answer = self._client.post(self._url, data=self._form).raise_for_status().json()
                self._token = answer["access_token"]
                self._good_until = clock.monotonic() + answer["expires_in"] - EARLY_SECONDS
            return self._token
