"""The dashboard, the files of a year, and the open data of an authority."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from shared.contracts.staff import StaffRole
from tests.support.account_portal import lobby
from tests.support.filing_portal import path_of, shown
from tests.support.identity import IdentityOffice
from tests.support.intake import IntakeOffice
from tests.support.town_hall import Desk, Told, at_desk, behind, hired, refusal

SVG = "{http://www.w3.org/2000/svg}"


RATED = {"answers": 2, "mean_rating": 3.75, "solved_share": 0.5}
NOT_RATED = {"answers": 0, "mean_rating": None, "solved_share": None}


def part(code: str, label: str) -> dict[str, Any]:
    return {"code": code, "label": label, "received": 5, "open": 3, "closed": 2, "overdue": 1, "on_time_share": 0.25}


def figures(**changed: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "authority": "kathu", "authority_name": "เทศบาลเมืองกะทู้", "fiscal_year": 2567, "department": None,
        "received": 5, "open": 3, "closed": 2, "overdue": 1, "on_time_share": 0.6667, "median_days": 2.5,
        "p90_days": 9.25, "satisfaction": {"answers": 3, "mean_rating": 4.33, "solved_share": 0.5},
        "by_category": [part("roads.surface", "ถนน"), part("roads.gone", "ถนน <ไหล่ทาง>")],
        "by_department": [
            {**part("works", "กองช่าง"), "satisfaction": RATED},
            {**part("health", "กองสาธารณสุข"), "satisfaction": NOT_RATED},
        ],
        "over_time": [{"month": "2023-10", "received": 5, "ended": 2, "open": 3}],
        "points": [{"latitude": 7.905, "longitude": 98.333, "count": 4}],
    }  # fmt: skip
    return usual | changed


def told(desk: Desk, **changed: Any) -> None:
    desk[1].more["/dashboard"] = httpx.Response(200, json=figures(**changed))


def test_figures_charts_and_their_tables(desk: Desk) -> None:
    hired(desk, StaffRole.EXECUTIVE)
    told(desk)
    page = at_desk(desk).get("/staff/dashboard", params={"fiscal_year": "x", "department": "none"})
    for words in (
        "ทันกำหนด 67%",
        "2.5 วัน",
        "เก้าในสิบเรื่องไม่เกิน 9.2 วัน",
        "4.33 จาก 5",
        "ต.ค. 66",
        "กองช่าง",
        "7.905",
        "3.75",
    ):
        assert words in shown(page), words
    assert "ถนนและทางเท้า : ถนน/ไหล่ทาง" in shown(page), "by the name of now"
    assert "ถนน <ไหล่ทาง>" in shown(page), "what is not in the profile any more by the name it had"
    assert "ถนน <ไหล่ทาง>" not in page.text, "labels are written as text"
    assert page.text.count("<table") == page.text.count('<svg class="chart" viewBox') + 1
    assert "style=" not in page.text


def test_places_are_on_a_map_where_there_are_tiles(
    portal_url: str, town_hall: IntakeOffice, personnel: IdentityOffice, desk: Desk
) -> None:
    tiles = {"tiles_url": "https://tiles.example/{z}/{x}/{y}.png", "tiles_attribution": "© OSM"}
    with lobby(portal_url, town_hall, personnel, **tiles) as running, behind(running) as hall:
        hired((running, hall))
        told((running, hall))
        browser = at_desk((running, hall))
        page = browser.get("/staff/dashboard").text
        told((running, hall), points=[])
        assert "leaflet" not in browser.get("/staff/dashboard").text
    assert 'data-dots="[[7.905, 98.333, 18.0, 4]]"' in page
    assert ('id="places-sheet"><svg' in page.replace("\n", ""), page.count("leaflet.js")) == (True, 1)
    hired(desk)
    told(desk)
    assert "leaflet" not in at_desk(desk).get("/staff/dashboard").text


def test_every_chart_has_a_name_and_a_description(desk: Desk) -> None:
    hired(desk)
    told(desk)
    text = at_desk(desk).get("/staff/dashboard").text
    drawings = [f'<svg xmlns="{SVG[1:-1]}"{each.partition("</svg>")[0]}</svg>' for each in text.split("<svg")[1:]]
    charts = [tree for tree in map(ElementTree.fromstring, drawings) if tree.get("role") == "img"]
    assert len(charts) == 4
    for chart in charts:
        assert chart.findtext(f"{SVG}title")
        assert chart.findtext(f"{SVG}desc")
        assert chart.get("aria-labelledby", "").split() == [
            chart.find(f"{SVG}{name}").get("id")  # type: ignore[union-attr]
            for name in ("title", "desc")
        ]


def test_a_year_and_a_department_are_asked_for(desk: Desk) -> None:
    hired(desk)
    told(desk, department="works", satisfaction=RATED)
    browser = at_desk(desk)
    year = browser.get("/staff/dashboard").text.split('<select id="fiscal_year"')[1].split("<option>")[1][:4]
    page = browser.get("/staff/dashboard", params={"fiscal_year": year, "department": "works"})
    asked = [each.params for each in desk[1].asked if each.path.endswith("/dashboard")][-1]
    assert (asked["fiscal_year"], asked["department"]) == (year, "works")
    assert "3.75 จาก 5" in shown(page)


def test_a_year_with_nothing_in_it_says_so(desk: Desk) -> None:
    hired(desk)
    told(desk, received=0, on_time_share=None, median_days=None, p90_days=None, by_category=[], by_department=[],
         over_time=[], points=[], satisfaction=NOT_RATED)  # fmt: skip
    page = at_desk(desk).get("/staff/dashboard")
    for words in ("ปีงบประมาณนี้ยังไม่เริ่ม", "ยังไม่มีเรื่องที่ระบุพิกัด", "ยังไม่มีคำร้องในปีงบประมาณนี้", "ยังไม่มีคำตอบ"):
        assert words in shown(page)


def file(content: bytes = b"a,b\r\n1,2\r\n") -> httpx.Response:
    headers = {"content-type": "text/csv; charset=utf-8", "content-disposition": 'attachment; filename="petitions.csv"'}
    return httpx.Response(200, stream=Told(content), headers=headers)


def test_a_year_as_a_file_in_the_name_of_who_asks(desk: Desk) -> None:
    _, hall = desk
    hired(desk)
    hall.more["/petitions.csv"] = file()
    answer = at_desk(desk).get("/staff/exports/petitions.csv?fiscal_year=2567&department=works")
    assert (answer.content, answer.headers["content-type"]) == (b"a,b\r\n1,2\r\n", "text/csv; charset=utf-8")
    assert "attachment" in answer.headers["content-disposition"]
    expected = {"filed_from": "2023-10-01", "filed_to": "2024-09-30", "department": "works"}
    assert (dict(hall.asked[-1].params), hall.callers[-1][:7]) == (expected, "Bearer ")


def test_petitioners_are_taken_along_by_a_form_alone(desk: Desk) -> None:
    _, hall = desk
    hired(desk, StaffRole.HEAD)
    told(desk)
    hall.more["/petitions.xlsx"] = file()
    browser = at_desk(desk)
    browser.get("/staff/exports/petitions.xlsx?fiscal_year=2567&personal=true")
    assert "personal" not in hall.asked[-1].params
    browser.post("/staff/exports/petitions.xlsx", {"fiscal_year": "2567"}, page="/staff/dashboard")
    assert hall.asked[-1].params["personal"] == "true"
    assert browser.client.post("/staff/exports/petitions.xlsx", data={"fiscal_year": "2567"}).status_code == 403


@pytest.mark.parametrize(("role", "offered"), [(StaffRole.HEAD, True), (StaffRole.EXECUTIVE, False)])
def test_who_may_not_is_not_offered_petitioners(desk: Desk, role: StaffRole, offered: bool) -> None:
    hired(desk, role)
    told(desk)
    page = at_desk(desk).get("/staff/dashboard")
    assert page.status_code == 200
    assert ("ดาวน์โหลดพร้อมข้อมูลผู้ร้อง" in shown(page)) is offered


def test_what_tracking_refuses_is_refused(desk: Desk) -> None:
    _, hall = desk
    hired(desk, StaffRole.CLERK)
    told(desk)
    hall.more["/petitions.csv"] = refusal(403, "บทบาทของคุณส่งออกข้อมูลส่วนบุคคลไม่ได้")
    browser = at_desk(desk)
    browser.get("/staff/dashboard")
    answer = browser.post("/staff/exports/petitions.csv", {"fiscal_year": "2567"}, page="/staff/dashboard")
    assert answer.status_code == 403
    assert [browser.get(f"/staff/exports/petitions.{end}").status_code for end in ("csv", "doc?fiscal_year=2567")] == [
        404,
        422,
    ]


def test_open_data_are_for_anybody_and_who_asks_too_often_waits(desk: Desk) -> None:
    lobby, hall = desk
    hall.more["/open-data/kathu.csv"] = file(b"status\r\n")
    browser = lobby.browser()
    assert 'href="/kathu/open-data"' in browser.get("/kathu/about").text
    page = browser.get("/kathu/open-data")
    assert "ไม่มีชื่อ เลขคำร้อง" in shown(page)
    address = page.text.split('href="/kathu/open-data.csv')[1].split('"')[0]
    answer = browser.get(f"/kathu/open-data.csv{address}")
    assert (answer.content, hall.callers[-1]) == (b"status\r\n", "")
    hall.more["/open-data/kathu.csv"] = httpx.Response(
        429, json={"status": 429}, headers={"content-type": "application/problem+json", "Retry-After": "60"}
    )
    refused = browser.get(f"/kathu/open-data.csv{address}")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")


def test_strangers_log_in_first(desk: Desk) -> None:
    assert path_of(desk[0].browser().get("/staff/dashboard")) == "/login"
