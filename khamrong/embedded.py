"""The embedded way: everything in one process, with a PostgreSQL of its own beside it.

The relay's work is done by pullers: each queue's reaction gets the same facts, with the same inbox and checkpoints, as
in the full way. All guarantees hold but scaling out.
"""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.native.folder import sole_owner
from deploy.native.postgres import PostgresServer
from khamrong import environment
from khamrong.installation import AUTHORITIES, DATABASE_SETTINGS, DIGITAL_ID, common_settings, databases, secrets_in
from khamrong.keeping import kept_running
from khamrong.parts import Parts, build_parts
from khamrong.upgrading import upgrade
from sandbox.digital_id import DigitalIdSettings
from sandbox.digital_id import create_app as create_digital_id
from sandbox.sms_gateway.app import create_app as create_sms_sandbox
from sandbox.sms_gateway.settings import SmsSandboxSettings
from services.documents.housekeeping import keep_house as keep_files
from services.intake.authority import authority_from_yaml
from services.intake.housekeeping import start_housekeeping
from services.intake.timekeeper import start_keeping_time
from services.portal.app import create_app as create_portal
from services.portal.housekeeping import housekept
from services.portal.settings import PortalSettings
from services.portal.wiring import build as build_portal
from services.tracking.otp_sender.http_sender import http_sender
from services.tracking.sending import Sending
from services.tracking.settings import SERVICE
from shared.gateway.app import create_app, operations
from shared.gateway.idempotency import start_forgetting
from shared.gateway.serving import GRACE_SECONDS, KEEP_ALIVE_SECONDS, LeavingServer
from shared.gateway.tokens import Gatekeeper
from shared.kernel.settings import FeedSettings, RetrySettings, load
from shared.messaging.bell import Bell
from shared.messaging.puller import Dispatcher, Pace, Puller
from shared.messaging.sweeping import feeds_of
from shared.messaging.topology import FACTS

HOST: Final = "127.0.0.1"
SANDBOX: Final = "/sandbox/sms"
PACE: Final = Pace(shortest=0.02, longest=1.0, after_error=1.0)
"""A bell tells what is new; looks without it find retries that are due, and what the operator's commands committed.
The database is near, and soon back when it ended."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What `khamrong up` needs of a started installation."""

    app: ASGIApp
    public_url: str
    parts: Parts


@contextmanager
def started(folder: Path, port: int) -> Iterator[Running]:
    """Everything but the HTTP server; stops in reverse order. Raises FolderInUse."""
    with ExitStack() as stack:
        stack.enter_context(sole_owner(folder))
        settings = settings_of(folder, f"http://{HOST}:{port}", _databases(stack, folder))
        environment.write(folder, settings)
        stack.enter_context(environment.replaced(settings))
        upgrade()
        parts = build_parts()
        stack.callback(parts.close)
        apply_samples(parts)
        dispatcher = dispatcher_of(parts)
        dispatcher.start()
        stack.callback(dispatcher.join)
        stack.callback(dispatcher.stop)
        stack.callback(keep_house(parts).set)
        yield Running(front(parts, folder, settings), settings["KHAMRONG_PUBLIC_URL"], parts)


def _databases(stack: ExitStack, folder: Path) -> Callable[[str], str]:
    """Where each database is: on a server of our own, unless the environment names them all."""
    if environment.given().keys() >= DATABASE_SETTINGS:
        return lambda _: ""
    server = stack.enter_context(PostgresServer(folder / "postgres"))
    server.ensure_databases(databases())
    stack.enter_context(kept_running(server))
    return server.url


def settings_of(folder: Path, public_url: str, database_url: Callable[[str], str]) -> dict[str, str]:
    """The settings of an embedded installation; what the environment says outranks them."""
    settings = common_settings(folder, public_url, database_url, secrets_in(folder))
    return settings | {"KHAMRONG_VAULT_FOLDER": str(folder / "vault")} | environment.given()


def apply_samples(parts: Parts) -> None:
    """The sample authorities, where they differ from what is in force and no administrator has changed them."""
    for file in sorted(AUTHORITIES.glob("*.yaml")):
        parts.intake.authorities.begin_with(authority_from_yaml(file.read_text(encoding="utf-8")))


def dispatcher_of(parts: Parts) -> Dispatcher:
    """One puller a queue: it takes facts from the logs in this process."""
    feeds = parts.feeds
    readers = (parts.intake, parts.notification, parts.documents, parts.survey, parts.tracking)
    topology, bell = FACTS.scaled(load(RetrySettings).retry_scale), Bell()
    for owner in (parts.intake, parts.notification, parts.documents, parts.identity, parts.survey):
        bell.on_commit_of(owner.engine)
    return Dispatcher(
        [
            Puller(queue, feeds_of(queue, feeds, topology), desk.engine, react, topology=topology, pace=PACE, bell=bell)
            for desk in (reader.desk for reader in readers)
            for queue, react in desk.reactions.items()
        ]
    )


def keep_house(parts: Parts) -> threading.Event:
    """The services' housekeeping and the codes for petitioners, in threads, until the event is set."""
    stop = threading.Event()
    for engine in (parts.intake.engine, parts.survey.engine):
        start_forgetting(engine, stop)
    start_keeping_time(parts.intake.timekeeper, stop)
    start_housekeeping(parts.intake.forgetting, stop)
    threading.Thread(target=keep_files, args=(parts.documents, stop), name="files-house", daemon=True).start()
    sender = http_sender(SERVICE, load(FeedSettings), parts.tracking.settings)
    Sending(parts.tracking.step_ups, parts.tracking.addressees, sender, stop).start()
    return stop


def front(parts: Parts, folder: Path, settings: Mapping[str, str]) -> ASGIApp:
    """One origin: each service's gateway at its paths, the sandboxes, health and metrics, and the pages."""
    gatekeeper = Gatekeeper(lambda _: parts.identity.keys.public())
    gateways = parts.gateways()
    apps: dict[str, ASGIApp] = {f"/api/{gateway.service}/": create_app(gateway, gatekeeper) for gateway in gateways}
    checks = {name: check for gateway in gateways for name, check in gateway.checks.items()}
    sandbox = create_sms_sandbox(sandbox_settings(folder, settings))
    digital_id = create_digital_id(digital_id_settings(settings))
    portal = build_portal(load(PortalSettings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with sandbox.state.sandbox.running(), digital_id.state.sandbox.running():
            with housekept(portal):
                yield
        await portal.close()

    rest = FastAPI(title="Khamrong", openapi_url=None, lifespan=lifespan)
    rest.include_router(operations({**checks, **portal.checks}))
    rest.mount(SANDBOX, sandbox)
    rest.mount(DIGITAL_ID, digital_id)
    rest.mount("/", create_portal(portal))
    return Front(apps, rest)


def sandbox_settings(folder: Path, settings: Mapping[str, str]) -> SmsSandboxSettings:
    """The sandbox's phone, posting its receipts to notification."""
    return SmsSandboxSettings.model_validate(
        {
            "folder": folder / "sandbox-sms",
            "callback_url": settings["KHAMRONG_SMS_CALLBACK_URL"],
            "callback_username": "receipts",
            "callback_password": settings["KHAMRONG_SMS_RECEIPT_SECRET"],
            "links": {"kathu.go.th/": "/t/"},
        }
    )


def digital_id_settings(settings: Mapping[str, str]) -> DigitalIdSettings:
    """The sandbox's ThaiD and DGA, knowing Khamrong and sending their one-time passwords to the sandbox's phone."""
    names = ("folder", "url", "clients", "sms_url", "sms_page")
    given = {name: settings[f"KHAMRONG_SANDBOX_DIGITAL_ID_{name.upper()}"] for name in names}
    return DigitalIdSettings.model_validate({**given, "clients": json.loads(given["clients"])})


class Front:
    """Routes by the beginning of the path."""

    def __init__(self, apps: Mapping[str, ASGIApp], rest: ASGIApp) -> None:
        self._apps = apps
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._chosen(scope)(scope, receive, send)

    def _chosen(self, scope: Scope) -> ASGIApp:
        path = scope.get("path", "")
        return next((app for prefix, app in self._apps.items() if path.startswith(prefix)), self._rest)


def serve(running: Running, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        running.app,
        HOST,
        port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        lifespan="on",
    )
    LeavingServer(config, running.parts.tracking.live.close).run()
