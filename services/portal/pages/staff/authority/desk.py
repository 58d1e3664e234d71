"""An authority as its administrators know it, and a change of it given to intake at the version that was seen."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx
from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.pages.common import portal_of
from services.portal.pages.staff.authority.document import closed, opened
from services.portal.pages.staff.work import Work, as_staff
from services.portal.texts.catalogue import N_
from shared.kernel.thai import beginning_of_day

STALE: Final = "urn:khamrong:stale-version"
AWAY: Final = N_("ระบบไม่ตอบ ข้อมูลที่กรอกยังอยู่ในหน้านี้ กดบันทึกอีกครั้งได้โดยไม่เกิดรายการซ้ำ")
BAD_DAY: Final = N_("วันที่ไม่ถูกต้อง")
GONE: Final = N_("รายการนี้ถูกลบหรือแก้ไขโดยผู้อื่นแล้ว กรุณาเปิดรายการใหม่")
FROM: Final = "effective_from"
TOP: Final = "form"
"""What is wrong with no field in particular."""
Changing = Callable[[dict[str, Any]], None]
"""Changes a document in place; raises LookupError where the entry that is meant is gone."""


@dataclass(frozen=True, slots=True)
class Known:
    """The profile, as it is and as forms see it, the version it belongs to, and the changes, the newest first."""

    version: int
    profile: dict[str, Any]
    document: dict[str, Any]
    entries: list[dict[str, Any]]

    def since(self, version: int) -> list[dict[str, Any]]:
        """What others did after this version."""
        return [each for each in self.entries if each["version"] > version]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done`: changed, planned, or nothing to change. Else what is wrong, by the path of the field; or `since`: what
    others did before. `known` is the authority as it is now."""

    known: Known
    done: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    since: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


async def known_of(request: Request, work: Work) -> Known:
    """As intake knows it at this moment. Raises HTTPException 403 where it is not for this position."""
    path = f"/authorities/{work.authority.code}/history"
    try:
        told = (await as_staff(request, work, "intake", "GET", path)).json()
    except Refused as refused:
        raise HTTPException(refused.status) from None
    return Known(told["version"], told["profile"], opened(told["profile"]), told["entries"])


def administers(work: Work) -> None:
    """Raises HTTPException 403 for all but the administrators of the whole authority."""
    if work.position.role != "admin" or work.position.department is not None:
        raise HTTPException(httpx.codes.FORBIDDEN)


async def change(request: Request, work: Work, form: FormData, changing: Changing) -> Outcome:
    """The authority as it is now with the change. Twice is as good as once: the second time nothing differs."""
    known, seen = await known_of(request, work), _number(form.get("expected_version"))
    wanted = deepcopy(known.document)
    try:
        changing(wanted)
    except LookupError:
        return Outcome(known, errors={TOP: GONE}, since=known.since(seen), status=httpx.codes.CONFLICT)
    profile = closed(wanted, known.profile)
    if profile == known.profile:
        return Outcome(known, done="same")
    if seen != known.version:
        return Outcome(known, since=known.since(seen), status=httpx.codes.CONFLICT)
    begins, error = _begins(str(form.get(FROM, "")))
    if error:
        return Outcome(known, errors={FROM: error}, status=httpx.codes.UNPROCESSABLE_ENTITY)
    return await _sent(request, work, known, {**profile, "expected_version": seen, FROM: begins})


async def _sent(request: Request, work: Work, known: Known, body: dict[str, Any]) -> Outcome:
    try:
        answer = await as_staff(request, work, "intake", "PUT", f"/authorities/{work.authority.code}", json=body)
    except Unavailable:
        return Outcome(known, errors={TOP: AWAY}, status=httpx.codes.SERVICE_UNAVAILABLE)
    except Refused as refused:
        if refused.status == httpx.codes.FORBIDDEN:
            raise HTTPException(httpx.codes.FORBIDDEN) from None
        if refused.kind == STALE:
            now = await known_of(request, work)
            return Outcome(now, since=now.since(known.version), status=refused.status)
        return Outcome(known, errors=refused.errors or {TOP: refused.detail}, status=refused.status)
    portal_of(request).directory.expect_change()
    same = answer.json()["version"] == known.version
    return Outcome(known, done="same" if same else "planned" if body[FROM] else "changed")


def _begins(text: str) -> tuple[str | None, str]:
    """The first moment of the day in Thailand, or what is wrong with it."""
    if not text:
        return None, ""
    try:
        return beginning_of_day(date.fromisoformat(text)).isoformat(), ""
    except ValueError:
        return None, BAD_DAY


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() else 0
