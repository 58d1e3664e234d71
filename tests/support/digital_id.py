"""The Digital ID sandbox in uvicorn on a private port, and a relying party's steps against it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.digital_id import Client, DigitalIdSettings, create_app
from sandbox.digital_id.flavour import DGA, FLAVOURS, THAID, Flavour
from sandbox.digital_id.samples import PASSWORD
from sandbox.sms_gateway.serving import serving

MOUNTED_AT = "/sandbox/digital-id"
CALLBACK = "http://127.0.0.1:9/callback"
FAREWELL = "http://127.0.0.1:9/bye"
CLIENT_ID, SECRET = "khamrong", "a secret of tests"
SCOPES = {
    "thaid": "openid pid title given_name family_name ial",
    "dga": "openid citizen_id given_name family_name ial_level",
}
NAMED = {flavour.name: flavour for flavour in FLAVOURS}


def clients(**changes: Any) -> tuple[Client, ...]:
    """One client of each flavour."""
    common = {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "redirect_uris": (CALLBACK,),
        "post_logout_redirect_uris": (FAREWELL,),
    }
    return tuple(Client.model_validate({"flavour": name, **common, **changes}) for name in NAMED)


@contextmanager
def digital_id(folder: Path | None = None, **settings: Any) -> Iterator[str]:
    """The sandbox mounted below the path that it has in an installation; its URL there."""
    outer = FastAPI(openapi_url=None)
    with serving(outer) as origin:
        url = f"{origin}{MOUNTED_AT}"
        given = {"url": url, "folder": folder, "clients": clients(), **settings}
        app = create_app(DigitalIdSettings.model_validate(given))
        outer.mount(MOUNTED_AT, app)
        yield url


@dataclass
class Party:
    """A relying party and the browser of the person in front of it."""

    url: str
    flavour: Flavour
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))
    verifier: str = ""
    state: str = ""
    nonce: str = ""

    @property
    def issuer(self) -> str:
        return f"{self.url}/{self.flavour.name}"

    @property
    def secret(self) -> str:
        return self.flavour.secret_sent(SECRET)

    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"{self.issuer}/.well-known/openid-configuration").json()
        return found

    def authorize(self, **changes: str | None) -> httpx.Response:
        """Send the browser to the provider; the answer there, not followed."""
        self.verifier, self.state, self.nonce = (secrets.token_urlsafe(40) for _ in range(3))
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": CALLBACK,
            "scope": SCOPES[self.flavour.name],
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changes
        given = {name: value for name, value in query.items() if value is not None}
        return self.http.get(self.issuer + self.flavour.paths.authorization, params=given)

    def submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Fill in and send the first form of a page."""
        action = re.findall(r'<form method="post" action="([^"]*)"', page.text)[0]
        token = re.findall(r'name="form_token" value="([^"]*)"', page.text)[0]
        return self.http.post(action, data={"form_token": token, **fields})

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page that a redirect within the provider leads to."""
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return self.http.get(answer.headers["location"])

    def logged_in(self, user: str = "sample1", **changes: str | None) -> httpx.Response:
        """The page that asks for consent, in a browser that was never here before."""
        self.http.cookies.clear()
        page = self.follow(self.authorize(**changes))
        return self.follow(self.submit(page, login=user, password=PASSWORD))

    def callback(self, user: str = "sample1", **changes: str | None) -> dict[str, str]:
        """Log in and agree; what the client is told at its redirect URI."""
        return told(self.submit(self.logged_in(user, **changes), decision="allow"))

    def token(self, code: str, **changes: str | None) -> httpx.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        } | changes
        given = {name: value for name, value in fields.items() if value is not None}
        return self.http.post(self.issuer + self.flavour.paths.tokens, data=given, auth=(CLIENT_ID, self.secret))

    def tokens(self, user: str = "sample1", **changes: str | None) -> dict[str, Any]:
        """A whole log-in."""
        answer = self.token(self.callback(user, **changes)["code"])
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def user_info(self, access_token: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {access_token}"}
        return self.http.get(self.issuer + self.flavour.paths.userinfo, headers=bearer)

    def introspect(self, token: str) -> dict[str, Any]:
        where = self.issuer + self.flavour.paths.introspection
        found: dict[str, Any] = self.http.post(where, data={"token": token}, auth=(CLIENT_ID, self.secret)).json()
        return found

    def key_set(self) -> KeySet:
        return KeySet.import_key_set(self.http.get(self.issuer + self.flavour.paths.jwks).json())

    def read(self, id_token: str) -> jwt.Token:
        """The ID token; raises when its signature is not right by the key set."""
        return jwt.decode(id_token, self.key_set(), algorithms=[self.flavour.algorithm])

    def behave(self, *modes: str, **more: Any) -> None:
        self.http.put(f"{self.issuer}/behaviour", json={"modes": modes, **more}).raise_for_status()


def told(answer: httpx.Response) -> dict[str, str]:
    """The fields of an authorization response."""
    assert answer.status_code == 303, (answer.status_code, answer.text)
    location = answer.headers["location"]
    assert location.startswith(f"{CALLBACK}?"), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query, strict_parsing=True).items()}


__all__ = ["CALLBACK", "CLIENT_ID", "DGA", "FAREWELL", "NAMED", "SECRET", "THAID", "Party", "digital_id", "told"]
