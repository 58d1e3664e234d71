"""npm `oidc-provider` as a child process, and a person's browser in front of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from deploy.native.folder import free_port
from services.identity.provider.oidc import OidcProvider
from services.identity.provider.settings import ProviderSettings
from tests.support.relying_party import CALLBACK, LOGGED_OUT
from tests.support.waiting import eventually

FOLDER: Final = Path(__file__).parents[1] / "second_provider"
CODE: Final = "second"
SECRET: Final = "a secret of tests"
PASSWORD: Final = "sandbox-only"
MOST_HOPS: Final = 20
_DISCOVERY: Final = "/.well-known/openid-configuration"


def installed() -> bool:
    """Whether Node.js and the package are there (`python -m deploy.native.packages test` brings the package)."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "oidc-provider").is_dir()


@contextmanager
def second_provider() -> Iterator[str]:
    """The provider's issuer, while it runs."""
    port = free_port()
    options = [f"--port={port}", f"--client-secret={SECRET}", f"--redirect-uri={CALLBACK}/{CODE}"]
    options.append(f"--logged-out-uri={LOGGED_OUT}/{CODE}")
    command = ["node", str(FOLDER / "provider.mjs"), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(issuer), 60)
        yield issuer
    finally:
        process.kill()
        process.wait()


def adapter(issuer: str, **changed: str) -> OidcProvider:
    """Identity's side; it expects the nonce to be repeated."""
    usual = {"preset": "thaid", "issuer": issuer, "client_id": "basic", "client_secret": SECRET, "nonce_required": True}
    settings = ProviderSettings.model_validate({**usual, **changed})
    return OidcProvider(settings, f"{CALLBACK}/{CODE}", f"{LOGGED_OUT}/{CODE}", httpx.Client(timeout=5))


def approved(address: str, browser: httpx.Client, *, agrees: bool = True) -> dict[str, str]:
    """The person logs in and agrees, or does not; what the browser brings back to identity."""
    answer = browser.get(address)
    for _ in range(MOST_HOPS):
        if answer.is_redirect:
            target = urljoin(str(answer.url), answer.headers["location"])
            if target.startswith(f"{CALLBACK}/"):
                return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
            answer = browser.get(target)
            continue
        is_login = "<title>login</title>" in answer.raise_for_status().text
        decision = {"decision": "allow" if agrees else "deny"}
        form = {"login": "sample1", "password": PASSWORD} if is_login else decision
        answer = browser.post(str(answer.url), data=form)
    raise AssertionError("the provider leads nowhere")


def logged_out(address: str, browser: httpx.Client) -> str:
    """The person confirms the logout; where the provider sends the browser."""
    page = browser.get(address).raise_for_status()
    (xsrf,) = re.findall(r'name="xsrf" value="([^"]+)"', page.text)
    (action,) = re.findall(r'<form[^>]* action="([^"]+)"', page.text)
    answer = browser.post(action, data={"xsrf": xsrf, "logout": "yes"})
    return str(answer.headers["location"])


def _answers(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}{_DISCOVERY}").is_success
    except httpx.TransportError:
        return False
