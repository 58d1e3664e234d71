"""`…/answer` and `…/withdraw`: what the petitioner may ask of intake."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.pages.common import posted
from services.portal.pages.following import Followed, Following, on_petition
from services.portal.pages.petitioner.attaching import attached
from services.portal.pages.petitioner.proof import NotProven, as_petitioner, proof_of
from services.portal.rendering import render, translate
from services.portal.texts.catalogue import N_

router = APIRouter()
EMPTY: Final = N_("กรุณากรอกข้อมูลที่ต้องการแจ้ง")
NOT_NOW: Final = N_("ทำรายการนี้ไม่ได้ในสถานะปัจจุบันของคำร้อง")
PROOF_ENDED: Final = N_("การยืนยันตัวตนหมดเวลาแล้ว กรุณายืนยันอีกครั้ง ข้อมูลที่กรอกยังอยู่ในหน้านี้")
AWAY: Final = N_("ระบบขัดข้องชั่วคราว ข้อมูลที่กรอกยังอยู่ในหน้านี้ กรุณาลองใหม่ในอีกสักครู่")
CONFIRM: Final = N_("กรุณาทำเครื่องหมายยืนยันก่อนถอนคำร้อง")
_CONFLICT: Final = 409


@on_petition(router, "/answer", "GET")
async def answer(request: Request, followed: Following) -> Response:
    """What staff asked for, and a form for it; also to add something unasked."""
    return _page(request, followed, "petitioner/answer.html", {}, {})


@on_petition(router, "/answer", "POST")
async def send_answer(request: Request, followed: Following) -> Response:
    """Files first: what cannot be taken is told, and nothing that was typed is lost."""
    form = await posted(request)
    text = str(form.get("text", "")).strip()
    files = await attached(request, form)
    errors = files.errors if text else {"text": EMPTY, **files.errors}
    if not errors:
        told = {"text": text, "uploads": files.uploads}
        errors = await _asked(request, followed, "provide-information", told)
    if errors:
        kept = {"text": text, "uploads": files.kept}
        return _page(request, followed, "petitioner/answer.html", kept, errors, 422)
    return RedirectResponse(f"{followed.base}?done=answered", 303)


@on_petition(router, "/withdraw", "GET")
async def withdraw(request: Request, followed: Following) -> Response:
    """What withdrawing means, and an explicit confirmation."""
    return _page(request, followed, "petitioner/withdraw.html", {}, {})


@on_petition(router, "/withdraw", "POST")
async def send_withdrawal(request: Request, followed: Following) -> Response:
    """The petition ends."""
    form = await posted(request)
    errors = {} if form.get("sure") else {"sure": CONFIRM}
    if not errors:
        errors = await _asked(request, followed, "withdraw", {"reason": str(form.get("reason", "")).strip() or None})
    if errors:
        return _page(request, followed, "petitioner/withdraw.html", _typed(form), errors, 422)
    return RedirectResponse(f"{followed.base}?done=withdrawn", 303)


async def _asked(request: Request, followed: Followed, command: str, told: dict[str, Any]) -> dict[str, str]:
    """What is wrong with it, by field; what was typed stays in the form, also when the proof or intake is away."""
    path = f"/petitions/{followed.number}/{command}"
    try:
        await as_petitioner(request, followed, "intake", "POST", path, json=told)
    except NotProven:
        return {"proof": PROOF_ENDED}
    except Unavailable:
        return {"text": AWAY}
    except Refused as refused:
        return refused.errors or {"text": NOT_NOW if refused.status == _CONFLICT else refused.detail}
    return {}


def _typed(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _page(
    request: Request,
    followed: Followed,
    template: str,
    values: dict[str, Any],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    if not proof_of(request, followed) and not errors:
        raise NotProven(followed, request.url.path)
    told = {field: translate(request, message) for field, message in errors.items()}
    return render(
        request, template, authority=followed.authority, status=status, followed=followed, values=values, errors=told
    )
