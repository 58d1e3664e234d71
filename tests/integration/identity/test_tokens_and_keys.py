"""Identity's keys and tokens, and what the gateways make of tokens that are not right."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey

from services.identity.keys import SigningKeys
from services.identity.tokens import LIFETIME, issue
from services.identity.wiring import Identity
from shared.gateway.roles import Role
from shared.gateway.tokens import REFRESH_SECONDS, Caller, Gatekeeper, RemoteKeys
from shared.kernel import clock
from tests.support.gateways import assert_problem, claims_of, signed, together

JWKS = "/api/identity/v1/.well-known/jwks.json"
TOKENS = "/api/identity/v1/tokens"
LOG = "/api/identity/v1/log"
SERVICE = Caller(sub="service:tracking", role=Role.SERVICE, authority="*", scope="log")


def add_key(identity: Identity, name: str) -> ECKey:
    """An operator puts a second key beside the first."""
    key = ECKey.generate_key("P-256")
    (identity.settings.identity_keys_dir / name).write_bytes(key.as_pem(private=True))
    return key


def status(client: TestClient, token: str) -> int:
    """What the gateway answers to somebody with that token."""
    return int(client.get(LOG, headers={"Authorization": f"Bearer {token}".encode()}).status_code)


def unsigned(header: dict[str, Any], claims: dict[str, Any], key: bytes | None = None) -> str:
    """A token put together by hand: without a signature, or with an HMAC."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    text = b".".join(parts)
    mac = hmac.new(key, text, hashlib.sha256).digest() if key else b""
    return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def test_only_public_keys_are_published(open_client: TestClient) -> None:
    (key,) = open_client.get(JWKS).json()["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert {"d", "k", "p"}.isdisjoint(key)
    assert key["kid"]


def test_the_key_is_readable_for_identity_alone(identity: Identity) -> None:
    folder = identity.settings.identity_keys_dir
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_make_one_key(tmp_path: Path) -> None:
    together(lambda _: SigningKeys(tmp_path / "keys").ensure(), *range(8))
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["0001.pem"]
    assert SigningKeys(tmp_path / "keys").signing().kid


def test_without_a_key_identity_is_not_ready(identity: Identity, client: TestClient) -> None:
    (identity.settings.identity_keys_dir / "0001.pem").unlink()
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["down"]) == (503, ["signing key"])


def test_client_credentials_give_a_short_lived_token(open_client: TestClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": "tracking", "client_secret": "a secret"}
    answer = open_client.post(TOKENS, data=form)
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", LIFETIME.total_seconds())
    assert answer.headers["cache-control"] == "no-store"
    assert status(open_client, told["access_token"]) == 200


@pytest.mark.parametrize(
    ("client_id", "client_secret"),
    [("tracking", "a Secret"), ("tracking", "a"), ("nobody", "a secret"), ("forgotten", " "), ("tracking", "ความลับ")],
)
def test_a_wrong_secret_gives_nothing(open_client: TestClient, client_id: str, client_secret: str) -> None:
    answer = open_client.post(TOKENS, data={"client_id": client_id, "client_secret": client_secret})
    assert_problem(answer, 401)
    assert "access_token" not in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"client_id": "forgotten", "client_secret": ""},
        {"client_id": "tracking", "client_secret": "a secret", "grant_type": "password"},
    ],
)
def test_what_is_no_request_for_a_token_is_refused(open_client: TestClient, form: dict[str, str]) -> None:
    answer = open_client.post(TOKENS, data=form)
    assert answer.status_code in (401, 422)
    assert "a secret" not in answer.text


def test_keys_are_rotated_without_anybody_being_shut_out(identity: Identity, client: TestClient) -> None:
    """The newest name signs; tokens of the older key go on until they end."""
    before = issue(identity.keys, SERVICE)
    add_key(identity, "0002.pem")
    after = issue(identity.keys, SERVICE)
    assert len(client.get(JWKS).json()["keys"]) == 2
    assert (status(client, before), status(client, after)) == (200, 200)
    (identity.settings.identity_keys_dir / "0001.pem").unlink()
    assert (status(client, before), status(client, after)) == (401, 200)


def test_a_gateway_elsewhere_learns_of_a_new_key(
    identity: Identity, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its first token, but it does not ask more often than every ten seconds, whatever it is sent."""
    asked: list[str] = []

    class Counting(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return httpx.Response(200, json=client.get(JWKS).json())

    at = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: at)
    gatekeeper = Gatekeeper(RemoteKeys(f"http://identity{JWKS}", httpx.Client(transport=Counting())))
    old = issue(identity.keys, SERVICE)
    assert gatekeeper.caller(old) == SERVICE
    add_key(identity, "0002.pem")
    new = issue(identity.keys, SERVICE)
    for _ in range(3):
        with pytest.raises(Exception, match="401"):
            gatekeeper.caller(new)
    assert len(asked) == 1
    monkeypatch.setattr(clock, "monotonic", lambda: at + REFRESH_SECONDS + 1)
    assert gatekeeper.caller(new) == gatekeeper.caller(old) == SERVICE
    for _ in range(3):
        with pytest.raises(Exception, match="401"):
            gatekeeper.caller(signed(claims_of("service", "*")))
    assert len(asked) == 2


def test_tokens_that_are_not_right_open_nothing(identity: Identity, client: TestClient) -> None:
    key, now = identity.keys.signing(), int(clock.now().timestamp())
    right = claims_of("service", "*")
    stranger = ECKey.generate_key("P-256", parameters={"kid": str(key.kid)})
    public = client.get(JWKS).json()["keys"][0]
    known = {"typ": "JWT", "kid": key.kid}
    wrong = {
        "expired": signed({**right, "exp": now - 60}, key),
        "not valid yet": signed({**right, "nbf": now + 600}, key),
        "issued in the future": signed({**right, "iat": now + 600}, key),
        "without an end": signed({name: value for name, value in right.items() if name != "exp"}, key),
        "for somebody else": signed({**right, "aud": "another"}, key),
        "by somebody else": signed({**right, "iss": "another"}, key),
        "without an issuer": signed({name: value for name, value in right.items() if name != "iss"}, key),
        "without a subject": signed({name: value for name, value in right.items() if name != "sub"}, key),
        "of no known role": signed({**right, "role": "emperor"}, key),
        "of no authority": signed({**right, "authority": None}, key),
        "forged with the known key's id": signed(right, stranger),
        "of an unknown key": signed(right, ECKey.generate_key("P-256", parameters={"kid": "unknown"})),
        "of no algorithm": unsigned({**known, "alg": "none"}, right),
        "of no algorithm, in capitals": unsigned({**known, "alg": "NONE"}, right),
        "HS256 with the public key": unsigned({**known, "alg": "HS256"}, right, json.dumps(public).encode()),
        "HS256 with the public key as PEM": unsigned(
            {**known, "alg": "HS256"}, right, ECKey.import_key(public).as_pem(private=False)
        ),
        "with its own key": unsigned({"alg": "ES256", "jwk": public}, right),
        "cut": signed(right, key)[:-10],
        "with other claims": signed(right, key).replace(".", ".e", 1),
        "an array": unsigned({**known, "alg": "ES256"}, []),  # type: ignore[arg-type]
        "a header of no object": unsigned([], right),  # type: ignore[arg-type]
        "nonsense": "nonsense",
        "dots": "..",
        "not ASCII": "ก.ข.ค",
        "critical": unsigned({**known, "alg": "ES256", "crit": ["x"]}, right),
        "zipped": unsigned({**known, "alg": "ES256", "zip": "DEF"}, right),
        "encrypted": ".".join(["e30"] * 5),
    }
    statuses = {name: status(client, token) for name, token in wrong.items()}
    assert statuses == dict.fromkeys(wrong, 401)
    assert status(client, signed(right, key)) == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "bearer: x", "Token x"])
def test_a_header_that_carries_no_token_is_401(open_client: TestClient, header: str) -> None:
    answer = open_client.get(LOG, headers={"Authorization": header})
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_clock_that_is_a_little_off_shuts_nobody_out(identity: Identity, client: TestClient) -> None:
    key, now = identity.keys.signing(), int(clock.now().timestamp())
    assert status(client, signed({**claims_of("service", "*"), "exp": now - 5, "iat": now + 20}, key)) == 200
