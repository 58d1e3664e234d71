"""Entries of an authority's lists are moved up and down with plain buttons, against the real intake."""

from __future__ import annotations

import re

import httpx

from tests.support.administration import Hall
from tests.support.filing_portal import hidden, shown

LISTS = "/staff/authority/lists"
DEPARTMENTS = f"{LISTS}/departments"


def codes(hall: Hall, key: str = "departments") -> list[str]:
    return [each["code"] for each in hall.authority[key]]


def button(page: httpx.Response, key: str, way: str) -> dict[str, str]:
    """What that button of the entry sends, as the page says it."""
    form = page.text.split(f"/{key}/place")[1].partition("</form>")[0]
    found = re.search(f'name="{way}" value="([^"]*)"', form)
    assert found, form
    return {**hidden(page), way: found.group(1)}


def focused(page: httpx.Response) -> str:
    """The name of the button that has the focus when the page is opened."""
    found = re.search(r"<button [^>]*autofocus>(.*?)</button>", page.text)
    return re.sub("<[^>]+>", "", found.group(1)) if found else ""


def test_a_department_goes_down_and_up_again(hall: Hall) -> None:
    before = codes(hall)
    page = hall.browser.get(DEPARTMENTS)
    assert 'ขึ้น<span class="visually-hidden"> กองช่าง</span>' in page.text, "each button says what it moves"
    assert page.text.count(" disabled>") == 2, "the first one goes no higher, the last one no lower"
    first = button(page, before[0], "behind")
    moved = hall.browser.client.post(f"{DEPARTMENTS}/{before[0]}/place", data=first)
    assert codes(hall) == [before[1], before[0], *before[2:]]
    assert ("เปลี่ยนลำดับแล้ว" in shown(moved), focused(moved)) == (True, "ลง สำนักปลัดเทศบาล")
    again = hall.browser.client.post(f"{DEPARTMENTS}/{before[0]}/place", data=first)
    assert ("ไม่มีอะไรเปลี่ยนแปลง" in shown(again), codes(hall)[0]) == (True, before[1]), "twice is as good as once"
    back = hall.browser.client.post(f"{DEPARTMENTS}/{before[0]}/place", data=button(moved, before[0], "before"))
    assert (codes(hall), focused(back)) == (before, "ลง สำนักปลัดเทศบาล"), "the button that goes on is at hand"
    assert "กอง/ฝ่าย ลำดับ" in shown(hall.browser.get("/staff/authority/history"))


def test_who_was_slower_moves_nothing_and_sees_why(hall: Hall) -> None:
    seen = hall.browser.get(f"{LISTS}/categories")
    hall.posts("/staff/authority/profile", phone="076-321-778")
    group = hall.authority["category_groups"][0]["categories"]
    key = group[0]["code"]
    page = hall.browser.client.post(f"{LISTS}/categories/{key}/place", data=button(seen, key, "behind"))
    assert (page.status_code, "มีผู้แก้ไขข้อมูลหน่วยงานก่อนหน้า" in shown(page)) == (409, True)
    assert hall.authority["category_groups"][0]["categories"] == group
    done = hall.browser.client.post(f"{LISTS}/categories/{key}/place", data=button(page, key, "behind"))
    assert "เปลี่ยนลำดับแล้ว" in shown(done)
    assert [each["code"] for each in hall.authority["category_groups"][0]["categories"]][:2] == [
        group[1]["code"],
        group[0]["code"],
    ]


def test_what_is_gone_is_told(hall: Hall) -> None:
    page = hall.browser.post(f"{DEPARTMENTS}/ghost/place", {"before": "works"}, page=DEPARTMENTS)
    assert (page.status_code, "รายการนี้ถูกลบหรือแก้ไขโดยผู้อื่นแล้ว" in shown(page)) == (409, True)
    assert hall.browser.post(f"{LISTS}/ghosts/x/place", page=DEPARTMENTS).status_code == 404


def test_the_first_news_are_on_the_home_page(hall: Hall) -> None:
    for title in ("ข่าวเก่า", "ข่าวใหม่"):
        hall.posts(f"{LISTS}/news/new", title=title, text="เนื้อหา", published_on="2026-11-26")
    page = hall.browser.get(f"{LISTS}/news")
    key = page.text.split(">ข่าวเก่า<")[0].rpartition(f'href="{LISTS}/news/')[2].split('"')[0]
    hall.browser.client.post(f"{LISTS}/news/{key}/place", data=button(page, key, "before"))
    assert [each["title"] for each in hall.authority["news"]][:2] == ["ข่าวเก่า", "ข่าวใหม่"]
