"""The sandbox over HTTP: the aggregator's API, the phone on a page, and the handles for tests and training."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.sms_gateway import inbox
from sandbox.sms_gateway.aggregator import MOST_OCTETS, Aggregator, Answer
from sandbox.sms_gateway.behaviour import Behaviour, Behaviours
from sandbox.sms_gateway.ledger import Ledger
from sandbox.sms_gateway.reporter import Reporter
from sandbox.sms_gateway.settings import SmsSandboxSettings
from sandbox.sms_gateway.submission import thai_mobile

STATIC: Final = Path(__file__).parent / "static"
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class DroppedConnection(Response):
    """Ends the connection without an octet of an answer.

    uvicorn answers 500 for a handler that ends before its response begins, and closes the connection when it ends
    later without completing it. A header name that no server may send lets it begin without writing anything.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(RuntimeError):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"dropped on purpose", b"")]})


class Sandbox:
    """What the routes share. Also the handle for whoever mounts the application."""

    def __init__(self, settings: SmsSandboxSettings) -> None:
        self.settings = settings
        self.ledger = Ledger(settings.folder)
        self.behaviours = Behaviours()
        self.reporter = Reporter(settings, self.ledger)
        self.aggregator = Aggregator(settings, self.ledger, self.behaviours, self.reporter)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sends the receipts an earlier run left; at the end stops sending and closes the ledger."""
        self.reporter.resume()
        try:
            yield
        finally:
            await self.reporter.close()
            self.ledger.close()


def create_app(settings: SmsSandboxSettings) -> FastAPI:
    """The sandbox as an application of its own; it also runs mounted below a path of another one.

    Starlette does not run the lifespan of a mounted application: the outer one enters
    `app.state.sandbox.running()` in its own.
    """
    sandbox = Sandbox(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with sandbox.running():
            yield

    app = FastAPI(title="SMS gateway (sandbox)", version="2", lifespan=lifespan)
    app.state.sandbox = sandbox
    app.include_router(_api(sandbox))
    app.include_router(_phone(sandbox))
    app.include_router(_handles(sandbox))
    return app


def _api(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.post("/sms")
    async def send(request: Request) -> Response:
        headers = request.headers
        answer = await sandbox.aggregator.submit(
            headers.get("authorization", ""), headers.get("content-type", ""), await _body(request)
        )
        return _response(answer)

    return router


def _phone(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def phone(to: str | None = None, refresh: str = "on") -> HTMLResponse:
        html = inbox.page(sandbox.ledger, to, refresh != "off", sandbox.settings.links)
        return HTMLResponse(html, headers=PAGE_HEADERS)

    @router.get("/inbox.css", include_in_schema=False)
    async def style() -> FileResponse:
        return FileResponse(STATIC / "inbox.css", media_type="text/css")

    @router.get("/inbox.js", include_in_schema=False)
    async def script() -> FileResponse:
        return FileResponse(STATIC / "inbox.js", media_type="text/javascript")

    return router


def _handles(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.get("/messages")
    async def messages(to: str | None = None) -> Response:
        number = thai_mobile(to) if to else None
        found = [] if to and number is None else sandbox.ledger.messages(number)
        return _json([inbox.as_json(message) for message in found])

    @router.get("/behaviour")
    async def behaviour() -> Behaviour:
        return sandbox.behaviours.current

    @router.put("/behaviour")
    async def put_behaviour(behaviour: Behaviour) -> Behaviour:
        sandbox.behaviours.put(behaviour)
        return sandbox.behaviours.current

    @router.get("/ledger")
    async def ledger(reference: Annotated[str | None, Query()] = None) -> Response:
        return _json(_report(sandbox.ledger, reference))

    @router.delete("/ledger", status_code=204)
    async def clear() -> None:
        sandbox.ledger.clear()

    return router


async def _body(request: Request) -> bytes:
    """The body, cut off after one octet too many."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_OCTETS:
            break
    return bytes(body[: MOST_OCTETS + 1])


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return DroppedConnection()
    return _json(answer.body, answer.status, answer.headers)


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


def _report(ledger: Ledger, only: str | None) -> dict[str, Any]:
    """What was asked and what was sent, in all and per reference; for one reference when `only` names it."""
    attempts = {reference: made for reference, made in ledger.attempts().items() if only in (None, reference)}
    submissions = [message for message in ledger.messages() if only in (None, message.reference)]
    sends: dict[str | None, int] = {}
    for message in submissions:
        sends[message.reference] = sends.get(message.reference, 0) + 1
    due = {message.message_id for message in ledger.unsettled()}
    return {
        "attempts": sum(map(len, attempts.values())),
        "sends": len(submissions),
        "references": [
            {"reference": reference, "attempts": len(made), "sends": sends.get(reference, 0), "log": made}
            for reference, made in attempts.items()
        ],
        "submissions": [
            {
                "message_id": message.message_id,
                "reference": message.reference,
                "to": message.to,
                "sender": message.sender,
                "segments": message.segments,
                "at": message.at,
                "receipt_due": message.message_id in due,
            }
            for message in submissions
        ],
    }
