"""A step of the wizard as a page: shown from the draft, saved into it, and checked on the way on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import Request, Response
from starlette.datastructures import FormData

from services.portal.clients.gateways import Unavailable
from services.portal.drafts.draft import AlreadyFiled, Draft, Step, StepChanged, with_fields, with_step
from services.portal.pages.common import portal_of
from services.portal.pages.filing.checking import Findings, findings_of
from services.portal.pages.filing.drafting import changed, current, going
from services.portal.pages.filing.filer import filer_of, home_of
from services.portal.pages.filing.recent import recent
from services.portal.pages.filing.steps import (
    FIND,
    HOME,
    LABELS,
    ORDER,
    after,
    before,
    chosen_area,
    on_step,
    typed,
)
from services.portal.places.search import search
from services.portal.rendering import render
from services.portal.security import Forged, require_own
from shared.contracts.authority import AuthorityConfigured
from shared.geography.subdistricts import Subdistrict

BACK: Final = "back"
FROM_REVIEW: Final = "review"


async def shown(request: Request, authority: AuthorityConfigured, step: str, **told: Any) -> Response:
    """The step as the draft has it. `?checked=1`: with what is wrong on it; `?find=`: with addresses to choose from."""
    draft = await current(request, authority)
    if draft is None:
        return going(request, authority, ended="1")
    if draft.filed:
        return going(request, authority, "done")
    checked = request.query_params.get("checked")
    found = await findings_of(request, draft) if checked else Findings()
    return step_page(request, authority, step, draft.step(step), draft=draft, found=found, **told)


async def form_of(request: Request) -> tuple[FormData, bool]:
    """What was sent, and whether a page of ours sent it; where not, it is shown again and nothing is changed."""
    form = await request.form(max_files=20, max_fields=200)
    try:
        require_own(request, portal_of(request).settings, form)
    except Forged:
        return form, False
    return form, True


async def saved(request: Request, authority: AuthorityConfigured, step: str) -> Response:
    """Keep what was typed and go on. Whatever keeps it from being kept, the page comes back with it."""
    form, is_own = await form_of(request)
    typed_now, seen = typed(form, step), _number(form.get("seen"))
    again = partial(step_page, request, authority, step, Step(revision=seen, fields=typed_now), origin=_origin(form))
    if not is_own:
        return again(status=403, notice="stale")
    try:
        draft, secret = await changed(request, authority, lambda draft: with_step(draft, step, typed_now, seen))
    except AlreadyFiled:
        return going(request, authority, "done", again="1")
    except StepChanged as refusal:
        return again(status=409, notice="changed", seen=refusal.newest.revision)
    except Unavailable:
        return again(status=503, notice="unsaved")
    return await _onward(request, authority, step, form, draft, secret)


async def _onward(
    request: Request, authority: AuthorityConfigured, step: str, form: FormData, draft: Draft, secret: str
) -> Response:
    action, _, part = str(form.get("action", "")).partition(":")
    origin = _origin(form)
    here = {"from": origin} if origin else {}
    if action == BACK:
        return going(request, authority, origin or before(step), secret)
    if action == "find":
        return going(request, authority, step, secret, find=_known_part(part), **here)
    if action in ("use", "same"):
        fields = await home_of(request, draft) if action == "same" else chosen_area(form, _known_part(part))
        await changed(request, authority, lambda now: with_fields(now, step, fields), secret)
        return going(request, authority, step, secret, **here)
    found = await findings_of(request, draft)
    if on_step(step, found.errors):
        return going(request, authority, step, secret, checked="1", **here)
    return going(request, authority, origin or after(step), secret)


def step_page(
    request: Request,
    authority: AuthorityConfigured,
    step: str,
    content: Step,
    *,
    draft: Draft | None = None,
    found: Findings | None = None,
    status: int = 200,
    **told: Any,
) -> Response:
    """The page itself, from whatever its fields hold."""
    findings = found or Findings()
    usual: dict[str, Any] = {
        "step": step,
        "steps": [(each, LABELS[each]) for each in ORDER],
        "values": content.fields,
        "seen": content.revision,
        "errors": on_step(step, findings.errors),
        "warnings": on_step(step, findings.warnings),
        "uploads": draft.uploads if draft else (),
        "problems": draft.problems if draft else (),
        "recent": recent(request, authority),
        "origin": _origin(request.query_params),
        "matches": _matches(request, authority, content),
        "notice": "",
        "filer": filer_of(request),
        "attribution": portal_of(request).settings.tiles_attribution,
    }
    return render(request, f"filing/{step}.html", authority=authority, status=status, **usual | told)


def _matches(
    request: Request, authority: AuthorityConfigured, content: Step
) -> tuple[str, list[tuple[Subdistrict, str]]] | None:
    """For `?find=`: whose address it is, and the sub-districts that fit, each with one postal code."""
    part = request.query_params.get("find")
    if not part:
        return None
    part = _known_part(part)
    return part, options(content.fields.get(f"{part}.{FIND}", ""), authority.province)


def options(typed_text: str, province: str) -> list[tuple[Subdistrict, str]]:
    """What an address may be completed to: a sub-district with several postal codes stands there once for each."""
    return [(place, code) for place in search(typed_text, province) for code in place.postal_codes or ("",)]


def _origin(told: Mapping[str, Any]) -> str:
    """Where ต่อไป leads when a part is changed from the review: back to it."""
    return FROM_REVIEW if told.get("from") == FROM_REVIEW else ""


def _known_part(part: str) -> str:
    return part if part in (HOME, "place") else HOME


def _number(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isdigit() and len(value) < 9 else 0
