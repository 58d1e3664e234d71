"""`khamrong up`, `stack`, `migrate`, `demo`: starting Khamrong and trying it."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.native.folder import FolderInUse
from deploy.native.processes import ChildFailed, NotInstalled
from khamrong import trial
from khamrong.upgrading import upgrade
from shared.observing import logs

EXAMPLE: Final = """
Khamrong is running (embedded). Ctrl-C stops it; everything is kept in {data}

  portal        {url}/
  API           {url}/api/intake/docs   {url}/api/tracking/docs   {url}/api/documents/docs
  sample phone  {url}/sandbox/sms
  Digital ID    {url}/sandbox/digital-id (sample people to log in as)
  health        {url}/health/ready

File a petition:

{curl}
"""


def up(
    port: Annotated[int, typer.Option(help="The one port of the embedded way.")] = 8000,
    data: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".data"),
) -> None:
    """Run everything in one process, with the sandbox, on 127.0.0.1."""
    from khamrong.embedded import serve, started  # only this command needs every service

    with _until_told(port), started(data.resolve(), port) as running:
        url = running.public_url
        print(EXAMPLE.format(data=data, url=url, curl=trial.curl(url)), flush=True)
        serve(running, port)


def stack(
    port: Annotated[int, typer.Option(help="Where the reverse proxy listens.")] = 8000,
    data: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".stack"),
) -> None:
    """Run the full way without Docker: RabbitMQ, PostgreSQL, an S3 server, and each service's processes."""
    from khamrong.stack import run  # only this command needs the native servers

    with _until_told(port):
        run(data.resolve(), port)


def migrate() -> None:
    """Bring every database to the newest version, and renew the read models that another version made."""
    upgrade()
    print("all databases and read models are at the newest version")


def demo(url: Annotated[str, typer.Option(help="A running Khamrong.")] = "http://127.0.0.1:8000") -> None:
    """File a petition through the public API and show number, SMS, status and where the PDF is."""
    sys.exit(0 if trial.demonstrate(url) else 1)


@contextmanager
def _until_told(port: int) -> Iterator[None]:
    """SIGINT and SIGTERM end the block, and that is no failure; what cannot be started is told in plain words."""
    _refuse_used_port(port)
    logs.configure("khamrong", "WARNING")
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _stop)
    try:
        yield
    except KeyboardInterrupt:
        print("stopped", flush=True)
    except (FolderInUse, NotInstalled) as refused:
        print(refused, file=sys.stderr)
        raise typer.Exit(2) from None
    except ChildFailed as failed:
        print(failed, file=sys.stderr)
        raise typer.Exit(1) from None


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _refuse_used_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            print(f"port {port} is in use; choose another one: make run PORT=8123", file=sys.stderr)
            raise typer.Exit(2) from None
