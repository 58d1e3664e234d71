"""Identity behind its gateway, with providers in memory, and people who log in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from fastapi.testclient import TestClient

from services.identity.consents import ACCOUNT, CURRENT
from services.identity.gateway import gateway
from services.identity.login import VerifiedPerson
from services.identity.provider.memory import MemoryProvider
from services.identity.provider.provider import IdentityProvider
from services.identity.settings import IdentitySettings
from services.identity.wiring import Identity, build
from shared.gateway.tokens import Gatekeeper
from tests.support.gateways import KEK, PEPPER, PUBLIC_URL, base64_of, bearing, calling

BASE: Final = "/api/identity/v1"
CITIZEN_ID: Final = "1101700207129"
OTHER_CITIZEN_ID: Final = "1999900000013"
PHONE: Final = "0812345678"
VERSION: Final = CURRENT[ACCOUNT].version
CLIENTS: Final = {
    "portal": {"secret": "the portal's", "scopes": ["sessions"]},
    "intake": {"secret": "intake's", "scopes": ["log", "members"]},
    "tracking": "a secret",
    "forgotten": "",
}
NO_LIMITS: Final = dict.fromkeys(
    (
        "logins_per_client",
        "login_failures_per_client",
        "invitation_failures_per_client",
        "invitation_failures_per_person",
    ),
    "",
)


def somebody(citizen_id: str = CITIZEN_ID, **changed: Any) -> VerifiedPerson:
    """A person as a provider tells of them."""
    usual: dict[str, Any] = {
        "issuer": "https://thaid.example", "subject": f"subject-of-{citizen_id}", "given_name": "สมชาย",
        "family_name": "ใจดี", "title": "นาย", "assurance_level": "2.3",
    }  # fmt: skip
    return VerifiedPerson(citizen_id=citizen_id, **usual | changed)


def cookie_of(answer: httpx.Response, name: str) -> str:
    """The value that an answer sets a cookie to; empty when it does not, or removes it."""
    for header in answer.headers.get_list("set-cookie"):
        for key, morsel in SimpleCookie(header).items():
            if key.removeprefix("__Host-") == name:
                return str(morsel.value)
    return ""


def problem_of(answer: httpx.Response) -> str:
    """What the login page is told; empty when the login went well."""
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return query.get("problem", [""])[0]


@dataclass(frozen=True)
class Begun:
    """A login that waits for the provider's answer."""

    provider: str
    address: str
    cookie: str

    @property
    def asked(self) -> dict[str, str]:
        """What the provider is asked."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.address).query).items()}


@dataclass(frozen=True)
class IdentityOffice:
    """A running identity. `providers` are those in memory."""

    identity: Identity
    client: TestClient
    url: str
    keyring_url: str
    providers: Mapping[str, MemoryProvider] = field(default_factory=dict)

    def service(self, name: str = "portal", secret: str = "the portal's") -> dict[str, str]:
        """The header of a service of ours."""
        form = {"client_id": name, "client_secret": secret}
        return bearing(self.client.post(f"{BASE}/tokens", data=form).json()["access_token"])

    def begin(self, provider: str = "thaid", return_to: str = "/me/") -> Begun:
        """Go to the provider."""
        answer = self.client.get(f"{BASE}/login/{provider}", params={"return_to": return_to}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return Begun(provider, answer.headers["location"], cookie_of(answer, "khamrong-login"))

    def answer(self, begun: Begun, code: str | None, /, **changed: Any) -> httpx.Response:
        """Come back from the provider; `at` another's address, `cookie` of another browser, other parameters."""
        at, cookie = changed.pop("at", begun.provider), changed.pop("cookie", begun.cookie)
        query = {"code": code, "state": begun.asked["state"], **changed}
        told = {name: value for name, value in query.items() if value is not None}
        headers = {"Cookie": f"__Host-khamrong-login={cookie}"}
        found: httpx.Response = self.client.get(
            f"{BASE}/callback/{at}", params=told, headers=headers, follow_redirects=False
        )
        return found

    def come_back(self, person: VerifiedPerson, provider: str = "thaid", /) -> httpx.Response:
        """The whole login of a person whom a provider in memory vouches for."""
        code = str(uuid4())
        people: Any = self.providers[provider].people
        people[code] = person
        return self.answer(self.begin(provider), code)

    def session(self, answer: httpx.Response) -> dict[str, Any]:
        """What the portal gets for the hand-over."""
        assert problem_of(answer) == "", answer.headers["location"]
        return self.exchanged(cookie_of(answer, "khamrong-handover")).json()

    def exchanged(self, handover: str) -> httpx.Response:
        """The portal exchanges a hand-over."""
        found: httpx.Response = self.client.post(
            f"{BASE}/sessions", json={"handover": handover}, headers=self.service()
        )
        return found

    def log_in(self, person: VerifiedPerson | None = None, provider: str = "thaid", /) -> dict[str, Any]:
        """The session of a person."""
        return self.session(self.come_back(person or somebody(), provider))

    def renewed(self, session: str) -> httpx.Response:
        """The portal asks for another token."""
        found: httpx.Response = self.client.post(
            f"{BASE}/sessions/tokens", json={"session": session}, headers=self.service()
        )
        return found

    def register(self, session: dict[str, Any], **changed: Any) -> httpx.Response:
        """Make the account."""
        body = {"title": "นาย", "phone": PHONE, "consent_version": VERSION, **changed}
        return self.me(session, "POST", "/register", json=body)

    def me(self, session: dict[str, Any], method: str = "GET", path: str = "", **more: Any) -> httpx.Response:
        """Ask as the person of the session."""
        address = f"{BASE}/me{path}"
        found: httpx.Response = self.client.request(method, address, headers=bearing(session["access_token"]), **more)
        return found

    def member(self, person: VerifiedPerson | None = None, **changed: Any) -> dict[str, Any]:
        """A session of a person with an account."""
        session = self.log_in(person)
        answer = self.register(session, **changed)
        assert answer.status_code == 201, answer.text
        return {**session, **self.renewed(session["session"]).json(), "session": session["session"]}


def identity_settings(url: str, keyring_url: str, folder: Path, **changed: Any) -> IdentitySettings:
    """Settings with a new key and a few clients, without limits."""
    usual: dict[str, Any] = {"public_url": PUBLIC_URL, "identity_clients": CLIENTS, **NO_LIMITS}
    return IdentitySettings(
        identity_database_url=url,
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        pepper=base64_of(PEPPER),
        identity_keys_dir=folder / "keys",
        **usual | changed,
    )


@contextmanager
def identity_office(
    settings: IdentitySettings, providers: Mapping[str, IdentityProvider] | None = None
) -> Iterator[IdentityOffice]:
    """One identity process, which believes its own keys."""
    identity = build(settings, providers)
    in_memory = {code: each for code, each in (providers or {}).items() if isinstance(each, MemoryProvider)}
    with calling(gateway(identity), Gatekeeper(lambda _: identity.keys.public())) as client:
        yield IdentityOffice(identity, client, settings.identity_database_url, settings.keyring_database_url, in_memory)


def in_memory() -> dict[str, MemoryProvider]:
    """ThaiD and DGA, vouching for nobody yet."""
    return {
        "thaid": MemoryProvider("https://thaid.example", "ThaiD", {}),
        "dga": MemoryProvider("https://dga.example", "DGA Digital ID", {}),
    }
