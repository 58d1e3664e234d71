"""`/me/`: who I am here, and changing what I said myself."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.links import link
from services.portal.pages.account.contact import PART, typed, values_of
from services.portal.pages.account.contact_form import contact_page, searched, sent
from services.portal.pages.account.who import Member, about_me, labels, own_page
from services.portal.pages.common import posted
from services.portal.pages.filing.addresses import written_address
from services.portal.rendering import language_of

router = APIRouter()


@router.get("/me")
async def without_slash(request: Request) -> Response:
    """Addresses are typed by people."""
    return RedirectResponse(link(request, "/me/"), 308)


@router.get("/me/")
async def profile(request: Request, account: Member, done: str = "") -> Response:
    """What is kept, and the ways to everything that a member may do."""
    me = await about_me(request, account)
    address = written_address(values_of(me), PART, language_of(request))
    return await own_page(request, "profile.html", me=me, address=address, labels=await labels(request), done=done)


@router.get("/me/profile")
async def contact(request: Request, account: Member) -> Response:
    """The form with what is kept."""
    me = await about_me(request, account)
    return await contact_page(request, "contact.html", values_of(me), {})


@router.post("/me/profile")
async def change(request: Request, account: Member) -> Response:
    """Keeps it, and shows that it is kept."""
    form = await posted(request)
    values = typed(form)
    if found := await searched(request, form, values):
        return await contact_page(request, "contact.html", found[0], {}, found[1])
    if errors := await sent(request, account, "PUT", "/me/profile", form):
        return await contact_page(request, "contact.html", values, errors)
    return RedirectResponse(link(request, "/me/", done="changed"), 303)
