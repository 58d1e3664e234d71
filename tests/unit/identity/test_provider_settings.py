"""What an installation may say about providers, and how a client authenticates with each."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import TypeAdapter, ValidationError

from services.identity.provider.client_authentication import authenticated, dga_hashed_secret
from services.identity.provider.settings import ProviderSettings, with_names
from services.identity.settings import IdentitySettings
from tests.support.gateways import KEK, PEPPER, base64_of

CLIENT = {"client_id": "khamrong", "client_secret": "sample"}
THAID = ProviderSettings.model_validate({"preset": "thaid", **CLIENT})
DGA = ProviderSettings.model_validate({"preset": "dga", **CLIENT, "client_secret": "CezAg7UPkad"})
BODY = "grant_type=authorization_code"


def provider(**changed: Any) -> ProviderSettings:
    """ThaiD with changes."""
    return ProviderSettings.model_validate({"preset": "thaid", **CLIENT, **changed})


def test_dgas_hashed_secret_is_that_of_the_published_example() -> None:
    assert dga_hashed_secret("CezAg7UPkad") == "fd85b47a0cb53651edad9494d587ac7f"


def test_dga_gets_the_hash_and_never_the_secret() -> None:
    address, headers, body = authenticated(DGA, "https://dga.example/token", BODY)
    sent = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    assert sent == "khamrong:fd85b47a0cb53651edad9494d587ac7f"
    assert (address, body) == ("https://dga.example/token", BODY)


def test_the_secret_goes_into_the_header_or_the_body_never_into_the_address() -> None:
    _, headers, body = authenticated(THAID, "https://thaid.example/token", BODY)
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "khamrong:sample"
    assert body == BODY
    by_post = provider(authentication="client_secret_post")
    address, headers, body = authenticated(by_post, "https://thaid.example/token", BODY)
    assert parse_qs(body)["client_secret"] == ["sample"]
    assert "Authorization" not in headers
    assert "?" not in address


def test_thaid_is_asked_for_six_claims_and_dga_for_four() -> None:
    assert THAID.scopes == ("openid", "pid", "title", "given_name", "family_name", "ial")
    assert DGA.scopes == ("openid", "citizen_id", "given_name", "family_name")
    assert (THAID.algorithms, DGA.logout_parameter) == (("ES256",), "post_logout_redirect_url")


@pytest.mark.parametrize(
    "changed",
    [
        {"scopes": ("openid", "smartcard_code")},
        {"scopes": ("pid",)},
        {"algorithms": ("none",)},
        {"algorithms": ("ES256", "HS256")},
        {"algorithms": ()},
        {"authentication": "none"},
        {"preset": "unknown"},
        {"more": 1},
    ],
)
def test_what_would_make_logins_unsafe_cannot_be_set(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        provider(**changed)


def test_a_further_provider_is_a_matter_of_settings() -> None:
    further = {
        "label": "อื่น", "issuer": "https://other.example", **CLIENT, "scopes": ["openid", "nid"],
        "algorithms": ["EdDSA"], "claims": {"citizen_id": "nid", "given_name": "given_name"},
    }  # fmt: skip
    adapter = TypeAdapter(dict[str, ProviderSettings])
    known = adapter.validate_python(with_names({"other": further, "dga": CLIENT, "uat": {"preset": "dga", **CLIENT}}))
    assert [each.label for each in known.values()] == ["อื่น", "DGA Digital ID", "DGA Digital ID"]


def test_providers_and_clients_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHAMRONG_IDENTITY_PROVIDERS", '{"thaid": {"client_id": "a", "client_secret": "b"}}')
    monkeypatch.setenv(
        "KHAMRONG_IDENTITY_CLIENTS", '{"tracking": "s", "portal": {"secret": "t", "scopes": ["sessions"]}}'
    )
    settings = IdentitySettings(
        identity_database_url="x", identity_keys_dir="y", keyring_database_url="z", keyring_kek=base64_of(KEK),
        pepper=base64_of(PEPPER),
    )  # fmt: skip
    assert settings.identity_providers["thaid"].client_id == "a"
    assert [sorted(client.scopes) for client in settings.identity_clients.values()] == [["log"], ["sessions"]]
