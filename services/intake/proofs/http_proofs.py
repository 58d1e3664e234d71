"""Tracking over HTTP: its step-ups, asked for in the name of the client."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import quote

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from services.intake.proofs.proofs import Begun, ProofRefused, ProofsUnavailable, Why
from services.intake.settings import IntakeSettings
from shared.kernel.settings import FeedSettings

TIMEOUT: Final = httpx.Timeout(3.0)
"""A citizen waits for it."""
_WHY: Final = {401: Why.WRONG, 422: Why.NO_CODE, 429: Why.TOO_MANY}
_WAIT: Final = "60"
"""Seconds, where tracking tells none."""
_log = structlog.get_logger(__name__)


class _Token(BaseModel):
    token: str


class HttpProofs:
    """May be called from many threads."""

    def __init__(self, client: httpx.Client, base: str) -> None:
        self._client, self._url = client, f"{base}/api/tracking/v1/step-ups"

    def ask(self, number: str, client: str) -> Begun:
        answer = self._post(self._url, {"number": number}, client)
        try:
            told = _Begun.model_validate_json(answer.content)
            return Begun(told.id, told.expires_at)
        except ValidationError:
            raise _not_understood() from None

    def token(self, begun_id: str, otp: str, client: str) -> str:
        answer = self._post(f"{self._url}/{quote(begun_id, safe='')}", {"otp": otp}, client)
        try:
            return _Token.model_validate_json(answer.content).token
        except ValidationError:
            raise _not_understood() from None

    def _post(self, url: str, body: dict[str, str], client: str) -> httpx.Response:
        try:
            answer = self._client.post(url, json=body, headers={"X-Forwarded-For": client} if client else {})
        except httpx.HTTPError as error:
            _log.warning("proofs_unavailable", error=type(error).__name__)
            raise ProofsUnavailable from None
        if why := _WHY.get(answer.status_code):
            raise ProofRefused(why, answer.headers.get("Retry-After", _WAIT))
        if not answer.is_success:
            _log.warning("proofs_unavailable", status=answer.status_code)
            raise ProofsUnavailable
        return answer


class _Begun(BaseModel):
    id: str
    expires_at: datetime


def _not_understood() -> ProofsUnavailable:
    _log.error("proof_not_understood")
    return ProofsUnavailable()


def http_proofs(settings: FeedSettings, own: IntakeSettings) -> HttpProofs:
    """Proofs by the tracking of this installation."""
    return HttpProofs(httpx.Client(timeout=TIMEOUT), own.tracking_url or settings.internal_url or own.public_url)
