"""The gateways of tracking and identity over HTTP, with the caller's own token."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import httpx
import structlog
from pydantic import TypeAdapter, ValidationError

from services.documents.asking.asking import Refused, Unavailable
from services.documents.case import Case
from services.documents.own_data import Account, OwnData, OwnPetition
from shared.kernel.settings import FeedSettings, GatewaySettings

TIMEOUT: Final = httpx.Timeout(10.0, connect=2.0)
"""Somebody waits for it."""
_CASE: Final = TypeAdapter(Case)
_ACCOUNT: Final = TypeAdapter(Account)
_PETITIONS: Final = TypeAdapter(list[OwnPetition])
_log = structlog.get_logger(__name__)
Told = TypeVar("Told")


class HttpAsking:
    """May be called from many threads."""

    def __init__(self, client: httpx.Client, base: str) -> None:
        self._client, self._base = client, base

    def case(self, token: str, number: str, reason: str | None = None) -> Case:
        path = f"tracking/v1/petitions/{number}"
        if reason is None:
            return self._asked(_CASE, token, "GET", path)
        return self._asked(_CASE, token, "POST", f"{path}/reveal", json={"reason": reason})

    def own_data(self, token: str) -> OwnData:
        account = self._asked(_ACCOUNT, token, "GET", "identity/v1/me/export")
        return OwnData(account, self._asked(_PETITIONS, token, "GET", "tracking/v1/me/petitions"))

    def _asked(self, shape: TypeAdapter[Told], token: str, method: str, path: str, **body: Any) -> Told:
        service, headers = path.partition("/")[0], {"Authorization": f"Bearer {token}"}
        try:
            answer = self._client.request(method, f"{self._base}/api/{path}", headers=headers, **body)
        except httpx.HTTPError as error:
            _log.warning("gateway_unavailable", gateway=service, error=type(error).__name__)
            raise Unavailable from None
        return _told(shape, service, answer)


def _told(shape: TypeAdapter[Told], service: str, answer: httpx.Response) -> Told:
    if answer.is_client_error:
        raise _refused(answer)
    if not answer.is_success:
        _log.warning("gateway_unavailable", gateway=service, status=answer.status_code)
        raise Unavailable
    try:
        return shape.validate_json(answer.content)
    except ValidationError:
        _log.error("gateway_not_understood", gateway=service)
        raise Unavailable from None


def _refused(answer: httpx.Response) -> Refused:
    try:
        problem = answer.json()
        return Refused(answer.status_code, str(problem["detail"]), str(problem["type"]))
    except (ValueError, KeyError, TypeError):
        return Refused(answer.status_code, "ไม่อนุญาตให้เปิดข้อมูลนี้")


def http_asking(settings: FeedSettings, gateway: GatewaySettings) -> HttpAsking:
    """The gateways that are reached below the internal address."""
    return HttpAsking(httpx.Client(timeout=TIMEOUT), settings.internal_url or gateway.public_url)
