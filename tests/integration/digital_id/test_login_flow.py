"""The code flow against the sandbox in uvicorn: what a relying party gets, and what is refused."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from sandbox.digital_id.samples import PASSWORD
from sandbox.digital_id.signing import encoded
from tests.support.digital_id import CALLBACK, CLIENT_ID, MOUNTED_AT, SECRET, Party, told

CITIZEN = "1999900000013"


def test_discovery_describes_what_is_there(party: Party) -> None:
    found = party.metadata()
    assert found["issuer"] == party.issuer
    assert found["id_token_signing_alg_values_supported"] == [party.flavour.algorithm]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    for name in ("token_endpoint", "introspection_endpoint", "userinfo_endpoint"):
        assert party.http.post(found[name]).status_code in {400, 401, 415}
    assert party.http.get(found["jwks_uri"]).json()["keys"]


def test_thaid_tells_one_claim_a_scope_in_the_id_token(thaid: Party) -> None:
    answer = thaid.tokens(scope="openid pid title given_name ial")
    token = thaid.read(answer["id_token"])
    assert token.header == {"alg": "ES256", "kid": thaid.key_set().keys[0].kid, "typ": "JWT"}
    personal = {name: token.claims[name] for name in ("pid", "title", "given_name", "ial")}
    assert personal == {"pid": CITIZEN, "title": "นาย", "given_name": "สมมติ", "ial": "2.3"}
    assert "family_name" not in token.claims
    assert thaid.user_info(answer["access_token"]).json() == {"sub": CITIZEN, **personal}


def test_dga_tells_claims_at_userinfo_only(dga: Party) -> None:
    answer = dga.tokens()
    claims = dga.read(answer["id_token"]).claims
    assert {"citizen_id", "given_name", "family_name", "ial_level"}.isdisjoint(claims)
    told_about = dga.user_info(answer["access_token"]).json()
    assert told_about["sub"] == claims["sub"]
    assert told_about["citizen_id"] == CITIZEN
    assert told_about["ial_level"] == "2.3"
    assert (told_about["given_name"], told_about["family_name"]) == ("สมมติ", "ตัวอย่างหนึ่ง")


def test_self_registered_people_have_a_lower_assurance_at_dga(dga: Party) -> None:
    assert dga.user_info(dga.tokens("sample2")["access_token"]).json()["ial_level"] == "1.3"


def test_the_id_token_is_bound_to_the_request(party: Party) -> None:
    callback = party.callback()
    assert (callback["state"], callback["iss"]) == (party.state, party.issuer)
    answer = party.token(callback["code"]).json()
    claims = party.read(answer["id_token"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (party.issuer, CLIENT_ID, party.nonce)
    assert claims["iat"] < claims["exp"] <= claims["iat"] + 600
    assert claims["auth_time"] <= claims["iat"]
    assert claims["at_hash"] == encoded(hashlib.sha256(answer["access_token"].encode()).digest()[:16])
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 600)


def test_a_code_is_good_once_and_its_second_use_ends_the_tokens(party: Party) -> None:
    code = party.callback()["code"]
    access_token = party.token(code).json()["access_token"]
    assert party.user_info(access_token).status_code == 200
    again = party.token(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert party.user_info(access_token).status_code == 401
    assert party.introspect(access_token) == {"active": False}


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": None},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": None},
    ],
)
def test_a_code_is_good_with_its_verifier_and_redirect_uri_only(party: Party, changes: dict[str, str | None]) -> None:
    code = party.callback()["code"]
    refused = party.token(code, **changes)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert party.token(code).status_code == 200


def test_a_guessed_code_is_nothing(party: Party) -> None:
    assert party.token("guessed").json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "pid"}, "invalid_scope"),
        ({"scope": "openid smartcard_code"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
    ],
)
def test_what_is_wrong_is_told_to_the_client(party: Party, changes: dict[str, str | None], error: str) -> None:
    answer = told(party.authorize(**changes))
    assert (answer["error"], answer["state"], answer["iss"]) == (error, party.state, party.issuer)


@pytest.mark.parametrize("changes", [{"redirect_uri": "https://attacker.example/"}, {"client_id": "another"}])
def test_nobody_is_sent_to_an_address_that_is_not_registered(party: Party, changes: dict[str, str | None]) -> None:
    answer = party.authorize(**changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "ระบบจำลอง ไม่ใช่ Digital ID จริง" in answer.text


def test_the_secret_is_checked(party: Party) -> None:
    code = party.callback()["code"]
    where = party.issuer + party.flavour.paths.tokens
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    refused = party.http.post(where, data=fields, auth=(CLIENT_ID, "wrong"))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["www-authenticate"].startswith("Basic")


def test_thaid_takes_the_secret_in_the_body_too(thaid: Party) -> None:
    fields = {"grant_type": "authorization_code", "code": thaid.callback()["code"], "redirect_uri": CALLBACK}
    fields |= {"code_verifier": thaid.verifier, "client_id": CLIENT_ID, "client_secret": SECRET}
    assert thaid.http.post(thaid.issuer + thaid.flavour.paths.tokens, data=fields).status_code == 200


def test_dga_refuses_the_secret_as_it_was_registered(dga: Party) -> None:
    fields = {"grant_type": "authorization_code", "code": dga.callback()["code"], "redirect_uri": CALLBACK}
    fields["code_verifier"] = dga.verifier
    where = dga.issuer + dga.flavour.paths.tokens
    assert dga.http.post(where, data=fields, auth=(CLIENT_ID, SECRET)).status_code == 401
    assert dga.http.post(where, data=fields, auth=(CLIENT_ID, dga.secret)).status_code == 200


def test_introspection_tells_about_a_living_token(party: Party) -> None:
    answer = party.tokens()
    found = party.introspect(answer["access_token"])
    assert (found["active"], found["client_id"], found["scope"]) == (True, CLIENT_ID, answer["scope"])
    assert found["sub"] == party.read(answer["id_token"]).claims["sub"]
    assert party.introspect("unknown") == {"active": False}


def test_a_refresh_token_is_good_once(thaid: Party) -> None:
    first = thaid.tokens()["refresh_token"]
    renewed = thaid.token("", grant_type="refresh_token", refresh_token=first)
    assert renewed.status_code == 200
    assert thaid.read(renewed.json()["id_token"]).claims["pid"] == CITIZEN
    assert thaid.token("", grant_type="refresh_token", refresh_token=first).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("typed", ["sample1", "SAMPLE1", CITIZEN, "1-9999-00000-01-3", "sample1@example.com"])
def test_people_log_in_by_user_name_number_or_email(party: Party, typed: str) -> None:
    assert "สมมติ ตัวอย่างหนึ่ง" in party.logged_in(typed).text


@pytest.mark.parametrize(("login", "password"), [("sample1", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_says_nothing_about_the_name(party: Party, login: str, password: str) -> None:
    page = party.submit(party.follow(party.authorize()), login=login, password=password)
    assert page.status_code == 422
    assert "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" in page.text


def test_who_does_not_agree_is_sent_back_with_that(party: Party) -> None:
    answer = told(party.submit(party.logged_in(), decision="deny"))
    assert answer == {"error": "access_denied", "state": party.state, "iss": party.issuer}


def test_pressing_twice_gives_the_same_code(party: Party) -> None:
    page = party.logged_in()
    codes = {told(party.submit(page, decision=decision))["code"] for decision in ("allow", "allow", "deny")}
    assert len(codes) == 1
    assert party.token(codes.pop()).status_code == 200


def test_a_form_without_its_token_does_nothing(party: Party) -> None:
    page = party.logged_in()
    where = page.url.copy_with(path=f"{page.url.path}/consent")
    assert party.http.post(where, data={"decision": "allow"}).status_code == 400
    assert party.http.post(where, data={"decision": "allow", "form_token": "0" * 64}).status_code == 400


def test_another_browser_cannot_go_on_with_a_log_in(party: Party) -> None:
    page = party.logged_in()
    with httpx.Client() as stranger:
        assert stranger.get(page.url).status_code == 400


def test_the_session_gets_a_new_key_at_log_in(party: Party) -> None:
    page = party.follow(party.authorize())
    name = f"digital_id_{party.flavour.name}"
    before = party.http.cookies[name]
    answer = party.submit(page, login="sample1", password=PASSWORD)
    cookie = answer.headers["set-cookie"]
    assert party.http.cookies[name] != before
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert f"Path={MOUNTED_AT}/{party.flavour.name};" in cookie
    with httpx.Client(cookies={name: before}) as thief:
        assert thief.get(page.url).status_code == 400


def test_who_is_logged_in_is_only_asked_for_consent_unless_a_log_in_is_wanted(party: Party) -> None:
    party.callback()
    assert "ยินยอม" in party.follow(party.authorize()).text
    assert 'name="password"' in party.follow(party.authorize(prompt="login")).text
    assert 'name="password"' in party.follow(party.authorize(max_age="0")).text


def test_somebody_else_can_take_over_the_browser(party: Party) -> None:
    party.callback()
    page = party.follow(party.authorize())
    switch = {"form_token": page.text.split('name="form_token" value="')[1].split('"')[0]}
    answer = party.http.post(page.url.copy_with(path=f"{page.url.path}/switch"), data=switch)
    page = party.follow(party.submit(party.follow(answer), login="sample2", password=PASSWORD))
    assert "ตัวอย่างสอง" in page.text


def test_every_page_says_that_it_is_not_real_and_allows_nothing_inline(party: Party) -> None:
    for page in (party.http.get(f"{party.url}/"), party.follow(party.authorize()), party.logged_in()):
        assert "ระบบจำลอง ไม่ใช่ Digital ID จริง" in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert " style=" not in page.text
        assert page.headers["cache-control"] == "no-store"
