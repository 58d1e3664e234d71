"""The portal as an app: its pages, its files, and what becomes of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from services.portal.clients.gateways import Refused, Unavailable
from services.portal.domains import OwnDomains
from services.portal.files import KeptFiles
from services.portal.housekeeping import housekept
from services.portal.language import LanguageChoice
from services.portal.limits import BodyLimit
from services.portal.links import STATIC
from services.portal.pages import about, choosing, errors, home, news, open_data, tracking
from services.portal.pages.account import (
    claiming,
    consents,
    devices,
    entrance,
    joining,
    leaving,
    own_data,
    petitions,
    profile,
)
from services.portal.pages.account.who import NotLoggedIn, NotRegistered, to_consent, to_login
from services.portal.pages.filing import attachments, confirm, details, done, place, review, start
from services.portal.pages.following import NotShown
from services.portal.pages.petitioner import commanding, own, proving, rating
from services.portal.pages.petitioner.proof import NotProven, prove_first
from services.portal.pages.staff import invitation, landing, personnel, positions, searching, stream
from services.portal.pages.staff.authority import history as authority_history
from services.portal.pages.staff.authority import items as authority_entries
from services.portal.pages.staff.authority import listing as authority_lists
from services.portal.pages.staff.authority import logo as authority_logo
from services.portal.pages.staff.authority import page as authority_parts
from services.portal.pages.staff.case import files as case_files
from services.portal.pages.staff.case import page as case
from services.portal.pages.staff.case import performing
from services.portal.pages.staff.dashboard import exports
from services.portal.pages.staff.dashboard import page as dashboard
from services.portal.pages.staff.queue import bulk, saved
from services.portal.pages.staff.queue import page as queue
from services.portal.pages.staff.work import NotAtWork, not_at_work
from services.portal.security import Forged, SecurityHeaders
from services.portal.visitor import Visitors
from services.portal.wiring import SERVICE, Portal
from shared.gateway.app import Observed, operations

_FILING = (start, details, place, attachments, review, confirm, done)
_CASES = (queue, saved, bulk, case, performing, case_files, searching, stream)
_PARTS = (authority_logo, authority_parts)
_ADMINISTRATION = (authority_history, authority_lists, authority_entries, *_PARTS, personnel)
_STAFF = (landing, invitation, positions, *_CASES, dashboard, exports, *_ADMINISTRATION)
_ACCOUNT = (entrance, leaving, joining, profile, petitions, claiming, consents, own_data, devices)
PAGES = (
    choosing,
    *_ACCOUNT,
    *_STAFF,
    tracking,
    proving,
    own,
    commanding,
    rating,
    *_FILING,
    home,
    news,
    about,
    open_data,
)
"""In the order in which addresses are tried: an authority's code comes last."""


def create_app(portal: Portal) -> FastAPI:
    """The pages. Health and metrics are there too, for a portal that runs as a process of its own."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with housekept(portal):
            yield
        await portal.close()

    app = FastAPI(title="Khamrong portal", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.portal = portal
    app.include_router(operations(portal.checks))
    app.mount("/static", KeptFiles(directory=STATIC))
    for page in PAGES:
        app.include_router(page.router)
    for raised, answer in (
        (Unavailable, errors.unavailable),
        (Refused, errors.refused),
        (Forged, errors.forged),
        (NotShown, tracking.ask_again),
        (NotProven, prove_first),
        (NotLoggedIn, to_login),
        (NotRegistered, to_consent),
        (NotAtWork, not_at_work),
        (HTTPException, errors.http),
    ):
        app.add_exception_handler(raised, answer)
    app.add_middleware(Visitors, accounts=portal.accounts, settings=portal.settings)
    app.add_middleware(BodyLimit)
    app.add_middleware(OwnDomains, directory=portal.directory)
    app.add_middleware(LanguageChoice, settings=portal.settings)
    app.add_middleware(SecurityHeaders, settings=portal.settings)
    app.add_middleware(GZipMiddleware, minimum_size=512)
    app.add_middleware(errors.Unexpected)
    app.add_middleware(Observed, service=SERVICE)
    return app
