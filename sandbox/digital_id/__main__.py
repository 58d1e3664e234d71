"""`python -m sandbox.digital_id --port 8026`: the Digital ID sandbox as a process of its own."""

from __future__ import annotations

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()

from pathlib import Path
from typing import Annotated

import orjson
import typer
import uvicorn

from sandbox.digital_id import DigitalIdSettings, create_app

PREFIX = "KHAMRONG_SANDBOX_DIGITAL_ID_"


def main(
    port: Annotated[int, typer.Option(envvar=f"{PREFIX}PORT")] = 8026,
    host: Annotated[str, typer.Option(envvar=f"{PREFIX}HOST")] = "127.0.0.1",
    url: Annotated[str | None, typer.Option(envvar=f"{PREFIX}URL", help="Where browsers reach it.")] = None,
    folder: Annotated[Path | None, typer.Option(envvar=f"{PREFIX}FOLDER", help="Keeps people and keys here.")] = None,
    clients: Annotated[str, typer.Option(envvar=f"{PREFIX}CLIENTS", help="Relying parties, as JSON.")] = "[]",
    sms_url: Annotated[str, typer.Option(envvar=f"{PREFIX}SMS_URL", help="Sends the one-time passwords.")] = "",
    sms_api_key: Annotated[str | None, typer.Option(envvar=f"{PREFIX}SMS_API_KEY")] = None,
    sms_api_secret: Annotated[str | None, typer.Option(envvar=f"{PREFIX}SMS_API_SECRET")] = None,
    sms_page: Annotated[str, typer.Option(envvar=f"{PREFIX}SMS_PAGE", help="Where the texts can be read.")] = "",
) -> None:
    """Play ThaiD at /thaid and DGA Digital ID at /dga. Not the real ones: whoever logs in proves nothing."""
    given = {
        "url": url or f"http://{host}:{port}",
        "folder": folder,
        "clients": orjson.loads(clients),
        "sms_url": sms_url,
        "sms_api_key": sms_api_key,
        "sms_api_secret": sms_api_secret,
        "sms_page": sms_page,
    }
    settings = DigitalIdSettings.model_validate({name: value for name, value in given.items() if value is not None})
    # No access log: addresses hold codes and states.
    uvicorn.run(create_app(settings), host=host, port=port, access_log=False)


if __name__ == "__main__":
    typer.run(main)
