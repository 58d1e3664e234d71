"""Log-out at the wish of a client (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.background import BackgroundTask

from sandbox.digital_id.answers import see_other
from sandbox.digital_id.back_channel import tell_clients
from sandbox.digital_id.behaviour import Mode
from sandbox.digital_id.oauth import Fields, OAuthError
from sandbox.digital_id.pages import Pages
from sandbox.digital_id.provider import Provider, with_query
from sandbox.digital_id.requests import Session, form, query

CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Farewell:
    """A checked request: who should be logged out (None: whoever is there) and where the browser goes then."""

    subject: str | None
    target: str | None
    state: str | None


def add(router: APIRouter, provider: Provider, pages: Pages) -> None:
    """The endpoint, by GET and by POST."""

    @router.get(provider.flavour.paths.end_session)
    async def end(request: Request) -> Response:
        return _ended(provider, pages, Session(provider, request), query(request))

    @router.post(provider.flavour.paths.end_session)
    async def end_by_form(request: Request) -> Response:
        return _ended(provider, pages, Session(provider, request), await form(request))


def _ended(provider: Provider, pages: Pages, session: Session, fields: Fields) -> Response:
    """Whom a client did not name is asked: any page may send a browser here."""
    try:
        farewell = checked(provider, fields)
    except OAuthError as refusal:
        provider.noted("end_session", refusal.error)
        return pages.refusal(refusal)
    person = provider.person_of(session.login)
    meant = person is None or provider.flavour.subject(person) == farewell.subject
    if not meant and not (CONFIRMED in fields and session.fits(fields)):
        again = {name: value for name, value in fields.items() if name not in {CONFIRMED, "form_token"}}
        return _asked(provider, pages, session, farewell, again)
    session.log_out()
    provider.noted("end_session", "ok")
    response = session.keep(_onwards(provider, pages, farewell))
    if person is not None:
        response.background = BackgroundTask(tell_clients, provider, provider.flavour.subject(person))
    return response


def checked(provider: Provider, fields: Fields) -> Farewell:
    """Raises OAuthError for a hint that is not ours and for an address that is not registered."""
    claims = _hint(provider, fields["id_token_hint"]) if "id_token_hint" in fields else {}
    client_id = fields.get("client_id", claims.get("aud"))
    if claims and claims["aud"] != client_id:
        raise OAuthError("invalid_request", "client_id and id_token_hint are of two clients")
    target = fields.get(provider.flavour.logout_parameter)
    known = {uri for each in provider.clients if each.client_id == client_id for uri in each.post_logout_redirect_uris}
    if target is not None and target not in known:
        raise OAuthError("invalid_request", f"{provider.flavour.logout_parameter} is not registered")
    return Farewell(claims.get("sub"), target, fields.get("state"))


def _hint(provider: Provider, id_token: str) -> dict[str, Any]:
    """The claims of an ID token that any of our keys signed, however old."""
    keys = KeySet(list(provider.keys.everything()))
    try:
        return dict(jwt.decode(id_token, keys, algorithms=[provider.flavour.algorithm]).claims)
    except (JoseError, ValueError):
        raise OAuthError("invalid_request", "id_token_hint is not a token of this provider") from None


def _asked(provider: Provider, pages: Pages, session: Session, farewell: Farewell, again: Fields) -> Response:
    person = provider.person_of(session.login)
    action = provider.base + provider.flavour.paths.end_session
    values: dict[str, Any] = {"person": person, "action": action, "again": again, "form_token": session.form_token}
    return session.keep(pages.shown("logout.html", leads_to=farewell.target or "", **values))


def _onwards(provider: Provider, pages: Pages, farewell: Farewell) -> Response:
    if farewell.target is None:
        return pages.shown("logged_out.html")
    told = {"state": farewell.state} if farewell.state is not None else {}
    if Mode.LOGOUT_OTHER_STATE in provider.behaviour:
        told = {"state": "another"}
    if Mode.LOGOUT_NO_STATE in provider.behaviour:
        told = {}
    return see_other(with_query(farewell.target, told))
