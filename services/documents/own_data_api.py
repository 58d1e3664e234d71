"""The HTTP gateway of documents, for members: a readable copy of everything that is known about them."""

from __future__ import annotations

from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Request, Response

from services.documents.answering import PDF, asked, pdf_answer
from services.documents.form.own_data_paper import own_data_paper
from services.documents.printing_press import press
from shared.gateway.problems import responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller, only

TEMPLATE: Final = "own_data.typ"
_log = structlog.get_logger(__name__)
router = APIRouter(prefix="/api/documents/v1", tags=["me"])
Member = Annotated[Caller, Depends(only(frozenset({Role.MEMBER})))]


@router.get(
    "/me/export.pdf",
    response_class=Response,
    responses={**PDF, **responses(401, 403, 404, 503)},
    summary="Everything that is known about me, to read",
)
def export(request: Request, member: Member) -> Response:
    """The same as identity's `/me/export` and tracking's `/me/petitions`, which are asked with the member's token."""
    own = asked(request, lambda asking, token: asking.own_data(token))
    _log.info("personal_data_exported", actor=f"member:{member.sub}")
    pdf = press().pdf(TEMPLATE, press().clean(own_data_paper(own)), {})
    return pdf_answer("khamrong-my-data.pdf", pdf, inline=False)
