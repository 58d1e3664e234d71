"""The gateways over HTTP, as any front end calls them: what they answer and refuse, and that they are away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import structlog
from fastapi import Request

SERVICES: Final = ("intake", "tracking", "documents", "survey", "identity")
TIMEOUT: Final = httpx.Timeout(1.2, connect=0.5)
"""A page answers within two seconds, whoever is away."""
STREAM_TIMEOUT: Final = httpx.Timeout(5.0, connect=1.0, read=60.0)
"""Gateways say at least every 15 seconds that a stream is still open."""
PROBLEM: Final = "application/problem+json"
_log = structlog.get_logger(__name__)


class Unavailable(Exception):
    """A gateway does not answer, or says that it cannot now. `service` is its name."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class Refused(Exception):
    """A gateway refused: its problem (RFC 9457). `errors` maps the path of a field to what is wrong with it."""

    def __init__(self, service: str, status: int, problem: Mapping[str, Any], retry_after: str | None = None) -> None:
        super().__init__(f"{service} {status}")
        self.service, self.status, self.retry_after = service, status, retry_after
        self.kind = str(problem.get("type", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors = {str(each["field"]): str(each["message"]) for each in problem.get("errors") or ()}


class Gateways:
    """One pool of connections a service, so that one which hangs holds up no other."""

    def __init__(self, address: Callable[[str], str], transport: httpx.AsyncBaseTransport | None = None) -> None:
        trusted = httpx.create_ssl_context()  # reading the roots takes 50 ms of each start, for every client anew
        self._clients = {
            service: httpx.AsyncClient(base_url=address(service), timeout=TIMEOUT, transport=transport, verify=trusted)
            for service in SERVICES
        }
        self._address = address
        limits = httpx.Limits(max_connections=None)
        self._streams = httpx.AsyncClient(timeout=STREAM_TIMEOUT, limits=limits, transport=transport, verify=trusted)

    async def get(self, service: str, path: str, *, caller: Request | None = None, **asked: Any) -> Any:
        """The JSON of an answer. Raises Unavailable, Refused."""
        return (await self.call(service, "GET", path, caller=caller, **asked)).json()

    async def call(
        self, service: str, method: str, path: str, *, caller: Request | None = None, **asked: Any
    ) -> httpx.Response:
        """An answer below 400, to a request at `/api/<service>/v1<path>`. Raises Unavailable, Refused.

        `caller` is the request in hand: limits are counted for its address, not for the portal's.
        """
        asked["headers"] = {**forwarded(caller), **(asked.get("headers") or {})}
        try:
            answer = await self._clients[service].request(method, f"/api/{service}/v1{path}", **asked)
        except httpx.TransportError as error:
            _log.warning("gateway_unavailable", gateway=service, error=type(error).__name__)
            raise Unavailable(service) from None
        return _accepted(service, answer)

    @asynccontextmanager
    async def stream(self, service: str, path: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """An answer that comes bit by bit, for as long as it is read. Raises Unavailable, Refused."""
        address = f"{self._address(service)}/api/{service}/v1{path}"
        try:
            async with self._streams.stream("GET", address, headers=headers) as answer:
                if answer.is_error:
                    await answer.aread()
                yield _accepted(service, answer)
        except httpx.TransportError as error:
            _log.warning("gateway_unavailable", gateway=service, error=type(error).__name__)
            raise Unavailable(service) from None

    async def close(self) -> None:
        """Let go of every connection."""
        for client in (*self._clients.values(), self._streams):
            await client.aclose()


def _accepted(service: str, answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        _log.warning("gateway_unavailable", gateway=service, status=answer.status_code)
        raise Unavailable(service)
    if answer.is_error:
        raise Refused(service, answer.status_code, _problem(answer), answer.headers.get("Retry-After"))
    return answer


def forwarded(caller: Request | None) -> dict[str, str]:
    """The header that tells a gateway who really asks."""
    return {"X-Forwarded-For": caller.client.host} if caller and caller.client else {}


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    is_problem = answer.headers.get("content-type", "").startswith(PROBLEM)
    body = answer.json() if is_problem else {}
    return body if isinstance(body, dict) else {}
