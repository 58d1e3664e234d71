"""Each way to misbehave does what its name says, and nothing else: a relying party's tests rest on it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError

from sandbox.digital_id.behaviour import Mode
from sandbox.digital_id.signing import encoded
from tests.support.digital_id import CLIENT_ID, NAMED, Party
from tests.support.waiting import eventually

AN_HOUR = 3600


def decoded(id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unchecked."""
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in id_token.split(".")[:2])
    return header, claims


def misled(party: Party, *modes: str) -> dict[str, Any]:
    """The ID token's claims under the modes; its signature is right all the same."""
    party.behave(*modes)
    return dict(party.read(party.tokens()["id_token"]).claims)


def test_a_wrong_issuer_and_audience(party: Party) -> None:
    assert misled(party, "invalid_iss")["iss"] != party.issuer
    assert misled(party, "invalid_aud")["aud"] != CLIENT_ID
    both = misled(party, "wrong_azp")
    assert CLIENT_ID in both["aud"]
    assert both["azp"] != CLIENT_ID


@pytest.mark.parametrize(
    ("mode", "claim"),
    [("missing_sub", "sub"), ("missing_iat", "iat"), ("missing_exp", "exp"), ("nonce_missing", "nonce")],
)
def test_a_claim_is_missing(party: Party, mode: str, claim: str) -> None:
    assert claim not in misled(party, mode)


def test_a_wrong_nonce_and_a_wrong_hash(party: Party) -> None:
    claims = misled(party, "nonce_invalid", "at_hash_invalid")
    assert claims["nonce"] != party.nonce
    party.behave()
    assert len(claims["at_hash"]) == len(misled(party)["at_hash"]) == 22


def test_times_that_are_over_or_to_come(party: Party) -> None:
    now = misled(party)["iat"]
    assert misled(party, "expired")["exp"] < now
    assert misled(party, "future_iat")["iat"] > now + AN_HOUR - 60


def test_no_signature(party: Party) -> None:
    party.behave("sig_none")
    id_token = party.tokens()["id_token"]
    assert decoded(id_token)[0] == {"alg": "none"}
    assert id_token.endswith(".")


def test_a_wrong_key_under_the_right_id(party: Party) -> None:
    party.behave("invalid_sig")
    id_token = party.tokens()["id_token"]
    header = decoded(id_token)[0]
    assert header["kid"] == party.key_set().keys[0].kid
    assert header["alg"] == party.flavour.algorithm
    with pytest.raises(JoseError):
        party.read(id_token)


@pytest.mark.parametrize(("name", "mode", "algorithm"), [("thaid", "rs256", "RS256"), ("dga", "es256", "ES256")])
def test_another_algorithm_by_a_published_key(url: str, name: str, mode: str, algorithm: str) -> None:
    party = Party(url, NAMED[name])
    party.behave(mode)
    id_token = party.tokens()["id_token"]
    assert jwt.decode(id_token, party.key_set(), algorithms=[algorithm]).header["alg"] == algorithm
    assert party.metadata()["id_token_signing_alg_values_supported"] == [party.flavour.algorithm]


def test_hmac_with_the_public_key(party: Party) -> None:
    public = party.key_set().keys[0].as_pem(private=False)
    party.behave("hs256_public_key")
    content, _, signature = party.tokens()["id_token"].rpartition(".")
    assert encoded(hmac.new(public, content.encode(), hashlib.sha256).digest()) == signature
    assert decoded(f"{content}.")[0]["alg"] == "HS256"


def test_no_key_id_with_one_key_and_with_several(party: Party) -> None:
    party.behave("kid_absent")
    id_token = party.tokens()["id_token"]
    assert "kid" not in decoded(id_token)[0]
    assert len(party.key_set().keys) == 1
    assert party.read(id_token)
    party.behave("kid_absent", "multiple_keys")
    first, second = party.key_set().keys
    assert first.key_type == second.key_type
    assert jwt.decode(id_token, second, algorithms=[party.flavour.algorithm])


def test_keys_are_rotated_and_old_tokens_stay_good_for_one_rotation(party: Party) -> None:
    id_token = party.tokens()["id_token"]
    kid = party.http.post(f"{party.issuer}/rotation").json()["kid"]
    assert party.key_set().keys[0].kid == kid
    assert party.read(id_token)
    assert decoded(party.tokens()["id_token"])[0]["kid"] == kid
    party.http.post(f"{party.issuer}/rotation")
    with pytest.raises((JoseError, ValueError)):
        party.read(id_token)


def test_rotation_just_before_signing_leaves_only_the_new_key(party: Party) -> None:
    before = {key.kid for key in party.key_set().keys}
    party.behave("rotation_before_signing")
    id_token = party.tokens()["id_token"]
    assert decoded(id_token)[0]["kid"] not in before
    assert before.isdisjoint(key.kid for key in party.key_set().keys)
    assert party.read(id_token)


def test_discovery_names_another_issuer(party: Party) -> None:
    party.behave("discovery_issuer_mismatch")
    found = party.metadata()
    assert found["issuer"] != party.issuer
    assert found["token_endpoint"].startswith(party.issuer)


def test_userinfo_is_about_somebody_else_or_signed(party: Party) -> None:
    answer = party.tokens()
    subject = party.read(answer["id_token"]).claims["sub"]
    party.behave("userinfo_invalid_sub")
    assert party.user_info(answer["access_token"]).json()["sub"] != subject
    party.behave("userinfo_signed")
    signed = party.user_info(answer["access_token"])
    assert signed.headers["content-type"] == "application/jwt"
    claims = party.read(signed.text).claims
    assert (claims["sub"], claims["iss"], claims["aud"]) == (subject, party.issuer, CLIENT_ID)


def test_the_authorization_response_can_be_wrong(party: Party) -> None:
    party.behave("response_iss_invalid", "state_invalid")
    answer = party.callback()
    assert answer["iss"] != party.issuer
    assert answer["state"] != party.state
    party.behave("response_iss_missing")
    assert "iss" not in party.callback()
    assert party.metadata()["authorization_response_iss_parameter_supported"] is False


def test_a_code_can_be_accepted_twice(party: Party) -> None:
    party.behave("code_replay_accepted")
    code = party.callback()["code"]
    assert [party.token(code).status_code for _ in range(2)] == [200, 200]


def test_pkce_can_be_ignored_as_at_the_real_thaid(party: Party) -> None:
    party.behave("pkce_ignored")
    assert "code_challenge_methods_supported" not in party.metadata()
    code = party.callback(code_challenge=None, code_challenge_method=None)["code"]
    assert party.token(code, code_verifier=None).status_code == 200


def test_a_token_answer_without_id_token_and_one_that_fails(party: Party) -> None:
    party.behave("missing_id_token")
    assert "id_token" not in party.tokens()
    code = party.callback()["code"]
    party.behave("token_error")
    assert party.token(code).status_code == 500


def test_down_and_slow_concern_the_protocol_and_not_the_handles(party: Party) -> None:
    party.behave("down")
    answer = party.http.get(f"{party.issuer}/.well-known/openid-configuration")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert party.authorize().status_code == 503
    party.behave("slow", delay_seconds=1)
    party.http.delete(f"{party.issuer}/journal")
    with pytest.raises(httpx.ReadTimeout):
        party.http.get(f"{party.issuer}/.well-known/openid-configuration", timeout=0.2)
    assert party.http.get(f"{party.issuer}/behaviour").json() == {"modes": ["slow"], "delay_seconds": 1.0}
    eventually(lambda: party.http.get(f"{party.issuer}/journal").json())


def test_a_mode_that_does_not_exist_is_refused(party: Party) -> None:
    assert party.http.put(f"{party.issuer}/behaviour", json={"modes": ["kind"]}).status_code == 422


def test_one_flavour_misbehaves_alone(thaid: Party, dga: Party) -> None:
    thaid.behave("down")
    assert dga.metadata()["issuer"] == dga.issuer


def test_every_mode_is_tried_here() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {mode for mode in Mode if f'"{mode}"' not in text} == set()


def test_the_journal_says_how_clients_came(party: Party) -> None:
    party.http.delete(f"{party.issuer}/journal")
    party.tokens()
    party.token("guessed")
    noted = [(each["endpoint"], each["outcome"]) for each in party.http.get(f"{party.issuer}/journal").json()]
    assert noted == [
        ("authorization", "ok"),
        ("token (client)", "ok"),
        ("token", "ok"),
        ("token (client)", "ok"),
        ("token", "invalid_grant"),
    ]
    assert party.http.get(f"{party.issuer}/journal").json()[1]["client_authentication"] == "client_secret_basic"
