"""Identity over HTTP: `GET /api/identity/v1/members/{person_id}`, with this service's own token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx
import structlog
from pydantic import ValidationError

from services.intake.filing import MemberIdentity
from services.intake.members.members import MembersUnavailable, NoSuchMember
from shared.kernel.settings import FeedSettings, GatewaySettings
from shared.messaging.service_token import ServiceToken

TIMEOUT: Final = httpx.Timeout(3.0)
"""A citizen waits for it."""
_log = structlog.get_logger(__name__)


class HttpMembers:
    """May be called from many threads."""

    def __init__(self, client: httpx.Client, base: str, token: Callable[[], str]) -> None:
        self._client, self._url, self._token = client, f"{base}/api/identity/v1/members", token

    def identity_of(self, person_id: str) -> MemberIdentity | None:
        try:
            headers = {"Authorization": f"Bearer {self._token()}"}
            answer = self._client.get(f"{self._url}/{person_id}", headers=headers)
        except httpx.HTTPError as error:
            _log.warning("members_unavailable", error=type(error).__name__)
            raise MembersUnavailable from None
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NoSuchMember
        return None if answer.status_code == httpx.codes.CONFLICT else _told(answer)


def _told(answer: httpx.Response) -> MemberIdentity:
    if not answer.is_success:
        _log.warning("members_unavailable", status=answer.status_code)
        raise MembersUnavailable
    try:
        return MemberIdentity.model_validate_json(answer.content)
    except ValidationError:
        _log.error("member_not_understood")
        raise MembersUnavailable from None


def http_members(service: str, settings: FeedSettings, gateway: GatewaySettings) -> HttpMembers:
    """Members for a service that identifies itself with its client credentials."""
    base = settings.internal_url or gateway.public_url
    client = httpx.Client(timeout=TIMEOUT)
    return HttpMembers(client, base, ServiceToken(client, base, service, settings.client_secret.get_secret_value()))
