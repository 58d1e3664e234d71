"""The form with contact data, as it is first shown, comes back, and is sent to identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx
from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.clients.accounts import Account
from services.portal.clients.gateways import Refused, Unavailable
from services.portal.pages.account.contact import PART, TITLES, body_of, missing, typed, with_area
from services.portal.pages.account.who import in_name_of, own_page, place_of
from services.portal.pages.filing.pages import options
from services.portal.pages.filing.steps import FIND
from services.portal.rendering import translate_all
from services.portal.texts.catalogue import N_

AWAY: Final = N_("ระบบบัญชีขัดข้องชั่วคราว ข้อมูลที่กรอกยังอยู่ในหน้านี้ กรุณาลองใหม่ในอีกสักครู่")


async def contact_page(
    request: Request,
    template: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    matches: tuple[str, list[Any]] | None = None,
    **told: Any,
) -> Response:
    """The page with these values, and what is wrong with them in the reader's language."""
    wrong = translate_all(request, errors)
    return await own_page(
        request,
        template,
        status=httpx.codes.UNPROCESSABLE_ENTITY if errors else httpx.codes.OK,
        values=values,
        errors=wrong,
        warnings={},
        matches=matches,
        titles=TITLES,
        **told,
    )


async def searched(
    request: Request, form: FormData, values: dict[str, str]
) -> tuple[dict[str, str], tuple[str, list[Any]] | None] | None:
    """What the buttons beside the address do without a script: (values, matches); None for another button."""
    action = str(form.get("action", "")).partition(":")[0]
    if action == "use":
        return with_area(values, form), None
    if action != "find":
        return None
    place = await place_of(request)
    return values, (PART, options(values[f"{PART}.{FIND}"], place.province if place else ""))


async def sent(
    request: Request, account: Account, method: str, path: str, form: FormData, **more: str
) -> dict[str, str]:
    """What is wrong with it, by field; nothing when identity took it. Raises NotLoggedIn, Outdated."""
    values = typed(form)
    if errors := missing(values):
        return errors
    try:
        await in_name_of(request, account, "identity", method, path, json={**body_of(values), **more})
    except Unavailable:
        return {"away": AWAY}
    except Refused as refused:
        if refused.status == httpx.codes.CONFLICT:
            raise Outdated from None
        return refused.errors or {"away": refused.detail}
    return {}


class Outdated(Exception):
    """The text that was agreed to is not the one in force any more."""
