"""Administrators change their authority, now or later; every change is told, and nobody undoes another's unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.kernel import clock
from tests.samples.petitions import KATHU
from tests.support.gateways import assert_problem, facts_in, fields_of, staff, together
from tests.support.intake import IntakeOffice

ADDRESS = "/api/intake/v1/authorities/kathu"
REAL_NOW = clock.now


def put(office: IntakeOffice, version: int, role: str = "admin", /, **changed: Any) -> httpx.Response:
    """Kathu's present profile with these parts changed."""
    present = office.client.get(ADDRESS).json()
    body = {**present, "expected_version": version, **changed}
    return office.client.put(ADDRESS, json=body, headers=staff(role, sub="staff-7"))


def history(office: IntakeOffice, role: str = "admin") -> dict[str, Any]:
    """What was changed."""
    answer = office.client.get(f"{ADDRESS}/history", headers=staff(role))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def later(days: float) -> str:
    """A moment in the future."""
    return (REAL_NOW() + timedelta(days=days)).isoformat()


def passes(office: IntakeOffice, monkeypatch: pytest.MonkeyPatch, days: float) -> int:
    """Days later the timekeeper looks."""
    at: datetime = REAL_NOW() + timedelta(days=days)
    with monkeypatch.context() as moved:
        moved.setattr(clock, "now", lambda: at)
        return office.intake.timekeeper.step()


def test_a_change_holds_at_once_and_is_told_with_who_and_when(office: IntakeOffice) -> None:
    answer = put(office, 1, phone="076-321-599")
    assert answer.status_code == 200, answer.text
    told = [{"field": "phone", "before": "076-321-500", "after": "076-321-599"}]
    assert answer.json() == {"code": "kathu", "version": 2, "effective_from": None, "changes": told}
    assert office.client.get(ADDRESS).json()["phone"] == "076-321-599"
    known = history(office, "auditor")
    assert (known["version"], known["profile"]) == (2, office.client.get(ADDRESS).json()), "both of one moment"
    newest, first = known["entries"]
    assert (newest["actor"], newest["kind"], newest["changes"]) == ("staff-7", "configured", told)
    assert (first["actor"], first["version"], first["changes"]) == ("operator", 1, [])


def test_what_changes_nothing_records_nothing(office: IntakeOffice) -> None:
    answer = put(office, 1).json()
    assert (answer["version"], answer["changes"]) == (1, [])
    assert facts_in(office.url).count("authority.configured") == 2


def test_who_was_slower_sees_both_versions(office: IntakeOffice) -> None:
    assert put(office, 1, about="หนึ่ง").status_code == 200
    problem = assert_problem(put(office, 1, about="สอง"), 409)
    assert (problem["expected_version"], problem["actual_version"]) == (1, 2)
    assert office.client.get(ADDRESS).json()["about"] == "หนึ่ง"


def test_of_many_at_once_one_is_done(office: IntakeOffice) -> None:
    bodies = [{**KATHU.model_dump(mode="json"), "expected_version": 1, "about": f"{n}"} for n in range(6)]
    answers = together(lambda body: office.client.put(ADDRESS, json=body, headers=staff("admin")).status_code, *bodies)
    assert sorted(answers) == [200, *[409] * 5]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"prefix": "kt"}, "prefix"),
        ({"prefix": "BAN"}, "prefix"),
        ({"code": "ban"}, "code"),
        ({"telephone": "1"}, "telephone"),
        ({"departments": []}, "departments"),
        ({"expected_version": "x"}, "expected_version"),
        ({"effective_from": "2020-01-01T00:00:00+07:00"}, "effective_from"),
        ({"effective_from": "2099-01-01T00:00:00"}, "effective_from"),
    ],
)
def test_what_cannot_stand_names_the_field_in_thai(
    open_office: IntakeOffice, changed: dict[str, Any], field: str
) -> None:
    problem = assert_problem(put(open_office, 1, **changed), 422)
    assert field in fields_of(problem)


def test_everything_wrong_is_told_at_once(open_office: IntakeOffice) -> None:
    answer = put(open_office, 1, phone="", effective_from="2020-01-01T00:00:00+07:00")
    assert {"phone", "effective_from"} <= fields_of(assert_problem(answer, 422))


def test_only_who_administers_the_authority_may(open_office: IntakeOffice) -> None:
    assert_problem(put(open_office, 1, "head", about="x"), 403)
    other = staff("admin", "ban")
    body = {**KATHU.model_dump(mode="json"), "expected_version": 1}
    assert_problem(open_office.client.put(ADDRESS, json=body, headers=other), 403)
    assert_problem(open_office.client.get(f"{ADDRESS}/history", headers=other), 403)
    of_one_department = staff("admin", department="works")
    assert_problem(open_office.client.put(ADDRESS, json=body, headers=of_one_department), 403)
    assert_problem(open_office.client.delete(f"{ADDRESS}/plans/1?expected_version=1", headers=of_one_department), 403)
    platform = staff("platform_admin", "*")
    assert_problem(open_office.client.get("/api/intake/v1/authorities/ghost/history", headers=platform), 404)


def test_a_plan_takes_effect_in_its_time_and_keeps_what_was_changed_since(
    office: IntakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = put(office, 1, about="ย้ายที่ทำการ", effective_from=later(3))
    assert (planned.status_code, planned.json()["version"]) == (200, 2)
    assert planned.json()["changes"][0]["field"] == "about"
    assert put(office, 2, phone="076-321-599").status_code == 200
    assert passes(office, monkeypatch, 2) == 0
    assert history(office)["entries"][1]["waiting"] is True
    assert passes(office, monkeypatch, 3.1) == 1
    profile = office.client.get(ADDRESS).json()
    assert (profile["about"], profile["phone"]) == ("ย้ายที่ทำการ", "076-321-599")
    done, _, plan, _ = history(office)["entries"]
    assert (done["actor"], done["kind"], plan["kind"], plan["waiting"]) == ("system", "configured", "planned", False)
    plans = [fact for fact in office.intake.feed.after(0, 100) if fact.type == "authority.change_planned"]
    assert office.intake.feed.after(0, 100)[-1].causationid == plans[0].id


def test_many_who_look_at_once_let_it_take_effect_once(office: IntakeOffice) -> None:
    assert put(office, 1, about="ย้ายที่ทำการ", effective_from=later(3)).status_code == 200
    at = REAL_NOW() + timedelta(days=4)
    assert sum(together(lambda _: office.intake.planning.take_effect(at), *range(6))) == 1
    assert facts_in(office.url).count("authority.configured") == 3


def test_a_cancelled_plan_never_takes_effect(office: IntakeOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    assert put(office, 1, about="ย้ายที่ทำการ", effective_from=later(3)).status_code == 200
    plan = f"{ADDRESS}/plans/2"
    assert_problem(office.client.delete(f"{plan}?expected_version=1", headers=staff("admin")), 409)
    cancelled = office.client.delete(f"{plan}?expected_version=2", headers=staff("admin"))
    assert [entry["kind"] for entry in cancelled.json()["entries"]] == ["cancelled", "planned", "configured"]
    assert cancelled.json()["entries"][0]["planned_version"] == 2
    assert_problem(office.client.delete(f"{plan}?expected_version=3", headers=staff("admin")), 404)
    assert passes(office, monkeypatch, 4) == 0
    assert "about" not in {change["field"] for change in history(office)["entries"][0]["changes"]}


def test_a_sample_does_not_undo_what_an_administrator_changed(office: IntakeOffice) -> None:
    office.intake.authorities.begin_with(KATHU.model_copy(update={"about": "ตัวอย่างใหม่"}))
    assert office.client.get(ADDRESS).json()["about"] == "ตัวอย่างใหม่"
    assert put(office, 2, about="ของเรา").status_code == 200
    office.intake.authorities.begin_with(KATHU)
    assert office.client.get(ADDRESS).json()["about"] == "ของเรา"
