"""Notification over HTTP: `POST /api/notification/v1/otps`, with this service's own token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from services.tracking.otp_sender.sender import Otp, Outcome
from shared.kernel.settings import FeedSettings, GatewaySettings
from shared.messaging.service_token import ServiceToken

TIMEOUT: Final = httpx.Timeout(25.0, connect=3.0)
"""Notification answers after its provider did, which may take 20 s."""
NOTHING_WAS_ASKED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
NOT_FOR_THIS_PERSON: Final = frozenset({409, 422})
_log = structlog.get_logger(__name__)


class _Answer(BaseModel):
    state: str
    again: bool


class HttpSender:
    """May be called from many threads."""

    def __init__(self, client: httpx.Client, base: str, token: Callable[[], str]) -> None:
        self._client, self._url, self._token = client, f"{base}/api/notification/v1/otps", token

    def send(self, otp: Otp) -> Outcome:
        try:
            headers = {"Authorization": f"Bearer {self._token()}"}
        except httpx.HTTPError as error:
            _log.warning("otp_no_token", error=type(error).__name__)
            return Outcome.LATER
        try:
            return outcome_of(self._client.post(self._url, json=_body(otp), headers=headers))
        except NOTHING_WAS_ASKED:
            return Outcome.LATER
        except httpx.HTTPError:
            return Outcome.NO_ANSWER


def outcome_of(answer: httpx.Response) -> Outcome:
    """What notification's answer says."""
    if answer.is_success:
        return _told(answer)
    _log.warning("otp_not_taken", status=answer.status_code)
    if answer.status_code in NOT_FOR_THIS_PERSON:
        return Outcome.REFUSED
    return Outcome.NO_ANSWER if answer.is_server_error else Outcome.LATER


def _told(answer: httpx.Response) -> Outcome:
    try:
        told = _Answer.model_validate_json(answer.content)
    except ValidationError:
        return Outcome.NO_ANSWER
    if told.state != "failed":
        return Outcome.SENT
    return Outcome.LATER if told.again else Outcome.REFUSED


def _body(otp: Otp) -> dict[str, str]:
    return {name: str(getattr(otp, name)) for name in Otp.__slots__}


def http_sender(service: str, settings: FeedSettings, gateway: GatewaySettings) -> HttpSender:
    """A sender for a service that identifies itself with its client credentials."""
    base = settings.internal_url or gateway.public_url
    client = httpx.Client(timeout=TIMEOUT)
    token = ServiceToken(client, base, service, settings.client_secret.get_secret_value())
    return HttpSender(client, base, token)
