"""The full way without Docker: real servers and every service's processes as children of this one."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from deploy.native.folder import ports, sole_owner
from deploy.native.postgres import PostgresServer
from deploy.native.processes import Child, ChildProcesses
from deploy.native.rabbitmq import RabbitBroker
from deploy.native.radosgw import RadosGateway
from khamrong import environment, trial
from khamrong.installation import AUTHORITIES, SERVICES, WITH_LOG, common_settings, databases, secrets_in
from khamrong.keeping import kept_running
from khamrong.upgrading import upgrade
from services.intake import wiring as intake
from services.intake.authority import authority_from_yaml
from services.intake.settings import IntakeSettings
from shared.kernel.settings import RetrySettings, load
from shared.messaging.declaring import declare
from shared.messaging.topology import FACTS

ROOT: Final = Path(__file__).parents[1]
TEMPLATE: Final = ROOT / "deploy" / "nginx" / "khamrong.conf.template"
WITH_WORKER: Final = ("intake", "tracking", "notification", "documents", "survey")
SANDBOXES: Final = {"sandbox-sms": "sandbox.sms_gateway", "sandbox-digital-id": "sandbox.digital_id"}
READY_SECONDS: Final = 180.0
RESTART_SECONDS: Final = 1.0
BACKGROUND: Final = frozenset({"documents-worker", "survey-worker"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Process:
    """One of Khamrong's own processes: what to run, where it answers, and the settings that it alone has."""

    name: str
    command: list[str]
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, repr=False)
class Stack:
    """A running stack. `kill` and `start` are for tests of failure; a process that ends is started again."""

    folder: Path
    public_url: str
    settings: Mapping[str, str]
    database: PostgresServer
    broker: RabbitBroker
    children: ChildProcesses
    running: dict[str, Child] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def start(self, process: Process, more: Mapping[str, str] | None = None) -> None:
        """Start a process and remember it; `more` settings are for this time only."""
        self.processes[process.name] = process
        whole = {
            **os.environ,
            **self.settings,
            **process.settings,
            "PYTHONPATH": str(ROOT),
            "MALLOC_ARENA_MAX": "2",
            **(more or {}),
        }
        self.running[process.name] = self.children.start(process.name, process.command, environment=whole)

    def kill(self, name: str) -> None:
        """As a crash would: SIGKILL."""
        self.running[name].kill()

    def revive(self) -> list[str]:
        """Start again what has ended; the names."""
        ended = [name for name, child in self.running.items() if child.process.poll() is not None]
        for name in ended:
            _log.warning("process_ended", name=name, code=self.running[name].process.returncode)
            self.start(self.processes[name])
        return ended

    def wait(self) -> None:
        """Return when every process answers on its port."""
        for name, child in self.running.items():
            child.wait_for_port(self.processes[name].port, READY_SECONDS)


@contextmanager
def started(folder: Path, port: int, more: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """Everything, ready; stops in reverse order. `more` settings outrank the usual ones. Raises FolderInUse."""
    with ExitStack() as stack:
        stack.enter_context(sole_owner(folder))
        server = stack.enter_context(PostgresServer(folder / "postgres"))
        server.ensure_databases(databases())
        stack.enter_context(kept_running(server))
        broker = stack.enter_context(RabbitBroker(folder / "rabbitmq"))
        known = secrets_in(folder)
        store = stack.enter_context(RadosGateway(folder / "s3", secret_key=known["s3_secret_key"]))
        public_url = f"http://127.0.0.1:{port}"
        settings = common_settings(folder, public_url, server.url, known) | _of_stack(broker, store)
        settings |= _sandbox_settings(folder, settings) | environment.given() | dict(more or {})
        environment.write(folder, settings)
        with environment.replaced(settings):
            upgrade()
            _apply_samples()
            declare(broker.uri, FACTS.scaled(load(RetrySettings).retry_scale))
        broker.settle()
        processes = folder / "processes"
        processes.mkdir(mode=0o700, exist_ok=True)
        children = stack.enter_context(ChildProcesses(processes))
        running = Stack(folder, public_url, settings, server, broker, children)
        for process in _processes(folder, port):
            running.start(process)
        running.wait()
        yield running


def run(folder: Path, port: int) -> None:
    """Until SIGINT or SIGTERM; a process that ends by itself is started again."""
    with started(folder, port) as stack:
        print(f"Khamrong is running (full) at {stack.public_url}; logs in {folder / 'processes'}; Ctrl-C stops it.\n")
        print(f"File a petition:\n\n{trial.curl(stack.public_url)}\n", flush=True)
        watch(stack, threading.Event())


def watch(stack: Stack, stop: threading.Event) -> None:
    """Keep every process running."""
    while not stop.wait(RESTART_SECONDS):
        stack.revive()


def _of_stack(broker: RabbitBroker, store: RadosGateway) -> dict[str, str]:
    return {
        "KHAMRONG_AMQP_URL": broker.uri,
        "KHAMRONG_S3_ENDPOINT": store.endpoint,
        "KHAMRONG_S3_ACCESS_KEY": store.access_key,
        "KHAMRONG_S3_SECRET_KEY": store.secret_key,
        "KHAMRONG_S3_SECURE": "false",
    }


def _sandbox_settings(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "KHAMRONG_SANDBOX_SMS_FOLDER": str(folder / "sandbox-sms"),
        "KHAMRONG_SANDBOX_SMS_CALLBACK_URL": settings["KHAMRONG_SMS_CALLBACK_URL"],
        "KHAMRONG_SANDBOX_SMS_CALLBACK_USERNAME": "receipts",
        "KHAMRONG_SANDBOX_SMS_CALLBACK_PASSWORD": settings["KHAMRONG_SMS_RECEIPT_SECRET"],
    }


def _apply_samples() -> None:
    built = intake.build(load(IntakeSettings))
    for file in sorted(AUTHORITIES.glob("*.yaml")):
        built.authorities.begin_with(authority_from_yaml(file.read_text(encoding="utf-8")))
    built.close()


def _processes(folder: Path, port: int) -> Iterator[Process]:
    names = [f"{service}-api" for service in SERVICES] + [f"{service}-relay" for service in WITH_LOG]
    names += [f"{service}-worker" for service in WITH_WORKER]
    at = ports(folder / "ports.json", [*names, *SANDBOXES])
    for name in names:
        service, _, role = name.partition("-")
        command = [sys.executable, "-m", f"services.{service}", role, "--port", str(at[name])]
        own = _past_the_proxy(at) if service == "portal" else {}
        yield Process(name, _in_background(name) + command, at[name], own)
    yield from _sandboxes(at)
    yield _proxy(folder, at, port)


def _in_background(name: str) -> list[str]:
    """Where processors are few, what a citizen waits for comes before forms, and before what surveys will need."""
    return ["chrt", "--idle", "0"] if name in BACKGROUND else []


def _past_the_proxy(at: Mapping[str, int]) -> dict[str, str]:
    """The portal calls the gateways themselves: they count limits for the address that it forwards."""
    return {"KHAMRONG_GATEWAYS": json.dumps({name: f"http://127.0.0.1:{at[f'{name}-api']}" for name in SERVICES})}


def _sandboxes(at: Mapping[str, int]) -> Iterator[Process]:
    for name, module in SANDBOXES.items():
        yield Process(name, [sys.executable, "-m", module, "--port", str(at[name])], at[name])


def _proxy(folder: Path, at: Mapping[str, int], port: int) -> Process:
    run_dir = folder / "nginx"
    run_dir.mkdir(exist_ok=True)
    names = {service.upper(): f"127.0.0.1:{at[f'{service}-api']}" for service in SERVICES}
    names |= {"SANDBOX": f"127.0.0.1:{at['sandbox-sms']}", "DIGITAL_ID": f"127.0.0.1:{at['sandbox-digital-id']}"}
    names |= {"LISTEN": f"127.0.0.1:{port}", "RUN_DIR": str(run_dir), "PAGES": str(TEMPLATE.parent)}
    configuration = run_dir / "nginx.conf"
    configuration.write_text(_filled(TEMPLATE.read_text(encoding="utf-8"), names))
    user = " user root;" if os.geteuid() == 0 else ""  # its temporary files are in a folder of ours
    return Process("proxy", ["nginx", "-c", str(configuration), "-g", f"daemon off;{user}"], port)


def _filled(template: str, names: Mapping[str, str]) -> str:
    """Only `${NAME}` in capitals is ours; nginx's own variables stay."""
    return re.sub(r"\$\{([A-Z_]+)\}", lambda found: names[found.group(1)], template)
