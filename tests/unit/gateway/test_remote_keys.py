"""Identity's public keys over HTTP: kept, asked for rarely, and good while identity is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, KeySet

from shared.gateway.problems import Problem
from shared.gateway.tokens import FIRST_SECONDS, REFRESH_SECONDS, Gatekeeper, KeysUnavailable, RemoteKeys
from shared.kernel import clock
from tests.support.gateways import SIGNING_KEY, claims_of, signed

URL = "http://identity.example/jwks.json"
PUBLIC = KeySet([SIGNING_KEY]).as_dict(private=False)
TOKEN = signed(claims_of("officer"))


class Identity(httpx.BaseTransport):
    """Answers as it is told, and counts how often it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[], httpx.Response] = self.away
        self.asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self.answer()

    def away(self) -> httpx.Response:
        raise httpx.ConnectError("refused")

    def keys(self) -> httpx.Response:
        return httpx.Response(200, json=PUBLIC)


class Hands:
    """Moves the clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.monotonic()
        monkeypatch.setattr(clock, "monotonic", lambda: self.at)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def keys(identity: Identity) -> RemoteKeys:
    return RemoteKeys(URL, httpx.Client(transport=identity))


def test_keys_are_asked_for_once(identity: Identity, keys: RemoteKeys) -> None:
    identity.answer = identity.keys
    assert all(Gatekeeper(keys).caller(TOKEN).role == "officer" for _ in range(5))
    assert identity.asked == 1


def test_before_there_were_any_keys_callers_are_asked_to_come_again(
    identity: Identity, keys: RemoteKeys, hands: Hands
) -> None:
    """Each second one of them asks; the others do not wait for an identity that is away."""
    for _ in range(5):
        with pytest.raises(Problem) as refused:
            Gatekeeper(keys).caller(TOKEN)
        assert refused.value.status == 503
        assert refused.value.headers is not None
        assert int(refused.value.headers["Retry-After"]) > 0
    assert identity.asked == 1
    identity.answer = identity.keys
    hands.at += FIRST_SECONDS + 0.1
    assert Gatekeeper(keys).caller(TOKEN).sub == "staff-1"


def test_known_keys_are_good_while_identity_is_away(identity: Identity, keys: RemoteKeys, hands: Hands) -> None:
    identity.answer = identity.keys
    gatekeeper = Gatekeeper(keys)
    gatekeeper.caller(TOKEN)
    identity.answer = identity.away
    stranger = signed(claims_of("admin", "*"), ECKey.generate_key("P-256", parameters={"kid": "stranger"}))
    for _ in range(3):
        hands.at += REFRESH_SECONDS + 0.1
        for _ in range(4):
            with pytest.raises(Problem, match="401"):
                gatekeeper.caller(stranger)
            assert gatekeeper.caller(TOKEN).authority == "kathu"
    assert identity.asked == 1 + 3


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(404, json=PUBLIC),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"keys": 5}),
        httpx.Response(200, json={"keys": [{"kty": "EC"}]}),
        httpx.Response(200, json={"nothing": True}),
    ],
)
def test_an_answer_that_is_no_key_set_is_no_answer(identity: Identity, keys: RemoteKeys, answer: Any) -> None:
    answer.request = httpx.Request("GET", URL)
    identity.answer = lambda: answer
    with pytest.raises(KeysUnavailable):
        keys(False)
