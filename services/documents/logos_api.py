"""The HTTP gateway of documents: logos of authorities. Their administrators bring them, everybody sees them."""

from __future__ import annotations

from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Header, Path, Request, Response, UploadFile
from pydantic import BaseModel

from services.documents.answering import RECEIVING, SAFE, documents_of, from_vault, received
from services.documents.uploads.rules import EXTENSIONS, MOST_BYTES
from services.documents.uploads.waiting import logo_key
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only

MANAGERS: Final = frozenset({Role.ADMIN, Role.PLATFORM_ADMIN})
Manager = Annotated[Caller, Depends(only(MANAGERS))]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{64}\.(jpg|png)$")]
PREFIX: Final = "/api/documents/v1"
_HEADERS: Final = {**SAFE, "Cache-Control": "public, max-age=31536000, immutable"}
"""What an address shows never changes: it has the digest in it."""
_log = structlog.get_logger(__name__)
router = APIRouter(prefix=PREFIX, tags=["documents"])


class LogoKept(BaseModel):
    """`path` is what the authority's profile takes as its `logo`. `sha256` and `size` are those of what is kept."""

    path: str
    media_type: str
    size: int
    sha256: str


@router.post(
    "/authorities/{code}/logos",
    status_code=201,
    responses=responses(401, 403, *RECEIVING),
    summary="Bring a logo of an authority",
)
def bring(request: Request, manager: Manager, code: str, file: UploadFile) -> LogoKept:
    """jpg, jpeg, png of at most 5 MB, kept at no more than 320 pixels a side. It is shown once the profile names it;
    the same picture again is the same logo.
    """
    from services.documents.uploads import logos  # pictures weigh 15 MB until the first one

    documents = documents_of(request)
    _require_theirs(manager, code)
    with received():
        logo = logos.accepted_logo(file.filename or "", file.file.read(MOST_BYTES + 1), documents.scanner)
        logos.keep(documents.vault, logo)
    _log.info("logo_kept", authority=code, sha256=logo.sha256)
    return LogoKept(
        path=f"{PREFIX}/logos/{logo.name}",
        media_type=logo.kind.media_type,
        size=len(logo.content),
        sha256=logo.sha256,
    )


@router.get(
    "/logos/{name}",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {}, "image/png": {}}},
        304: {"description": "it never changes"},
        **responses(404, 422, 503),
    },
    summary="A logo",
)
def logo(request: Request, name: Name, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """`name` is its digest (SHA-256) and kind. Browsers and proxies keep it for ever."""
    headers = {**_HEADERS, "ETag": f'"{name}"'}
    if headers["ETag"] in (if_none_match or ""):
        return Response(status_code=304, headers=headers)
    content = from_vault(lambda: documents_of(request).vault.get(logo_key(name)))
    return Response(content, headers=headers, media_type=EXTENSIONS[name.rpartition(".")[2]].media_type)


def _require_theirs(manager: Caller, code: str) -> None:
    """Who is of one department has nothing to say about the whole."""
    if not manager.may_see(code):
        raise Problem(403, "คุณไม่มีสิทธิ์กับหน่วยงานนี้")
    if manager.department is not None:
        raise Problem(403, "ผู้ดูแลของหน่วยงานย่อยแก้ไขข้อมูลของทั้งหน่วยงานไม่ได้")
