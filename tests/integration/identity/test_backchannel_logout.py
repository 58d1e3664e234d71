"""A provider tells that somebody logged out there: the sessions of its logins end, and nothing else is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any, Final

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
CASE: Final = "oidcc-client-test-rp-backchannel-rpinitlogout"
"""As the OpenID conformance suite names it."""


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


WRONG: Final = {
    f"{CASE}-wrong-iss": {"iss": "https://elsewhere.example"},
    f"{CASE}-wrong-aud": {"aud": "somebody-else"},
    f"{CASE}-no-event": {"events": NOT_GIVEN},
    f"{CASE}-wrong-event": {"events": {"http://schemas.openid.net/event/other": {}}},
    f"{CASE}-with-nonce": {"nonce": "of an ID token"},
    "an event that is no object": {"events": {EVENT: "x"}},
    "nobody": {"sub": NOT_GIVEN},
    "nobody's name": {"sub": ""},
    "no id": {"jti": NOT_GIVEN},
    "of no time": {"iat": NOT_GIVEN},
    "without an end": {"exp": NOT_GIVEN},
    "long ago": {"iat": 0},
    "ended": {"exp": 0},
    "in the future": {"iat": 4_000_000_000},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_token_that_is_wrong_in_one_way_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(LogoutTokenInvalid):
        provider().logged_out_subject(token(**changed))


@pytest.mark.parametrize("algorithm", ["none", "HS256"], ids=[f"{CASE}-alg-none", f"{CASE}-wrong-alg"])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    header, claims, _ = token().split(".")
    other = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "one"}).encode()).rstrip(b"=").decode()
    content = f"{other}.{claims}"
    mac = hmac.new(KEY.as_pem(private=False), content.encode(), hashlib.sha256).digest()
    signature = "" if algorithm == "none" else base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    assert header != other
    with pytest.raises(LogoutTokenInvalid):
        provider().logged_out_subject(f"{content}.{signature}")


def test_another_key_and_another_type_are_refused() -> None:
    for wrong in (token(STRANGER), token(typ="at+jwt"), "no token", "a.b.c"):
        with pytest.raises(LogoutTokenInvalid):
            provider().logged_out_subject(wrong)


def test_without_its_keys_nothing_is_said_of_a_token() -> None:
    with pytest.raises(ProviderUnavailable):
        provider(answers=False).logged_out_subject(token())
