"""Whoever calls shows a token, except where the public contract says that anybody may call."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Final

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from joserfc.jwk import KeySet

from khamrong.openapi import EmptyFeed, documents_of
from shared.gateway.app import Gateway, create_app
from shared.gateway.feed import feed_router
from shared.gateway.tokens import Gatekeeper
from tests.support.sources import ROOT

PUBLIC: Final = {
    "GET /api/intake/v1/authorities": "for the portal",
    "GET /api/intake/v1/authorities/{}": "for the portal",
    "POST /api/intake/v1/petitions": "citizens file without logging in",
    "POST /api/tracking/v1/lookups": "number and last digits of the phone",
    "GET /api/tracking/v1/t/{}": "the tracking code",
    "POST /api/tracking/v1/step-ups": "asks for a code by SMS",
    "POST /api/tracking/v1/step-ups/{}": "the code from the SMS",
    "GET /api/tracking/v1/statistics": "open data",
    "POST /api/documents/v1/uploads": "before filing; worth nothing until claimed",
    "GET /api/documents/v1/petitions/{}/form.pdf": "capability, tracking code or token: decided inside",
    "POST /api/survey/v1/answers": "tracking code, or number and last digits of the phone",
    "GET /api/survey/v1/summary": "open data",
    "GET /api/identity/v1/login/{}": "begins the login",
    "GET /api/identity/v1/callback/{}": "ends the login; checks state and nonce",
    "GET /api/identity/v1/.well-known/jwks.json": "public keys",
    "POST /api/identity/v1/tokens": "client id and secret",
    "POST /api/notification/v1/receipts/{}": "HTTP Basic of the provider",
}
"""Who may be called without a token of ours, and why."""

OPERATIONS: Final = {"/health/live", "/health/ready", "/metrics"}
MODULES: Final = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "services").glob("*/*api.py")
)


def _client(module: str) -> TestClient:
    service = module.split(".")[1]
    routers = [importlib.import_module(module).router, feed_router(EmptyFeed(service))]
    app = create_app(Gateway(service, service, routers, {}), Gatekeeper(lambda _: KeySet([])))
    return TestClient(app, raise_server_exceptions=False)


def _routes(client: TestClient) -> Iterator[tuple[str, str, str]]:
    """(method, path, the same with nameless parameters)."""
    for route in client.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute) and route.path not in OPERATIONS and not route.path.endswith("/docs"):
            for method in route.methods - {"HEAD"}:
                yield method, route.path, f"{method} {re.sub(r'{[^}]*}', '{}', route.path)}"


def test_there_are_routes() -> None:
    assert MODULES


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("header", [None, "Bearer forged", "Basic Zm9yZ2VkOmZvcmdlZA=="])
def test_every_route_demands_a_token_unless_it_is_public(module: str, header: str | None) -> None:
    client = _client(module)
    for method, path, name in _routes(client):
        if name in PUBLIC:
            continue
        filled = re.sub(r"{[^}]*}", "0190914c-0000-7000-8000-000000000001", path)
        answer = client.request(method, filled, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401, f"{name} answers {answer.status_code}: a token, or a line in PUBLIC"
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("module", MODULES)
def test_every_route_is_documented(module: str) -> None:
    documented = documents_of()[module.split(".")[1]]["paths"]
    assert {path for _, path, _ in _routes(_client(module))} <= set(documented)
