"""`/staff/authority/…`: the parts of an authority's profile, each a form that sends the whole at the version seen."""

from __future__ import annotations

from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.staff.authority.desk import Outcome, administers, change, known_of
from services.portal.pages.staff.authority.document import EVENTS
from services.portal.pages.staff.authority.forms import (
    administration_page,
    filled_in,
    filling,
    form_page,
    shown,
)
from services.portal.pages.staff.authority.lists import LISTS
from services.portal.pages.staff.authority.sections import TEXTS, Section, section, wording_path
from services.portal.pages.staff.authority.sms_length import built_in, length_of, reminder
from services.portal.pages.staff.work import Work, Working
from services.portal.texts.catalogue import N_
from shared.contracts.authority import AuthorityConfigured

router = APIRouter()
TOLD: Final = {
    "changed": N_("บันทึกแล้ว มีผลทันที"),
    "planned": N_("กำหนดการเปลี่ยนแปลงไว้แล้ว ดูหรือยกเลิกได้ที่ประวัติ"),
    "same": N_("ไม่มีอะไรเปลี่ยนแปลง"),
    "removed": N_("ลบแล้ว"),
    "moved": N_("เปลี่ยนลำดับแล้ว"),
    "cancelled": N_("ยกเลิกการเปลี่ยนแปลงที่กำหนดไว้แล้ว"),
}
"""What a page says after something was done, by the word in its address."""


@router.get("/staff/authority")
async def overview(request: Request, work: Working) -> Response:
    """All parts, and what is planned."""
    administers(work)
    known = await known_of(request, work)
    counts = {each.code: len([*each.entries(known.document)]) for each in LISTS}
    counts["groups"] = len(known.document["category_groups"])
    waiting = [each for each in known.entries if each["waiting"]]
    return administration_page(request, work, "staff/authority/overview.html", counts=counts, waiting=waiting)


@router.get("/staff/authority/{code}")
async def part(request: Request, work: Working, code: str, done: str = "") -> Response:
    """The form of one part."""
    administers(work)
    asked, outcome = _section(code), Outcome(await known_of(request, work))
    return await _page(request, work, asked, outcome, shown(asked.fields, outcome.known.document), TOLD.get(done, ""))


@router.post("/staff/authority/{code}")
async def change_part(request: Request, work: Working, code: str) -> Response:
    """`action=look` changes nothing: it tells how long texts are."""
    administers(work)
    asked, form = _section(code), await posted(request)
    values = filled_in(asked.fields, form)
    if form.get("action") == "look":
        return await _page(
            request,
            work,
            asked,
            Outcome(await known_of(request, work)),
            values,
            begins=str(form.get("effective_from", "")),
        )
    outcome = await change(request, work, form, filling(asked.fields, values, {}))
    if outcome.done:
        return RedirectResponse(link(request, f"/staff/authority/{code}", done=outcome.done), 303)
    return await _page(request, work, asked, outcome, values, begins=str(form.get("effective_from", "")))


async def _page(
    request: Request,
    work: Work,
    asked: Section,
    outcome: Outcome,
    values: dict[str, Any],
    told: str = "",
    begins: str = "",
) -> Response:
    more = {"section": asked, "place": asked.code, "told": told, "begins": begins, **_texts(asked, outcome, values)}
    return await form_page(request, work, "staff/authority/section.html", outcome, asked.fields, values, **more)


def _texts(asked: Section, outcome: Outcome, values: dict[str, Any]) -> dict[str, Any]:
    """By the path of each wording's field: how long what is typed is, and what is sent where nothing is typed."""
    if asked.code != TEXTS:
        return {"lengths": {}, "built_in": {}}
    authority = AuthorityConfigured.model_validate(outcome.known.profile)
    paths = {wording_path(place): event for place, event in enumerate(EVENTS)}
    typed = {path: event for path, event in paths.items() if values[path].strip()}
    return {
        "lengths": {path: length_of(values[path], event, authority) for path, event in typed.items()},
        "built_in": {path: built_in(event, authority) for path, event in paths.items()},
        "reminder": reminder(authority),
        "events": paths,
        "invites": authority.settings.survey.invite,
    }


def _section(code: str) -> Section:
    found = section(code)
    if found is None:
        raise HTTPException(httpx.codes.NOT_FOUND)
    return found
