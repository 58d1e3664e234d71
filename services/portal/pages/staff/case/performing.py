"""A command's form, sent: given to intake at the version that was seen, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.links import link
from services.portal.pages.common import posted
from services.portal.pages.petitioner.attaching import attached
from services.portal.pages.staff.case.bodies import body_of
from services.portal.pages.staff.case.case import Opened, case_page, petition_of
from services.portal.pages.staff.case.forms import FORMS, CommandForm
from services.portal.pages.staff.case.history import after, events
from services.portal.pages.staff.case.page import closed
from services.portal.pages.staff.catalogue import Catalogue
from services.portal.pages.staff.work import Work, Working, as_staff, people_of
from services.portal.texts.catalogue import N_

router = APIRouter()
AWAY: Final = N_("ระบบไม่ตอบ ข้อมูลที่กรอกยังอยู่ในหน้านี้ กดส่งอีกครั้งได้โดยไม่เกิดรายการซ้ำ")
NOT_NOW: Final = N_("ทำรายการนี้ไม่ได้แล้ว เพราะสถานะของคำร้องเปลี่ยนไป ข้อความที่กรอกยังอยู่ในหน้านี้")
TOP: Final = "form"
"""What is wrong with no field in particular."""
STALE: Final = "urn:khamrong:stale-version"
_OF_FIELDS: Final[Mapping[str, str]] = {"uploads": "files", "officer": "officer"}


@router.post("/staff/petitions/{number}/do/{command}")
async def perform(request: Request, work: Working, number: str, command: str) -> Response:
    """Then the case as it is now. When somebody was faster, the form again with what they did."""
    if command not in FORMS:
        raise HTTPException(httpx.codes.NOT_FOUND)
    sent = await posted(request)
    opened = await _typed(request, FORMS[command], sent)
    body, errors = await _body(request, work, opened, str(sent.get("of_department", "")))
    errors = {**errors, **opened.errors}
    if errors:
        return await _again(request, work, number, replace(opened, errors=errors), 0)
    expected = _number(sent.get("expected_version"))
    if expected:
        body["expected_version"] = expected
    try:
        answer = await as_staff(request, work, "intake", "POST", f"/petitions/{number}/{command}", json=body)
    except Unavailable:
        return await _again(request, work, number, replace(opened, errors={TOP: AWAY}), 0, 503)
    except Refused as refused:
        return await _refused(request, work, number, opened, refused, _number(sent.get("seen")))
    told = {"done": command, "version": str(answer.json()["version"])}
    return RedirectResponse(link(request, f"/staff/petitions/{number}", **told), 303)


async def _typed(request: Request, form: CommandForm, sent: FormData) -> Opened:
    """Files go to documents first: those that were taken stay in the form when it comes back."""
    typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    if not any(field.kind == "files" for field in form.fields):
        return Opened(form, typed)
    files = await attached(request, sent)
    return Opened(form, typed, files.kept, files.errors)


async def _body(request: Request, work: Work, opened: Opened, department: str) -> tuple[dict[str, Any], dict[str, str]]:
    people = await people_of(request, work)
    uploads = [upload for upload, _ in opened.kept]
    return body_of(opened.form, opened.typed, uploads, Catalogue(work.authority), people, department)


async def _refused(request: Request, work: Work, number: str, opened: Opened, refused: Refused, seen: int) -> Response:
    if refused.status in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
        return closed(request, work, refused)
    if refused.kind == STALE:
        return await _again(request, work, number, opened, seen, 409)
    known = {name for field in opened.form.fields for name in (field.name, "files")}
    errors = {_field(name): message for name, message in refused.errors.items()}
    unplaced = [message for name, message in errors.items() if name not in known]
    placed = {name: message for name, message in errors.items() if name in known}
    top = unplaced[0] if unplaced else "" if placed else (NOT_NOW if refused.status == 409 else refused.detail)
    told = {**placed, **({TOP: top} if top else {})}
    return await _again(request, work, number, replace(opened, errors=told), 0, refused.status)


async def _again(request: Request, work: Work, number: str, opened: Opened, seen: int, status: int = 422) -> Response:
    """The form with what was typed; `seen`: the newest entry of the history that was on the screen, when others have
    done something since."""
    try:
        petition = await petition_of(request, work, number)
    except Refused as refused:
        return closed(request, work, refused)
    if seen:
        people = await people_of(request, work)
        opened = replace(opened, since=events(after(petition["timeline"], seen), people))
    return await case_page(request, work, petition, opened, status=status)


def _field(name: str) -> str:
    """`uploads.0` is said of the field with the files."""
    first = name.partition(".")[0]
    return _OF_FIELDS.get(first, first)


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() else 0
