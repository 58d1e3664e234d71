"""The sandbox over HTTP: both flavours, their pages, and the handles for tests and training."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from sandbox.digital_id import handles, protocol, samples, store
from sandbox.digital_id.answers import NOT_KEPT, Misbehaves, json
from sandbox.digital_id.flavour import FLAVOURS
from sandbox.digital_id.login_pages import LoginPages
from sandbox.digital_id.oauth import OAuthError
from sandbox.digital_id.pages import Pages
from sandbox.digital_id.phone_pages import PhonePages
from sandbox.digital_id.provider import Provider
from sandbox.digital_id.registration_pages import RegistrationPages
from sandbox.digital_id.settings import DigitalIdSettings

STATIC: Final = Path(__file__).parent / "static"


class Sandbox:
    """What the flavours share. Also the handle for whoever mounts the application."""

    def __init__(self, settings: DigitalIdSettings) -> None:
        self.settings = settings
        self._database = store.opened(settings.folder)
        self.people = store.People(self._database)
        samples.settle(self.people)
        self.providers = [Provider(flavour, settings, self._database) for flavour in FLAVOURS]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Closes the store at the end."""
        try:
            yield
        finally:
            self._database.close()


def create_app(settings: DigitalIdSettings) -> FastAPI:
    """The sandbox as an application of its own; it also runs mounted below a path of another one.

    Starlette does not run the lifespan of a mounted application: the outer one enters
    `app.state.sandbox.running()` in its own.
    """
    sandbox = Sandbox(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with sandbox.running():
            yield

    app = FastAPI(title="Digital ID (sandbox)", openapi_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.sandbox = sandbox
    for provider in sandbox.providers:
        pages = Pages(settings, provider.flavour.name, provider.flavour.title)
        app.include_router(protocol.routes(provider, pages))
        app.include_router(LoginPages(provider, pages).routes())
        app.include_router(PhonePages(provider, pages).routes())
        app.include_router(RegistrationPages(provider, pages).routes())
        app.include_router(handles.routes(provider))
    _add_entrance(app, sandbox)
    _add_refusals(app, Pages(settings))
    return app


def _add_entrance(app: FastAPI, sandbox: Sandbox) -> None:
    pages = Pages(sandbox.settings)

    @app.get("/", response_class=HTMLResponse)
    async def entrance() -> Response:
        people = [person for person in sandbox.people.everybody() if person.note]
        return pages.shown("entrance.html", people=people, password=samples.PASSWORD, flavours=FLAVOURS)

    @app.get("/static/{name}")
    async def static(name: str) -> Response:
        known = {path.name: path for path in STATIC.iterdir()}
        if name not in known:
            raise OAuthError("invalid_request", "no such file", 404)
        return FileResponse(known[name])


def _add_refusals(app: FastAPI, pages: Pages) -> None:
    """A refusal is JSON for clients, a page for people."""

    @app.exception_handler(OAuthError)
    async def refused(request: Request, refusal: OAuthError) -> Response:
        if "text/html" in request.headers.get("accept", "") or refusal.error == "session":
            return pages.refusal(refusal)
        authenticate = {"invalid_client": "Basic", "invalid_token": 'Bearer error="invalid_token"'}
        more = {"WWW-Authenticate": authenticate[refusal.error]} if refusal.error in authenticate else {}
        return json(refusal.as_json(), refusal.status, NOT_KEPT | more)

    @app.exception_handler(Misbehaves)
    async def misbehaves(_: Request, told: Misbehaves) -> Response:
        return json({"error": "server_error"}, told.status, {"Retry-After": "5"} if told.status == 503 else {})
