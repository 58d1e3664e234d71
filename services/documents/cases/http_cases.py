"""Tracking over HTTP: `GET /api/tracking/v1/petitions/{number}` and `POST …/reveal`, with the caller's own token."""

from __future__ import annotations

from typing import Final

import httpx
import structlog
from pydantic import ValidationError

from services.documents.case import Case
from services.documents.cases.cases import CaseRefused, CasesUnavailable
from shared.kernel.settings import FeedSettings, GatewaySettings

TIMEOUT: Final = httpx.Timeout(10.0, connect=2.0)
"""A member of staff waits for it."""
_log = structlog.get_logger(__name__)


class HttpCases:
    """May be called from many threads."""

    def __init__(self, client: httpx.Client, base: str) -> None:
        self._client, self._url = client, f"{base}/api/tracking/v1/petitions"

    def of(self, token: str, number: str, reason: str | None = None) -> Case:
        headers, address = {"Authorization": f"Bearer {token}"}, f"{self._url}/{number}"
        try:
            if reason is None:
                return _told(self._client.get(address, headers=headers))
            return _told(self._client.post(f"{address}/reveal", headers=headers, json={"reason": reason}))
        except httpx.HTTPError as error:
            _log.warning("cases_unavailable", error=type(error).__name__)
            raise CasesUnavailable from None


def _told(answer: httpx.Response) -> Case:
    if answer.is_client_error:
        raise CaseRefused(answer.status_code, _detail(answer))
    if not answer.is_success:
        _log.warning("cases_unavailable", status=answer.status_code)
        raise CasesUnavailable
    try:
        return Case.model_validate_json(answer.content)
    except ValidationError:
        _log.error("case_not_understood")
        raise CasesUnavailable from None


def _detail(answer: httpx.Response) -> str:
    """Of tracking's problem (RFC 9457) what people read."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return "ไม่อนุญาตให้เปิดคำร้องนี้"


def http_cases(settings: FeedSettings, gateway: GatewaySettings) -> HttpCases:
    """Cases of the tracking that is reached below the internal address."""
    return HttpCases(httpx.Client(timeout=TIMEOUT), settings.internal_url or gateway.public_url)
