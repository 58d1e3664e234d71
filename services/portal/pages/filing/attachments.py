"""Step 3: files. Several at once from a form; one by one, with progress, from a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData, UploadFile

from services.portal.clients.gateways import Unavailable
from services.portal.clients.uploads import TOO_LARGE, NotTaken
from services.portal.drafts.draft import (
    MOST_UPLOADS,
    AlreadyFiled,
    Problem,
    Step,
    with_problems,
    without_uploads,
)
from services.portal.pages.common import Authority
from services.portal.pages.filing import uploading
from services.portal.pages.filing.drafting import changed, going, keeping, secured
from services.portal.pages.filing.pages import BACK, FROM_REVIEW, form_of, shown, step_page
from services.portal.pages.filing.steps import ATTACHMENTS, after, before
from services.portal.pages.filing.uploading import attach
from services.portal.rendering import octets, translate
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.document import UPLOAD_EXTENSIONS, UPLOAD_MOST_BYTES

router = APIRouter()
SCRIPT: Final = "application/json"
_TOLD: Final[dict[str, Any]] = {
    "most_uploads": MOST_UPLOADS,
    "most_bytes": UPLOAD_MOST_BYTES,
    "extensions": UPLOAD_EXTENSIONS,
    "too_large": TOO_LARGE,
    "wrong_type": uploading.WRONG_TYPE,
    "empty": uploading.EMPTY,
}


@router.get("/{authority}/petitions/new/attachments")
async def attachments(request: Request, authority: Authority) -> Response:
    """The files so far, and what was wrong with those that were not taken."""
    return await shown(request, authority, ATTACHMENTS, **_TOLD)


@router.post("/{authority}/petitions/new/attachments")
async def save_attachments(request: Request, authority: Authority) -> Response:
    """Attaches what was chosen, or removes a file, and goes on where nothing was wrong."""
    form, is_own = await form_of(request)
    is_script = SCRIPT in request.headers.get("Accept", "")
    if not is_own:
        return _said(request, uploading.STALE, 403) if is_script else _again(request, authority, "stale", 403)
    try:
        if is_script:
            return await _for_script(request, authority, form)
        return await _for_people(request, authority, form)
    except AlreadyFiled:
        return _said(request, uploading.FILED, 409) if is_script else going(request, authority, "done", again="1")
    except Unavailable:
        return _said(request, uploading.AWAY, 503) if is_script else _again(request, authority, "unsaved", 503)


async def _for_people(request: Request, authority: AuthorityConfigured, form: FormData) -> Response:
    action, secret = str(form.get("action", "")), await secured(request, authority)
    removed, problems = _removed(action), await _attached(request, authority, _files(form), secret)
    await changed(request, authority, lambda draft: with_problems(without_uploads(draft, removed), problems), secret)
    origin = {"from": FROM_REVIEW} if form.get("from") == FROM_REVIEW else {}
    if problems or removed or action == "attach":
        return going(request, authority, ATTACHMENTS, secret, **origin)
    if action == BACK:
        return going(request, authority, FROM_REVIEW if origin else before(ATTACHMENTS), secret)
    return going(request, authority, after(ATTACHMENTS), secret)


async def _attached(
    request: Request, authority: AuthorityConfigured, files: Sequence[UploadFile], secret: str
) -> list[Problem]:
    """What was wrong with those that were not taken; the others are in the draft."""
    problems = []
    for file in files:
        try:
            await attach(request, authority, file, secret)
        except NotTaken as refusal:
            problems.append(Problem(filename=refusal.filename, message=refusal.message))
    return problems


async def _for_script(request: Request, authority: AuthorityConfigured, form: FormData) -> Response:
    """201 with the file, 204 when one was removed, else `{message}` in the reader's language."""
    secret = await secured(request, authority)
    if removed := _removed(str(form.get("action", ""))):
        await changed(request, authority, lambda draft: without_uploads(draft, removed), secret)
        return Response(status_code=204)
    files = _files(form)
    if not files:
        return _said(request, uploading.EMPTY, 422)
    try:
        upload = await attach(request, authority, files[0], secret)
    except NotTaken as refusal:
        return _said(request, refusal.message, refusal.status)
    told = {"upload_id": str(upload.upload_id), "filename": upload.filename, "size": octets(upload.size)}
    return keeping(request, authority, JSONResponse(told, 201, {"Cache-Control": "no-store"}), secret)


def _files(form: FormData) -> list[UploadFile]:
    """Those that were chosen: a browser sends an empty one where none was."""
    given = [each for each in form.getlist("file") if isinstance(each, UploadFile)]
    return [file for file in given if file.filename]


def _removed(action: str) -> frozenset[UUID]:
    kind, _, upload_id = action.partition(":")
    try:
        return frozenset({UUID(upload_id)}) if kind == "remove" else frozenset()
    except ValueError:
        return frozenset()


def _again(request: Request, authority: AuthorityConfigured, notice: str, status: int) -> Response:
    return step_page(request, authority, ATTACHMENTS, Step(), status=status, notice=notice, **_TOLD)


def _said(request: Request, message: str, status: int) -> Response:
    return JSONResponse({"message": translate(request, message)}, status, {"Cache-Control": "no-store"})
