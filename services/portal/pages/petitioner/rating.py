"""`…/rate` and `/{authority}/survey`: how it went, whether it was solved, and whether to look at it again."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.labels import SOLVED
from services.portal.links import at
from services.portal.pages.common import Authority, portal_of, posted
from services.portal.pages.following import Followed, Following, on_petition
from services.portal.rendering import render, translate
from services.portal.texts.catalogue import N_
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import ids

router = APIRouter()
RATINGS: Final = {
    "1": N_("ควรปรับปรุง"),
    "2": N_("พอใช้"),
    "3": N_("ปานกลาง"),
    "4": N_("ดี"),
    "5": N_("ดีมาก"),
}
NO_RATING: Final = N_("กรุณาเลือกระดับความพึงพอใจ")
NO_SOLVED: Final = N_("กรุณาบอกว่าเรื่องได้รับการแก้ไขหรือไม่")
AWAY: Final = N_("ระบบประเมินไม่พร้อมให้บริการชั่วคราว ข้อมูลที่กรอกยังอยู่ในหน้านี้ กรุณาลองใหม่ในอีกสักครู่")


@on_petition(router, "/rate", "GET")
async def rate(request: Request, followed: Following) -> Response:
    """For a petition that was resolved, rejected or closed, once for each time; else the page says why not."""
    return _of_petition(request, followed, {"key": ids.new_secret()}, {})


@on_petition(router, "/rate", "POST")
async def send_rating(request: Request, followed: Following) -> Response:
    """One answer; a double click gives one as well."""
    values = _typed(await posted(request))
    errors = {} if values.get("solved") in SOLVED else {"solved": NO_SOLVED}
    told = {**followed.shown, "solved": values.get("solved"), "reopen": values.get("reopen") == "yes"}
    errors = {**_unrated(values), **errors} or await _answered(request, values, told)
    if errors:
        return _of_petition(request, followed, values, errors, 422)
    return RedirectResponse(f"{followed.base}?done={'reopening' if told['reopen'] else 'rated'}", 303)


@router.get("/{authority}/survey")
async def menu(request: Request, authority: Authority) -> Response:
    """From the centre's menu: about a petition, whose number is asked for, or about the service in general."""
    return await _in_general(request, authority, {"key": ids.new_secret()}, {})


@router.post("/{authority}/survey")
async def send_in_general(request: Request, authority: Authority) -> Response:
    """An answer that belongs to no petition."""
    values = _typed(await posted(request))
    errors = _unrated(values) or await _answered(request, values, {"authority": authority.code})
    if errors:
        return await _in_general(request, authority, values, errors, 422)
    return RedirectResponse(at(request, authority, "survey/thanks"), 303)


@router.get("/{authority}/survey/thanks")
async def thanks(request: Request, authority: Authority) -> Response:
    """After an answer in general."""
    return render(request, "petitioner/thanks.html", authority=authority)


async def _answered(request: Request, values: dict[str, str], told: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the answer, by field."""
    body = {**told, "rating": int(values["rating"]), "comment": values.get("comment") or None}
    headers = {"Idempotency-Key": values.get("key") or ids.new_secret()}
    try:
        await portal_of(request).gateways.call("survey", "POST", "/answers", caller=request, json=body, headers=headers)
    except Refused as refused:
        return refused.errors or {"rating": refused.detail}
    except Unavailable:
        return {"rating": AWAY}
    return {}


def _unrated(values: dict[str, str]) -> dict[str, str]:
    return {} if values.get("rating") in RATINGS else {"rating": NO_RATING}


def _of_petition(
    request: Request, followed: Followed, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    return render(
        request,
        "petitioner/rate.html",
        authority=followed.authority,
        status=status,
        followed=followed,
        survey=followed.view.get("survey") or {},
        **_form(request, values, errors),
    )


async def _in_general(
    request: Request,
    authority: AuthorityConfigured,
    values: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    summary = await _summary(request, authority)
    form = _form(request, values, errors)
    return render(request, "petitioner/survey.html", authority=authority, status=status, summary=summary, **form)


async def _summary(request: Request, authority: AuthorityConfigured) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await portal_of(request).gateways.get(
            "survey", "/summary", caller=request, params={"authority": authority.code}
        )
    except (Unavailable, Refused):
        return None
    return found


def _form(request: Request, values: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    told = {field: translate(request, message) for field, message in errors.items()}
    return {"values": values, "errors": told, "ratings": RATINGS, "solved": SOLVED}


def _typed(form: FormData) -> dict[str, str]:
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}
