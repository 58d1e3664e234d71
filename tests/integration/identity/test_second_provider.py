"""The relying party against a provider that nobody here wrote: npm `oidc-provider`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.gateways import PUBLIC_URL, Databases
from tests.support.identity import (
    BASE,
    Begun,
    IdentityOffice,
    identity_office,
    identity_settings,
    problem_of,
)
from tests.support.second_provider import CODE, adapter, approved, installed, logged_out, second_provider

pytestmark = [
    pytest.mark.skipif(not installed(), reason="needs Node.js and `python -m deploy.native.packages test`"),
    pytest.mark.xdist_group("second-provider"),
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The running provider."""
    with second_provider() as running:
        yield running


@pytest.fixture(scope="module")
def connected(
    databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory, issuer: str
) -> Iterator[IdentityOffice]:
    """An identity that knows it, by both ways of authenticating, and once with a wrong secret."""
    settings = identity_settings(databases.make("identity"), keyring_url, tmp_path_factory.mktemp("identity"))
    with identity_office(settings, {CODE: adapter(issuer)}) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    """A browser that does not follow by itself."""
    with httpx.Client(timeout=20) as opened:
        yield opened


def returned(office: IdentityOffice, begun: Begun, brought: dict[str, str], **changed: str) -> httpx.Response:
    """The browser comes back with it."""
    rest = {**brought, **changed}
    return office.answer(begun, rest.pop("code", None), **rest)


def login(office: IdentityOffice, browser: httpx.Client) -> httpx.Response:
    """The whole way."""
    begun = office.begin(CODE)
    return returned(office, begun, approved(begun.address, browser))


@pytest.mark.parametrize(
    ("client_id", "authentication"),
    [
        pytest.param("basic", "client_secret_basic", id="oidcc-client-test-client-secret-basic"),
        pytest.param("post", "client_secret_post", id="client-secret-post"),
    ],
)
def test_a_login(
    connected: IdentityOffice, browser: httpx.Client, issuer: str, client_id: str, authentication: str
) -> None:
    providers = connected.identity.logins.providers
    assert isinstance(providers, dict)
    providers[CODE] = adapter(issuer, client_id=client_id, authentication=authentication)
    session = connected.session(login(connected, browser))
    told = connected.me(session).json()
    assert (told["given_name"], told["family_name"], told["title"]) == ("สมมติ", "ตัวอย่างหนึ่ง", "นาย")
    assert (told["assurance_level"], told["citizen_id_masked"]) == ("2.3", "1-9999-xxxxx-xx-3")


def test_a_wrong_secret_gives_nothing(connected: IdentityOffice, browser: httpx.Client, issuer: str) -> None:
    providers = connected.identity.logins.providers
    assert isinstance(providers, dict)
    before = providers[CODE]
    providers[CODE] = adapter(issuer, client_secret="wrong")
    assert problem_of(login(connected, browser)) == "unavailable"
    providers[CODE] = before


def test_a_code_counts_once(connected: IdentityOffice, browser: httpx.Client) -> None:
    begun = connected.begin(CODE)
    brought = approved(begun.address, browser)
    assert problem_of(returned(connected, begun, brought)) == ""
    second = connected.begin(CODE)
    assert problem_of(returned(connected, second, brought, state=second.asked["state"])) == "refused"


def test_an_answer_counts_once(connected: IdentityOffice, browser: httpx.Client) -> None:
    begun = connected.begin(CODE)
    brought = approved(begun.address, browser)
    assert [problem_of(returned(connected, begun, brought)) for _ in range(2)] == ["", "expired"]


def test_a_code_is_tied_to_its_attempt_by_the_verifier(connected: IdentityOffice, browser: httpx.Client) -> None:
    """A code that was not used yet, brought with another attempt of the same browser: PKCE refuses it."""
    begun, other = connected.begin(CODE), connected.begin(CODE)
    brought = approved(begun.address, browser)
    assert problem_of(returned(connected, other, brought, state=other.asked["state"])) == "refused"


def test_an_answer_that_names_another_issuer_is_refused(connected: IdentityOffice, browser: httpx.Client) -> None:
    begun = connected.begin(CODE)
    brought = approved(begun.address, browser)
    assert brought["iss"].startswith("http://127.0.0.1:")
    assert problem_of(returned(connected, begun, brought, iss="https://other.example")) == "refused"


def test_whoever_does_not_agree_is_told_so(connected: IdentityOffice) -> None:
    with httpx.Client(timeout=20) as stranger:
        begun = connected.begin(CODE)
        brought = approved(begun.address, stranger, agrees=False)
        assert problem_of(returned(connected, begun, brought)) == "cancelled"


@pytest.mark.parametrize("case", [pytest.param("", id="oidcc-client-test-rp-init-logout")])
def test_logging_out_there_leads_back_to_us(connected: IdentityOffice, browser: httpx.Client, case: str) -> None:
    session = connected.session(login(connected, browser))
    body = {"session": session["session"]}
    answer = connected.client.post(f"{BASE}/logout", json=body, headers=connected.service())
    back = urlsplit(logged_out(answer.json()["redirect_to"], browser))
    arrived = connected.client.get(f"{back.path}?{back.query}", follow_redirects=False)
    assert arrived.status_code == 303
    assert arrived.headers["location"].startswith(f"{PUBLIC_URL}/")
