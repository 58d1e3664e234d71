"""The authorities: listed, shown, configured by a fact each."""

from __future__ import annotations

import pytest

from services.intake.authorities import FRESH_SECONDS, PrefixTaken
from shared.contracts.authority import AuthorityConfigured
from shared.eventlog.conflict import VersionConflict
from shared.kernel import clock
from tests.samples.petitions import AUTHORITIES
from tests.support.gateways import assert_problem, facts_in, rows, together
from tests.support.intake import IntakeOffice, intake_office

ADDRESS = "/api/intake/v1/authorities"


def test_the_list_is_in_the_order_of_codes(open_office: IntakeOffice) -> None:
    listed = open_office.client.get(ADDRESS).json()
    assert [each["code"] for each in listed] == ["ban", "kathu"]
    assert listed[1] == {
        "code": "kathu", "name": "เทศบาลเมืองกะทู้", "name_en": "Kathu Town Municipality", "prefix": "KT",
        "province": "ภูเก็ต", "logo": None,
    }  # fmt: skip


def test_a_profile_is_everything_a_front_end_needs(open_office: IntakeOffice) -> None:
    answer = open_office.client.get(f"{ADDRESS}/kathu")
    assert AuthorityConfigured.model_validate(answer.json()) == AUTHORITIES["kathu"]
    assert {service["open"] for service in answer.json()["services"]} == {True, False}


def test_an_authority_that_is_not_there(open_office: IntakeOffice) -> None:
    assert_problem(open_office.client.get(f"{ADDRESS}/nowhere"), 404)


def test_applying_the_same_again_records_nothing(office: IntakeOffice) -> None:
    before = facts_in(office.url)
    assert before == ["authority.configured"] * len(AUTHORITIES)
    assert office.intake.authorities.apply(AUTHORITIES["kathu"], "operator") is None
    changed = AUTHORITIES["kathu"].model_copy(update={"about": "ข่าวใหม่"})
    assert office.intake.authorities.apply(changed, "operator") == 3
    assert office.intake.authorities.apply(changed, "operator") is None
    assert rows(office.url, "SELECT stream, version, actor FROM eventlog.facts WHERE position = 3") == [
        ("authority-kathu", 2, "operator")
    ]


def test_a_change_is_seen_at_once_here_and_within_two_seconds_elsewhere(
    office: IntakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with intake_office(office.url, office.keyring_url) as second:
        at = clock.monotonic()
        monkeypatch.setattr(clock, "monotonic", lambda: at)
        assert second.client.get(f"{ADDRESS}/kathu").json()["about"] == AUTHORITIES["kathu"].about
        office.intake.authorities.apply(AUTHORITIES["kathu"].model_copy(update={"about": "ย้ายที่ทำการ"}), "operator")
        assert office.client.get(f"{ADDRESS}/kathu").json()["about"] == "ย้ายที่ทำการ"
        monkeypatch.setattr(clock, "monotonic", lambda: at + FRESH_SECONDS + 0.01)
        assert second.client.get(f"{ADDRESS}/kathu").json()["about"] == "ย้ายที่ทำการ"


def test_two_authorities_never_share_a_prefix(office: IntakeOffice) -> None:
    """Two petitions of one day would have one number."""
    with pytest.raises(PrefixTaken, match="KT"):
        office.intake.authorities.apply(AUTHORITIES["ban"].model_copy(update={"prefix": "KT"}), "operator")
    assert facts_in(office.url) == ["authority.configured"] * len(AUTHORITIES)


def test_of_two_changes_at_once_one_is_told_of_the_other(office: IntakeOffice, intake_url: str) -> None:
    def configure(n: int) -> int | str | None:
        profile = AUTHORITIES["kathu"].model_copy(update={"about": f"ฉบับที่ {n}"})
        try:
            return office.intake.authorities.apply(profile, "operator")
        except VersionConflict:
            return "conflict"

    outcomes = together(configure, *range(8))
    recorded = [outcome for outcome in outcomes if outcome != "conflict"]
    assert len(recorded) == len(set(recorded)) >= 1
    versions = rows(intake_url, "SELECT version FROM eventlog.facts WHERE stream = 'authority-kathu' ORDER BY version")
    assert [version for (version,) in versions] == list(range(1, len(recorded) + 2))
    assert rows(intake_url, "SELECT version FROM authorities WHERE code = 'kathu'") == [(len(recorded) + 1,)]
