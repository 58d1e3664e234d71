"""Log-out at the wish of a relying party."""

from __future__ import annotations

import httpx

from tests.support.digital_id import CLIENT_ID, FAREWELL, Party


def farewell(party: Party, **changes: str) -> httpx.Response:
    fields = {party.flavour.logout_parameter: FAREWELL, "state": "s-1"} | changes
    return party.http.get(party.issuer + party.flavour.paths.end_session, params=fields)


def test_who_is_named_by_the_hint_is_logged_out_and_sent_on(party: Party) -> None:
    id_token = party.tokens()["id_token"]
    answer = farewell(party, id_token_hint=id_token)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{FAREWELL}?state=s-1")
    assert 'name="password"' in party.follow(party.authorize()).text


def test_who_is_not_named_is_asked(party: Party) -> None:
    party.tokens()
    page = farewell(party, client_id=CLIENT_ID)
    assert page.status_code == 200
    assert "ยินยอม" in party.follow(party.authorize()).text
    fields = {"client_id": CLIENT_ID, "state": "s-1", "confirmed": "yes", party.flavour.logout_parameter: FAREWELL}
    answer = party.submit(page, **fields)
    assert answer.headers["location"] == f"{FAREWELL}?state=s-1"
    assert 'name="password"' in party.follow(party.authorize()).text


def test_the_state_at_log_out_can_be_wrong_or_missing(party: Party) -> None:
    party.behave("logout_other_state")
    assert farewell(party, client_id=CLIENT_ID).headers["location"] == f"{FAREWELL}?state=another"
    party.behave("logout_no_state")
    assert farewell(party, client_id=CLIENT_ID).headers["location"] == FAREWELL


def test_each_provider_has_its_own_parameter_and_sends_nobody_elsewhere(party: Party) -> None:
    assert party.flavour.logout_parameter in {"post_logout_redirect_uri", "post_logout_redirect_url"}
    other = {"thaid": "post_logout_redirect_url", "dga": "post_logout_redirect_uri"}[party.flavour.name]
    where = party.issuer + party.flavour.paths.end_session
    assert party.http.get(where, params={"client_id": CLIENT_ID, other: FAREWELL}).status_code == 200
    for changes in ({party.flavour.logout_parameter: "https://attacker.example/"}, {"id_token_hint": "a.b.c"}):
        refused = farewell(party, client_id=CLIENT_ID, **changes)
        assert refused.status_code == 400
        assert "location" not in refused.headers


def test_a_hint_is_good_after_rotations(party: Party) -> None:
    id_token = party.tokens()["id_token"]
    for _ in range(3):
        party.http.post(f"{party.issuer}/rotation")
    assert farewell(party, id_token_hint=id_token).status_code == 303
