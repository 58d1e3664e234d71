"""`python -m sandbox.sms_gateway --port 8025`: the SMS sandbox as a process of its own."""

from __future__ import annotations

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from sandbox.sms_gateway import SmsSandboxSettings, create_app

PREFIX = "KHAMRONG_SANDBOX_SMS_"


def main(
    port: Annotated[int, typer.Option(envvar=f"{PREFIX}PORT")] = 8025,
    host: Annotated[str, typer.Option(envvar=f"{PREFIX}HOST")] = "127.0.0.1",
    folder: Annotated[Path | None, typer.Option(envvar=f"{PREFIX}FOLDER", help="Keeps the ledger here.")] = None,
    api_key: Annotated[str | None, typer.Option(envvar=f"{PREFIX}API_KEY")] = None,
    api_secret: Annotated[str | None, typer.Option(envvar=f"{PREFIX}API_SECRET")] = None,
    callback_url: Annotated[str | None, typer.Option(envvar=f"{PREFIX}CALLBACK_URL")] = None,
    callback_username: Annotated[str | None, typer.Option(envvar=f"{PREFIX}CALLBACK_USERNAME")] = None,
    callback_password: Annotated[str | None, typer.Option(envvar=f"{PREFIX}CALLBACK_PASSWORD")] = None,
    callback_header: Annotated[str | None, typer.Option(envvar=f"{PREFIX}CALLBACK_HEADER")] = None,
    callback_secret: Annotated[str | None, typer.Option(envvar=f"{PREFIX}CALLBACK_SECRET")] = None,
) -> None:
    """Take text messages, show them at /, send delivery receipts. Not a real gateway: nothing leaves this machine."""
    given = {
        "folder": folder,
        "api_key": api_key,
        "api_secret": api_secret,
        "callback_url": callback_url,
        "callback_username": callback_username,
        "callback_password": callback_password,
        "callback_header": callback_header,
        "callback_secret": callback_secret,
    }
    settings = SmsSandboxSettings.model_validate({name: value for name, value in given.items() if value is not None})
    # No access log: the query of the inbox names a phone.
    uvicorn.run(create_app(settings), host=host, port=port, access_log=False)


if __name__ == "__main__":
    typer.run(main)
