"""`/me/petitions`: คำร้องของฉัน, and from there to where each of them stands without typing anything."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.clients.accounts import Account
from services.portal.clients.gateways import Refused
from services.portal.labels import LOOKS
from services.portal.links import at
from services.portal.pages.account.who import Member, about_me, in_name_of, own_page
from services.portal.pages.common import portal_of
from services.portal.pages.following import look_up, remember
from services.portal.pages.petitioner.proof import AS_MEMBER, keep_proof
from services.portal.rendering import language_of, named
from services.portal.texts.catalogue import Language
from shared.contracts.authority import AuthorityConfigured
from shared.kernel.phones import last_four

router = APIRouter()
_TOO_MANY: Final = 429
Claimed = Annotated[int | None, Query(ge=0, le=999)]


@router.get("/me/petitions")
async def petitions(request: Request, account: Member, claimed: Claimed = None) -> Response:
    """All that were filed with this account, or claimed, the newest first; and how many were claimed just now."""
    found = await mine(request, account)
    profiles, language = await portal_of(request).directory.all(), language_of(request)
    shown = [{**each, **_names(language, profiles.get(each["authority"]), each)} for each in found]
    return await own_page(request, "petitions.html", petitions=shown, looks=LOOKS, claimed=claimed)


@router.get("/me/petitions/{number}")
async def follow(request: Request, account: Member, number: str) -> Response:
    """To the petition's page. Where another phone was given than the account has, its digits are asked for there."""
    own = next((each for each in await mine(request, account) if each["number"] == number), None)
    authority = await portal_of(request).directory.find(own["authority"]) if own else None
    if authority is None:
        raise HTTPException(404)
    digits = last_four((await about_me(request, account))["phone"])
    response = RedirectResponse(at(request, authority, f"track/{number}"), 303)
    try:
        await look_up(request, number, digits)
    except Refused as refused:
        if refused.status == _TOO_MANY:
            raise
    else:
        remember(request, response, number, digits)
        keep_proof(request, response, number, AS_MEMBER)
    return response


def _names(language: Language, profile: AuthorityConfigured | None, petition: dict[str, Any]) -> dict[str, str]:
    """Of authority and category in the reader's language; tracking knows the Thai ones as they were at the filing."""
    if profile is None:
        return {}
    pairs = ((group, category) for group in profile.category_groups for category in group.categories)
    known = {f"{group.name} : {one.name}": f"{named(language, group)} : {named(language, one)}" for group, one in pairs}
    category = petition["category"]
    return {"authority": named(language, profile, "name_th"), "category": known.get(category, category)}


async def mine(request: Request, account: Account) -> list[dict[str, Any]]:
    """The member's petitions as tracking lists them."""
    found: list[dict[str, Any]] = (await in_name_of(request, account, "tracking", "GET", "/me/petitions")).json()
    return found
