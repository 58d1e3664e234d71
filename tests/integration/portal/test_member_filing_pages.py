"""Members file with nothing personal typed, and find their petitions again; who stops being one loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.portal.clients import accounts
from services.tracking.me_api import OwnPetition
from shared.kernel import clock
from tests.support.account_portal import Browser, Lobby
from tests.support.filing_portal import DETAILS, NEW, PLACE, Citizen, path_of, shown, value_of
from tests.support.gateways import facts_in, rows
from tests.support.identity import somebody
from tests.support.intake import IntakeOffice

Counter = tuple[Lobby, IntakeOffice]
SUBJECT = {name: DETAILS[name] for name in ("category", "subject", "details")}
NUMBER = "KT1080767000011"


def citizen_of(browser: Browser) -> Citizen:
    """The same browser, at the wizard."""
    return Citizen(browser.client)


def filled_in(browser: Browser, details: dict[str, str]) -> Citizen:
    """Up to the review."""
    citizen = citizen_of(browser).begins()
    assert path_of(citizen.press("details", "next", details)) == f"{NEW}/place"
    citizen.press("place", "next", PLACE)
    citizen.press("attachments", "next")
    return citizen


def petitions(intake: IntakeOffice) -> int:
    """How many there are."""
    return facts_in(intake.url).count("petition.filed")


def log_out_elsewhere(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session is ended from another device, and that is known here by now."""
    rows(lobby.office.url, "DELETE FROM sessions RETURNING 1")
    later = clock.monotonic() + accounts.FRESH_SECONDS + 1
    monkeypatch.setattr(clock, "monotonic", lambda: later)


def test_a_member_types_nothing_personal(counter_of_members: Counter) -> None:
    lobby, intake = counter_of_members
    browser = lobby.browser()
    browser.join()
    assert "ยื่นในชื่อ สมชาย ใจดี" in shown(browser.get(NEW))
    page = citizen_of(browser).begins().get("details")
    assert 'name="petitioner.' not in page.text
    assert "ใช้ข้อมูลจากบัญชีของท่าน" in shown(page)
    citizen = filled_in(browser, SUBJECT)
    review = citizen.get("review")
    assert "สมชาย ใจดี" in shown(review)
    citizen.press("review", "next")
    done = citizen.press("confirm", "confirm")
    assert path_of(done) == f"{NEW}/done"
    number = next(word for word in shown(done).split() if word.startswith("KT1"))
    petition = intake.intake.cases.find(number).petition
    (person_id,) = rows(lobby.office.url, "SELECT person_id FROM persons")[0]
    assert petition.member_id == person_id


def test_what_was_typed_before_the_login_is_not_sent(counter_of_members: Counter) -> None:
    lobby, intake = counter_of_members
    lobby.browser().join()
    browser = lobby.browser()
    citizen = filled_in(browser, {**DETAILS, "petitioner.given_name": "คนอื่น", "petitioner.phone": "0898765432"})
    assert path_of(browser.log_in(return_to=f"{NEW}/review")) == f"{NEW}/review"
    review = shown(citizen.get("review"))
    assert "คนอื่น" not in review
    assert "0898765432" not in review
    citizen.press("review", "next")
    assert path_of(citizen.press("confirm", "confirm")) == f"{NEW}/done"
    assert petitions(intake) == 1


def test_who_is_logged_out_in_the_middle_types_it_and_loses_nothing(
    counter_of_members: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby, intake = counter_of_members
    browser = lobby.browser()
    browser.join()
    citizen = filled_in(browser, SUBJECT)
    log_out_elsewhere(lobby, monkeypatch)
    review = citizen.get("review")
    assert "ยังส่งเรื่องไม่ได้" in shown(review)
    page = citizen.get("details")
    assert value_of(page, "subject") == SUBJECT["subject"]
    citizen.press("details", "next", DETAILS)
    citizen.press("review", "next")
    assert path_of(citizen.press("confirm", "confirm")) == f"{NEW}/done"
    assert petitions(intake) == 1


def test_an_answer_that_was_lost_before_the_login_is_found_after_it(counter_of_members: Counter) -> None:
    lobby, intake = counter_of_members
    lobby.browser().join()
    browser = lobby.browser()
    citizen = filled_in(browser, DETAILS)
    lobby.switchboard.mute.add("intake")
    assert citizen.press("confirm", "confirm").status_code == 503
    lobby.switchboard.mute.clear()
    browser.log_in(return_to=f"{NEW}/confirm")
    assert path_of(citizen.press("confirm", "confirm")) == f"{NEW}/done"
    assert petitions(intake) == 1


def test_a_members_answer_that_was_lost_is_found_by_the_member_alone(
    counter_of_members: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby, intake = counter_of_members
    browser = lobby.browser()
    browser.join()
    citizen = filled_in(browser, SUBJECT)
    lobby.switchboard.mute.add("intake")
    assert citizen.press("confirm", "confirm").status_code == 503
    lobby.switchboard.mute.clear()
    log_out_elsewhere(lobby, monkeypatch)
    citizen.press("details", "next", DETAILS)
    asked = citizen.press("confirm", "confirm")
    assert path_of(asked) == "/kathu/login"
    assert asked.url.params["return_to"] == f"{NEW}/confirm"
    assert path_of(browser.log_in(return_to=f"{NEW}/confirm")) == f"{NEW}/confirm"
    assert path_of(citizen.press("confirm", "confirm")) == f"{NEW}/done"
    assert petitions(intake) == 1


def test_who_withdrew_the_consent_types_as_everybody_does(counter_of_members: Counter) -> None:
    lobby, _ = counter_of_members
    browser = lobby.browser()
    browser.join()
    browser.post("/me/consents", {"decision": "withdraw"})
    page = citizen_of(browser).begins().get("details")
    assert 'name="petitioner.citizen_id"' in page.text
    assert "สมชาย ใจดี" in shown(page), "still logged in"


def test_the_members_address_is_taken_for_the_place(counter_of_members: Counter) -> None:
    lobby, _ = counter_of_members
    browser = lobby.browser()
    browser.join()
    citizen = citizen_of(browser).begins()
    citizen.press("details", "next", SUBJECT)
    page = citizen.press("place", "same")
    assert value_of(page, "place.house_no") == "12"
    assert value_of(page, "place.postal_code") == "83120"


asked_with: list[str] = []
"""The tokens with which somebody's own texts were asked for."""


def own_petitions(request: httpx.Request) -> httpx.Response:
    """What tracking tells a member, and anybody who knows the digits."""
    if request.url.path.endswith("/me/petitions"):
        at = datetime(2024, 7, 8, 10, 56, tzinfo=UTC)
        status = {
            "status": "filed",
            "status_label": "รอรับเรื่อง",
            "category": "ถนนและทางเท้า : ถนน/ไหล่ทาง",
            "department": "กองช่าง",
        }
        told = {"number": NUMBER, "authority": "kathu", "subject": "ถนนเป็นหลุม", "filed_at": at, **status}
        mine = OwnPetition.model_validate({**told, "due_at": at + timedelta(days=7)})
        return httpx.Response(200, json=[mine.model_dump(mode="json")])
    if b'"5678"' in request.content:
        return httpx.Response(200, json={"number": NUMBER})
    if request.url.path.endswith(f"/{NUMBER}/own"):
        asked_with.append(request.headers["Authorization"])
        return httpx.Response(403, json={"type": "about:blank", "status": 403})
    return httpx.Response(404, json={"type": "about:blank", "status": 404})


def test_my_petitions_lead_to_where_they_stand(entrance: Lobby, browser: Browser) -> None:
    entrance.switchboard.instead["tracking"] = own_petitions
    browser.join()
    page = browser.get("/me/petitions")
    for told in ("ถนนเป็นหลุม", NUMBER, "รอรับเรื่อง", "เทศบาลเมืองกะทู้", "8 กรกฎาคม 2567"):
        assert told in shown(page)
    english = shown(browser.get("/me/petitions", params={"lang": "en"}))
    assert "Kathu Town Municipality" in english
    assert "ไหล่ทาง" not in english
    answer = browser.get(f"/me/petitions/{NUMBER}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/kathu/track/{NUMBER}")
    assert "looked-up" in answer.headers["set-cookie"]
    assert browser.get("/me/petitions/KT1080767000099").status_code == 404


def test_members_see_their_own_texts_by_their_own_token_as_long_as_they_are_logged_in(
    entrance: Lobby, browser: Browser
) -> None:
    entrance.switchboard.instead["tracking"] = own_petitions
    asked_with.clear()
    browser.join()
    browser.get(f"/me/petitions/{NUMBER}", follow_redirects=False)
    page = browser.get(f"/kathu/track/{NUMBER}/own", follow_redirects=False)
    assert page.headers["location"] == f"/kathu/track/{NUMBER}/verify?next=own", "refused: a code is sent instead"
    assert len(asked_with) == 1
    rows(entrance.office.url, "DELETE FROM sessions RETURNING 1")
    entrance.portal.accounts.forget(browser.session)
    browser.get(f"/kathu/track/{NUMBER}/own", follow_redirects=False)
    assert len(asked_with) == 1


def test_where_another_phone_was_given_its_digits_are_asked_for(entrance: Lobby, browser: Browser) -> None:
    entrance.switchboard.instead["tracking"] = own_petitions
    browser.join(phone="089 876 5432")
    page = browser.get(f"/me/petitions/{NUMBER}")
    assert path_of(page) == "/kathu/track"
    assert value_of(page, "number") == NUMBER


def test_my_petitions_are_told_away_with_tracking(entrance: Lobby, browser: Browser) -> None:
    browser.join()
    assert browser.get("/me/petitions").status_code == 503
    assert browser.get("/me/").status_code == 200


def test_nobody_else_sees_a_members_petitions(entrance: Lobby) -> None:
    entrance.switchboard.instead["tracking"] = own_petitions
    stranger = entrance.browser()
    assert path_of(stranger.get("/me/petitions")) == "/login"
    stranger.log_in(somebody())
    assert path_of(stranger.get("/me/petitions")) == "/me/consent"
