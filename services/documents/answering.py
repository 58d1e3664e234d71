"""What the endpoints of documents have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from uuid import UUID

from fastapi import Request, Response

from services.documents.asking.asking import Asking, Refused, Unavailable
from services.documents.forms import Form
from services.documents.uploads import rules
from services.documents.uploads.filenames import content_disposition
from services.documents.uploads.scanning import ScannerUnavailable
from services.documents.vault.vault import NotInVault, VaultUnavailable
from services.documents.wiring import Documents
from shared.contracts.document import DocumentOpened
from shared.gateway.problems import FieldProblem, Problem
from shared.gateway.tokens import Caller, bearer
from shared.kernel import ids
from shared.kernel.ids import normal_tracking_code
from shared.kernel.secrets import keyed_hash, same

SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}

PDF: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/pdf": {}}}}
"""For the OpenAPI: what is answered is a PDF."""

RECEIVING: Final = (413, 415, 422, 503)
"""What receiving a file may be answered with, when it is not taken."""

Told = TypeVar("Told")


def documents_of(request: Request) -> Documents:
    """The parts behind the gateway."""
    documents: Documents = request.app.state.documents
    return documents


def is_code_of(documents: Documents, form: Form, typed: str) -> bool:
    """Whether this is the petition's tracking code, however it was typed."""
    pepper = documents.settings.pepper.get_secret_value()
    return same(keyed_hash(pepper, normal_tracking_code(typed)), form.tracking_code_hash)


def record_opening(request: Request, caller: Caller, form: Form, attachment_id: UUID | None = None) -> None:
    """Commit that staff open the form, or a file of its petition. Raises Problem 503: then it stays shut."""
    fact = DocumentOpened(
        access_id=ids.new_id(),
        petition_id=form.petition_id,
        number=form.number,
        authority=form.authority,
        role=caller.role.value,
        document="attachment" if attachment_id else "petition_form",
        attachment_id=attachment_id,
    )
    documents_of(request).accesses.record(caller, fact, request.state.correlation_id)


def from_vault(get: Callable[[], bytes]) -> bytes:
    """What the vault gives. Raises Problem 404 or 503."""
    try:
        return get()
    except NotInVault:
        raise Problem(404, "ไม่พบไฟล์นี้") from None
    except VaultUnavailable:
        raise Problem(503, "ยังเปิดไฟล์ไม่ได้ในขณะนี้ กรุณาลองใหม่อีกครั้ง", headers={"Retry-After": "5"}) from None


@contextmanager
def received() -> Iterator[None]:
    """Why a file is not taken, told to whoever sent it. Raises Problem, one of `RECEIVING`."""
    try:
        yield
    except rules.Refused as refused:
        kind, errors = f"urn:khamrong:upload:{refused.refusal}", [FieldProblem(field="file", message=refused.message)]
        raise Problem(refused.status, refused.message, kind=kind, errors=errors) from None
    except (ScannerUnavailable, VaultUnavailable):
        raise Problem(503, "ยังรับไฟล์ไม่ได้ในขณะนี้ กรุณาลองใหม่อีกครั้ง", headers={"Retry-After": "5"}) from None


def asked(request: Request, ask: Callable[[Asking, str], Told]) -> Told:
    """What other gateways tell the caller, asked with the caller's token. Raises Problem: theirs, or 503."""
    asking: Asking = request.app.state.asking
    try:
        return ask(asking, bearer(request) or "")
    except Refused as refused:
        raise Problem(refused.status, refused.detail, kind=refused.kind) from None
    except Unavailable:
        raise Problem(503, "ยังจัดทำเอกสารไม่ได้ในขณะนี้ กรุณาลองใหม่อีกครั้ง", headers={"Retry-After": "5"}) from None


def pdf_answer(filename: str, pdf: bytes, *, inline: bool = True) -> Response:
    """A PDF for a browser to show, or to keep."""
    digest = hashlib.sha256(pdf).hexdigest()
    headers = {**SAFE, "Content-Disposition": content_disposition(filename, inline=inline), "ETag": f'"{digest}"'}
    return Response(pdf, headers=headers, media_type="application/pdf")
