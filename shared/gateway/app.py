"""What every HTTP gateway has: problems, tokens, health, metrics, OpenAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.gateway import problems
from shared.gateway.docs import docs_page
from shared.gateway.problems import Problem
from shared.gateway.tokens import Gatekeeper
from shared.kernel import clock, ids
from shared.observing import health
from shared.observing.metrics import DURATION, REQUESTS

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What requests are counted by; a caller may make up any other."""

Stop = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Gateway:
    """One service's part of the public contract: its routers below `/api/<service>`, and what it depends on."""

    service: str
    title: str
    routers: Sequence[APIRouter]
    state: Mapping[str, Any]
    """Put on `app.state` by name, for the endpoints."""
    checks: Mapping[str, health.Check] = field(default_factory=dict)
    stop: Stop = lambda: None
    leave: Stop = lambda: None
    """Called as soon as the process is told to end: answers that go on for long end themselves."""
    most_octets: int = 256 * 1024
    """The largest body of a request; larger ones are answered with 413 while they come in."""


def create_app(gateway: Gateway, gatekeeper: Gatekeeper) -> FastAPI:
    """The gateway as an app of its own, at the paths of the public contract."""
    app = _bare(f"/api/{gateway.service}", gateway)
    app.state.gatekeeper, app.state.service = gatekeeper, gateway.service
    for name, value in gateway.state.items():
        setattr(app.state, name, value)
    for router in gateway.routers:
        app.include_router(router)
    app.include_router(operations(gateway.checks))
    app.add_middleware(RequestLimits, most_octets=gateway.most_octets)
    app.add_middleware(Observed, service=gateway.service)
    return app


class _Documented(FastAPI):
    """Adds to its OpenAPI what no endpoint returns but every one may answer: problems."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document.setdefault("components", {}).setdefault("schemas", {}).update(problems.schemas())
        return document


def _bare(root: str, gateway: Gateway) -> FastAPI:
    app = _Documented(
        title=gateway.title,
        version="1",
        openapi_url=f"{root}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(gateway.stop),
        responses=problems.responses(422, 503),
    )
    problems.install(app)
    app.add_api_route(f"{root}/docs", docs_page(app), include_in_schema=False)
    return app


def _lifespan(stop: Stop) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(stop)

    return lifespan


def operations(checks: Mapping[str, health.Check]) -> APIRouter:
    """`/health/live`, `/health/ready` (503 names what is down), `/metrics`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/health/ready")
    def ready() -> JSONResponse:
        down = health.down(checks)
        body = {"status": "unavailable" if down else "ok", "down": down}
        return JSONResponse(body, 503 if down else 200, {"Cache-Control": "no-store"})

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


class RequestLimits:
    """Refuses an address with a NUL in it (no text of ours has one, and no database takes it), and a body that is too
    large: by its Content-Length at once, else as soon as too much has come in."""

    def __init__(self, app: ASGIApp, most_octets: int) -> None:
        self._app = app
        self._most = most_octets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif "\0" in scope["path"] or b"%00" in scope["query_string"]:
            await Problem(400, "ที่อยู่ไม่ถูกต้อง").response()(scope, receive, send)
        elif _announced(scope) > self._most:
            await problems.too_large().response()(scope, receive, send)
        else:
            await self._app(scope, self._counting(receive), send)

    def _counting(self, receive: Receive) -> Receive:
        left = self._most

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        return limited


class Observed:
    """Counts and times each request, and gives it a correlation id that goes through all services.

    Outermost: what nobody below expected becomes a 500 here, with the id by which it is found in the log.
    """

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation = ids.new_id()
        scope.setdefault("state", {})["correlation_id"] = correlation
        structlog.contextvars.bind_contextvars(correlation_id=str(correlation))
        started, status = clock.monotonic(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-correlation-id", str(correlation).encode())]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # whatever it was: the caller gets an answer, the log the place
            problem = problems.unexpected(scope["path"], error)
            if status:
                raise  # too late for another answer: the server cuts the connection
            await problem.response()(scope, receive, noting)
        finally:
            self._count(scope, status, clock.monotonic() - started)
            structlog.contextvars.clear_contextvars()

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        REQUESTS.labels(self._service, route, method, status).inc()
        DURATION.labels(self._service, route).observe(seconds)


def _announced(scope: Scope) -> int:
    """The Content-Length; 0 where there is none. The server has refused what is no number."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length" and value.isdigit()), 0)
