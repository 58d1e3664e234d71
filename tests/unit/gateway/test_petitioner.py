"""The petitioner's token: half an hour for one petition, beside the tokens of staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.gateway import capability
from shared.gateway.app import Gateway, create_app
from shared.gateway.petitioner import (
    LIFETIME,
    Petitioner,
    PetitionersToken,
    WhoAsks,
    grant,
    petitioner_in,
    require_own,
    staff_or_petitioner,
)
from shared.gateway.problems import Problem
from shared.gateway.roles import Role
from shared.gateway.tokens import Gatekeeper, KeysUnavailable
from shared.kernel import clock
from tests.support.gateways import CAPABILITY_KEY, GATEKEEPER, assert_problem, bearing, claims_of, signed, staff

NUMBER = "KT1080767000011"
CLERKS = frozenset({Role.CLERK})
router = APIRouter()


@router.get("/both")
def both(who: Annotated[WhoAsks, Depends(staff_or_petitioner(CLERKS))]) -> str:
    return who.number if isinstance(who, Petitioner) else who.sub


@router.get("/own")
def own(petitioner: PetitionersToken) -> str:
    return petitioner.number


def client(gatekeeper: Gatekeeper = GATEKEEPER) -> TestClient:
    gateway = Gateway("sample", "sample", [router], {"capability_key": CAPABILITY_KEY})
    return TestClient(create_app(gateway, gatekeeper), raise_server_exceptions=False)


def test_it_names_its_petition() -> None:
    granted = grant(CAPABILITY_KEY, NUMBER)
    assert petitioner_in(CAPABILITY_KEY, granted.token) == Petitioner(NUMBER)
    assert petitioner_in(b"x" * 32, granted.token) is None


@pytest.mark.parametrize(("later", "good"), [(LIFETIME - timedelta(seconds=2), True), (LIFETIME, False)])
def test_it_ends_after_half_an_hour(monkeypatch: pytest.MonkeyPatch, later: timedelta, good: bool) -> None:
    now = clock.now()
    granted = grant(CAPABILITY_KEY, NUMBER)
    assert timedelta(seconds=-1) < granted.expires_at - (now + LIFETIME) <= timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: now + later)
    assert (petitioner_in(CAPABILITY_KEY, granted.token) is not None) is good


def test_it_is_no_capability_for_a_form_and_such_a_capability_is_no_token() -> None:
    assert not capability.opens(CAPABILITY_KEY, grant(CAPABILITY_KEY, NUMBER).token, NUMBER)
    assert petitioner_in(CAPABILITY_KEY, capability.grant(CAPABILITY_KEY, NUMBER)) is None


@given(st.text(max_size=300))
def test_whatever_else_is_shown_is_nobody(typed: str) -> None:
    assert petitioner_in(CAPABILITY_KEY, typed) is None


def test_one_dependency_takes_both() -> None:
    assert client().get("/both", headers=bearing(grant(CAPABILITY_KEY, NUMBER).token)).json() == NUMBER
    assert client().get("/both", headers=staff("clerk")).json() == "staff-1"
    assert_problem(client().get("/both", headers=staff("head")), 403)


def test_what_is_the_petitioners_is_no_staffs() -> None:
    assert client().get("/own", headers=bearing(grant(CAPABILITY_KEY, NUMBER).token)).json() == NUMBER
    assert_problem(client().get("/own", headers=staff("admin", "*")), 403)


@pytest.mark.parametrize("path", ["/both", "/own"])
def test_forged_and_ended_tokens_are_401_with_the_challenge(path: str) -> None:
    claims = {"aud": "khamrong/petitioner", "sub": NUMBER, "exp": int(clock.now().timestamp()) + 60}
    bad = {
        "of another key": grant(b"x" * 32, NUMBER).token,
        "ended": _signed(claims | {"exp": claims["exp"] - 120}),
        "without an end": _signed({"aud": claims["aud"], "sub": NUMBER}),
        "for nobody": _signed({"aud": claims["aud"], "exp": claims["exp"]}),
        "for the empty number": _signed(claims | {"sub": ""}),
        "of staff, for a petition": signed(claims),
        "of staff, signed with our key": _signed(claims_of("clerk")),
        "unsigned": ".".join([*_signed(claims).split(".")[:2], ""]),
        "nonsense": "nonsense",
    }
    for name, token in bad.items():
        answer = client().get(path, headers=bearing(token))
        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer"), name
    assert_problem(client().get(path), 401)


def test_it_is_checked_without_identity() -> None:
    def gone(_: bool) -> None:
        raise KeysUnavailable

    alone = client(Gatekeeper(gone))  # type: ignore[arg-type]
    assert alone.get("/own", headers=bearing(grant(CAPABILITY_KEY, NUMBER).token)).status_code == 200
    assert_problem(alone.get("/both", headers=staff("clerk")), 503)


def test_another_petition_is_403() -> None:
    require_own(Petitioner(NUMBER), NUMBER)
    with pytest.raises(Problem) as refused:
        require_own(Petitioner(NUMBER), "KT1080767000012")
    assert refused.value.status == 403


def _signed(claims: dict[str, object]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CAPABILITY_KEY), algorithms=["HS256"])
