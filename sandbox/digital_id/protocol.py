"""The endpoints that clients call, and the one that they send browsers to."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from sandbox.digital_id import end_session, oauth, token_endpoint
from sandbox.digital_id.answers import NOT_KEPT, Misbehaves, json, see_other
from sandbox.digital_id.behaviour import Mode
from sandbox.digital_id.grants import AuthorizationRequest
from sandbox.digital_id.oauth import OAuthError
from sandbox.digital_id.pages import Pages
from sandbox.digital_id.provider import Provider
from sandbox.digital_id.requests import Session, form, query
from sandbox.digital_id.settings import Client
from sandbox.digital_id.signing import ELSEWHERE


def routes(provider: Provider, pages: Pages) -> APIRouter:
    """Everything that discovery names."""

    async def as_told() -> None:
        behaviour = provider.behaviour
        if Mode.SLOW in behaviour:
            await asyncio.sleep(behaviour.delay_seconds)
        if Mode.DOWN in behaviour:
            raise Misbehaves(503)

    router = APIRouter(prefix=f"/{provider.flavour.name}", dependencies=[Depends(as_told)])
    _add_documents(router, provider)
    _add_authorization(router, provider, pages)
    _add_back_channel(router, provider)
    end_session.add(router, provider, pages)
    return router


def _add_documents(router: APIRouter, provider: Provider) -> None:
    @router.get("/.well-known/openid-configuration")
    async def configuration() -> Response:
        provider.noted("discovery", "ok")
        return json(discovery(provider), headers={})

    @router.get(provider.flavour.paths.jwks)
    async def key_set() -> Response:
        provider.noted("jwks", "ok")
        return json(provider.keys.told(provider.behaviour), headers={})


def _add_authorization(router: APIRouter, provider: Provider, pages: Pages) -> None:
    @router.get(provider.flavour.paths.authorization)
    async def authorize(request: Request) -> Response:
        fields = query(request)
        try:
            client = oauth.client_of_request(provider.clients, fields)
        except OAuthError as refusal:
            provider.noted("authorization", refusal.error)
            return pages.refusal(refusal)
        return _begun(provider, Session(provider, request), client, fields)


def _begun(provider: Provider, session: Session, client: Client, fields: oauth.Fields) -> Response:
    """To the log-in page, or back to the client with an error."""
    try:
        pkce = Mode.PKCE_IGNORED not in provider.behaviour
        asked = oauth.authorization_request(provider.flavour, client, fields, pkce)
        _refuse_silence(asked, session)
    except OAuthError as refusal:
        provider.noted("authorization", refusal.error)
        return see_other(provider.answer(fields["redirect_uri"], fields.get("state"), refusal.as_json()))
    key = provider.begin(asked, session.ensure())
    provider.noted("authorization", "ok")
    return session.keep(see_other(f"{provider.base}/login/{key}"))


def _refuse_silence(asked: AuthorizationRequest, session: Session) -> None:
    """Everybody is asked for consent each time, so nothing ends without a page."""
    if "none" in asked.prompts:
        raise OAuthError("consent_required" if session.login else "login_required", "a page has to be shown")


def _add_back_channel(router: APIRouter, provider: Provider) -> None:
    paths = provider.flavour.paths

    @router.post(paths.tokens)
    async def token(request: Request) -> Response:
        if Mode.TOKEN_ERROR in provider.behaviour:
            raise Misbehaves(500)
        fields = await form(request)
        client = _client(provider, request, fields, "token")
        return json(_noting(provider, "token", lambda: token_endpoint.tokens_for(provider, client, fields)))

    @router.post(paths.introspection)
    async def introspection(request: Request) -> Response:
        fields = await form(request)
        client = _client(provider, request, fields, "introspection")
        return json(token_endpoint.introspected(provider, client, fields.get("token", "")))

    @router.get(paths.userinfo)
    @router.post(paths.userinfo)
    async def userinfo(request: Request) -> Response:
        access_token = _bearer(request)
        if Mode.USERINFO_SIGNED in provider.behaviour:
            content = token_endpoint.signed_user_info(provider, access_token)
            return Response(content, headers=NOT_KEPT, media_type="application/jwt")
        return json(_noting(provider, "userinfo", lambda: token_endpoint.user_info(provider, access_token)))


def _noting(provider: Provider, endpoint: str, answer: Any) -> dict[str, Any]:
    try:
        content: dict[str, Any] = answer()
    except OAuthError as refusal:
        provider.noted(endpoint, refusal.error)
        raise
    provider.noted(endpoint, "ok")
    return content


def _client(provider: Provider, request: Request, fields: oauth.Fields, endpoint: str) -> Client:
    authorization = request.headers.get("authorization", "")
    try:
        client, method = oauth.authenticated(provider.flavour, provider.clients, authorization, fields)
    except OAuthError as refusal:
        provider.noted(endpoint, refusal.error)
        raise
    provider.noted(f"{endpoint} (client)", "ok", method)
    return client


def _bearer(request: Request) -> str:
    """RFC 6750 §2.1: in the header, never in the query."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def discovery(provider: Provider) -> dict[str, Any]:
    """OpenID Connect Discovery §3."""
    flavour, paths = provider.flavour, provider.flavour.paths
    document: dict[str, Any] = {
        "issuer": ELSEWHERE if Mode.DISCOVERY_ISSUER_MISMATCH in provider.behaviour else provider.issuer,
        "authorization_endpoint": provider.base + paths.authorization,
        "token_endpoint": provider.base + paths.tokens,
        "userinfo_endpoint": provider.base + paths.userinfo,
        "introspection_endpoint": provider.base + paths.introspection,
        "end_session_endpoint": provider.base + paths.end_session,
        "jwks_uri": provider.base + paths.jwks,
        "scopes_supported": list(flavour.scopes),
        "claims_supported": ["sub", *(scope for scope in flavour.scopes if scope not in {"openid", "profile"})],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", *(["refresh_token"] if flavour.refreshable else [])],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [flavour.algorithm],
        "token_endpoint_auth_methods_supported": list(flavour.client_authentication),
        "authorization_response_iss_parameter_supported": Mode.RESPONSE_ISS_MISSING not in provider.behaviour,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "ui_locales_supported": ["th"],
    }
    told = [] if Mode.PKCE_IGNORED in provider.behaviour else ["S256"]
    return document | ({"code_challenge_methods_supported": told} if told else {})
