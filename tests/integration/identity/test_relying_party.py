"""The OpenID conformance suite's cases for relying parties, by their names, against the sandbox's misbehaving modes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.digital_id.samples import PASSWORD
from services.identity.provider.directory import COOL_DOWN_SECONDS
from services.identity.wiring import Identity
from shared.kernel import clock
from tests.support.gateways import Databases, assert_problem, rows
from tests.support.identity import (
    BASE,
    IdentityOffice,
    cookie_of,
    identity_office,
    identity_settings,
    problem_of,
)
from tests.support.relying_party import LOGGED_OUT, RelyingParty, adapter, sandbox_for_identity

CASE: Final = "oidcc-client-test"
OK, REFUSED, UNAVAILABLE, EXPIRED = "", "refused", "unavailable", "expired"

BASIC: Final = {
    "": ("thaid", (), OK),
    "-invalid-iss": ("thaid", ("invalid_iss",), REFUSED),
    "-missing-sub": ("thaid", ("missing_sub",), REFUSED),
    "-invalid-aud": ("thaid", ("invalid_aud",), REFUSED),
    "-missing-iat": ("thaid", ("missing_iat",), REFUSED),
    "-kid-absent-single-jwks": ("thaid", ("kid_absent",), OK),
    "-kid-absent-multiple-jwks": ("thaid", ("kid_absent", "multiple_keys"), REFUSED),
    "-idtoken-sig-rs256": ("dga", (), OK),
    "-idtoken-sig-none": ("thaid", ("sig_none",), REFUSED),
    "-invalid-sig-rs256": ("dga", ("invalid_sig",), REFUSED),
    "-userinfo-invalid-sub": ("thaid", ("userinfo_invalid_sub",), REFUSED),
    "-nonce-invalid": ("thaid", ("nonce_invalid",), REFUSED),
}
CONFIG: Final = {
    "-discovery-issuer-mismatch": ("thaid", ("discovery_issuer_mismatch",), UNAVAILABLE),
    "-userinfo-signed": ("thaid", ("userinfo_signed",), OK),
}
FURTHER: Final = {
    "wrong-key-with-the-right-kid": ("thaid", ("invalid_sig",), REFUSED),
    "another-algorithm-than-thaids": ("thaid", ("rs256",), REFUSED),
    "hmac-with-the-public-key": ("thaid", ("hs256_public_key",), REFUSED),
    "issued-in-the-future": ("thaid", ("future_iat",), REFUSED),
    "without-an-end": ("thaid", ("missing_exp",), REFUSED),
    "ended": ("dga", ("expired",), REFUSED),
    "for-another-party": ("dga", ("wrong_azp",), REFUSED),
    "of-another-access-token": ("thaid", ("at_hash_invalid",), REFUSED),
    "no-id-token": ("dga", ("missing_id_token",), REFUSED),
    "nonce-missing-at-thaid-which-may": ("thaid", ("nonce_missing",), OK),
    "nonce-missing-at-dga-which-may-not": ("dga", ("nonce_missing",), REFUSED),
    "answer-names-another-issuer": ("thaid", ("response_iss_invalid",), REFUSED),
    "answer-names-no-issuer-and-never-said-so": ("dga", ("response_iss_missing",), OK),
    "answer-with-another-state": ("thaid", ("state_invalid",), EXPIRED),
    "pkce-ignored-as-at-the-real-thaid": ("thaid", ("pkce_ignored",), OK),
    "token-endpoint-fails": ("dga", ("token_error",), UNAVAILABLE),
    "down": ("thaid", ("down",), UNAVAILABLE),
    "signed-user-info-of-dga": ("dga", ("userinfo_signed",), OK),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """ThaiD and DGA, well-behaved until told otherwise."""
    with sandbox_for_identity() as url:
        yield url


@pytest.fixture(scope="module")
def connected(
    databases: Databases, keyring_url: str, tmp_path_factory: pytest.TempPathFactory, sandbox: str
) -> Iterator[IdentityOffice]:
    """An identity that knows the sandbox's providers."""
    settings = identity_settings(databases.make("identity"), keyring_url, tmp_path_factory.mktemp("identity"))
    providers = {code: adapter(sandbox, code) for code in ("thaid", "dga")}
    with identity_office(settings, providers) as running:
        yield running


@pytest.fixture
def party(connected: IdentityOffice, sandbox: str) -> RelyingParty:
    """Nothing of the providers is known yet, and they behave."""
    party = RelyingParty(connected, sandbox)
    for provider in ("thaid", "dga"):
        party.behave(provider)
        party.fresh(provider)
    return party


def reason(identity: Identity) -> str | None:
    """Why the last login failed; None when it went well."""
    url = identity.settings.identity_database_url
    found: str | None = rows(url, "SELECT data ->> 'reason' FROM eventlog.facts ORDER BY position DESC LIMIT 1")[0][0]
    return found


def cases(prefix: str, named: dict[str, tuple[str, tuple[str, ...], str]]) -> list[object]:
    """Parameters with the cases' names."""
    return [pytest.param(*case, id=f"{prefix}{name}") for name, case in named.items()]


@pytest.mark.parametrize(
    ("provider", "modes", "problem"), [*cases(CASE, BASIC), *cases(CASE, CONFIG), *cases("", FURTHER)]
)
def test_a_login(party: RelyingParty, provider: str, modes: tuple[str, ...], problem: str) -> None:
    party.behave(provider, *modes)
    answer = party.login(provider)
    assert problem_of(answer) == problem
    assert bool(cookie_of(answer, "khamrong-handover")) is (problem == "")
    if problem == "":
        session = party.office.session(answer)
        assert (session["provider"], session["assurance_level"]) == (provider, "2.3")


@pytest.mark.parametrize("provider", [pytest.param("dga", id=f"{CASE}-scope-userinfo-claims")])
def test_claims_are_read_at_the_user_info_endpoint(party: RelyingParty, provider: str) -> None:
    """DGA tells them there alone."""
    told = party.office.me(party.office.session(party.login(provider, "sample2"))).json()
    assert (told["given_name"], told["family_name"], told["assurance_level"]) == ("สมมติ", "ตัวอย่างสอง", "1.3")
    assert told["citizen_id_masked"] == "1-9999-xxxxx-xx-1"


@pytest.mark.parametrize(
    ("provider", "changed", "method"),
    [
        pytest.param("thaid", {}, "client_secret_basic", id=f"{CASE}-client-secret-basic"),
        pytest.param("thaid", {"authentication": "client_secret_post"}, "client_secret_post", id="client-secret-post"),
        pytest.param("dga", {}, "client_secret_basic", id="dgas-hashed-secret"),
    ],
)
def test_the_client_authenticates(party: RelyingParty, provider: str, changed: dict[str, str], method: str) -> None:
    party.fresh(provider, **changed)
    assert problem_of(party.login(provider)) == ""
    assert method in party.journal(provider)


def test_dga_refuses_the_secret_itself(party: RelyingParty) -> None:
    party.fresh("dga", authentication="client_secret_basic")
    assert problem_of(party.login("dga")) == "unavailable"


@pytest.mark.parametrize(
    "asked", ["discovery", "jwks"], ids=[f"{CASE}-discovery-openid-config", f"{CASE}-discovery-jwks-uri-keys"]
)
def test_what_the_provider_publishes_is_asked_for_and_kept(party: RelyingParty, asked: str) -> None:
    journal = f"{party.url}/thaid/journal"
    httpx.delete(journal)
    for _ in range(2):
        assert problem_of(party.login("thaid")) == ""
    told = [each for each in httpx.get(journal).json() if each["endpoint"] == asked]
    assert len(told) == 1


@pytest.mark.parametrize(
    "before_signing",
    [False, True],
    ids=[f"{CASE}-signing-key-rotation", f"{CASE}-signing-key-rotation-just-before-signing"],
)
def test_a_new_key_is_learned(party: RelyingParty, before_signing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for when a token names it, but not more often than every ten seconds."""
    at = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: at)
    assert problem_of(party.login("thaid")) == ""
    if before_signing:
        party.behave("thaid", "rotation_before_signing")
    else:
        party.rotate("thaid")
    assert (problem_of(party.login("thaid")), reason(party.office.identity)) == ("refused", "token_invalid")
    monkeypatch.setattr(clock, "monotonic", lambda: at + COOL_DOWN_SECONDS + 1)
    assert problem_of(party.login("thaid")) == ""


def test_a_replayed_code_opens_nothing_even_at_a_provider_that_takes_it_again(party: RelyingParty) -> None:
    """The token that it gives belongs to the other attempt, and its nonce says so."""
    party.behave("thaid", "code_replay_accepted", "pkce_ignored")
    begun = party.office.begin("thaid")
    brought = party.approved(begun)
    assert problem_of(party.returned(begun, brought)) == ""
    second = party.office.begin("thaid")
    answer = party.returned(second, {**brought, "state": second.asked["state"]})
    assert (problem_of(answer), reason(party.office.identity)) == ("refused", "token_invalid")


def test_a_replayed_code_is_refused(party: RelyingParty) -> None:
    begun = party.office.begin("dga")
    brought = party.approved(begun)
    party.returned(begun, brought)
    second = party.office.begin("dga")
    answer = party.returned(second, {**brought, "state": second.asked["state"]})
    assert (problem_of(answer), reason(party.office.identity)) == ("refused", "code_refused")


def test_a_replayed_state_is_refused(party: RelyingParty) -> None:
    begun = party.office.begin("thaid")
    brought = party.approved(begun)
    assert [problem_of(party.returned(begun, brought)) for _ in range(2)] == ["", "expired"]


def test_one_providers_answer_is_never_taken_for_the_others(party: RelyingParty) -> None:
    """Mix-up: at the other's address, and at the right address with the other's code."""
    begun = party.office.begin("thaid")
    answer = party.returned(begun, party.approved(begun), at="dga")
    assert (problem_of(answer), reason(party.office.identity)) == ("refused", "other_provider")
    thaid, dga = party.office.begin("thaid"), party.office.begin("dga")
    mixed = {**party.approved(thaid), "state": dga.asked["state"]}
    answer = party.returned(dga, mixed)
    assert (problem_of(answer), reason(party.office.identity)) == ("refused", "other_issuer")
    thaid, dga = party.office.begin("thaid"), party.office.begin("dga")
    code = party.approved(thaid)["code"]
    answer = party.returned(dga, {"code": code, "state": dga.asked["state"], "iss": f"{party.url}/dga"})
    assert (problem_of(answer), reason(party.office.identity)) == ("refused", "code_refused")


def test_another_browser_cannot_finish_a_login(party: RelyingParty) -> None:
    begun, victim = party.office.begin("thaid"), party.office.begin("thaid")
    answer = party.returned(begun, party.approved(begun), cookie=victim.cookie)
    assert (problem_of(answer), reason(party.office.identity)) == ("expired", "other_browser")


def test_whoever_does_not_agree_is_told_so(party: RelyingParty) -> None:
    begun, browser = party.office.begin("thaid"), party.party("thaid")
    page = browser.follow(browser.http.get(begun.address))
    consent = browser.follow(browser.submit(page, login="sample1", password=PASSWORD))
    location = browser.submit(consent, decision="deny").headers["location"]
    brought = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert problem_of(party.returned(begun, brought)) == "cancelled"


@pytest.mark.parametrize("provider", ["thaid", "dga"])
@pytest.mark.parametrize(
    ("modes", "status"),
    [
        pytest.param((), 303, id=f"{CASE}-rp-init-logout"),
        pytest.param(("logout_other_state",), 400, id=f"{CASE}-rp-init-logout-other-state"),
        pytest.param(("logout_no_state",), 400, id=f"{CASE}-rp-init-logout-no-state"),
    ],
)
def test_logging_out_at_the_provider(party: RelyingParty, provider: str, modes: tuple[str, ...], status: int) -> None:
    """Our session has ended before, whatever comes back; no ID token is in the address."""
    session = party.office.session(party.login(provider))
    party.behave(provider, *modes)
    body = {"session": session["session"]}
    answer = party.office.client.post(f"{BASE}/logout", json=body, headers=party.office.service())
    assert party.office.renewed(session["session"]).status_code == 401
    address = answer.json()["redirect_to"]
    assert "id_token" not in address
    back = party.party(provider).http.get(address).headers["location"]
    assert back.startswith(f"{LOGGED_OUT}/{provider}")
    parts = urlsplit(back)
    arrived = party.office.client.get(f"{parts.path}?{parts.query}", follow_redirects=False)
    assert arrived.status_code == status


def test_a_slow_provider_is_given_up(party: RelyingParty) -> None:
    party.fresh("thaid", timeout=0.3)
    party.behave("thaid", "slow", delay_seconds=3)
    assert problem_of(party.login("thaid")) == "unavailable"


def test_what_is_known_of_a_provider_stays_good_while_it_is_down(party: RelyingParty) -> None:
    begun = party.office.begin("thaid")
    brought = party.approved(begun)
    party.behave("thaid", "down")
    assert party.office.begin("thaid").address.startswith(party.url)
    assert problem_of(party.returned(begun, brought)) == "unavailable"


def test_the_laser_code_is_never_asked_for_and_no_more_than_is_needed(party: RelyingParty) -> None:
    asked = party.office.begin("thaid").asked
    assert set(asked["scope"].split()) == {"openid", "pid", "title", "given_name", "family_name", "ial"}
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43


def test_one_person_by_both_providers_is_one_person(party: RelyingParty) -> None:
    sessions = [party.office.session(party.login(provider, "sample3")) for provider in ("thaid", "dga")]
    assert sessions[0]["person_id"] == sessions[1]["person_id"]


def test_providers_that_are_down_do_not_make_identity_unready(party: RelyingParty) -> None:
    party.behave("thaid", "down")
    assert party.office.client.get("/health/ready").status_code == 200
    assert_problem(party.office.client.get(f"{BASE}/me"), 401)
