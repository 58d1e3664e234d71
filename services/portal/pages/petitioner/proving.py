"""`…/verify`: a code is sent to the phone on file, and typed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.gateways import Refused
from services.portal.pages.common import portal_of, posted
from services.portal.pages.following import Followed, Following, on_petition
from services.portal.pages.petitioner.proof import keep_proof
from services.portal.rendering import render, translate
from services.portal.sealed import keep_sealed, read_sealed
from services.portal.texts.catalogue import N_

router = APIRouter()
STEP_UP: Final = "step-up"
WANTED: Final = ("own", "answer", "withdraw")
"""Pages that a proof leads to."""
WRONG: Final = N_("รหัส OTP ไม่ถูกต้อง ใช้ไปแล้ว หรือหมดอายุ กรุณาตรวจสอบอีกครั้งหรือขอรหัสใหม่")
NOT_SIX: Final = N_("กรุณากรอกรหัส OTP เป็นตัวเลข 6 หลัก")
TOO_OFTEN: Final = N_("มีการขอหรือกรอกรหัส OTP หลายครั้ง กรุณาลองใหม่ภายหลัง หรือติดต่อหน่วยงานทางโทรศัพท์")
ENDED: Final = N_("กรุณาขอรหัส OTP ก่อน")
Wanted = Annotated[str, Query(alias="next", max_length=20)]


@on_petition(router, "/verify", "GET")
async def explain(request: Request, followed: Following, wanted: Wanted = "own") -> Response:
    """Why a code is needed, and the button that sends it."""
    return _page(request, followed, "petitioner/verify.html", wanted, {})


@on_petition(router, "/verify", "POST")
async def send(request: Request, followed: Following, wanted: Wanted = "own") -> Response:
    """Have the code sent. The answer is the same whether or not there is a phone to send it to."""
    await posted(request)
    named = {name: value for name, value in followed.shown.items() if name in ("number", "tracking_code")}
    try:
        answer = await portal_of(request).gateways.call("tracking", "POST", "/step-ups", caller=request, json=named)
    except Refused:
        return _page(request, followed, "petitioner/verify.html", wanted, {"send": TOO_OFTEN}, 429)
    response = RedirectResponse(f"{followed.base}/verify/code?next={_allowed(wanted)}", 303)
    keep_sealed(response, portal_of(request).settings, STEP_UP, {followed.number: answer.json()["id"]})
    return response


@on_petition(router, "/verify/code", "GET")
async def ask(request: Request, followed: Following, wanted: Wanted = "own") -> Response:
    """The six digits."""
    return _page(request, followed, "petitioner/code.html", wanted, {})


@on_petition(router, "/verify/code", "POST")
async def check(request: Request, followed: Following, wanted: Wanted = "own") -> Response:
    """Leads on to what was wanted when the code is right."""
    typed = str((await posted(request)).get("otp", "")).strip()
    begun = read_sealed(request, portal_of(request).settings, STEP_UP).get(followed.number)
    if begun is None:
        return _page(request, followed, "petitioner/verify.html", wanted, {"send": ENDED}, 422)
    try:
        answer = await portal_of(request).gateways.call(
            "tracking", "POST", f"/step-ups/{begun}", caller=request, json={"otp": typed}
        )
    except Refused as refused:
        error = {401: WRONG, 429: TOO_OFTEN}.get(refused.status, NOT_SIX)
        return _page(request, followed, "petitioner/code.html", wanted, {"otp": error}, 422)
    response = RedirectResponse(f"{followed.base}/{_allowed(wanted)}", 303)
    keep_proof(request, response, followed.number, answer.json()["token"])
    return response


def _allowed(wanted: str) -> str:
    return wanted if wanted in WANTED else WANTED[0]


def _page(
    request: Request, followed: Followed, template: str, wanted: str, errors: dict[str, str], status: int = 200
) -> Response:
    told = {field: translate(request, message) for field, message in errors.items()}
    return render(
        request,
        template,
        authority=followed.authority,
        status=status,
        followed=followed,
        wanted=_allowed(wanted),
        errors=told,
        values={},
    )
