"""Identity as a relying party of the Digital ID sandbox over real HTTP, and the browser between the two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from sandbox.digital_id.samples import PASSWORD
from services.identity.provider.oidc import OidcProvider
from services.identity.provider.settings import ProviderSettings
from tests.support.digital_id import CLIENT_ID, NAMED, SECRET, Party, clients, digital_id
from tests.support.gateways import PUBLIC_URL
from tests.support.identity import BASE, Begun, IdentityOffice

CALLBACK: Final = f"{PUBLIC_URL}{BASE}/callback"
LOGGED_OUT: Final = f"{PUBLIC_URL}{BASE}/logged-out"
SCOPES: Final = {"dga": ("openid", "citizen_id", "given_name", "family_name", "ial_level")}
TIMEOUT_SECONDS: Final = 5.0


@dataclass(frozen=True)
class RelyingParty:
    """Identity, and the sandbox at `url`."""

    office: IdentityOffice
    url: str

    def party(self, provider: str) -> Party:
        """The browser of a person in front of the provider."""
        return Party(self.url, NAMED[provider])  # type: ignore[index]

    def behave(self, provider: str, *modes: str, **more: Any) -> None:
        """From now on the provider behaves like this."""
        self.party(provider).behave(*modes, **more)

    def rotate(self, provider: str) -> None:
        """The provider signs with a new key."""
        httpx.post(f"{self.url}/{provider}/rotation").raise_for_status()

    def journal(self, provider: str) -> str:
        """What the provider was asked."""
        return httpx.get(f"{self.url}/{provider}/journal").text

    def approved(self, begun: Begun, user: str = "sample1") -> dict[str, str]:
        """The person logs in at the provider and agrees; what the browser brings back."""
        party = self.party(begun.provider)
        page = party.follow(party.http.get(begun.address))
        consent = party.follow(party.submit(page, login=user, password=PASSWORD))
        answer = party.submit(consent, decision="allow")
        assert answer.status_code == 303, answer.text
        location = answer.headers["location"]
        assert location.startswith(f"{CALLBACK}/{begun.provider}?"), location
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def returned(self, begun: Begun, brought: dict[str, str], /, **changed: Any) -> httpx.Response:
        """The browser comes back with it."""
        rest = {"state": None, "iss": None, **brought, **changed}
        code = rest.pop("code", None)
        return self.office.answer(begun, code, **rest)

    def login(self, provider: str, user: str = "sample1") -> httpx.Response:
        """The whole way; the answer of the callback, or of the beginning when that leads to no provider."""
        begun = self.office.begin(provider)
        if not begun.address.startswith(self.url):
            return self._to_login_page(begun)
        return self.returned(begun, self.approved(begun, user))

    def _to_login_page(self, begun: Begun) -> httpx.Response:
        return httpx.Response(303, headers={"location": begun.address})

    def fresh(self, provider: str, **changed: Any) -> None:
        """Forget what is known of the provider; other settings where given."""
        providers: Any = self.office.identity.logins.providers
        providers[provider] = adapter(self.url, provider, **changed)


def provider_settings(url: str, provider: str, **changed: Any) -> ProviderSettings:
    """How identity knows a provider of the sandbox."""
    said = {"preset": provider, "issuer": f"{url}/{provider}", "client_id": CLIENT_ID, "client_secret": SECRET}
    scopes = {"scopes": SCOPES[provider]} if provider in SCOPES else {}
    return ProviderSettings.model_validate({**said, **scopes, **changed})


def adapter(url: str, provider: str, **changed: Any) -> OidcProvider:
    """Identity's side of a provider of the sandbox."""
    client = httpx.Client(timeout=changed.pop("timeout", TIMEOUT_SECONDS))
    settings = provider_settings(url, provider, **changed)
    return OidcProvider(settings, f"{CALLBACK}/{provider}", f"{LOGGED_OUT}/{provider}", client)


@contextmanager
def sandbox_for_identity() -> Iterator[str]:
    """The sandbox, which knows identity's redirect URIs; its URL."""
    known = tuple(
        client.model_copy(
            update={
                "redirect_uris": (f"{CALLBACK}/{client.flavour}",),
                "post_logout_redirect_uris": (f"{LOGGED_OUT}/{client.flavour}",),
            }
        )
        for client in clients()
    )
    with digital_id(clients=known) as url:
        yield url
