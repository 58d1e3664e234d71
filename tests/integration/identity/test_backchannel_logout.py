"""A provider tells that somebody logged out there: the sessions of its logins end, and nothing else is believed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from services.identity.provider.logout_token import EVENT, LogoutTokenInvalid
from services.identity.provider.oidc import OidcProvider
from services.identity.provider.provider import ProviderUnavailable
from services.identity.provider.settings import ProviderSettings
from shared.kernel import clock
from tests.support.gateways import assert_problem
from tests.support.identity import BASE, OTHER_CITIZEN_ID, IdentityOffice, cookie_of, somebody

ISSUER = "https://provider.example"
KEY, STRANGER = (ECKey.generate_key("P-256", parameters={"kid": "one"}) for _ in range(2))
NOT_GIVEN = object()


def told(office: IdentityOffice, token: str, provider: str = "thaid") -> httpx.Response:
    answer: httpx.Response = office.client.post(f"{BASE}/backchannel-logout/{provider}", data={"logout_token": token})
    return answer


def test_the_sessions_of_that_provider_end_and_no_others(open_office: IdentityOffice) -> None:
    me, there = open_office.log_in(), open_office.log_in(somebody(issuer="https://dga.example"), "dga")
    other = open_office.log_in(somebody(OTHER_CITIZEN_ID))
    waiting = open_office.come_back(somebody())
    token = f"logout of {somebody().subject}"
    answer = told(open_office, token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    states = [open_office.renewed(each["session"]).status_code for each in (me, there, other)]
    assert states == [401, 200, 200]
    taken_over = open_office.exchanged(cookie_of(waiting, "khamrong-handover"))
    assert taken_over.status_code == 401, "a login that was not yet taken over is over too"
    assert told(open_office, token).status_code == 200, "again"
    assert told(open_office, "logout of somebody who was never here").status_code == 200


def test_what_is_no_token_of_a_known_provider_ends_nothing(open_office: IdentityOffice) -> None:
    me = open_office.log_in()
    assert_problem(told(open_office, "a forged one"), 400)
    assert_problem(told(open_office, f"logout of {somebody().subject}", "nobody"), 404)
    assert open_office.renewed(me["session"]).status_code == 200


def test_while_its_keys_cannot_be_had_the_provider_is_asked_to_try_again(office: IdentityOffice) -> None:
    office.providers["thaid"].answers = False
    assert assert_problem(told(office, "logout of somebody"), 503)


def provider(answers: bool = True) -> OidcProvider:
    """Identity's side of a provider that publishes its key."""

    def answer(request: httpx.Request) -> httpx.Response:
        if not answers:
            raise httpx.ConnectError("", request=request)
        if request.url.path == "/jwks":
            return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))
        endpoints = {"authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token"}
        return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks", **endpoints})

    known = {"issuer": ISSUER, "client_id": "khamrong", "client_secret": "secret", "label": "ผู้ให้บริการ"}
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return OidcProvider(
        ProviderSettings.model_validate({"preset": "thaid", **known}), "https://a/c", "https://a/l", client
    )


def token(key: ECKey = KEY, typ: str = "logout+jwt", **changed: Any) -> str:
    """A logout token; a claim that is `NOT_GIVEN` is left out."""
    now = int(clock.now().timestamp())
    usual = {"iss": ISSUER, "sub": "a person", "aud": "khamrong", "iat": now, "exp": now + 120, "jti": "one"}
    claims = {
        name: value for name, value in ({**usual, "events": {EVENT: {}}} | changed).items() if value is not NOT_GIVEN
    }
    return jwt.encode({"alg": "ES256", "kid": "one", "typ": typ}, claims, key, algorithms=["ES256"])


def test_a_right_token_names_who_has_logged_out() -> None:
    assert provider().logged_out_subject(token()) == "a person"
    assert provider().logged_out_subject(token(aud=["khamrong", "another"], typ="JWT")) == "a person"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"sub": NOT_GIVEN},
        {"sub": ""},
        {"events": NOT_GIVEN},
        {"events": {"http://schemas.openid.net/event/other": {}}},
        {"events": {EVENT: "x"}},
        {"nonce": "of an ID token"},
        {"jti": NOT_GIVEN},
        {"iat": NOT_GIVEN},
        {"exp": NOT_GIVEN},
        {"iat": 0},
        {"exp": 0},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_in_one_way_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(LogoutTokenInvalid):
        provider().logged_out_subject(token(**changed))


def test_another_key_and_another_type_are_refused() -> None:
    for wrong in (token(STRANGER), token(typ="at+jwt"), "no token", "a.b.c"):
        with pytest.raises(LogoutTokenInvalid):
            provider().logged_out_subject(wrong)


def test_without_its_keys_nothing_is_said_of_a_token() -> None:
    with pytest.raises(ProviderUnavailable):
        provider(answers=False).logged_out_subject(token())
