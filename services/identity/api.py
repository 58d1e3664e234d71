"""The HTTP gateway of identity: the public keys, and tokens for services and staff tools."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from services.identity.keys import SigningKeys
from services.identity.settings import ClientSettings
from services.identity.tokens import LIFETIME, issue
from services.identity.wiring import BASE, Identity
from shared.gateway.problems import Problem, responses
from shared.gateway.roles import Role
from shared.gateway.tokens import Caller
from shared.kernel.secrets import same

router = APIRouter(prefix=BASE, tags=["identity"])


class Token(BaseModel):
    """RFC 6749 §5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    scope: str


@router.get("/.well-known/jwks.json", summary="The public keys that tokens are checked with")
def jwks(request: Request) -> dict[str, Any]:
    """A JWK Set (RFC 7517)."""
    keys: SigningKeys = request.app.state.identity.keys
    return dict(keys.public().as_dict(private=False))


@router.post(
    "/tokens", responses=responses(400, 401), summary="A token for a service or a staff tool (client credentials)"
)
def tokens(
    request: Request,
    response: Response,
    client_id: Annotated[str, Form()],
    client_secret: Annotated[str, Form()],
    grant_type: Annotated[Literal["client_credentials"], Form()] = "client_credentials",
    scope: Annotated[
        str | None, Form(max_length=200, description="Some of the client's scopes; all without it")
    ] = None,
    audience: Annotated[str | None, Form(pattern="^[a-z]{1,30}$", description="One service: no other takes it")] = None,
) -> Token:
    """RFC 6749 §4.4. The answer is never stored by anybody on the way."""
    identity: Identity = request.app.state.identity
    known = identity.settings.identity_clients.get(client_id)
    if not same(known.secret.get_secret_value() if known else "", client_secret) or not known:
        raise Problem(401, "รหัสลูกข่ายไม่ถูกต้อง", headers={"WWW-Authenticate": "Basic"})
    response.headers["Cache-Control"] = "no-store"
    caller = _caller(client_id, known, scope)
    return Token(
        access_token=issue(identity.keys, caller, service=audience),
        expires_in=int(LIFETIME.total_seconds()),
        scope=caller.scope,
    )


def _caller(client_id: str, client: ClientSettings, asked: str | None) -> Caller:
    scopes = client.scopes if asked is None else set(asked.split())
    if not scopes <= client.scopes:
        raise Problem(400, "ขอสิทธิ์เกินกว่าที่ลงทะเบียนไว้", kind="urn:khamrong:invalid-scope")
    return Caller(
        sub=f"{'service' if client.role is Role.SERVICE else 'tool'}:{client_id}",
        role=client.role,
        authority=client.authority,
        name=client_id,
        department=client.department,
        scope=" ".join(sorted(scopes)),
    )
