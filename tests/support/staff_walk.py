"""Members of staff at their browsers: how they come in, find a case, and do something with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from playwright.sync_api import Browser, Locator, Page, expect

from khamrong.trial import SAMPLE
from sandbox.digital_id.samples import people
from shared.kernel import ids
from tests.support.browsing import Visitor, visiting
from tests.support.commands import khamrong
from tests.support.digital_id_walk import logs_in
from tests.support.embedded import Embedded
from tests.support.walking import Filed, fill_details

WIDE: Final = {"width": 1440, "height": 900}
TABLET: Final = {"width": 768, "height": 1024}
PEOPLE: Final = {each.user_name: each for each in people()}


@dataclass(frozen=True)
class Hand:
    """Somebody who works at Kathu: who they are at the sandbox, and the id of their position."""

    user: str
    staff_id: str

    @property
    def name(self) -> str:
        """As they are called."""
        return f"{PEOPLE[self.user].given_name} {PEOPLE[self.user].family_name}"


def hired(installation: Embedded, user: str, role: str, department: str = "") -> Hand:
    """The operator gives a sample person a position; again it is the same."""
    person = PEOPLE[user]
    told = ["--citizen-id", person.citizen_number, "--authority", "kathu", "--role", role]
    told += ["--name", f"{person.given_name} {person.family_name}", *(["--department", department] * bool(department))]
    done = khamrong(installation.folder, "staff", "grant", *told)
    assert done.returncode == 0, done.stdout + done.stderr
    return Hand(user, done.stdout.strip().splitlines()[-1])


@contextmanager
def working(browser: Browser, url: str, hand: Hand, **more: Any) -> Iterator[Visitor]:
    """A browser of theirs with the queue on its screen, in that position."""
    with visiting(browser, url, more.pop("language", "th"), **{"size": WIDE, **more}) as visitor:
        visitor.go("/kathu/login?return_to=/staff/")
        logs_in(visitor, browser, hand.user)
        with visitor.page.expect_navigation():
            visitor.page.locator(f"button[name=staff_id][value='{hand.staff_id}']").first.click()
        expect(visitor.page.locator("h1")).to_have_text(visitor.say("คิวงาน"))
        yield visitor


def row_of(visitor: Visitor, number: str) -> Locator:
    """The petition's row in the queue."""
    return visitor.page.locator(f"#row-{number}")


def opens(visitor: Visitor, number: str) -> None:
    """The case, by its address."""
    visitor.go(f"/staff/petitions/{number}")
    expect(visitor.page.locator("h1")).to_have_text(number)


def does(visitor: Visitor, command: str, **typed: str) -> None:
    """Press a command's button, fill in its form, and send it."""
    begins(visitor, command, **typed)
    sends(visitor)


def begins(visitor: Visitor, command: str, **typed: str) -> None:
    """The form of a command, filled in and not sent."""
    button = visitor.page.locator(f".act a[href*='/do/{command}#']")
    if not button.is_visible():
        visitor.page.locator(".act details.more summary").click()
    with visitor.page.expect_response(f"**/do/{command}*"):
        button.click()
    form = visitor.page.locator(f".act form[action$='/do/{command}']")
    expect(form).to_be_visible()
    for name, value in typed.items():
        fill(form.locator(f"[name='{name}']"), value)


def fill(field: Locator, value: str) -> None:
    """Whatever kind of field it is."""
    kind = field.first.evaluate("each => each.type")
    if kind == "radio":
        field.and_(field.page.locator(f"[value='{value}']")).check()
    elif kind == "select-one":
        field.select_option(value)
    elif kind == "file":
        field.set_input_files(value)
    else:
        field.fill(value)


def sends(visitor: Visitor) -> None:
    """The open form."""
    with visitor.page.expect_navigation():
        visitor.page.locator(".act form button").last.click()


def stands(visitor: Visitor, state: str) -> None:
    """The case is in this state, as its head tells."""
    expect(visitor.page.locator("#standing .pill").first).to_have_text(visitor.say(state))


def latest(visitor: Visitor, label: str) -> None:
    """The newest entry of the history, as staff read it."""
    expect(visitor.page.locator("#history li strong").first).to_have_text(visitor.say(label))


def files(visitor: Visitor, phone: str) -> Filed:
    """A citizen files, page by page, as quickly as one can."""
    visitor.go("/kathu/petitions/new")
    visitor.press("เริ่มแจ้งเรื่อง")
    fill_details(visitor, phone)
    visitor.press("ต่อไป")
    visitor.field("place.latitude").fill("7.9056")
    visitor.field("place.longitude").fill("98.3332")
    for _ in range(2):
        visitor.press("ต่อไป")
    visitor.press("ส่งเรื่อง")
    visitor.press("ยืนยัน")
    return Filed(visitor.page.locator("#number").inner_text(), visitor.page.locator(".code").first.inner_text())


def filed_by_api(installation: Embedded) -> str:
    """A petition about a road, without a browser; its number."""
    headers = {"Idempotency-Key": str(ids.new_id())}
    answer = httpx.post(f"{installation.url}/api/intake/v1/petitions", json=SAMPLE, headers=headers)
    return str(answer.raise_for_status().json()["number"])


def reloaded(visitor: Visitor) -> Page:
    """The page, asked for again."""
    visitor.page.reload()
    return visitor.page
