"""Whoever calls shows a token, except where the public contract says that anybody may call."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest
from fastapi.routing import APIRoute, APIRouter
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
    "POST /api/intake/v1/petitions/checks": "what filing would say, step by step",
    "POST /api/tracking/v1/lookups": "number and last digits of the phone",
    "GET /api/tracking/v1/t/{}": "the tracking code",
    "POST /api/tracking/v1/step-ups": "asks for a code by SMS",
    "POST /api/tracking/v1/step-ups/{}": "the code from the SMS",
    "GET /api/tracking/v1/statistics": "open data",
    "GET /api/tracking/v1/open-data/{}.csv": "open data without number, person or text; limited",
    "GET /api/tracking/v1/nearby": "before filing; neither number nor person nor place, and limited",
    "POST /api/documents/v1/uploads": "before filing; worth nothing until claimed",
    "GET /api/documents/v1/logos/{}": "on every page of the authority",
    "GET /api/documents/v1/petitions/{}/form.pdf": "capability, tracking code or token: decided inside",
    "POST /api/survey/v1/answers": "tracking code, or number and last digits of the phone",
    "GET /api/survey/v1/summary": "open data",
    "GET /api/identity/v1/providers": "how people can log in",
    "GET /api/identity/v1/consents": "what people are asked to agree to",
    "GET /api/identity/v1/login/{}": "begins the login",
    "GET /api/identity/v1/callback/{}": "ends the login; checks state and nonce",
    "GET /api/identity/v1/logged-out/{}": "ends the logout; checks state",
    "POST /api/identity/v1/backchannel-logout/{}": "from a provider; checks the logout token",
    "GET /api/identity/v1/.well-known/jwks.json": "public keys",
    "POST /api/identity/v1/tokens": "client id and secret",
    "POST /api/notification/v1/receipts/{}": "HTTP Basic of the provider",
}
"""Who may be called without a token of ours, and why."""

MODULES: Final = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "services").glob("*/*api.py")
)


FEED: Final = "shared.gateway.feed"
"""The same in every service with a log."""


def _router(module: str) -> APIRouter:
    if module == FEED:
        return feed_router(EmptyFeed("intake"))
    router: APIRouter = importlib.import_module(module).router
    return router


@cache
def _documented() -> set[tuple[str, str]]:
    paths = [path for document in documents_of().values() for path in document["paths"].items()]
    return {(method.upper(), path) for path, methods in paths for method in methods}


def _routes(module: str) -> Iterator[tuple[str, str]]:
    """(method, path) of each."""
    for route in _router(module).routes:
        assert isinstance(route, APIRoute), f"{route}: a router inside a router would be overlooked here"
        for method in (route.methods or set()) - {"HEAD"}:
            yield method, route.path


def _nameless(method: str, path: str) -> str:
    return f"{method} {re.sub(r'{[^}]*}', '{}', path)}"


def test_there_are_routes() -> None:
    names = {_nameless(*route) for module in (*MODULES, FEED) for route in _routes(module)}
    assert {"POST /api/intake/v1/petitions", "GET /api/intake/v1/log", "POST /api/intake/v1/petitions/{}/{}"} <= names


@pytest.mark.parametrize("module", [*MODULES, FEED])
@pytest.mark.parametrize("header", [None, "Bearer forged", "Basic Zm9yZ2VkOmZvcmdlZA=="])
def test_every_route_demands_a_token_unless_it_is_public(module: str, header: str | None) -> None:
    gateway = Gateway("service", module, [_router(module)], {})
    client = TestClient(create_app(gateway, Gatekeeper(lambda _: KeySet([]))), raise_server_exceptions=False)
    for method, path in _routes(module):
        if (name := _nameless(method, path)) in PUBLIC:
            continue
        filled = re.sub(r"{[^}]*}", "0190914c-0000-7000-8000-000000000001", path)
        answer = client.request(method, filled, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401, f"{name} answers {answer.status_code}: a token, or a line in PUBLIC"
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("module", [*MODULES, FEED])
def test_every_route_is_documented(module: str) -> None:
    assert set(_routes(module)) <= _documented()
