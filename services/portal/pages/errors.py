"""Pages for when something does not go: each says what happened, and offers a way on."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.rendering import render
from services.portal.texts.catalogue import N_
from shared.contracts.authority import AuthorityConfigured
from shared.gateway.problems import unexpected

KNOWN: Final = {
    400: (N_("คำขอไม่ถูกต้อง"), N_("ที่อยู่หรือข้อมูลที่ส่งมาไม่ครบถ้วน กรุณากลับไปหน้าก่อนหน้าแล้วลองใหม่อีกครั้ง")),
    403: (N_("ไม่มีสิทธิ์เข้าถึงหน้านี้"), N_("หน้านี้เปิดได้เฉพาะผู้ที่มีสิทธิ์ หากเปิดหน้าทิ้งไว้นาน กรุณากลับไปหน้าก่อนหน้าแล้วลองใหม่")),
    404: (N_("ไม่พบหน้าที่ต้องการ"), N_("ที่อยู่อาจพิมพ์ผิด หรือหน้านี้ถูกย้ายไปแล้ว")),
    405: (N_("ไม่พบหน้าที่ต้องการ"), N_("ที่อยู่อาจพิมพ์ผิด หรือหน้านี้ถูกย้ายไปแล้ว")),
    413: (N_("ข้อมูลที่ส่งมีขนาดใหญ่เกินไป"), N_("ไฟล์แต่ละไฟล์ต้องไม่เกิน 5 MB กรุณาเลือกไฟล์ที่เล็กลงแล้วลองใหม่อีกครั้ง")),
    429: (N_("มีการใช้งานถี่เกินไป"), N_("เพื่อความปลอดภัย ระบบขอพักการรับคำขอจากท่านชั่วคราว กรุณารอสักครู่แล้วลองใหม่")),
    500: (N_("ระบบขัดข้อง"), N_("เกิดข้อผิดพลาดที่ไม่คาดคิด กรุณาลองใหม่อีกครั้ง")),
    503: (
        N_("ระบบไม่พร้อมให้บริการชั่วคราว"),
        N_("บริการบางส่วนปิดปรับปรุงหรือขัดข้องชั่วคราว ข้อมูลที่ท่านกรอกไว้ไม่สูญหาย กรุณาลองใหม่ในอีกสักครู่"),
    ),
}
"""Status → heading and what to do."""


async def page(request: Request, status: int, *, retry_after: str | None = None) -> Response:
    """The page of an error; below an authority's address with its name and phone."""
    shown = status if status in KNOWN else 500
    heading, advice = KNOWN[shown]
    answer = render(
        request,
        "error.html",
        authority=await _authority_of(request),
        status=status,
        shown_status=status,
        heading=heading,
        advice=advice,
        retry_after=retry_after,
    )
    if retry_after:
        answer.headers["Retry-After"] = retry_after
    return answer


async def http(request: Request, error: Exception) -> Response:
    """What a page or the router raised."""
    assert isinstance(error, HTTPException)
    return await page(request, error.status_code)


async def unavailable(request: Request, _: Exception) -> Response:
    """A gateway that this page cannot do without is away."""
    return await page(request, 503, retry_after="10")


async def refused(request: Request, error: Exception) -> Response:
    """A gateway said no, and the page had no better answer."""
    assert isinstance(error, Refused)
    return await page(request, error.status, retry_after=error.retry_after)


async def forged(request: Request, _: Exception) -> Response:
    """A form without a good token: mostly a page that was open for too long."""
    return await page(request, 403)


async def _authority_of(request: Request) -> AuthorityConfigured | None:
    code = request.url.path.removeprefix(request.scope.get("root_path", "")).strip("/").partition("/")[0]
    try:
        found: AuthorityConfigured | None = await request.app.state.portal.directory.find(code)
    except Unavailable:
        return None
    return found


class Unexpected:
    """What nobody expected becomes a page; where it happened is in the log, without texts or data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            unexpected(scope["path"], error)
            await (await page(Request(scope), 500))(scope, receive, send)
