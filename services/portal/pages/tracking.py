"""`/{authority}/track` and `/t/{code}`: where a petition stands."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import labels
from services.portal.clients.gateways import Refused, Unavailable
from services.portal.links import at
from services.portal.pages.common import Authority, posted
from services.portal.pages.following import Following, NotShown, look_up, on_petition, remember
from services.portal.pages.petitioner.proof import proof_of
from services.portal.rendering import render, translate
from services.portal.texts.catalogue import N_
from shared.contracts.authority import AuthorityConfigured, Category

router = APIRouter()
DONE: Final = {
    "answered": N_("ส่งข้อมูลเพิ่มเติมให้เจ้าหน้าที่แล้ว ขอบคุณ"),
    "withdrawn": N_("ถอนคำร้องเรียบร้อยแล้ว"),
    "rated": N_("บันทึกการประเมินแล้ว ขอบคุณที่ช่วยให้เราบริการได้ดีขึ้น"),
    "reopening": N_("บันทึกการประเมินและส่งคำขอให้เปิดเรื่องอีกครั้งแล้ว เจ้าหน้าที่จะพิจารณาและแจ้งผลในหน้านี้"),
}
"""What the page says after something was done; it may take a moment until the history shows it."""
NOT_FOUND: Final = N_("ไม่พบคำร้องตามข้อมูลที่ระบุ กรุณาตรวจสอบเลขที่คำร้องและเบอร์โทรศัพท์ 4 ตัวสุดท้ายอีกครั้ง")
TOO_MANY: Final = N_("มีการค้นหาที่ไม่ถูกต้องหลายครั้ง กรุณาลองใหม่ภายหลัง หรือเปิดจากลิงก์ใน SMS หรือรหัสติดตาม")
AWAY: Final = N_("ระบบติดตามผลไม่พร้อมให้บริการชั่วคราว กรุณาลองใหม่ในอีกสักครู่ หรือโทรศัพท์สอบถามหน่วยงาน")
NO_NUMBER: Final = N_("กรุณากรอกเลขที่คำร้อง")
NO_DIGITS: Final = N_("กรุณากรอกเบอร์โทรศัพท์ 4 ตัวสุดท้าย เป็นตัวเลข 4 หลัก")
_DIGITS: Final = 4


@router.get("/{authority}/track")
async def ask(request: Request, authority: Authority, number: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Number and last four digits of the phone; or a tracking code."""
    return render(request, "tracking/ask.html", authority=authority, values={"number": number}, errors={})


@router.post("/{authority}/track")
async def answer(request: Request, authority: Authority) -> Response:
    """Leads on to the petition, or says what does not fit; what was typed stays."""
    form = await posted(request)
    number, last4 = _typed(str(form.get("number", ""))), _typed(str(form.get("phone_last4", "")))
    errors = _unfit(number, last4) or await _looked_up(request, number, last4)
    if errors:
        told = {field: translate(request, message) for field, message in errors.items()}
        values = {"number": number, "phone_last4": last4}
        return render(request, "tracking/ask.html", authority=authority, values=values, errors=told, status=422)
    response = RedirectResponse(at(request, authority, f"track/{number}"), 303)
    remember(request, response, number, last4)
    return response


@on_petition(router, "", "GET")
async def status(request: Request, followed: Following, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Where the petition stands, what happened, and what the citizen can do now; what was `done` a moment ago."""
    view, authority = followed.view, followed.authority
    return render(
        request,
        "tracking/status.html",
        authority=authority,
        followed=followed,
        view=view,
        category=category_of(authority, view),
        department=next((each for each in authority.departments if each.code == view.get("department_code")), None),
        labels=labels,
        done=DONE.get(done),
        is_proven=bool(proof_of(request, followed)),
    )


def category_of(authority: AuthorityConfigured, view: dict[str, str]) -> Category | None:
    """The category as the authority names it now; None when it has it no more."""
    every = (each for group in authority.category_groups for each in group.categories)
    return next((each for each in every if each.code == view.get("category_code")), None)


async def ask_again(request: Request, error: Exception) -> Response:
    """The digits are to be typed again; the number stays."""
    assert isinstance(error, NotShown)
    there = request.url.path.rpartition(f"/{error.number}")[0]
    return RedirectResponse(f"{there}?number={error.number}", 303)


def _typed(text: str) -> str:
    """Without spaces; Thai digits as Arabic ones, letters as capitals."""
    return "".join(str(int(each)) if each.isdecimal() else each.upper() for each in text if not each.isspace())


def _unfit(number: str, last4: str) -> dict[str, str]:
    errors = {} if number else {"number": NO_NUMBER}
    return errors if last4.isdecimal() and len(last4) == _DIGITS else {**errors, "phone_last4": NO_DIGITS}


async def _looked_up(request: Request, number: str, last4: str) -> dict[str, str]:
    try:
        await look_up(request, number, last4)
    except Refused as refused:
        return {"number": TOO_MANY if refused.status == 429 else NOT_FOUND}
    except Unavailable:
        return {"number": AWAY}
    return {}
